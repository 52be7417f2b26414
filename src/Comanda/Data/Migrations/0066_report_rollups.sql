-- Roll-ups: what reports add up, by shop and business day, so that a year is read in some hundred rows. Kept by Reports/RollUpReports.cs,
-- which follows the event log, and never asked alone: a day that an event behind the position touches is counted from the orders
-- themselves (Reports/Books.cs). docs/adr/0038.
create table report_positions (
    shop_id bigint primary key references shops (id),
    seq bigint not null,
    zone text not null,
    rolled_at timestamptz not null
);

create table report_days (
    shop_id bigint not null,
    day date not null,
    orders bigint not null,
    sales bigint not null,
    tax bigint not null,
    tips bigint not null,
    discounts bigint not null,
    service_charges bigint not null,
    lines bigint not null,
    units bigint not null,
    refunded bigint not null,
    refunded_tax bigint not null,
    refunded_tips bigint not null,
    refunded_service_charges bigint not null,
    refunded_discounts bigint not null,
    back_of_cancelled bigint not null,
    voids bigint not null,
    voided bigint not null,
    primary key (shop_id, day)
);

create table report_tenders (
    shop_id bigint not null,
    day date not null,
    method text not null,
    amount bigint not null,
    rounding bigint not null,
    back bigint not null,
    back_rounding bigint not null,
    primary key (shop_id, day, method)
);

-- part: hour (of the shop's clock), category, order_type.
create table report_sales (
    shop_id bigint not null,
    part text not null,
    day date not null,
    key text not null,
    orders bigint not null,
    lines bigint not null,
    units bigint not null,
    sales bigint not null,
    tax bigint not null,
    discounts bigint not null,
    primary key (shop_id, part, day, key)
);

-- unit: empty for what is sold by the piece. sold: rows of sales that there are, since what was only given back is no best seller.
create table report_products (
    shop_id bigint not null,
    day date not null,
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
    primary key (shop_id, day, menu_item_id, unit)
);

create table report_taxes (
    shop_id bigint not null,
    day date not null,
    name text not null,
    authority text,
    rate bigint not null,
    treatment text not null,
    letter text,
    base bigint not null,
    tax bigint not null,
    back_base bigint not null,
    back_tax bigint not null
);
create index report_taxes_by_day on report_taxes (shop_id, day);

-- person: null for what nobody sold.
create table report_staff (
    shop_id bigint not null,
    day date not null,
    person bigint,
    orders bigint not null,
    sales bigint not null,
    tips bigint not null,
    discounts bigint not null,
    refunds bigint not null,
    refund_count bigint not null,
    cancelled bigint not null,
    seconds numeric not null,
    timed bigint not null
);
create index report_staff_by_day on report_staff (shop_id, day);

-- what: discount or void; in whose own words.
create table report_reasons (
    shop_id bigint not null,
    day date not null,
    what text not null,
    reason text,
    count bigint not null,
    amount bigint not null
);
create index report_reasons_by_day on report_reasons (shop_id, day);
