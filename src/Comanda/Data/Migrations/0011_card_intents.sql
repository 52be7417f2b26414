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

-- Refunds of payments that a provider took: the provider has to give the money back too. Written with the refund, whoever makes it,
-- and worked off afterwards, again and again until the provider has done it.
create table card_refunds (
    refund_id    bigint primary key references refunds,
    intent_id    bigint not null references card_intents,
    amount       bigint not null,
    attempts     integer not null default 0,
    next_try_at  timestamptz,
    done_at      timestamptz,
    last_error   text
);
create index card_refunds_due on card_refunds (next_try_at) where next_try_at is not null;
create function note_card_refund() returns trigger language plpgsql as $$
begin
    insert into card_refunds (refund_id, intent_id, amount, next_try_at)
    select new.id, i.id, new.amount, now() from card_intents i where i.id = new.payment_id;
    return null;
end $$;
create trigger refunds_by_card after insert on refunds for each row execute function note_card_refund();
