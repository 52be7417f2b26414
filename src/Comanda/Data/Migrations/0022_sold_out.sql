-- When an item of the menu could not be sold, so that what would have been sold then can be told from what nobody wanted.
create table sold_out (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null,
    menu_item_id bigint not null references menu_items,
    at           timestamptz not null,
    -- Null while it still is.
    until        timestamptz
);
create unique index sold_out_now on sold_out (menu_item_id) where until is null;
create index sold_out_of_shop on sold_out (shop_id, at);
insert into sold_out (shop_id, menu_item_id, at)
    select shop_id, id, now() from menu_items where archived_at is null and not (in_stock and stock_quantity is distinct from 0);

-- What was ordered for a time of its own belongs to that day.
create index orders_scheduled on orders (shop_id, scheduled_for) where scheduled_for is not null;
