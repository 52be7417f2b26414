-- Who sends a message or gives a card's money back holds it for a minute by the database's clock: processes whose own clocks differ
-- would otherwise take it from one another while it is under way.
alter table messages add column leased_until timestamptz;
alter table card_refunds add column leased_until timestamptz;
