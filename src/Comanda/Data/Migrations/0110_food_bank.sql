-- What is left of a day and goes to the food bank is no sale and is not thrown away: a reason of its own, which reports count as waste.
alter table stock_movements drop constraint stock_movements_reason_check;
alter table stock_movements add constraint stock_movements_reason_check
    check (reason in ('sale', 'return', 'delivery', 'waste', 'food_bank', 'count', 'transfer', 'correction', 'make')) not valid;
alter table stock_movements validate constraint stock_movements_reason_check;
