#!/usr/bin/env bash
# xlsx (SheetJS): 1,50 in a semicolon-separated file is read as 150, 1.234,50 as 1.2345.
#
# Seen with xlsx 0.18.5 (the newest on npm; its makers publish later ones elsewhere), Node 20. Beside it papaparse 5.5.3, which leaves text.
#
# What happens. XLSX.read takes CSV too, and makes numbers of what looks like some. It drops every comma, wherever it stands, and keeps
# the point: "12,5" is 125, "0,75" is 75, "-1,50" is -150, "1.234,50" is 1.2345. A cell with a sign of money behind it ("3,20 €") stays
# text, so that one column has both. That a file whose separator is the semicolon has the comma for decimals tells it nothing.
# What one would have guessed: a comma is taken for one of thousands only where three digits follow, or a number that is none stays text.
# Who is hurt: whoever reads the export of a till in Germany, Spain or Sweden: a croissant of 1,50 is sold for 150, a catering of
# 1.234,50 for 1.23.
# What helps: XLSX.read(text, { type: 'string', raw: true }), which leaves all cells as they are, and to read the numbers oneself.
#
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-0.18.5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "xlsx@$version" papaparse@5.5.3 >/dev/null
cat > see.mjs <<'JS'
import XLSX from 'xlsx';
import Papa from 'papaparse';
const expected = { '1,50': 150, '12,5': 125, '0,75': 75, '-1,50': -150, '1.234,50': 1.2345, '3,20 €': '3,20 €' };
const csv = 'price;item\n' + Object.keys(expected).map(price => `${price};Latte`).join('\n') + '\n';
const cells = options => XLSX.utils.sheet_to_json(XLSX.read(csv, { type: 'string', ...options }).Sheets.Sheet1).map(row => row.price);
const [read, raw] = [cells({}), cells({ raw: true })];
const other = Papa.parse(csv, { header: true, skipEmptyLines: true }).data.map(row => row.price);
let as = true;
Object.entries(expected).forEach(([price, number], i) => {
  console.log(`${price}: xlsx ${JSON.stringify(read[i])}, with raw ${JSON.stringify(raw[i])}, papaparse ${JSON.stringify(other[i])}`);
  as = as && read[i] === number && raw[i] === price && other[i] === price;
});
process.exit(as ? 0 : 1);
JS
node see.mjs
