-- Combos, and what was in a line when it was sold.

-- A combo's slots in order, and what may be chosen for each; an item with none is no combo.
create table combo_choices (
    shop_id       bigint not null references shops,
    combo_id      bigint not null references menu_items,
    slot          integer not null check (slot >= 0),
    slot_name     text not null,
    place         integer not null,
    menu_item_id  bigint not null references menu_items,
    surcharge     bigint not null default 0 check (surcharge >= 0),
    primary key (combo_id, slot, menu_item_id),
    check (combo_id <> menu_item_id)
);
create index combo_choices_item on combo_choices (menu_item_id);
create index combo_choices_shop on combo_choices (shop_id);

-- A combo is sold as its parts: lines of one number within their order.
alter table order_items add column combo integer check (combo > 0);
alter table order_items add column combo_id bigint;
alter table order_items add column combo_name text;
-- Of the EU 14, with commas between, the chosen options counted in; null for lines from before this was kept.
alter table order_items add column allergens text;
