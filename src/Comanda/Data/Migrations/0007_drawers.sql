-- Drawer sessions: whose cash it is, from a float to a count. Every register always has one that is current, so that every sale
-- belongs to exactly one: between a close and the next opening it is an automatic one, which nobody opened.

create sequence drawer_ids;

create table drawers (
    id            bigint primary key,
    shop_id       bigint not null references shops,
    register_id   bigint not null references registers,
    automatic     boolean not null,
    float         bigint not null default 0 check (float >= 0),
    opened_at     timestamptz not null,
    opened_by     bigint,
    closed_at     timestamptz,
    closed_by     bigint,
    counted       bigint,
    -- Gap-free within the register; given with the close.
    z_number      bigint,
    -- The Z report as it was at the close: JSON, amounts in minor units. A closed session's figures never change.
    report        text,
    unique (register_id, z_number)
);
create index drawers_by_shop on drawers (shop_id, id);

create table drawer_movements (
    id         bigint generated always as identity primary key,
    drawer_id  bigint not null references drawers,
    shop_id    bigint not null,
    type       text not null check (type in ('in', 'out')),
    amount     bigint not null check (amount > 0),
    reason     text not null,
    user_id    bigint,
    at         timestamptz not null
);
create index drawer_movements_drawer on drawer_movements (drawer_id);

-- A register and its first session are made together. A sale reads the current one in the update that gives it its number, and a
-- close changes it under the same lock: every sale is before the close or after it.
alter table registers add column drawer_id bigint not null default nextval('drawer_ids');
alter table registers add column last_z bigint not null default 0;
insert into drawers (id, shop_id, register_id, automatic, opened_at) select drawer_id, shop_id, id, true, now() from registers;
create function open_first_drawer() returns trigger language plpgsql as $$
begin
    insert into drawers (id, shop_id, register_id, automatic, opened_at) values (new.drawer_id, new.shop_id, new.id, true, now());
    return null;
end $$;
create trigger registers_first_drawer after insert on registers for each row execute function open_first_drawer();

-- Null for sales that were imported: their cash was counted elsewhere.
alter table orders add column drawer_id bigint;
alter table orders add column cancelled_drawer_id bigint;
alter table payments add column drawer_id bigint;
alter table refunds add column drawer_id bigint;
alter table order_refunds add column drawer_id bigint;
update orders o set drawer_id = r.drawer_id, cancelled_drawer_id = case when o.cancelled_at is not null then r.drawer_id end
    from registers r where r.id = o.register_id and r.kind <> 'import';
update payments p set drawer_id = o.drawer_id from orders o where o.id = p.order_id;
update refunds p set drawer_id = o.drawer_id from orders o where o.id = p.order_id;
update order_refunds p set drawer_id = o.drawer_id from orders o where o.id = p.order_id;
create index orders_of_drawer on orders (drawer_id) where drawer_id is not null;
create index orders_cancelled_in_drawer on orders (cancelled_drawer_id) where cancelled_drawer_id is not null;
create index payments_of_drawer on payments (drawer_id) where drawer_id is not null;
create index refunds_of_drawer on refunds (drawer_id) where drawer_id is not null;
create index order_refunds_of_drawer on order_refunds (drawer_id) where drawer_id is not null;

-- An order that was edited after its session was closed: the difference counts in the session of the edit, rate by rate (a tip in a row
-- of its own), so that
-- a closed session stays as it was and all sessions together are all sales.
create table drawer_corrections (
    id         bigint generated always as identity primary key,
    drawer_id  bigint not null references drawers,
    shop_id    bigint not null,
    order_id   bigint not null references orders,
    tax_rate   bigint not null,
    amount     bigint not null,
    tax        bigint not null,
    discount   bigint not null,
    tip        bigint not null,
    at         timestamptz not null
);
create index drawer_corrections_drawer on drawer_corrections (drawer_id);
