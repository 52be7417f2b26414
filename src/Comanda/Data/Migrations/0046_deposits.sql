-- A deposit on what comes back (a bottle, a crate, a cup) is an item of its own, which may be taken back: lines of a negative quantity. Goods
-- name the deposit that goes with them.
alter table menu_items
    add column is_deposit boolean not null default false,
    add column deposit_item_id bigint references menu_items;

-- Where more comes back than is bought, money is paid out; cancelling that takes it in again.
alter table payments drop constraint payments_amount_check, add check (amount <> 0);
alter table refunds drop constraint refunds_amount_check, add check (amount <> 0);
-- With a whole order goes back what was taken back with it.
alter table order_refund_lines
    drop constraint order_refund_lines_amount_check,
    drop constraint order_refund_lines_quantity_check;
