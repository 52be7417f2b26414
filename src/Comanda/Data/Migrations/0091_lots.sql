-- Lots: which delivery, dough or bake what is sold came from. The movements stay the ledger; which lot each of them took is worked out
-- from them in their order, beside the sales and never within one. See docs/adr/0051.

-- A lot that a movement names itself: delivered, made, thrown away. A sale names none.
alter table stock_movements add column lot_id bigint;
-- Of what was used to make something: the lot that came of it.
alter table stock_movements add column into_lot_id bigint;

-- The items that keep lots. What was there before is one lot without a name.
create table lot_items (
    item_id         bigint primary key references stock_items,
    shop_id         bigint not null,
    -- Movements that this snapshot sees are in that first lot; all others are given lots, each once.
    since           pg_snapshot not null,
    -- The transaction that took it: a snapshot counts its own transaction among those that are over, and its movements came after.
    began           xid8 not null,
    -- The last of them by number: what counts where the snapshot means nothing, in a cluster that was restored.
    since_id        bigint not null,
    -- How long it keeps, where a delivery or a bake does not say.
    shelf_life_days int check (shelf_life_days between 0 and 3650),
    version         bigint not null default 1
);
create index lot_items_of_shop on lot_items (shop_id);

create table lots (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    item_id     bigint not null references stock_items,
    -- As it stands on the sack, or as the shop named its dough; null: what no lot was said of.
    code        text,
    best_before date,
    purchase_id bigint,
    supplier_id bigint references suppliers,
    -- The business day on which it first came or was made.
    day         date not null,
    created_at  timestamptz not null,
    -- What is left of it, in thousandths. Only whoever holds the shop's lot_positions changes it.
    remaining   bigint not null default 0 check (remaining >= 0)
);
create unique index lots_code on lots (item_id, lower(coalesce(code, '')));
create index lots_of_shop on lots (shop_id, lower(code));
create index lots_left on lots (item_id) where remaining > 0;
create index lots_expiring on lots (shop_id, best_before) where remaining > 0 and best_before is not null;

-- What each movement of such an item took from which lot (below 0) or brought to it. Lot 0: sold before the books had any; it is given the
-- lot that comes next. The parts of a movement sum to it.
create table lot_moves (
    movement_id   bigint not null,
    lot_id        bigint not null,
    shop_id       bigint not null,
    item_id       bigint not null,
    quantity      bigint not null check (quantity <> 0),
    order_item_id bigint,
    into_lot_id   bigint,
    primary key (movement_id, lot_id)
);
create index lot_moves_of_lot on lot_moves (lot_id) include (order_item_id, quantity) where order_item_id is not null;
create index lot_moves_into on lot_moves (lot_id) include (into_lot_id, quantity) where into_lot_id is not null;
create index lot_moves_made_of on lot_moves (into_lot_id) include (lot_id, quantity) where into_lot_id is not null;
create index lot_moves_of_line on lot_moves (order_item_id) where order_item_id is not null;
create index lot_moves_owed on lot_moves (item_id) where lot_id = 0;

-- How far a shop's movements have been looked at; a row for each shop that keeps lots.
create table lot_positions (
    shop_id bigint primary key references shops,
    done_to xid8 not null
);

-- A message about a lot goes to a guest once.
create table recall_messages (
    shop_id     bigint not null references shops,
    lot_id      bigint not null references lots,
    customer_id bigint not null references customers,
    at          timestamptz not null,
    user_id     bigint,
    primary key (lot_id, customer_id)
);
