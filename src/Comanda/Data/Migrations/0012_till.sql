-- The till: cash in steps of coins, service charge, orders held back, what the kitchen is at.

-- The smallest step in which the order's cash is paid (minor units, 0 is none), and the rate of its service charge, as they were when
-- it was placed. fired_at is when the kitchen got it; null while it has not.
alter table orders
    add column cash_step           bigint  not null default 0 check (cash_step >= 0),
    add column service_charge      bigint  not null default 0,
    add column service_charge_rate bigint  not null default 0,
    add column held                boolean not null default false,
    add column fired_at            timestamptz;
update orders set fired_at = created_at where status in ('pending', 'preparing', 'ready', 'in_transit') and not training;

alter table order_items
    add column service_charge   bigint not null default 0,
    add column station          text   not null default 'kitchen',
    add column preparation_time int    not null default 0,
    add column started_at       timestamptz,
    add column ready_at         timestamptz;

-- What changed hands is amount + rounding.
alter table payments add column rounding bigint not null default 0;
alter table refunds add column rounding bigint not null default 0;

alter table drawer_corrections add column service_charge bigint not null default 0;

-- Who makes it: each station has its own tickets.
alter table categories add column station text not null default 'kitchen';

create index orders_in_kitchen on orders (shop_id, fired_at) where status in ('pending', 'preparing') and fired_at is not null;
create index orders_to_fire on orders (scheduled_for) where status = 'pending' and fired_at is null and scheduled_for is not null and not held and not training;

create or replace view sales as
    select shop_id, business_day as day, 1 as sign, id as order_id, type, cashier_id, total - tip as total, tax, discount, tip, delivery_fee, created_at as at, service_charge
    from orders where not training and cancelled_day is distinct from business_day
    union all
    select shop_id, cancelled_day, -1, id, type, cashier_id, total - tip, tax, discount, tip, delivery_fee, cancelled_at, service_charge
    from orders where not training and cancelled_day <> business_day;

-- amount is what changed hands, rounding the part of it that is none of the sale's.
create or replace view takings as
    select p.shop_id, p.business_day as day, p.method, p.amount + p.rounding as amount, p.rounding
    from payments p join orders o on o.id = p.order_id where not o.training
    union all
    select r.shop_id, r.business_day, r.method, -(r.amount + r.rounding), -r.rounding
    from refunds r join orders o on o.id = r.order_id where not o.training and r.kind = 'cancellation';
