-- The menu: prices on offer, countdowns, day parts, what is in it.

alter table menu_items add column discount_price bigint check (discount_price >= 0);
-- How many are left; null is uncounted. A sale takes from it in its own statement and fails where too few are left.
alter table menu_items add column stock_quantity integer check (stock_quantity >= 0);
alter table menu_items add column images text[] not null default '{}';
alter table menu_items add column ingredients text not null default '';
alter table menu_items add column nutritional_info text;
alter table menu_items add column is_vegan boolean not null default false;
alter table menu_items add column available_from time;
alter table menu_items add column available_until time;
create index menu_items_barcode on menu_items (shop_id, barcode) where barcode is not null and archived_at is null;

-- What an option adds to the item's allergens, and what it takes away: oat milk takes the milk and adds gluten.
alter table modifier_options add column adds_allergens text[] not null default '{}';
alter table modifier_options add column removes_allergens text[] not null default '{}';

-- Whether a line was taken from a countdown, and goes back to it with a cancellation.
alter table order_items add column counted boolean not null default false;

-- Ends the statement that asks, and with it the transaction, where something does not hold.
create function must(holds boolean, code text) returns boolean language plpgsql as $$
begin
    if holds is not true then
        raise exception '%', code using errcode = 'CM001';
    end if;
    return true;
end $$;
