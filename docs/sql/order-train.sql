begin;

select id, shop_id, code, last_order_number, last_entry, last_hash, drawer_id from registers
where id = any($1::bigint[]) order by id for no key update skip locked;

select id, shop_id, points_net from customers
where id = any($1::bigint[]) order by id for no key update skip locked;

select id, shop_id, name, stock_quantity, in_stock from menu_items
where id = any($1::bigint[]) order by id for update skip locked;

select (k.place - 1)::int
from unnest(
    $1::bigint[],
    $2::text[],
    $3::text[]) with ordinality as k(shop_id, scope, key, place)
where exists (
    select 1 from idempotency_keys i where i.shop_id = k.shop_id and i.scope = k.scope and i.key = k.key);

update registers r set last_order_number = t.number, last_entry = t.entry, last_hash = t.hash
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[])
    as t(id, number, entry, hash)
where r.id = t.id;

update customers c set points_net = h.net from unnest($1::bigint[], $2::bigint[])
    as h(id, net) where c.id = h.id;

insert into point_entries (
    shop_id, customer_id, kind, points, owed, balance, order_id, payment_id, refund_id,
    reason, user_id, at)
select
    p.shop_id, p.customer_id, p.kind, p.points, p.owed, p.balance, p.order_id, p.payment_id, p.refund_id,
    p.reason, p.user_id, p.at
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::bigint[], $12::timestamptz[])
    with ordinality as p(shop_id, customer_id, kind, points, owed, balance, order_id, payment_id, refund_id, reason, user_id, at, place) order by p.place;

with taken as (
    update menu_items m set stock_quantity = c.n from unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[], $5::timestamptz[], $6::boolean[])
    as c(id, shop_id, n, gone, at, sold_out) where m.id = c.id
),
gone as (
    insert into sold_out (shop_id, menu_item_id, at) select c.shop_id, c.id, c.at from unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[], $5::timestamptz[], $6::boolean[])
    as c(id, shop_id, n, gone, at, sold_out) where c.sold_out
    on conflict (menu_item_id) where until is null do nothing
),
dates as (
    select d.shop_id, t.at from menu_dates d join (
        select c.shop_id, max(c.at) as at from unnest($1::bigint[], $2::bigint[], $3::int[], $4::boolean[], $5::timestamptz[], $6::boolean[])
    as c(id, shop_id, n, gone, at, sold_out) where c.gone group by 1) t on t.shop_id = d.shop_id
    order by 1 for update of d
)
update menu_dates m set changed_at = dates.at from dates where m.shop_id = dates.shop_id;

insert into orders (
    id, shop_id, register_id, number, order_number, type, status, training, business_day,
    currency, prices_include_tax, rules, subtotal, discount, tax, delivery_fee, delivery_taxes, tip,
    total, paid, cashier_id, cashier_name, customer_name, "table", notes, reference, pay_by,
    delivery_address, scheduled_for, estimated_time, quoted, created_at, drawer_id, service_charge, held, fired_at,
    customer_id, promo_code, guest_allergens, points_earned, completed_at, received_at, till_clock, slot_at, slot_minutes,
    delivery_minutes, delivery_area_id, payment_due_by)
select
    o.of_order, o.shop_id, o.register_id, o.number, o.order_number, o.type, o.status, o.training, o.day,
    o.currency, o.prices_include_tax, o.rules, o.subtotal, o.discount, o.tax, o.delivery_fee, o.delivery_taxes, o.tip,
    o.total, o.paid, o.cashier_id, o.cashier_name, o.customer_name, o.at_table, o.notes, o.reference, o.pay_by,
    o.delivery_address, o.scheduled_for, o.estimated_time, o.quoted, o.sold_at, o.drawer_id, o.service_charge, o.held, o.fired_at,
    o.customer_id, o.promo_code, o.guest_allergens, o.points_earned, o.completed_at, o.received_at, o.till_clock, o.slot_at, o.slot_minutes,
    o.delivery_minutes, o.delivery_area_id, o.payment_due_by
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::boolean[], $11::date[], $12::text[], $13::boolean[], $14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::text[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::text[], $25::text[], $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::timestamptz[], $32::int[], $33::bigint[], $34::timestamptz[], $35::bigint[], $36::bigint[], $37::boolean[], $38::timestamptz[], $39::text[], $40::text[], $41::bigint[], $42::timestamptz[], $43::timestamptz[], $44::timestamptz[], $45::int[], $46::int[], $47::bigint[], $48::timestamptz[])
    as o(register_id, number, order_number, customer_id, received_at, of_order, shop_id, type, status, training, day, currency, prices_include_tax, rules, subtotal, discount, tax, delivery_fee, delivery_taxes, tip, total, paid, cashier_id, cashier_name, customer_name, at_table, notes, reference, pay_by, delivery_address, scheduled_for, estimated_time, quoted, sold_at, drawer_id, service_charge, held, fired_at, promo_code, guest_allergens, points_earned, completed_at, till_clock, slot_at, slot_minutes, delivery_minutes, delivery_area_id, payment_due_by);

