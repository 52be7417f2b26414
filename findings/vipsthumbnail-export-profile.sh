#!/usr/bin/env bash
# Debian 12's libvips-tools (8.14.1): `vipsthumbnail --export-profile srgb` darkens every picture that has no colour profile of its own.
# A PNG of one chocolate brown, 60,30,10, comes back 35,21,6, and a thumbnail made of that 14,10,3; most screenshots, drawings and pictures
# from messengers have no profile. One would have guessed that a picture without a profile is taken for sRGB (as browsers do) and so stays.
# `--import-profile srgb` mends it, though its help calls it a fallback for pictures without a profile, and then refuses greys without one
# ("unable to load or find any compatible input profile", exit 1), which do pass without either option.
# Exits non-zero where that is not so any more.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
command -v vipsthumbnail >/dev/null || { echo "needs libvips-tools 8.14.1 (apt-get install libvips-tools)" >&2; exit 2; }
vips --version
python3 - <<'P'
import struct, zlib
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def png(name, kind, pixel):
    rows = (b'\0' + bytes(pixel) * 64) * 64
    open(name, 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 64, 64, 8, kind, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
png('brown.png', 2, [60, 30, 10])
png('grey.png', 0, [40])
P
pixel() { vips getpoint "$1" 5 5 | xargs; }
vipsthumbnail brown.png --size 64x64 --export-profile srgb -o once.png[strip]
vipsthumbnail once.png --size 32x32 --export-profile srgb -o twice.png[strip]
vipsthumbnail brown.png --size 64x64 --import-profile srgb --export-profile srgb -o right.png[strip]
grey=passes
vipsthumbnail grey.png --size 64x64 --import-profile srgb --export-profile srgb -o grey2.png[strip] 2>said.txt || grey=refused
echo "before: $(pixel brown.png); after: $(pixel once.png); after again: $(pixel twice.png); with --import-profile: $(pixel right.png); grey with it: $grey"
[ "$(pixel once.png)" = "35 21 6" ] && [ "$(pixel twice.png)" = "14 10 3" ] && [ "$(pixel right.png)" = "60 30 10" ] && [ "$grey" = refused ]
