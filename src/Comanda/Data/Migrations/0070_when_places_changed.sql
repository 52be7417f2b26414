-- Suppliers and places say when they were made and changed, as other rows do.
alter table suppliers
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now();
alter table stock_locations
    add column created_at timestamptz not null default now(),
    add column updated_at timestamptz not null default now();

create trigger suppliers_changed before update on suppliers
    for each row when (old.version <> new.version) execute function note_change();
create trigger stock_locations_changed before update on stock_locations
    for each row when (old.version <> new.version) execute function note_change();
