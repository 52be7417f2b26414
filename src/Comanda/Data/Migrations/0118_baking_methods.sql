-- Where a bakery works, and how things are made, step by step: of a product of the menu, or of a stock item that is made ahead. opens,
-- closes and shelf_at are by the shop's clock. A load is in thousandths, as stock is. See docs/adr/0066.
create table bake_stations (
    id      bigint generated always as identity primary key,
    shop_id bigint not null references shops,
    place   int not null,
    name    text not null,
    units   int not null check (units between 1 and 50),
    opens   time,
    closes  time,
    check ((opens is null) = (closes is null))
);
create index bake_stations_of_shop on bake_stations (shop_id, place);

create table bake_methods (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null references shops,
    menu_item_id  bigint unique references menu_items,
    stock_item_id bigint unique references stock_items,
    shelf_at      time,
    version       bigint not null default 1,
    updated_at    timestamptz not null,
    check (num_nonnulls(menu_item_id, stock_item_id) = 1)
);
create index bake_methods_of_shop on bake_methods (shop_id);

create table bake_steps (
    method_id   bigint not null references bake_methods,
    place       int not null,
    kind        text not null check (kind in ('mix', 'rest', 'shape', 'proof', 'bake', 'cool', 'other')),
    name        text,
    minutes     int not null check (minutes between 1 and 4320),
    station_id  bigint references bake_stations,
    load        bigint check (load > 0),
    temperature text,
    note        text,
    primary key (method_id, place),
    check (load is null or station_id is not null)
);
create index bake_steps_at_station on bake_steps (station_id);
