-- Allergens that follow what is in the house: of an ingredient, of one of its lots where that has others (another supplier's margarine),
-- and what follows of them for an item of the menu. Null: nothing is said, or as the item has it. See docs/adr/0053.
alter table stock_items add column allergens text[];
alter table lots add column allergens text[];

-- What its recipe adds to the allergens that are said of an item by hand. Stock works it out (Stock/Allergens/DeclareAllergens.cs).
alter table menu_items add column recipe_allergens text[] not null default '{}';

-- What was declared from when on, and why: an item's versions. A line of an order keeps what was declared when it was sold.
create table allergen_versions (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null references shops,
    menu_item_id bigint not null references menu_items,
    allergens    text[] not null,
    at           timestamptz not null
);
create index allergen_versions_of_item on allergen_versions (menu_item_id, id);
create index allergen_versions_of_shop on allergen_versions (shop_id, id);
