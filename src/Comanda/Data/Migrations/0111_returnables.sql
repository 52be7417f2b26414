-- Cups, boxes and crates out and back: the deposits that orders sold and took back, as their lines have them. A line that nobody makes
-- ('none') is a deposit. What a cancelled order or a refund undoes is there once more the other way round, on the day it was undone.
create index order_items_deposits on order_items (shop_id, order_id) where station = 'none';

create view deposit_moves as
    select i.shop_id, o.business_day as day, o.created_at as at, o.id as order_id, o.customer_id, i.menu_item_id, i.name,
        i.quantity as pieces, i.total as amount, i.total - i.tax as net, i.tax_rate
    from order_items i join orders o on o.id = i.order_id
    where i.station = 'none' and not o.training and o.cancelled_day is distinct from o.business_day
    union all
    select i.shop_id, o.cancelled_day, o.cancelled_at, o.id, o.customer_id, i.menu_item_id, i.name, -i.quantity, -i.total,
        i.tax - i.total, i.tax_rate
    from order_items i join orders o on o.id = i.order_id
    where i.station = 'none' and not o.training and o.cancelled_day <> o.business_day
    union all
    select i.shop_id, r.business_day, r.refunded_at, o.id, o.customer_id, i.menu_item_id, i.name, -l.quantity, -l.amount,
        l.tax - l.amount, i.tax_rate
    from order_items i join orders o on o.id = i.order_id join order_refund_lines l on l.order_item_id = i.id
        join order_refunds r on r.id = l.refund_id
    where i.station = 'none' and not o.training
    union all
    select i.shop_id, o.cancelled_day, o.cancelled_at, o.id, o.customer_id, i.menu_item_id, i.name, l.quantity, l.amount,
        l.amount - l.tax, i.tax_rate
    from order_items i join orders o on o.id = i.order_id join order_refund_lines l on l.order_item_id = i.id
    where i.station = 'none' and not o.training and o.cancelled_day is not null;
