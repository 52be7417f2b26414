-- A shop's table of taxes, whole, as the API spells it (JSON); every version stays, so that what an order bore can be explained. A shop
-- without one has the single rate of its settings.
create table tax_tables (
    shop_id  bigint not null references shops,
    version  bigint not null check (version > 0),
    content  text not null,
    made_at  timestamptz not null,
    made_by  bigint,
    primary key (shop_id, version)
);
create function tax_tables_are_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'a version of the taxes stays as it is: % is refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger tax_tables_append_only before update or delete on tax_tables
    for each row execute function tax_tables_are_append_only();

-- An item's class, or the classes that share its price (JSON: [{"class", "weight"}]); the default of its category; what an option makes
-- of a line. tax_rate goes on working: a class with one row. Where an item has both, the rate counts.
alter table menu_items add column tax_class text, add column tax_split text;
alter table categories add column tax_class text;
alter table modifier_options add column tax_class text;

-- A line's way of consumption, its class (and split), and every tax that it bore (JSON, see Taxes/FrozenTaxes.cs). tax stays their sum, and
-- tax_rate the sum of the rates of what the whole line bears.
alter table order_items
    add column way text,
    add column tax_class text,
    add column tax_split text,
    add column taxes text;
update order_items i set
    way = o.type,
    tax_class = 'rate:' || trim_scale(i.tax_rate / 10000.0),
    taxes = json_build_array(json_build_object(
        'name', 'Tax',
        'authority', null,
        'rate', i.tax_rate,
        'treatment', case when i.tax_rate = 0 then 'zero' else 'taxed' end,
        'letter', null,
        'base', i.total - i.tax,
        'tax', i.tax))::text
from orders o where o.id = i.order_id;
alter table order_items
    alter column way set not null,
    alter column tax_class set not null,
    alter column taxes set not null;

-- The policy by which an order's tax was rounded: an edit keeps it, whatever the shop decides since.
alter table orders
    add column tax_rounding text not null default 'per_line',
    add column tax_mode text not null default 'half_up',
    add column tax_aggregate boolean not null default false;
update orders o set tax_rounding = s.value from settings s where s.shop_id = o.shop_id and s.key = 'tax_rounding';
