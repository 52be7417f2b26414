-- What guests order themselves: where it is brought, for when there is room, and until when it waits to be paid.

create table delivery_areas (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    name        text not null,
    postcodes   text[],
    -- JSON: [[longitude, latitude], …]
    polygon     text,
    fee         bigint not null check (fee >= 0),
    minimum     bigint not null check (minimum >= 0),
    minutes     integer not null check (minutes >= 0),
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    version     bigint not null default 1,
    check ((postcodes is null) <> (polygon is null))
);
create index delivery_areas_shop on delivery_areas (shop_id, id);

-- What a slot has: orders that are fetched, orders that are brought, and minutes of work of both. A row is there once something was
-- ordered for it. Whoever takes room locks it, so that however many come at once, no more get in than there is room for.
create table slots (
    shop_id    bigint not null references shops,
    starts_at  timestamptz not null,
    pickup     integer not null default 0,
    delivery   integer not null default 0,
    minutes    integer not null default 0,
    primary key (shop_id, starts_at)
) with (fillfactor = 70);

-- The slot that an order has a place in, with so many minutes of work; how long it is on its way, to which area; and until when its guest
-- may pay by card.
alter table orders
    add column slot_at           timestamptz,
    add column slot_minutes      integer not null default 0,
    add column delivery_minutes  integer not null default 0,
    add column delivery_area_id  bigint,
    add column payment_due_by    timestamptz;
create index orders_payment_due on orders (payment_due_by) where payment_due_by is not null;

-- A guest hears of their own orders, however much else there is.
create index events_customer on events (shop_id, customer_id, seq) where customer_id is not null;

-- That a delivery was handed over.
alter table deliveries
    add column proof_by     text,
    add column proof_note   text,
    add column proof_image  text,
    add column proved_at    timestamptz;
