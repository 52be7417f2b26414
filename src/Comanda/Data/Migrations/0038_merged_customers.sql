-- Two records of one guest become one: whoever still names the one that went means the one that stays.
alter table customers add column merged_into bigint references customers;
create index customers_merged on customers (merged_into) where merged_into is not null;
