-- Every closed list of words is one to the database too: a word that no code knows would be read by none of it. A new word is a new
-- migration, and a test compares these lists with the code's. (What grows with every feature and is history, events' and audit's names,
-- has no list here.)

alter table registers add check (kind in ('counter', 'till', 'online', 'import'));
alter table devices add check (type in ('till', 'kitchen', 'display', 'printer'));

alter table shop_members add check (role in ('owner', 'admin', 'manager', 'cashier', 'barista', 'trainee', 'customer'));
alter table role_permissions add check (role in ('owner', 'admin', 'manager', 'cashier', 'barista', 'trainee', 'customer'));
alter table sessions add check (method in ('password', 'pin', 'otp'));
alter table messages add check (channel in ('email', 'sms'));

alter table orders
    add check (status in ('pending', 'preparing', 'ready', 'out_for_delivery', 'delivered', 'completed', 'cancelled')),
    add check (type in ('dine-in', 'takeaway', 'online', 'delivery'));
alter table order_moves
    add check (status in ('pending', 'preparing', 'ready', 'out_for_delivery', 'delivered', 'completed', 'cancelled'));
alter table payments add check (method in ('cash', 'card', 'mobile', 'gift_card', 'points', 'other'));
alter table refunds
    add check (method in ('cash', 'card', 'mobile', 'gift_card', 'points', 'other')),
    add check (kind in ('cancellation', 'refund'));
alter table gift_card_movements add check (method in ('cash', 'card', 'mobile'));
alter table journal
    add check (kind in ('sale', 'payment', 'cancellation', 'edit', 'import', 'refund', 'drawer', 'gift_card'));

alter table stock_days
    add check (reason in ('sale', 'return', 'delivery', 'waste', 'count', 'transfer', 'correction', 'make'));
