-- An item's deliveries or counts, without reading past its years of sales. Sales are not in it, so no sale pays for it.
create index stock_movements_by_reason on stock_movements (item_id, reason, id) where reason <> 'sale';
