#!/usr/bin/env bash
# sales-tax: the rates of thirteen states of the USA are years old, and Ontario's one tax is told as two.
#
# Seen with sales-tax 2.23.0 (the newest on the day below), Node 20, on 2026-12-01. Its page says: "Tax rates are kept up-to-date."
#
# What happens. The countries are right as far as they go (Estonia 24 %, Slovakia 23 %, Romania 21 %, Finland 25.5 %: all changed in 2024 or
# 2025), so one trusts it. For states, getSalesTax('US', state) answers among others California 8.25 % (7.25 since 2017), Arizona 6.6 % (5.6
# since June 2013), North Carolina 5.75 % (4.75 since July 2011), New Jersey 7 % (6.625 since 2018), Louisiana 4 % (5 since 2025), Ohio 5.5
# % (5.75 since September 2013), Connecticut 6 % (6.35 since July 2011): the USA as it was about 2011, in a package whose Canada knows Nova
# Scotia's 14 % of April 2025. And the provinces with a harmonised tax come with two parts, "gst" 5 % and "hst" 8 %, where the law (and
# every receipt) has one tax, HST 13 %: the parts add up, but "HST 8 %" is no tax.
# What one would have guessed: a package that is kept up to date is so in all of its tables, or says which are not.
# Who is hurt: a shop in Sacramento that charges a point too much, one in Baton Rouge that owes a point of all it sold; whoever prints
# `details` on a receipt in Toronto.
# What helps: rates as dated rows that the shop owns, with the day they were true.
#
# The rates beside them are the states' own, of their revenue departments, without counties and cities.
# Needs bash, node, npm. Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-2.23.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "sales-tax@$version" >/dev/null
cat > see.cjs <<'EOF'
const tax = require('sales-tax');
const is = { AZ: 5.6, CA: 7.25, CT: 6.35, LA: 5, NJ: 6.625, NC: 4.75, OH: 5.75 };
const said = { AZ: 6.6, CA: 8.25, CT: 6, LA: 4, NJ: 7, NC: 5.75, OH: 5.5 };
(async () => {
  let as = true;
  for (const state of Object.keys(is)) {
    const rate = Math.round((await tax.getSalesTax('US', state)).rate * 1e5) / 1e3;
    console.log(`US ${state}: it says ${rate} %, the state ${is[state]} %`);
    as = as && rate === said[state];
  }
  const estonia = (await tax.getSalesTax('EE')).rate;
  console.log(`Estonia: ${estonia}`);
  const ontario = (await tax.getSalesTax('CA', 'ON')).details;
  console.log(`Ontario: ${JSON.stringify(ontario)}`);
  as = as && estonia === 0.24 && JSON.stringify(ontario) === '[{"type":"gst","rate":0.05},{"type":"hst","rate":0.08}]';
  process.exit(as ? 0 : 1);
})();
EOF
node see.cjs
