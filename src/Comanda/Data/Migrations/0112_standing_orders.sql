-- Standing orders: every Saturday two rye. Items, pauses and the address are JSON as the API spells them. at is by the shop's clock. Each
-- day becomes an order once: the order is placed under a retry key of that day, and what became of the day is noted here.
-- See docs/adr/0063.
create table standing_orders (
    id               bigint generated always as identity primary key,
    shop_id          bigint not null references shops,
    customer_id      bigint not null references customers,
    type             text not null check (type in ('takeaway', 'online', 'delivery')),
    items            text not null,
    weekdays         text[] not null check (cardinality(weekdays) > 0),
    at               time not null,
    begins           date not null,
    ends             date check (ends >= begins),
    pauses           text not null default '[]',
    pay              text not null check (pay in ('per_order', 'gift_card')),
    gift_card        text check ((gift_card is not null) = (pay = 'gift_card')),
    delivery_address text,
    notes            text,
    days_ahead       int not null check (days_ahead between 0 and 7),
    version          bigint not null default 1,
    created_by       bigint not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    ended_at         timestamptz
);
create index standing_orders_of_shop on standing_orders (shop_id, id);
create index standing_orders_of_customer on standing_orders (customer_id);

create table standing_order_days (
    standing_order_id bigint not null references standing_orders,
    day               date not null,
    shop_id           bigint not null,
    status            text not null check (status in ('placed', 'failed')),
    order_id          bigint references orders,
    reason            text,
    at                timestamptz not null,
    primary key (standing_order_id, day),
    check ((status = 'placed') = (order_id is not null))
);
create index standing_order_days_of_shop on standing_order_days (shop_id, day);
