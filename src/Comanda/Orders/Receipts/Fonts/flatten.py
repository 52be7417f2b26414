#!/usr/bin/env python3
# Makes the two faces in this folder from Debian's fonts-dejavu-core (python3-fonttools):  python3 flatten.py
# A letter may be made of parts (é of e and an accent), and these of parts again. PDFsharp 6.2.4 takes along the parts into the document
# and not the parts of these, so that an έ loses its ε, and a bold ó its o. Letters with parts of parts get an outline of their own here;
# nothing else changes.
import os
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

for name in ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"):
    font = TTFont("/usr/share/fonts/truetype/dejavu/" + name)
    letters, drawn = font["glyf"], font.getGlyphSet()
    own = {}
    for letter in font.getGlyphOrder():
        if letters[letter].isComposite() and any(letters[part.glyphName].isComposite() for part in letters[letter].components):
            record, pen = DecomposingRecordingPen(drawn), TTGlyphPen(None)
            drawn[letter].draw(record)
            record.replay(pen)
            own[letter] = pen.glyph()
    for letter, outline in own.items():
        letters[letter] = outline
    font.save(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), reorderTables=False)
    print(name, len(own), "letters")
