-- What a guest must not eat, as they said. It stands apart from who they are: whoever looks up a phone number need not read it.
create table guest_allergens (
    customer_id  bigint primary key references customers,
    shop_id      bigint not null references shops,
    allergens    text[] not null,
    updated_at   timestamptz not null
);

-- What of it concerned an order when it was placed, with commas between: of these its lines warn.
alter table orders add column guest_allergens text;
