-- Certificates by which a customer buys without tax: not everything, but goods of some classes, from a day to a day. An order keeps which
-- it used (orders.rules).
create table customer_tax_exemptions (
    id           bigint generated always as identity primary key,
    shop_id      bigint not null references shops,
    customer_id  bigint not null references customers,
    kind         text not null,
    number       text not null,
    classes      text[] not null check (cardinality(classes) > 0),
    from_day     date,
    to_day       date,
    added_at     timestamptz not null,
    added_by     bigint,
    check (from_day <= to_day)
);
create index customer_tax_exemptions_of on customer_tax_exemptions (customer_id);
