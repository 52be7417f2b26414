-- A day's plan as it was kept, and what became of it. A batch keeps its steps as they were then (JSON). planned_from and planned_until are
-- never changed: when things are done from now on follows from what was begun and done, and is worked out when it is asked for. needs are
-- the batches that one is made of; items and doughs (JSON) are what it was planned for. Quantities are in thousandths. See docs/adr/0066.
create table bake_plans (
    shop_id bigint not null references shops,
    day     date not null,
    version bigint not null default 1,
    kept_at timestamptz not null,
    kept_by bigint not null,
    items   text not null,
    doughs  text not null,
    primary key (shop_id, day)
);

create table bake_batches (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null,
    day           date not null,
    menu_item_id  bigint references menu_items,
    stock_item_id bigint references stock_items,
    name          text not null,
    unit          text not null,
    quantity      bigint not null check (quantity > 0),
    due_at        timestamptz not null,
    needs         bigint[] not null default '{}',
    steps         text not null,
    booked        bigint,
    foreign key (shop_id, day) references bake_plans,
    check (num_nonnulls(menu_item_id, stock_item_id) = 1)
);
create index bake_batches_of_day on bake_batches (shop_id, day);

create table bake_tasks (
    id            bigint generated always as identity primary key,
    batch_id      bigint not null references bake_batches on delete cascade,
    step          int not null,
    quantity      bigint not null check (quantity > 0),
    station_id    bigint,
    unit_no       int not null,
    planned_from  timestamptz not null,
    planned_until timestamptz not null check (planned_until > planned_from),
    started_at    timestamptz,
    started_by    bigint,
    done_at       timestamptz check (done_at >= started_at),
    done_by       bigint
);
create index bake_tasks_of_batch on bake_tasks (batch_id);
