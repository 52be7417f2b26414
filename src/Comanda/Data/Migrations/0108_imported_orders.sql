-- As tables that every sale writes: an import writes a hundred thousand of these, and a foreign key to a row that all of them share is
-- looked up and locked for each. Shops and imports are never deleted.
alter table imported_orders
    drop constraint imported_orders_shop_id_fkey,
    drop constraint imported_orders_import_id_fkey,
    drop constraint imported_orders_brought_by_fkey;
