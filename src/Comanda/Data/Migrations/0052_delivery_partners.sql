-- Deliveries that a partner brings: who that is, what they call it, and when they were last asked where it is.
alter table deliveries
    add column partner      text,
    add column partner_ref  text,
    add column asked_at     timestamptz;
create index deliveries_by_partner on deliveries (asked_at) where partner_ref is not null;
