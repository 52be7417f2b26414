#!/usr/bin/env bash
# node-thermal-printer: openCashDrawer() sends the pulse without its two times, so the second drawer's pulse becomes the first one's times.
#
# Seen with node-thermal-printer 4.6.1 (the newest), Node 20; types EPSON, TANCA, DARUMA, CUSTOM. Beside it @point-of-sale/receipt-printer-
# encoder 4.0.1, which sends all five bytes.
#
# What happens. ESC/POS has ESC p m t1 t2: 1B 70, the connector's pin, and two times in units of 2 ms. openCashDrawer() sends 1B 70 00 1B 70
# 01, meant as a pulse on pin 2 and one on pin 5. A printer reads ESC p 0 with t1 = 1B (54 ms) and t2 = 70 (224 ms), so the first drawer
# opens by luck; the second one's pulse is gone, and 01 is left over for whatever comes next. With a receipt right after it that is a stray
# byte before the text; alone in its buffer nothing is to be seen.
# What one would have guessed: a library for receipts sends the command as the manual has it, since it is the one that opens the money.
# Who is hurt: shops with two drawers on one printer (pin 5 never opens), and whoever writes a fake printer or a parser by the manual: it
# waits for times that never come, or takes the next command's first bytes for them.
# What helps: printer.raw(Buffer.from([0x1b, 0x70, 0, 50, 250])).
#
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-4.6.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "node-thermal-printer@$version" @point-of-sale/receipt-printer-encoder@4.0.1 >/dev/null
cat > see.mjs <<'EOF'
import thermal from 'node-thermal-printer';
import Encoder from '@point-of-sale/receipt-printer-encoder';
const { ThermalPrinter, PrinterTypes } = thermal;
let as = true;
const see = (what, got, expected) => { console.log(`${what}: ${got}`); as = as && got === expected; };
for (const type of ['EPSON', 'TANCA', 'DARUMA', 'CUSTOM']) {
  const printer = new ThermalPrinter({ type: PrinterTypes[type], interface: 'tcp://127.0.0.1:9' });
  printer.openCashDrawer();
  see(`${type}, openCashDrawer()`, printer.getBuffer().toString('hex'), '1b70001b7001');
}
const other = Buffer.from(new Encoder({ language: 'esc-pos' }).pulse().encode()).toString('hex');
see('receipt-printer-encoder, pulse()', other.slice(-10), '1b700032fa');
process.exit(as ? 0 : 1);
EOF
node see.mjs 2>/dev/null
