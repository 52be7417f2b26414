-- A sale of a till's queue that is no UTF-8 and so no text: what came, byte for byte, beside what of it can be read.
alter table sales_set_aside add column sale_bytes bytea;
