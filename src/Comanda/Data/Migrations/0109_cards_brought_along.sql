-- What is owed on a gift card that another shop sold and that came with its export: no money changed hands here.
alter table gift_card_movements
    drop constraint gift_card_movements_kind_check,
    drop constraint gift_card_movements_check,
    add constraint gift_card_movements_kind_check check (kind in ('sale', 'payment', 'refund', 'void', 'brought')),
    add constraint gift_card_movements_check check (case when kind in ('sale', 'refund', 'brought') then amount > 0 else amount < 0 end);
