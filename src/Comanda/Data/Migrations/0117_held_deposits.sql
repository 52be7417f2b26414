-- The deposit of a cake is a gift card that nobody is given: it pays that one order and is in no list. See docs/adr/0065.
alter table gift_cards add column held boolean not null default false;
