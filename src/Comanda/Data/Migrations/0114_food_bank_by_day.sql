-- The days' sums of stock (Stock/FoldStock.cs) have the reason of what goes to the food bank too.
alter table stock_days drop constraint stock_days_reason_check;
alter table stock_days add constraint stock_days_reason_check
    check (reason in ('sale', 'return', 'delivery', 'waste', 'food_bank', 'count', 'transfer', 'correction', 'make'));
