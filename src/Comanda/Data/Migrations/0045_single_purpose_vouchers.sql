-- A gift card for goods whose tax is certain (single-purpose) is taxed when it is sold, and what it pays for is no second supply. It keeps
-- what it is for: a class and a way of consumption.
alter table gift_cards
    add column kind text not null default 'multi' check (kind in ('multi', 'single')),
    add column tax_class text,
    add column way text,
    add check ((kind = 'single') = (tax_class is not null and way is not null));

-- What its sale bore (JSON, see Taxes/FrozenTaxes.cs), and the mirror of that where it was given back; tax is the sum.
alter table gift_card_movements
    add column taxes text not null default '[]',
    add column tax bigint not null default 0,
    add check (taxes = '[]' or kind in ('sale', 'void'));

create or replace view taxes_by_day as
    select s.shop_id, s.day, false as back, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base as base, s.sign * t.tax as tax
    from sales s join order_items i on i.order_id = s.order_id cross join lateral borne_taxes(i.taxes) t
    union all
    select s.shop_id, s.day, false, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base, s.sign * t.tax
    from sales s join orders o on o.id = s.order_id cross join lateral borne_taxes(o.delivery_taxes) t
    where s.delivery_fee <> 0
    union all
    select m.shop_id, m.business_day, false, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax
    from gift_card_movements m cross join lateral borne_taxes(m.taxes) t
    where m.business_day is not null and m.taxes <> '[]'
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

-- The tax of a card that was taxed when sold is a line of no order: what it was sold for is takings and no sale, only its tax counts.
-- A delivery fee counts with its tax, so that lines sum to their orders in tax too.
create or replace view sales_lines as
    select s.shop_id, s.day, s.sign, s.order_id, s.type, i.menu_item_id, i.name, i.category, i.quantity, i.total, i.tax, i.discount,
        case when s.sign = 1 then i.sold_at else s.at end as at, i.unit_cost, coalesce(i.weight, i.quantity * 1000::bigint) as measure, i.unit
    from sales s join order_items i on i.order_id = s.order_id
    union all
    select s.shop_id, s.day, s.sign, s.order_id, s.type, null, 'Delivery', 'Delivery', 0, s.delivery_fee,
        (select coalesce(sum(t.tax), 0)::bigint from borne_taxes(o.delivery_taxes) t), 0, s.at, null, 0, null
    from sales s join orders o on o.id = s.order_id where s.delivery_fee <> 0
    union all
    select m.shop_id, m.business_day, 1, null, 'gift_card', null, 'Gift card', 'Gift cards', 0, 0, m.tax, 0, m.at, null, 0, null
    from gift_card_movements m where m.business_day is not null and m.taxes <> '[]';
