-- The day's report by mail. A mail may have a second form for programs that show pages; body stays what everybody can read.
alter table messages add column html text;

-- Of a shop that wants its report: the last business day whose report was written. Whoever holds the row writes what is owed.
create table report_mails (
    shop_id bigint primary key references shops (id),
    last_day date not null
);

-- What is owed for points and gift cards at the end of a day is what is owed now less what moved since; and who became known when.
create index point_entries_since on point_entries (shop_id, at) include (points);
create index gift_card_movements_since on gift_card_movements (shop_id, at) include (amount);
create index customers_since on customers (shop_id, created_at) where merged_into is null;
