-- What somebody brought along from another system: first a plan, and done when they say so, all of it or not at all.
create table imports (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null references shops (id),
    system       text not null,
    kind         text not null check (kind in ('sales', 'catalogue', 'customers', 'several', 'nothing')),
    status       text not null check (status in ('planned', 'running', 'done', 'failed', 'undone')),
    options      text not null,
    -- JSON: what the files say, held against the shop as it was when it was looked at last.
    plan         text not null,
    done         bigint not null default 0,
    whole        bigint not null default 0,
    failure      text,
    created_at   timestamptz not null,
    created_by   bigint,
    finished_at  timestamptz,
    -- It took the place of something that had been there before, which nothing brings back.
    replaced     boolean not null default false,
    -- Numbers of the register of imports that its sales have.
    register_id  bigint references registers (id),
    first_number bigint,
    last_number  bigint
);
create index imports_shop on imports (shop_id, id);
create index imports_running on imports (id) where status = 'running';

-- The files themselves, until the import is done: it is read anew when it is run, whatever process does it.
create table import_files (
    import_id bigint not null references imports (id) on delete cascade,
    shop_id   bigint not null,
    place     integer not null,
    name      text not null,
    content   bytea not null,
    primary key (import_id, place)
);

alter table imported_orders
    alter column import_id drop not null,
    add column brought_by bigint references imports (id),
    -- What else the other system calls it: refunds name a payment, not a sale.
    add column also_ref text,
    -- Of all that was said of it, to see that it is another by now.
    add column fingerprint text;
create index imported_orders_brought on imported_orders (brought_by) where brought_by is not null;
create index imported_orders_also on imported_orders (shop_id, also_ref) where also_ref is not null;
create index imported_orders_order on imported_orders (order_id);

create table imported_refunds (
    shop_id      bigint not null references shops (id),
    external_ref text not null,
    refund_id    bigint not null,
    order_id     bigint not null references orders (id),
    brought_by   bigint not null references imports (id),
    fingerprint  text not null,
    primary key (shop_id, external_ref)
);
create index imported_refunds_brought on imported_refunds (brought_by);
create index imported_refunds_order on imported_refunds (order_id);

-- What the other system calls an item of the menu, or a guest.
create table imported_rows (
    shop_id      bigint not null references shops (id),
    kind         text not null check (kind in ('item', 'guest')),
    external_ref text not null,
    local_id     bigint not null,
    fingerprint  text not null,
    brought_by   bigint not null references imports (id),
    -- It was not there before.
    fresh        boolean not null,
    primary key (shop_id, kind, external_ref)
);
create index imported_rows_brought on imported_rows (brought_by);
create index imported_rows_local on imported_rows (kind, local_id);
