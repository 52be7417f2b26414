-- When a menu last changed is no longer a column of the shop: whoever changes a menu holds the shop's row first and says the date
-- last, and a sale that empties a countdown says only the date. On one row the two would wait for each other.
create table menu_dates (
    shop_id     bigint primary key references shops,
    changed_at  timestamptz not null
) with (fillfactor = 20);
insert into menu_dates (shop_id, changed_at) select id, menu_changed_at from shops;
create function begin_menu_date() returns trigger language plpgsql as $$
begin
    insert into menu_dates (shop_id, changed_at) values (new.id, now());
    return null;
end $$;
create trigger shops_menu_date after insert on shops for each row execute function begin_menu_date();
alter table shops drop column menu_changed_at;

-- A review that was hidden stays hidden, also where its writer takes it away and writes another.
alter table reviews add column removed_at timestamptz;
