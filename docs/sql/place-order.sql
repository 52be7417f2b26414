with register as (
update registers set
    last_order_number = last_order_number + 1,
    last_entry = last_entry + 1,
last_hash = sha256(last_hash || convert_to('sale' || E'\n' || (last_entry + 1)::text || E'\n' || replace($10, $11, $12 || code || '-' || (last_order_number + 1)::text), 'UTF8'))
where id = $2 and shop_id = $1
returning
    last_order_number as number,
    $12 || code || '-' || last_order_number::text as order_number,
    last_entry,
    last_hash,
    coalesce($13::bigint, drawer_id) as drawer_id
),
moved as (
    update customers set points_net = points_net + $14
    where id = $8 and shop_id = $1 and points_net >= $15 and (select count(*) from register) >= 0
    returning points_net
),
point_moves as (
    insert into point_entries (shop_id, customer_id, kind, points, owed, balance, order_id, payment_id, refund_id, reason, user_id,
        at)
    select $1, $8, m.kind, greatest(m.after, 0) - greatest(m.after - m.points, 0), greatest(-m.after,
        0) - greatest(m.points - m.after, 0), greatest(m.after, 0),
        $3, nullif(m.payment_id, 0), nullif(m.refund_id, 0), null, $7, $5
    from (
        select p.*, (moved.points_net - $14 + sum(p.points) over (order by p.place))::bigint as after
        from moved, unnest($16::text[], $17::bigint[], $18::bigint[],
            $19::bigint[]) with ordinality as p(kind, points, payment_id, refund_id, place)
    ) m order by m.place
),
held as (
    select id, stock_quantity from menu_items
    where id = any($20::bigint[]) and shop_id = $1 and (select count(*) from moved) >= 0 order by id for update
),
taken as (
    update menu_items m set stock_quantity = m.stock_quantity - c.n
    from held h join unnest($20::bigint[], $21::int[]) as c(id, n) on c.id = h.id
    where m.id = h.id and m.stock_quantity >= c.n
    returning m.id, m.name, m.stock_quantity, m.in_stock
),
gone as (
    insert into sold_out (shop_id, menu_item_id, at) select $1, id, $5 from taken
    where stock_quantity = 0 and in_stock on conflict (menu_item_id) where until is null do nothing
),
counted_events as (
    insert into events (shop_id, event, at, actor, data)
    select $1, e.event, $5, $9, jsonb_build_object('id', c.id, 'menu_item_id', c.id, 'name', c.name, 'quantity',
        c.stock_quantity)::text
    from taken c cross join lateral (
        select 'stock_updated' as event union all select 'product_updated' where c.stock_quantity = 0) e
),
-- Counted, not looked for: only so are all items locked before the date is.
menu_date as (
    update menu_dates set changed_at = $5 where shop_id = $1 and (select count(*) from taken where stock_quantity = 0) > 0
),
used as (
insert into stock_movements (
    shop_id, item_id, location_id, quantity, reason, unit_cost, order_id, order_item_id, user_id,
    at, day)
select
    $1, u.item_id, u.location_id, u.quantity, 'sale', u.unit_cost::numeric, $3, u.line, $7,
    $5, $4
from unnest($22::bigint[], $23::bigint[], $24::bigint[], $25::text[], $26::bigint[])
    as u(item_id, location_id, quantity, unit_cost, line)
),
placed as (
insert into orders (
    id, shop_id, register_id, number, order_number, type, status, training, business_day,
    currency, prices_include_tax, rules, subtotal, discount, tax, delivery_fee, delivery_taxes, tip,
    total, paid, cashier_id, cashier_name, customer_name, "table", notes, reference, pay_by,
    delivery_address, scheduled_for, estimated_time, quoted, created_at, drawer_id, service_charge, held, fired_at,
    customer_id, promo_code, guest_allergens, points_earned, completed_at, received_at, till_clock, slot_at, slot_minutes,
    delivery_minutes, delivery_area_id, payment_due_by)
select
    $3, $1, $2, number, order_number, $27, $28, $29, $4,
    $30, $31, $32, $33, $34, $35, $36, $37, $38,
    $39, $40, $7, $41, $42, $43, $44, $45, $46,
    $47, $48, $49, $50, $5, register.drawer_id, $51, $52, $53,
    $8, $54, $55, $56, $57, $6, $58, $59, $60,
    $61, $62, $63
from register
),
lines as (
insert into order_items (
    id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price,
    weight, unit, modifiers, special_instructions, discount, discount_reason, promotions, tax_rate, tax,
    way, tax_class, tax_split, taxes, total, counted, combo, combo_id, combo_name,
    allergens, sold_at, service_charge, station, preparation_time, uses, unit_cost)
select
    l.id, $3, $1, l.position, l.menu_item_id, l.name, l.category, l.quantity, l.unit_price,
    l.weight, l.unit, l.modifiers, l.special_instructions, l.discount, l.discount_reason, l.promotions, l.tax_rate, l.tax,
    l.way, l.tax_class, l.tax_split, l.taxes, l.total, l.counted, nullif(l.combo, 0), l.combo_id, l.combo_name,
    l.allergens, $5, l.service_charge, l.station, l.preparation_time, l.uses, l.unit_cost::numeric
from unnest($64::bigint[], $65::int[], $66::bigint[], $67::text[], $68::text[], $69::int[], $70::bigint[], $71::bigint[], $72::text[], $73::text[], $74::text[], $75::bigint[], $76::text[], $77::text[], $78::bigint[], $79::bigint[], $80::text[], $81::text[], $82::text[], $83::text[], $84::bigint[], $85::boolean[], $86::int[], $87::bigint[], $88::text[], $89::text[], $90::bigint[], $91::text[], $92::int[], $93::text[], $94::text[])
    as l(id, position, menu_item_id, name, category, quantity, unit_price, weight, unit, modifiers, special_instructions, discount, discount_reason, promotions, tax_rate, tax, way, tax_class, tax_split, taxes, total, counted, combo, combo_id, combo_name, allergens, service_charge, station, preparation_time, uses, unit_cost)
),
paid as (
insert into payments (
    id, shop_id, order_id, method, amount, tendered, change, reference, business_day,
    cashier_id, paid_at, drawer_id, rounding, points)
select
    p.id, $1, $3, p.method, p.amount, p.tendered, p.change, p.reference, $4,
    $7, $5, register.drawer_id, p.rounding, p.points
from register, unnest($95::bigint[], $96::text[], $97::bigint[], $98::bigint[], $99::bigint[], $100::text[], $101::bigint[], $102::bigint[])
    as p(id, method, amount, tendered, change, reference, rounding, points)
),
entry as (
insert into journal (
    register_id, number, shop_id, order_id, kind, at, content, hash)
select
    $2, last_entry, $1, $3, 'sale', coalesce($6::timestamptz, $5), replace($10, $11, order_number), last_hash
from register
),
announced as (
insert into events (
    shop_id, event, at, actor, data, customer_id)
select
    $1, e.event, coalesce($6::timestamptz, $5), $9, replace(e.data, $11, order_number), $103
from register, unnest($104::text[], $105::text[]) with ordinality as e(event, data, place)
order by e.place
),
kept as (
insert into idempotency_keys (
    shop_id, scope, key, request_hash, status, location, body)
select
    $1, $107, $106, $108, 201, $109, replace($110, $11, order_number)
from register where $106::text is not null
)
select number, order_number, must((select count(*) from moved) = 1, 'insufficient_points'), must((select count(*) from taken) + (select count(*) from held where stock_quantity is null) = cardinality($20::bigint[]), 'out_of_stock') from register
