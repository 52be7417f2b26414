-- Goods by weight. An item's unit is what its price is for; without one it is sold by the piece. A line that is weighed is one piece
-- (order_items.quantity goes on counting pieces) and has its weight beside it, in thousandths of its unit: nothing that is there is written
-- anew, and whatever counts pieces stays right.
alter table menu_items add column unit text check (unit in ('kg', '100g', 'g', 'lb', 'oz'));
alter table order_items
    add column weight bigint check (weight > 0),
    add column unit text check (unit in ('kg', '100g', 'g', 'lb', 'oz')),
    add check ((weight is null) = (unit is null));
-- Of a weighed line quantity is 1 where some of its weight went back, and 0 where only a part of its price did.
alter table order_refund_lines add column weight bigint check (weight >= 0);

-- quantity: pieces; measure: thousandths of a piece or of the unit.
create or replace view sales_lines as
    select s.shop_id, s.day, s.sign, s.order_id, s.type, i.menu_item_id, i.name, i.category, i.quantity, i.total, i.tax, i.discount,
        case when s.sign = 1 then i.sold_at else s.at end as at, i.unit_cost, coalesce(i.weight, i.quantity * 1000::bigint) as measure, i.unit
    from sales s join order_items i on i.order_id = s.order_id
    union all
    select s.shop_id, s.day, s.sign, s.order_id, s.type, null, 'Delivery', 'Delivery', 0, s.delivery_fee, 0, 0, s.at, null, 0, null
    from sales s where s.delivery_fee <> 0;

create or replace view earned_lines as
    select shop_id, day, menu_item_id, name, category, sign * quantity as quantity, sign * (total - tax) as net,
        sign * measure * unit_cost * 0.001 as cost, unit_cost is not null as costed, sign * measure as measure, unit
    from sales_lines where menu_item_id is not null
    union all
    select r.shop_id, r.business_day, i.menu_item_id, i.name, i.category, 0, l.tax - l.amount,
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * -0.001 end, i.unit_cost is not null, 0, i.unit
    from order_refunds r join orders o on o.id = r.order_id and not o.training join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
    union all
    select o.shop_id, o.cancelled_day, i.menu_item_id, i.name, i.category, 0, l.amount - l.tax,
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * 0.001 end, i.unit_cost is not null, 0, i.unit
    from orders o join order_refunds r on r.order_id = o.id join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
    where o.cancelled_day is not null and not o.training;
