-- Sales that a till made without us and sent later.

-- Null for orders placed with us. created_at is when the sale was made, by our clock (how long ago, the till says); till_clock is what
-- the till's own clock said then, received_at when it came.
alter table orders
    add column received_at timestamptz,
    add column till_clock  timestamptz;

-- What was sold before a close and came after it: a session of its own beside the register's current one, since the closed one stands.
alter table drawers add column late boolean not null default false;
create unique index drawers_late_open on drawers (register_id) where late and closed_at is null;
-- Was the register closed after this sale?
create index drawers_closed on drawers (register_id, closed_at) where not late;

-- Sales that could not be placed as they came. Nothing of them is lost: somebody who may decides what becomes of each.
create table sales_set_aside (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null references shops,
    register_id  bigint not null references registers,
    key          text not null,
    request_hash bytea not null,
    sold_at      timestamptz not null,
    till_clock   timestamptz,
    received_at  timestamptz not null,
    handed_over  boolean not null,
    seller_id    bigint,
    seller_name  text not null,
    sent_by      bigint not null,
    -- As it came, without a PIN that approved it.
    sale         text not null,
    code         text not null,
    reason       text not null,
    errors       text,
    resolved_at  timestamptz,
    resolved_by  bigint,
    order_id     bigint references orders deferrable initially deferred,
    note         text,
    check ((resolved_at is null) = (resolved_by is null)),
    unique (shop_id, key, request_hash)
);
create index sales_set_aside_by_shop on sales_set_aside (shop_id, id);
