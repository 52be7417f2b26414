-- How often an order's receipt was handed out: every one after the first says that it is a reprint.
create table receipt_prints (
    order_id  bigint primary key references orders,
    shop_id   bigint not null,
    count     integer not null
);
