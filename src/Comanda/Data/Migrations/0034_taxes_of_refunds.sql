-- What of each tax went back with a part of a line (JSON, see Taxes/FrozenTaxes.cs), so that a day's tax can be declared from its sales and
-- refunds; tax stays their sum.
-- The same of its discount and service charge.
alter table order_refund_lines
    add column taxes text,
    add column discount bigint not null default 0,
    add column service_charge bigint not null default 0;
update order_refund_lines r set
    discount = case when i.total = 0 then 0 else round(i.discount::numeric * r.amount / i.total) end,
    service_charge = case when i.total = 0 then 0 else round(i.service_charge::numeric * r.amount / i.total) end,
    taxes = json_build_array(json_build_object(
    'name', 'Tax',
    'authority', null,
    'rate', i.tax_rate,
    'treatment', case when i.tax_rate = 0 then 'zero' else 'taxed' end,
    'letter', null,
    'base', r.amount - r.tax,
    'tax', r.tax))::text
from order_items i where i.id = r.order_item_id;
alter table order_refund_lines alter column taxes set not null;

-- A correction of a drawer is one row, with the difference of each tax; what was written rate by rate keeps its rows.
alter table drawer_corrections add column taxes text;
update drawer_corrections set taxes = case when amount = 0 and tax = 0 then '[]' else json_build_array(json_build_object(
    'name', 'Tax',
    'authority', null,
    'rate', tax_rate,
    'treatment', case when tax_rate = 0 then 'zero' else 'taxed' end,
    'letter', null,
    'base', amount - tax,
    'tax', tax))::text end;
alter table drawer_corrections alter column taxes set not null;
alter table drawer_corrections drop column tax_rate;

-- Frozen taxes as rows. What is no sale's tax (exempt, outside the scope, a platform's) is among them, by its treatment.
create function borne_taxes(frozen text)
returns table (name text, authority text, rate bigint, treatment text, letter text, base bigint, tax bigint)
language sql immutable as $$
    select name, authority, rate, treatment, letter, base, tax
    from json_to_recordset(frozen::json)
        as t(name text, authority text, rate bigint, treatment text, letter text, base bigint, tax bigint)
$$;

-- Every tax of every sale and of what went back, on the day on which it counts: cancelled later, a sale and what had gone back of it before
-- are taken back on that later day. back tells the two apart.
create view taxes_by_day as
    select s.shop_id, s.day, false as back, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base as base, s.sign * t.tax as tax
    from sales s join order_items i on i.order_id = s.order_id cross join lateral borne_taxes(i.taxes) t
    union all
    select r.shop_id, r.business_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax
    from order_refunds r join orders o on o.id = r.order_id and not o.training
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    union all
    select o.shop_id, o.cancelled_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, -t.base, -t.tax
    from orders o join order_refunds r on r.order_id = o.id
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    where o.cancelled_day is not null and not o.training;
