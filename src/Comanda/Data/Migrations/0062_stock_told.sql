-- The level of each stock item that devices were told last: what differs from it is told, once however often it moved meanwhile.
create table stock_told (
    item_id bigint primary key references stock_items (id) on delete cascade,
    shop_id bigint not null,
    level bigint not null
);

insert into stock_told (item_id, shop_id, level)
select i.id, i.shop_id, coalesce((select sum(n.quantity)::bigint from stock_now n where n.item_id = i.id and n.shop_id = i.shop_id), 0)
from stock_items i;