insert into order_items (
    id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price,
    weight, unit, modifiers, special_instructions, discount, discount_reason, promotions, tax_rate, tax,
    way, tax_class, tax_split, taxes, total, counted, combo, combo_id, combo_name,
    allergens, sold_at, service_charge, station, preparation_time, uses, unit_cost)
select
    l.id, l.of_order, l.shop_id, l.position, l.menu_item_id, l.name, l.category, l.quantity, l.unit_price,
    l.weight, l.unit, l.modifiers, l.special_instructions, l.discount, l.discount_reason, l.promotions, l.tax_rate, l.tax,
    l.way, l.tax_class, l.tax_split, l.taxes, l.total, l.counted, nullif(l.combo, 0), l.combo_id, l.combo_name,
    l.allergens, l.sold_at, l.service_charge, l.station, l.preparation_time, l.uses, l.unit_cost::numeric
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::text[], $7::text[], $8::int[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::text[], $17::bigint[], $18::bigint[], $19::text[], $20::text[], $21::text[], $22::text[], $23::bigint[], $24::boolean[], $25::int[], $26::bigint[], $27::text[], $28::text[], $29::timestamptz[], $30::bigint[], $31::text[], $32::int[], $33::text[], $34::text[])
    as l(id, of_order, shop_id, position, menu_item_id, name, category, quantity, unit_price, weight, unit, modifiers, special_instructions, discount, discount_reason, promotions, tax_rate, tax, way, tax_class, tax_split, taxes, total, counted, combo, combo_id, combo_name, allergens, sold_at, service_charge, station, preparation_time, uses, unit_cost);

insert into payments (
    id, shop_id, order_id, method, amount, tendered, change, reference, business_day,
    cashier_id, paid_at, drawer_id, rounding, points)
select
    p.id, p.shop_id, p.of_order, p.method, p.amount, p.tendered, p.change, p.reference, p.day,
    p.cashier_id, p.sold_at, p.drawer_id, p.rounding, p.points
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::date[], $10::bigint[], $11::timestamptz[], $12::bigint[], $13::bigint[], $14::bigint[])
    as p(id, shop_id, of_order, method, amount, tendered, change, reference, day, cashier_id, sold_at, drawer_id, rounding, points);

insert into stock_movements (
    shop_id, item_id, location_id, quantity, reason, unit_cost, order_id, order_item_id, user_id,
    at, day)
select
    u.shop, u.item_id, u.location_id, u.quantity, 'sale', u.unit_cost::numeric, u.order_id, u.line, u.user_id,
    u.at, u.day
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::date[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[])
    as u(shop, order_id, user_id, at, day, item_id, location_id, quantity, unit_cost, line);

insert into journal (
    register_id, number, shop_id, order_id, kind, at, content, hash)
select
    j.register_id, j.number, j.shop_id, j.order_id, j.kind, j.at, j.content, j.hash
from unnest($1::text[], $2::bigint[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[], $8::text[])
    as j(kind, number, hash, register_id, shop_id, order_id, at, content);

insert into events (
    shop_id, event, at, actor, data, customer_id)
select
    e.shop_id, e.event, e.at, e.actor, e.data, e.customer_id
from unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::bigint[])
    with ordinality as e(event, data, shop_id, at, actor, customer_id, place) order by e.place;

insert into idempotency_keys (
    shop_id, scope, key, request_hash, status, location, body)
select
    k.shop_id, k.scope, k.key, k.request_hash, 201, k.location, k.body
from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[])
    as k(shop_id, scope, key, request_hash, location, body);

commit;
