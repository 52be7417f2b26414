-- The board reads what the kitchen got in the last day, also what is ready: a shop that never says so has years of such orders.
drop index orders_in_kitchen;
create index orders_in_kitchen on orders (shop_id, fired_at) where status in ('pending', 'preparing', 'ready') and fired_at is not null;
