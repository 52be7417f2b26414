-- Who brings a delivery, where they are, and what became of an order when.

create table deliveries (
    order_id      bigint primary key references orders,
    shop_id       bigint not null,
    person_name   text,
    person_phone  text,
    longitude     double precision check (longitude between -180 and 180),
    latitude      double precision check (latitude between -90 and 90),
    located_at    timestamptz,
    estimated_at  timestamptz
);

create table order_moves (
    id        bigint generated always as identity primary key,
    order_id  bigint not null references orders,
    shop_id   bigint not null,
    status    text not null,
    at        timestamptz not null
);
create index order_moves_order on order_moves (order_id, id);
