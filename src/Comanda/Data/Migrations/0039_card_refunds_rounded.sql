-- Where all that is owed is rounded (cash_scope "total"), a card is charged a whole step too, and what goes back by it likewise.
create or replace function note_card_refund() returns trigger language plpgsql as $$
begin
    insert into card_refunds (refund_id, intent_id, amount, next_try_at)
    select new.id, i.id, new.amount + new.rounding, now() from card_intents i
    where i.id = new.payment_id and new.amount + new.rounding > 0;
    return null;
end $$;
