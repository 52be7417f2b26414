-- Purchase orders. How much of a line has come is the sum of the movements that name the order: it stands nowhere else.

create table purchase_orders (
    id          bigint generated always as identity primary key,
    shop_id     bigint not null references shops,
    supplier_id bigint references suppliers,
    -- draft; ordered; partly_received and received by what came; closed: the rest will not come; cancelled: nothing came.
    status      text not null check (status in ('draft', 'ordered', 'partly_received', 'received', 'closed', 'cancelled')),
    expected_on date,
    note        text not null default '',
    created_by  bigint,
    created_at  timestamptz not null,
    ordered_at  timestamptz,
    version     bigint not null default 1
);
create index purchase_orders_of_shop on purchase_orders (shop_id, id);
create index purchase_orders_open on purchase_orders (shop_id) where status in ('draft', 'ordered', 'partly_received');

create table purchase_order_lines (
    purchase_id bigint not null references purchase_orders on delete cascade,
    item_id     bigint not null references stock_items,
    place       int not null,
    -- Thousandths of the item's unit, and how it was said: so many of a unit or a pack.
    quantity    bigint not null check (quantity > 0),
    amount      numeric not null check (amount > 0),
    unit        text not null,
    -- Of one of that unit or pack.
    unit_cost   numeric not null check (unit_cost >= 0),
    primary key (purchase_id, item_id)
);
create index purchase_order_lines_by_item on purchase_order_lines (item_id);

create index stock_movements_of_purchase on stock_movements (purchase_id, item_id) include (quantity, unit_cost) where purchase_id is not null;

-- What is still to come of each item.
create view stock_on_order as
    select p.shop_id, l.item_id, sum(greatest(l.quantity - coalesce(r.quantity, 0), 0))::bigint as quantity
    from purchase_orders p join purchase_order_lines l on l.purchase_id = p.id
    left join lateral (select sum(m.quantity) as quantity from stock_movements m where m.purchase_id = p.id and m.item_id = l.item_id) r on true
    where p.status in ('draft', 'ordered', 'partly_received')
    group by p.shop_id, l.item_id;
