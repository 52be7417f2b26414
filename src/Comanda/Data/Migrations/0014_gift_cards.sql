-- Gift cards: money that was paid before anybody knew for what. What a card has is the sum of its movements, and the database holds that.

create table gift_cards (
    id         bigint generated always as identity primary key,
    shop_id    bigint not null references shops,
    -- Capital letters and digits, as codes are compared: no spaces, no hyphens.
    code       text not null check (code ~ '^[A-Z0-9]{8,32}$'),
    -- What it was sold for, and what is left of it.
    amount     bigint not null check (amount > 0),
    balance    bigint not null check (balance >= 0 and balance <= amount),
    sold_at    timestamptz not null,
    sold_by    bigint,
    -- Given back unused: it pays for nothing any more.
    voided_at  timestamptz check (voided_at is null or balance = 0),
    unique (shop_id, code)
);
create index gift_cards_by_shop on gift_cards (shop_id, id);

-- A sale and its undoing are money that changed hands (method, amount + rounding) in a drawer session, on a business day; a payment by
-- the card and what comes back to it are the order's. References to the order wait for the commit: a card is charged before its order is
-- written.
create table gift_card_movements (
    id            bigint generated always as identity primary key,
    card_id       bigint not null references gift_cards,
    shop_id       bigint not null,
    kind          text not null check (kind in ('sale', 'payment', 'refund', 'void')),
    amount        bigint not null check (case when kind in ('sale', 'refund') then amount > 0 else amount < 0 end),
    -- What the card had after it.
    balance       bigint not null check (balance >= 0),
    order_id      bigint references orders deferrable initially deferred,
    payment_id    bigint unique references payments deferrable initially deferred,
    refund_id     bigint unique references refunds deferrable initially deferred,
    method        text,
    tendered      bigint,
    change        bigint not null default 0,
    rounding      bigint not null default 0,
    business_day  date,
    drawer_id     bigint references drawers,
    reason        text,
    user_id       bigint,
    at            timestamptz not null,
    check ((kind = 'payment') = (payment_id is not null)),
    check ((kind = 'refund') = (refund_id is not null)),
    check ((kind in ('payment', 'refund')) = (order_id is not null)),
    check ((kind in ('sale', 'void')) = (method is not null and business_day is not null and drawer_id is not null))
);
create index gift_card_movements_card on gift_card_movements (card_id, id);
create index gift_card_movements_day on gift_card_movements (shop_id, business_day) where business_day is not null;
create index gift_card_movements_drawer on gift_card_movements (drawer_id) where drawer_id is not null;

create function gift_card_movements_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'movements of gift cards are append-only: % is refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger gift_card_movements_append_only before update or delete on gift_card_movements for each row execute function gift_card_movements_are_append_only();
create trigger gift_card_movements_no_truncate before truncate on gift_card_movements for each statement execute function gift_card_movements_are_append_only();

-- Seen at the commit: a card is never without the movements that made its balance, nor they without it.
create function gift_card_balances() returns trigger language plpgsql as $$
declare
    card bigint := (to_jsonb(new) ->> tg_argv[0])::bigint;
begin
    if exists (select 1 from gift_cards g where g.id = card and g.balance <> (select coalesce(sum(m.amount), 0) from gift_card_movements m where m.card_id = card)) then
        raise exception 'the balance of gift card % is not the sum of its movements', card using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger gift_card_balances after insert or update on gift_cards deferrable initially deferred for each row execute function gift_card_balances('id');
create constraint trigger gift_card_movement_counts after insert on gift_card_movements deferrable initially deferred for each row execute function gift_card_balances('card_id');

-- gift_cards is the part of amount that is for cards (sold less given back): money that came, and no sale.
create or replace view takings as
    select p.shop_id, p.business_day as day, p.method, p.amount + p.rounding as amount, p.rounding, 0::bigint as gift_cards
    from payments p join orders o on o.id = p.order_id where not o.training
    union all
    select r.shop_id, r.business_day, r.method, -(r.amount + r.rounding), -r.rounding, 0
    from refunds r join orders o on o.id = r.order_id where not o.training and r.kind = 'cancellation'
    union all
    select m.shop_id, m.business_day, m.method, m.amount + m.rounding, m.rounding, m.amount
    from gift_card_movements m where m.business_day is not null;
