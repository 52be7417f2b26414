-- What an item earned is without the tax that was inside the voucher that paid for it: that tax was declared when the voucher was sold, and
-- is no part of what the goods are worth either (OrderLine.TaxOfVouchers).
alter function borne_taxes(text) parallel safe;

create function tax_of_vouchers(taxes text) returns bigint language sql immutable parallel safe as $$
    select case when strpos($1, '"voucher"') = 0 then 0 else (
        select coalesce(sum(round(t.base * t.rate / (1000000 + t.rate)::numeric)), 0)::bigint
        from borne_taxes($1) t where t.name = 'voucher' and t.treatment = 'outside'
    ) end
$$;

create or replace view earned_lines as
    select s.shop_id, s.day, i.menu_item_id, i.name, i.category, s.sign * i.quantity as quantity,
        s.sign * (i.total - i.tax - tax_of_vouchers(i.taxes)) as net,
        s.sign * coalesce(i.weight, i.quantity * 1000::bigint) * i.unit_cost * 0.001 as cost, i.unit_cost is not null as costed,
        s.sign * coalesce(i.weight, i.quantity * 1000::bigint) as measure, i.unit
    from sales s join order_items i on i.order_id = s.order_id where i.menu_item_id is not null
    union all
    select r.shop_id, r.business_day, i.menu_item_id, i.name, i.category, 0, l.tax + tax_of_vouchers(l.taxes) - l.amount,
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * -0.001 end,
        i.unit_cost is not null, 0, i.unit
    from order_refunds r join orders o on o.id = r.order_id and not o.training join order_refund_lines l on l.refund_id = r.id
        join order_items i on i.id = l.order_item_id
    union all
    select o.shop_id, o.cancelled_day, i.menu_item_id, i.name, i.category, 0, l.amount - l.tax - tax_of_vouchers(l.taxes),
        case when r.restocked then coalesce(l.weight, l.quantity * 1000::bigint) * i.unit_cost * 0.001 end,
        i.unit_cost is not null, 0, i.unit
    from orders o join order_refunds r on r.order_id = o.id join order_refund_lines l on l.refund_id = r.id
        join order_items i on i.id = l.order_item_id
    where o.cancelled_day is not null and not o.training;

-- What is rolled up was counted otherwise: it is counted from the orders until it is rolled up anew.
update report_positions set zone = '';
