-- Stock. What there is of an ingredient is the sum of its movements and nothing else: a sale adds rows and updates none, so sales that
-- share milk and beans never wait for one another. See docs/adr/0020.

create table suppliers (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    name        text not null,
    email       text,
    phone       text,
    notes       text not null default '',
    -- Days from the order to the delivery.
    lead_days   int check (lead_days between 0 and 365),
    version     bigint not null default 1,
    archived_at timestamptz
);
create unique index suppliers_name on suppliers (shop_id, lower(name)) where archived_at is null;

create table stock_locations (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    name        text not null,
    version     bigint not null default 1,
    archived_at timestamptz
);
create unique index stock_locations_name on stock_locations (shop_id, lower(name)) where archived_at is null;

-- Quantities are thousandths of the item's unit. A cost is in the shop's currency for one unit, and may be far below a cent.
create table stock_items (
    id                  bigint generated always as identity primary key,
    shop_id             bigint not null references shops,
    name                text not null,
    unit                text not null,
    -- JSON: [{"name", "quantity" (in the item's unit)}]
    packs               text not null default '[]',
    low_stock_threshold bigint check (low_stock_threshold >= 0),
    supplier_id         bigint references suppliers,
    -- Where sales take it from.
    location_id         bigint references stock_locations,
    unit_cost           numeric not null default 0 check (unit_cost >= 0),
    lead_days           int check (lead_days between 0 and 365),
    -- bought; or made from others: ahead, with a stock of its own, or to_order, when what it is in is sold.
    made                text not null default 'bought' check (made in ('bought', 'ahead', 'to_order')),
    -- How much its recipe makes.
    yield               bigint check (yield > 0),
    version             bigint not null default 1,
    created_at          timestamptz not null,
    archived_at         timestamptz,
    check (made = 'bought' or yield is not null)
);
create unique index stock_items_name on stock_items (shop_id, lower(name)) where archived_at is null;
create index stock_items_of_shop on stock_items (shop_id, id);

create function stock_items_stay() returns trigger language plpgsql as $$
begin
    raise exception 'stock items are archived, not deleted: their movements name them' using errcode = 'restrict_violation';
end $$;
create trigger stock_items_stay before delete on stock_items for each row execute function stock_items_stay();

-- No reference to the item: each would lock the one row that all sales of an ingredient share. Items are never deleted instead.
-- order_item_id is the line that used it; a line that was edited away or moved to another bill is known by it still.
create table stock_movements (
    id            bigint generated always as identity,
    shop_id       bigint not null,
    item_id       bigint not null,
    -- 0 where no place is named.
    location_id   bigint not null default 0,
    quantity      bigint not null check (quantity <> 0 or reason = 'count'),
    reason        text not null check (reason in ('sale', 'return', 'delivery', 'waste', 'count', 'transfer', 'correction', 'make')),
    -- What one unit cost at that moment.
    unit_cost     numeric not null,
    -- Of a count: what was there.
    counted       bigint,
    order_id      bigint,
    order_item_id bigint,
    purchase_id   bigint,
    note          text,
    user_id       bigint,
    at            timestamptz not null,
    day           date not null,
    xact          xid8 not null default pg_current_xact_id(),
    primary key (item_id, id)
);
create index stock_movements_tail on stock_movements (shop_id, xact) include (item_id, location_id, quantity);

create function stock_movements_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'stock movements are append-only: % is refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger stock_movements_append_only before update or delete on stock_movements for each row execute function stock_movements_are_append_only();
create trigger stock_movements_no_truncate before truncate on stock_movements for each statement execute function stock_movements_are_append_only();

-- How far a shop's movements are folded into levels and days: all of transactions before folded_to, and all up to floor_id whatever
-- their transaction (those of another cluster, whose numbers mean nothing here). A background service moves it on, nobody else.
create table stock_positions (
    shop_id   bigint primary key references shops,
    folded_to xid8 not null default '0',
    floor_id  bigint not null default 0
);

create table stock_levels (
    shop_id     bigint not null,
    item_id     bigint not null,
    location_id bigint not null,
    quantity    bigint not null,
    primary key (shop_id, item_id, location_id)
);

create table stock_days (
    shop_id  bigint not null,
    day      date not null,
    item_id  bigint not null,
    reason   text not null,
    quantity bigint not null,
    -- Σ quantity × unit_cost, in thousandths like the quantity.
    cost     numeric not null,
    primary key (shop_id, day, item_id, reason)
);

-- What there is now: what is folded, and the few movements behind it.
create view stock_now as
    select shop_id, item_id, location_id, sum(quantity)::bigint as quantity
    from (
        select shop_id, item_id, location_id, quantity from stock_levels
        union all
        select m.shop_id, m.item_id, m.location_id, m.quantity
        from stock_positions p join stock_movements m on m.shop_id = p.shop_id and m.xact >= p.folded_to and m.id > p.floor_id
    ) parts
    group by shop_id, item_id, location_id;

-- The same by business day and reason.
create view stock_use as
    select shop_id, day, item_id, reason, quantity, cost from stock_days
    union all
    select m.shop_id, m.day, m.item_id, m.reason, m.quantity, m.quantity * m.unit_cost
    from stock_positions p join stock_movements m on m.shop_id = p.shop_id and m.xact >= p.folded_to and m.id > p.floor_id;

-- Which items are low: a crossing is told once, and again only after the item was not.
create table stock_low (
    item_id bigint primary key references stock_items,
    shop_id bigint not null,
    since   timestamptz not null
);

create table stock_alerts (
    id      bigint generated always as identity primary key,
    shop_id bigint not null references shops,
    item_id bigint not null references stock_items,
    type    text not null check (type in ('low_stock', 'negative_stock')),
    message text not null,
    at      timestamptz not null,
    read_at timestamptz,
    read_by bigint
);
create index stock_alerts_of_shop on stock_alerts (shop_id, id);

-- What one of something uses: of an item of the menu, of a modifier option, or what a recipe of a made stock item takes for its yield.
create table recipe_lines (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null references shops,
    menu_item_id bigint references menu_items,
    option_id    bigint references modifier_options on delete cascade,
    made_id      bigint references stock_items,
    place        int not null,
    item_id      bigint not null references stock_items,
    -- Thousandths of the item's unit; of a swap null where it takes as much as what it replaces.
    quantity     bigint check (quantity > 0),
    -- Only of an option: what it takes the place of.
    replaces_id  bigint references stock_items,
    check (num_nonnulls(menu_item_id, option_id, made_id) = 1),
    check (replaces_id is null or option_id is not null),
    check (quantity is not null or replaces_id is not null)
);
create index recipe_lines_of_shop on recipe_lines (shop_id);
create index recipe_lines_of_menu_item on recipe_lines (menu_item_id) where menu_item_id is not null;
create index recipe_lines_of_option on recipe_lines (option_id) where option_id is not null;
create index recipe_lines_of_made on recipe_lines (made_id) where made_id is not null;
create index recipe_lines_by_item on recipe_lines (item_id);

-- What one of the line uses, frozen when it was ordered (JSON, see Stock/LineUse.cs), and what that cost.
alter table order_items add column uses text, add column unit_cost numeric;

create or replace view sales_lines as
    select s.shop_id, s.day, s.sign, s.order_id, s.type, i.menu_item_id, i.name, i.category, i.quantity, i.total, i.tax, i.discount,
        case when s.sign = 1 then i.sold_at else s.at end as at, i.unit_cost
    from sales s join order_items i on i.order_id = s.order_id
    union all
    select s.shop_id, s.day, s.sign, s.order_id, s.type, null, 'Delivery', 'Delivery', 0, s.delivery_fee, 0, 0, s.at, null
    from sales s where s.delivery_fee <> 0;

-- What items of the menu earned, without tax, and what they cost to make: sold, less what went back. What was put back on the shelf cost
-- nothing; a cancellation takes all of an order back, so what refunds took of it before is no longer taken.
create view earned_lines as
    select shop_id, day, menu_item_id, name, category, sign * quantity as quantity, sign * (total - tax) as net, sign * quantity * unit_cost as cost, unit_cost is not null as costed
    from sales_lines where menu_item_id is not null
    union all
    select r.shop_id, r.business_day, i.menu_item_id, i.name, i.category, 0, l.tax - l.amount, case when r.restocked then -l.quantity * i.unit_cost end, i.unit_cost is not null
    from order_refunds r join orders o on o.id = r.order_id and not o.training join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
    union all
    select o.shop_id, o.cancelled_day, i.menu_item_id, i.name, i.category, 0, l.amount - l.tax, case when r.restocked then l.quantity * i.unit_cost end, i.unit_cost is not null
    from orders o join order_refunds r on r.order_id = o.id join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
    where o.cancelled_day is not null and not o.training;
