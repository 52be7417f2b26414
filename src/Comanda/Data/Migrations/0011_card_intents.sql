-- Card payments that a provider takes: what was asked of it, and how far it has come. The id becomes the payment's.
create table card_intents (
    id             bigint primary key,
    shop_id        bigint not null references shops,
    order_id       bigint not null references orders,
    provider       text not null,
    provider_ref   text not null,
    client_secret  text not null,
    amount         bigint not null check (amount > 0),
    currency       text not null,
    status         text not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    -- When the money was booked, or was found to be owed to the guest (then why).
    settled_at     timestamptz,
    trouble        text,
    unique (provider, provider_ref)
);
create index card_intents_order on card_intents (order_id);
