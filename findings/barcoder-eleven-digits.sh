#!/usr/bin/env bash
# barcoder: eleven digits are a valid article number to it, and seven are not; the number that a spreadsheet ate a zero of passes.
#
# Seen with barcoder 2.0.1 (the newest), Node 20. Beside it gtin 1.0.2, which refuses both.
#
# What happens. GTINs have 8, 12, 13 or 14 digits. barcoder reads the text as a number and takes any that has 8 to 14 digits then:
# validate('12345678905') is true, which is the UPC-A 012345678905 without its leading zero, as spreadsheets leave it. The EAN-8 01234565, a
# number as good as 96385074, has seven digits once it is a number, and is false.
# What one would have guessed: a check of article numbers tells the lengths that exist from those that do not; it is what one buys it for.
# Who is hurt: an import that asks it whether a column survived the spreadsheet is told yes, keeps eleven digits, and no scanner, which
# sends twelve or thirteen, ever finds the article; an own-brand EAN-8 with a leading zero is refused.
# What helps: look at the length first, compare articles by the number filled up to fourteen digits.
#
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-2.0.1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "barcoder@$version" gtin@1.0.2 >/dev/null
cat > see.cjs <<'EOF'
const barcoder = require('barcoder');
const gtin = require('gtin');
const known = number => { try { return gtin.isValid(number); } catch { return false; } };
const expected = {
  '012345678905': [true, true],
  '12345678905': [true, false],
  '96385074': [true, true],
  '01234565': [false, true],
  '1234565': [false, false],
  '4006381333931': [true, true],
};
let as = true;
for (const [number, [one, other]] of Object.entries(expected)) {
  const [a, b] = [barcoder.validate(number), known(number)];
  console.log(`${number.padStart(14)}: barcoder ${a}, gtin ${b}`);
  as = as && a === one && b === other;
}
process.exit(as ? 0 : 1);
EOF
node see.cjs
