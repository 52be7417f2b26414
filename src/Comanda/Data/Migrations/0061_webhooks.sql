-- Addresses that are called for what happens in a shop. The event log is their queue: each has its place in it.
create table webhooks (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops (id),
    url text not null,
    events text[],
    dialect text not null,
    secret text not null,
    old_secret text,
    old_secret_until timestamptz,
    position bigint not null,
    attempts int not null default 0,
    next_try_at timestamptz,
    last_status int,
    last_error text,
    last_delivered_at timestamptz,
    disabled_at timestamptz,
    disabled_because text check (disabled_because in ('failing', 'gone')),
    leased_by uuid,
    leased_until timestamptz,
    created_at timestamptz not null,
    created_by bigint not null
);

create index webhooks_shop on webhooks (shop_id);

-- Events that an address did not want, while it took others: tried again by themselves; next_try_at is null once given up.
create table webhook_failures (
    webhook_id bigint not null,
    seq bigint not null,
    shop_id bigint not null,
    attempts int not null,
    next_try_at timestamptz,
    last_status int,
    last_error text,
    primary key (webhook_id, seq)
);

create index webhook_failures_due on webhook_failures (webhook_id, next_try_at) where next_try_at is not null;
