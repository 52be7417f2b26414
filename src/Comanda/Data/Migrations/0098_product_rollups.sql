-- What was sold of products, by day alone and by month and item, added up from report_products (Reports/CoarseProducts.cs): a year of fifty
-- items is read in some hundred rows instead of eighteen thousand. Months before months_upto are in; the one that is going on is read by
-- day. A position of no zone makes everything anew, once.
create table report_product_days (
    shop_id bigint not null,
    day date not null,
    sold bigint not null,
    pieces bigint not null,
    measure bigint not null,
    revenue bigint not null,
    net bigint not null,
    uncosted bigint not null,
    cost numeric not null,
    costed boolean not null,
    primary key (shop_id, day)
);

create table report_product_months (
    shop_id bigint not null,
    month date not null,
    menu_item_id bigint not null,
    unit text not null,
    name text not null,
    category text not null,
    sold bigint not null,
    pieces bigint not null,
    measure bigint not null,
    revenue bigint not null,
    net bigint not null,
    uncosted bigint not null,
    cost numeric not null,
    costed boolean not null,
    primary key (shop_id, month, menu_item_id, unit)
);

alter table report_positions add column months_upto date;
update report_positions set zone = '';
