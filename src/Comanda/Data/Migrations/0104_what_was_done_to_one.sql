-- What was done to one thing (an order, a guest) is asked for by what it is, and by its id.
create index audit_subject on audit (shop_id, subject, subject_id, id);
