-- Whence each row of the books is, so that a figure leads to its orders, refunds and gift cards (docs/adr/0041). The views say nothing else
-- than before.
create or replace view sales_lines as
    select s.shop_id, s.day, s.sign, s.order_id, s.type, i.menu_item_id, i.name, i.category, i.quantity, i.total, i.tax, i.discount,
        case when s.sign = 1 then i.sold_at else s.at end as at, i.unit_cost, coalesce(i.weight, i.quantity * 1000::bigint) as measure, i.unit,
        null::bigint as movement_id
    from sales s join order_items i on i.order_id = s.order_id
    union all
    select s.shop_id, s.day, s.sign, s.order_id, s.type, null, 'Delivery', 'Delivery', 0, s.delivery_fee,
        (select coalesce(sum(t.tax), 0)::bigint from borne_taxes(o.delivery_taxes) t), 0, s.at, null, 0, null, null
    from sales s join orders o on o.id = s.order_id where s.delivery_fee <> 0
    union all
    select m.shop_id, m.business_day, 1, null, 'gift_card', null, 'Gift card', 'Gift cards', 0, 0, m.tax, 0, m.at, null, 0, null, m.id
    from gift_card_movements m where m.business_day is not null and m.taxes <> '[]';

create or replace view earned_lines as
    select s.shop_id, s.day, i.menu_item_id, i.name, i.category, s.sign * i.quantity as quantity,
        s.sign * (i.total - i.tax - tax_of_vouchers(i.taxes)) as net,
        s.sign * coalesce(i.weight, i.quantity * 1000::bigint) * i.unit_cost * 0.001 as cost, i.unit_cost is not null as costed,
        s.sign * coalesce(i.weight, i.quantity * 1000::bigint) as measure, i.unit, s.order_id, null::bigint as refund_id, s.sign
    from sales s join order_items i on i.order_id = s.order_id where i.menu_item_id is not null
    union all
    select r.shop_id, r.business_day, i.menu_item_id, i.name, i.category, 0, l.tax + tax_of_vouchers(l.taxes) - l.amount,
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * -0.001 end,
        i.unit_cost is not null, 0, i.unit, r.order_id, r.id, 1
    from order_refunds r join orders o on o.id = r.order_id and not o.training join order_refund_lines l on l.refund_id = r.id
        join order_items i on i.id = l.order_item_id
    union all
    select o.shop_id, o.cancelled_day, i.menu_item_id, i.name, i.category, 0, l.amount - l.tax - tax_of_vouchers(l.taxes),
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * 0.001 end,
        i.unit_cost is not null, 0, i.unit, r.order_id, r.id, -1
    from orders o join order_refunds r on r.order_id = o.id join order_refund_lines l on l.refund_id = r.id
        join order_items i on i.id = l.order_item_id
    where o.cancelled_day is not null and not o.training;

create or replace view taxes_by_day as
    select s.shop_id, s.day, false as back, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base as base, s.sign * t.tax as tax,
        s.order_id, null::bigint as refund_id, null::bigint as movement_id, s.sign
    from sales s join order_items i on i.order_id = s.order_id cross join lateral borne_taxes(i.taxes) t
    union all
    select s.shop_id, s.day, false, t.name, t.authority, t.rate, t.treatment, t.letter, s.sign * t.base, s.sign * t.tax,
        s.order_id, null, null, s.sign
    from sales s join orders o on o.id = s.order_id cross join lateral borne_taxes(o.delivery_taxes) t
    where s.delivery_fee <> 0
    union all
    select m.shop_id, m.business_day, false, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax, null, null, m.id, 1
    from gift_card_movements m cross join lateral borne_taxes(m.taxes) t
    where m.business_day is not null and m.taxes <> '[]'
    union all
    select r.shop_id, r.business_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax, r.order_id, r.id, null, 1
    from order_refunds r join orders o on o.id = r.order_id and not o.training
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    union all
    select r.shop_id, r.business_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, t.base, t.tax, r.order_id, r.id, null, 1
    from order_refunds r join orders o on o.id = r.order_id and not o.training cross join lateral borne_taxes(r.delivery_taxes) t
    where r.delivery_fee <> 0
    union all
    select o.shop_id, o.cancelled_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, -t.base, -t.tax, o.id, r.id, null, -1
    from orders o join order_refunds r on r.order_id = o.id
        join order_refund_lines l on l.refund_id = r.id cross join lateral borne_taxes(l.taxes) t
    where o.cancelled_day is not null and not o.training
    union all
    select o.shop_id, o.cancelled_day, true, t.name, t.authority, t.rate, t.treatment, t.letter, -t.base, -t.tax, o.id, r.id, null, -1
    from orders o join order_refunds r on r.order_id = o.id cross join lateral borne_taxes(r.delivery_taxes) t
    where o.cancelled_day is not null and not o.training and r.delivery_fee <> 0;
