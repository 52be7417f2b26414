-- What an order's wait was reckoned to be before anything was learned of earlier ones, in minutes; null where nobody was told a wait.
alter table orders add column quoted int;
