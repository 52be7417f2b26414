-- By which rules an order was priced and is paid (JSON, see Taxes/PricingRules.cs), in the place of a column for each.
alter table orders add column rules text, add column delivery_taxes text not null default '[]';
update orders set rules = json_build_object(
    'tax_rounding', tax_rounding,
    'tax_mode', tax_mode,
    'tax_aggregate', tax_aggregate,
    'service', json_build_object('percent', service_charge_rate, 'fixed', 0, 'taxed', 'as_items', 'on', 'dine-in'),
    'delivery', json_build_object('percent', 0, 'fixed', delivery_fee, 'taxed', 'none', 'on', null),
    'cash', json_build_object('step', cash_step, 'tie', 'up', 'scope', 'cash_part', 'small_up_to', 0, 'small_due', null))::text;
alter table orders
    alter column rules set not null,
    alter column rules set default '{"tax_rounding":"per_line","tax_mode":"half_up","tax_aggregate":false,"service":{"percent":0,"fixed":0,"taxed":"as_items","on":null},"delivery":{"percent":0,"fixed":0,"taxed":"none","on":null},"cash":{"step":0,"tie":"up","scope":"cash_part","small_up_to":0,"small_due":null}}',
    drop column tax_rounding,
    drop column tax_mode,
    drop column tax_aggregate,
    drop column cash_step,
    drop column service_charge_rate;

-- A delivery fee may bear the taxes of the goods; what of them went back with it.
alter table order_refunds add column delivery_taxes text not null default '[]';

create or replace view taxes_by_day as
    select s.shop_id, s.day, false as back, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base as base, s.sign * t.tax as tax
    from sales s join order_items i on i.order_id = s.order_id cross join lateral borne_taxes(i.taxes) t
    union all
    select s.shop_id, s.day, false, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base, s.sign * t.tax
    from sales s join orders o on o.id = s.order_id cross join lateral borne_taxes(o.delivery_taxes) t
    where s.delivery_fee <> 0
    union all
    select r.shop_id, r.business_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax
    from order_refunds r join orders o on o.id = r.order_id and not o.training
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    union all
    select r.shop_id, r.business_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax
    from order_refunds r join orders o on o.id = r.order_id and not o.training cross join lateral borne_taxes(r.delivery_taxes) t
    where r.delivery_fee <> 0
    union all
    select o.shop_id, o.cancelled_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, -t.base, -t.tax
    from orders o join order_refunds r on r.order_id = o.id
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    where o.cancelled_day is not null and not o.training
    union all
    select o.shop_id, o.cancelled_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, -t.base, -t.tax
    from orders o join order_refunds r on r.order_id = o.id cross join lateral borne_taxes(r.delivery_taxes) t
    where o.cancelled_day is not null and not o.training and r.delivery_fee <> 0;
