-- When something was last changed by somebody: each such change counts its version up. What sales count down or guests rate is none.
create function note_change() returns trigger language plpgsql as $$
begin
    new.updated_at := now();
    return new;
end
$$;

alter table users add column updated_at timestamptz not null default now();
alter table shops add column updated_at timestamptz not null default now();
alter table categories
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now();
alter table menu_items add column updated_at timestamptz not null default now();
alter table stock_items add column updated_at timestamptz not null default now();

create trigger users_changed before update on users
    for each row when (old.version <> new.version) execute function note_change();
create trigger shops_changed before update on shops
    for each row when (old.version <> new.version) execute function note_change();
create trigger categories_changed before update on categories
    for each row when (old.version <> new.version) execute function note_change();
create trigger menu_items_changed before update on menu_items
    for each row when (old.version <> new.version) execute function note_change();
create trigger stock_items_changed before update on stock_items
    for each row when (old.version <> new.version) execute function note_change();

-- Null until it is changed: placing an order writes nothing more than before.
alter table orders add column updated_at timestamptz;
