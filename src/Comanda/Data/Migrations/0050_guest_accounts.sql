-- What a guest keeps in an account: addresses, of which one is the default, favourites, and the devices that get messages.

create table guest_addresses (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    user_id     bigint not null references users,
    title       text not null,
    address     text not null,
    landmark    text,
    city        text not null,
    state_name  text,
    zip_code    text not null,
    longitude   double precision check (longitude between -180 and 180),
    latitude    double precision check (latitude between -90 and 90),
    is_default  boolean not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    version     bigint not null default 1,
    check ((longitude is null) = (latitude is null))
);
create index guest_addresses_of on guest_addresses (shop_id, user_id, id);
create unique index guest_addresses_default on guest_addresses (shop_id, user_id) where is_default;

create table favorites (
    shop_id       bigint not null references shops,
    user_id       bigint not null references users,
    menu_item_id  bigint not null references menu_items,
    added_at      timestamptz not null,
    primary key (user_id, menu_item_id)
);

-- A device belongs to whoever signed in there last.
create table push_tokens (
    shop_id   bigint not null references shops,
    token     text not null,
    user_id   bigint not null references users,
    added_at  timestamptz not null,
    primary key (shop_id, token)
);
create index push_tokens_of on push_tokens (shop_id, user_id, added_at);
