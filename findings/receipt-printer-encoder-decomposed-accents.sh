#!/usr/bin/env bash
# receipt-printer-encoder: an é that is typed as e and an accent is printed as two letters, and the price beside it is a column off.
#
# Seen with @point-of-sale/receipt-printer-encoder 4.0.1 (the newest), Node 20, printer model epson-tm-t20iii, codepage('auto').
#
# What happens. Unicode has é as one character (U+00E9) and as two (e, U+0301), which are canonically equivalent: text from macOS's file names,
# from some databases and from many PDFs has the second. The encoder goes by code units. For "Café" in the first form it sends one byte of a
# Western page. For the second it sends the e and then changes to the Vietnamese page (Windows-1258, Epson's number 52), the only one with
# a combining accent, and sends that as a byte of its own: EC. A printer's font has no accents that lie over the letter before; it gives them
# a cell. table() counts the accent as a column, so on the paper of such a printer, and of one that joins them, not both can be straight; and
# a printer without page 52 (most clones) prints whatever page it has there.
# What one would have guessed: text is normalised (NFC) before letters are looked up in code pages that have them composed.
# Who is hurt: whoever imports a menu from a Mac. On the screen all names look alike; on paper one in ten is odd, and only some printers do it.
# What helps: text.normalize('NFC') before text() and table(). (In .NET with InvariantGlobalization string.Normalize does nothing but for
# ASCII; carry the pairs.)
#
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-4.0.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "@point-of-sale/receipt-printer-encoder@$version" >/dev/null
cat > see.mjs <<'EOF'
import Encoder from '@point-of-sale/receipt-printer-encoder';
let as = true;
const see = (what, got, expected) => { console.log(`${what}: ${got}`); as = as && got === expected; };
const encode = text => Buffer.from(new Encoder({ printerModel: 'epson-tm-t20iii' }).codepage('auto').text(text).newline().encode());
const [composed, decomposed] = ['Caf\u00e9', 'Cafe\u0301'];
const row = name => Buffer.from(new Encoder({ columns: 32 }).codepage('auto')
  .table([{ width: 16 }, { width: 16, align: 'right' }], [[name, '9.50']]).encode()).toString('latin1');
see('the same text', composed === decomposed.normalize('NFC'), true);
const [one, two] = [encode(composed).toString('hex'), encode(decomposed).toString('hex')];
console.log('composed:   ' + one);
console.log('decomposed: ' + two);
see('composed: changes to page 52', one.includes('1b7434'), false);
see('decomposed: an e, and page 52 for the accent alone', two.includes('651b7434ec'), true);
see('normalised first: as the composed one', encode(decomposed.normalize('NFC')).toString('hex') === one, true);
const spaces = text => text.match(/ {3,}/)[0].length;
see('spaces before the price', `${spaces(row(composed))} and ${spaces(row(decomposed))}`, '24 and 23');
process.exit(as ? 0 : 1);
EOF
node see.mjs
