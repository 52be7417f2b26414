-- Cakes to order. days, servings and options are JSON as the API spells them. An order keeps its item and its cake as they were agreed
-- (item, cake: JSON), so that what the menu says later changes no agreement. cake_days is what those lock who take a place on a day.
-- The sale itself is an order like any other, placed when the cake is collected. See docs/adr/0065.
create table cakes (
    menu_item_id       bigint primary key references menu_items,
    shop_id            bigint not null references shops,
    lead_days          int not null check (lead_days between 0 and 60),
    order_by           time,
    capacity           int not null check (capacity between 0 and 1000),
    weekdays           text[] not null check (cardinality(weekdays) > 0),
    days               text not null,
    servings           text not null,
    options            text not null,
    inscription_max    int not null check (inscription_max between 0 and 200),
    inscription_option text,
    takes_picture      boolean not null,
    picture_option     text,
    deposit_percent    int not null check (deposit_percent between 0 and 100),
    deposit_tax        text check (deposit_tax in ('received', 'supplied')),
    change_hours       int not null check (change_hours between 0 and 1440),
    cancel_hours       int not null check (cancel_hours between 0 and 1440),
    kept_percent       int not null check (kept_percent between 0 and 100),
    kept_tax_class     text,
    version            bigint not null default 1,
    updated_at         timestamptz not null,
    ended_at           timestamptz
);
create index cakes_of_shop on cakes (shop_id);

create table cake_days (
    menu_item_id bigint not null references cakes,
    day          date not null,
    shop_id      bigint not null,
    primary key (menu_item_id, day)
);

create table cake_orders (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null references shops,
    menu_item_id  bigint not null references cakes,
    name          text not null,
    item          text not null,
    cake          text not null,
    quantity      int not null check (quantity between 1 and 20),
    servings      int,
    options       text not null,
    inscription   text,
    picture_url   text,
    customer_id   bigint references customers,
    customer_name text,
    phone         text,
    notes         text,
    collect_at    timestamptz not null,
    day           date not null,
    stage         text not null check (stage in ('requested', 'accepted', 'baked', 'decorated', 'collected', 'cancelled')),
    tax_class     text not null,
    total         bigint not null check (total >= 0),
    deposit       bigint not null check (deposit between 0 and total),
    deposit_paid  bigint not null default 0 check (deposit_paid between 0 and total),
    card_id       bigint references gift_cards,
    held_until    timestamptz,
    order_id      bigint references orders deferrable initially deferred,
    kept          bigint check (kept between 0 and deposit_paid),
    kept_order_id bigint references orders deferrable initially deferred,
    cancel_reason text,
    cancelled_at  timestamptz,
    collected_at  timestamptz,
    version       bigint not null default 1,
    created_by    bigint not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    check ((stage = 'collected') = (order_id is not null)),
    check ((stage = 'cancelled') = (cancelled_at is not null)),
    check ((deposit_paid > 0) = (card_id is not null))
);
create index cake_orders_of_shop on cake_orders (shop_id, id);
create index cake_orders_of_day on cake_orders (shop_id, day);
create index cake_orders_of_cake on cake_orders (menu_item_id, day);
create index cake_orders_of_customer on cake_orders (customer_id);

create table cake_stages (
    id            bigint generated always as identity primary key,
    cake_order_id bigint not null references cake_orders,
    shop_id       bigint not null,
    stage         text not null check (stage in ('requested', 'accepted', 'baked', 'decorated', 'collected', 'cancelled')),
    by_id         bigint not null,
    by_name       text not null,
    note          text,
    photo_url     text,
    at            timestamptz not null
);
create index cake_stages_of_order on cake_stages (cake_order_id, id);
