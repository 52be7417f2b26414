-- What is to be done with rows that an older version wrote and that SQL alone cannot bring up to date; `comanda normalise` does it and
-- takes the row away, `serve` says so until then.
create table upkeep (
    task      text primary key check (task in ('normalise')),
    wanted_at timestamptz not null default now()
);

-- Phones without their country's code, and words of customers that are kept in other letters than searches now ask for.
insert into upkeep (task)
select 'normalise'
where exists (select 1 from users where phone !~ '^\+[1-9]')
    or exists (select 1 from customers where phone !~ '^\+[1-9]' or search::text ~ '[^\x01-\x7f]')
    or exists (select 1 from suppliers where phone !~ '^\+[1-9][0-9]+$')
    or exists (select 1 from deliveries where person_phone !~ '^\+[1-9][0-9]+$');
