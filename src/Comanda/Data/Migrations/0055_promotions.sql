-- Promotions. The terms are JSON as the API spells them, whole; what the database itself decides by stands in columns. An order keeps what
-- it was given: terms may change, and an archived promotion is never offered again.
create table promotions (
    id                  bigint generated always as identity primary key,
    shop_id             bigint not null references shops,
    code                text,
    terms               text not null,
    usage_limit         int check (usage_limit > 0),
    limit_per_customer  int check (limit_per_customer > 0),
    used                int not null default 0 check (used >= 0),
    version             bigint not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    archived_at         timestamptz
);
create index promotions_of_shop on promotions (shop_id, id) where archived_at is null;
create unique index promotions_code on promotions (shop_id, code) where archived_at is null and code is not null;

-- Each time that one with a code or a limit was given. It is given back when no order has it any more: a bill that was divided is several
-- orders with one use.
create table promotion_uses (
    id             bigint generated always as identity primary key,
    shop_id        bigint not null,
    promotion_id   bigint not null references promotions,
    customer_id    bigint,
    used_at        timestamptz not null,
    given_back_at  timestamptz
);
create index promotion_uses_of_customer on promotion_uses (customer_id, promotion_id) where given_back_at is null and customer_id is not null;
create table promotion_use_orders (
    use_id    bigint not null references promotion_uses,
    order_id  bigint not null references orders deferrable initially deferred,
    shop_id   bigint not null,
    primary key (use_id, order_id)
);
create index promotion_use_orders_of_order on promotion_use_orders (order_id);

-- The code that an order named, and what of a line's discount promotions took off (JSON, see Orders/FrozenPromotions.cs).
alter table orders add column promo_code text;
alter table order_items add column promotions text;
