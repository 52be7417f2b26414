using Comanda.Data;
using Npgsql;

namespace Comanda.Bench.Attack;

/// <summary>
/// Every figure of a shop that is money, points or stock, as one text to compare. <see cref="Real"/> is without what trainees practise;
/// <see cref="Practice"/> is theirs.
/// </summary>
internal sealed record ShopFigures(string Real, string Practice)
{
    private const string Sql = """
        with o as (select * from orders where shop_id = $1),
        p as (select p.*, o.training from payments p join o on o.id = p.order_id),
        r as (select r.*, o.training from refunds r join o on o.id = r.order_id),
        by_kind as (
            select t.training, concat_ws(' ',
                'orders', (
                    select concat_ws('/', count(*), sum(total), sum(tax), sum(tip), sum(discount), count(cancelled_at), sum(points_earned))
                    from o where o.training = t.training),
                'payments', (select concat_ws('/', count(*), sum(amount), sum(rounding), sum(points)) from p where p.training = t.training),
                'refunds', (
                    select concat_ws('/', count(*), sum(amount), sum(rounding), sum(points)) from r where r.training = t.training)
            ) as figures
            from (values (false), (true)) as t(training))
        select
            (select figures from by_kind where not training) || ' ' || concat_ws(' ',
                'cards', (select concat_ws('/', count(*), sum(balance), count(voided_at)) from gift_cards where shop_id = $1),
                'points', (select concat_ws('/', sum(points_net)) from customers where shop_id = $1),
                'drawers', (
                    select concat_ws('/', count(*) filter (where not automatic), sum(float), count(closed_at), sum(counted))
                    from drawers where shop_id = $1),
                'cash', (select concat_ws('/', count(*), sum(amount)) from drawer_movements where shop_id = $1),
                'stock', (select concat_ws('/', count(*), sum(quantity)) from stock_movements where shop_id = $1),
                'menu', (
                    select concat_ws('/', count(*), sum(price), sum(discount_price), sum(stock_quantity), count(archived_at))
                    from menu_items where shop_id = $1)),
            (select figures from by_kind where training)
        """;

    public static async Task<ShopFigures> Of(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        await using var command = database.Command(Sql, shop);
        return (await command.List(r => new ShopFigures(r.GetString(0), r.GetString(1)), cancel))[0];
    }
}
