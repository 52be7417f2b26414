-- Money that goes back for a sale that stays: what was asked for, its lines, and (in refunds) the tenders it went back by.

create table order_refunds (
    id            bigint primary key,
    shop_id       bigint not null,
    order_id      bigint not null references orders,
    amount        bigint not null check (amount > 0),
    tax           bigint not null,
    delivery_fee  bigint not null check (delivery_fee >= 0),
    tip           bigint not null check (tip >= 0),
    reason        text not null,
    restocked     boolean not null,
    user_id       bigint,
    approver_id   bigint,
    business_day  date not null,
    refunded_at   timestamptz not null
);
create index order_refunds_order on order_refunds (order_id);
create index order_refunds_by_day on order_refunds (shop_id, business_day);

-- Amounts and tax of all refunds of a line sum to the line's own once all of it went back. Quantity 0: a part of its price only.
create table order_refund_lines (
    refund_id      bigint not null references order_refunds,
    order_item_id  bigint not null references order_items,
    shop_id        bigint not null,
    quantity       integer not null check (quantity >= 0),
    amount         bigint not null check (amount >= 0),
    tax            bigint not null,
    primary key (refund_id, order_item_id)
);
create index order_refund_lines_item on order_refund_lines (order_item_id);

alter table refunds add column refund_id bigint references order_refunds;
