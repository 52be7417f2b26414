#!/usr/bin/env bash
# xlsx (SheetJS): of a till's receipt numbers in a CSV, 1-0001 to 1-0031 become days of January 2001, the others stay text.
#
# Seen with xlsx 0.18.5 (the newest on npm; its makers publish later ones elsewhere), Node 20. Beside it csv-parse 7.0.3 with cast.
#
# What happens. Loyverse numbers receipts by register: 1-0028, 2-1314. XLSX.read on such a CSV gives each cell to JavaScript's Date where it
# looks like one. 1-0028 is the number 36919, shown as 1/28/01, and 12-31 is 12/31/01; 1-0032, 1-1001 and 2-1314 are no days and stay
# text. In Madrid it is the last minute of the day before (36918.9995, 1/27/01).
# What one would have guessed: what is text in one row of a column is not a day in the next; a day has a year.
# Who is hurt: an import that joins receipts with their lines by this number loses a register's first 31 receipts, and takes register 12's
# for a day in December; the same file read on two machines has two sets of numbers.
# What helps: XLSX.read(text, { type: 'string', raw: true }).
#
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-0.18.5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "xlsx@$version" csv-parse@7.0.3 >/dev/null
cat > see.mjs <<'JS'
import XLSX from 'xlsx';
import { parse } from 'csv-parse/sync';
const expected = JSON.parse(process.argv[2]);
const csv = 'receipt,total\n' + Object.keys(expected).map(number => `${number},4.00`).join('\n') + '\n';
const sheet = options => XLSX.read(csv, { type: 'string', ...options }).Sheets.Sheet1;
const cells = options => XLSX.utils.sheet_to_json(sheet(options), { raw: false }).map(row => row.receipt);
const [read, raw, other] = [cells({}), cells({ raw: true }), parse(csv, { columns: true, cast: true }).map(row => row.receipt)];
let as = true;
Object.entries(expected).forEach(([number, day], i) => {
  console.log(`${process.env.TZ}, ${number}: xlsx ${read[i]}, with raw ${raw[i]}, csv-parse ${other[i]}`);
  as = as && read[i] === day && raw[i] === number && other[i] === number;
});
process.exit(as ? 0 : 1);
JS
TZ=UTC node see.mjs '{"1-0001":"1/1/01","1-0028":"1/28/01","1-0032":"1-0032","1-1001":"1-1001","2-1314":"2-1314","12-31":"12/31/01"}'
TZ=Europe/Madrid node see.mjs '{"1-0001":"12/31/00","1-0028":"1/27/01","2-1314":"2-1314"}'
