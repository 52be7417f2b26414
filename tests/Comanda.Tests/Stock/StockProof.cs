using System.Text.Json;
using Comanda.Data;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Tests.Stock;

/// <summary>That a shop's stock is what its orders say.</summary>
internal static class StockProof
{
    /// <summary>
    /// The movements of every line sum to what one uses, as it was frozen, times how many are sold and not put back; and each level is the
    /// sum of its movements.
    /// </summary>
    public static async Task StockFollowsOrders(this CafeApp app, long shop)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var read = connection.Command(
            """
            select i.id, i.uses, case when o.status = 'cancelled' then 0 else coalesce(i.weight, i.quantity * 1000::bigint) end,
                case when o.status = 'cancelled' then 0 else coalesce((
                    select sum(coalesce(l.weight, l.quantity * 1000::bigint))
                    from order_refund_lines l join order_refunds r on r.id = l.refund_id
                    where l.order_item_id = i.id and r.restocked), 0)::bigint end
            from order_items i join orders o on o.id = i.order_id where o.shop_id = $1 and i.uses is not null
            """,
            shop);
        var expected = new Dictionary<(long Line, long Item), long>();
        static long Of(decimal one, long thousandths) => (long)decimal.Round(one * thousandths / 1000, MidpointRounding.AwayFromZero);
        var lines = await read.List(r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3)), default);
        foreach (var (line, uses, sold, back) in lines)
        {
            foreach (var used in JsonSerializer.Deserialize<decimal[][]>(uses)!)
                expected[(line, (long)used[0])] = expected.GetValueOrDefault((line, (long)used[0])) - Of(used[1], sold) + Of(used[1], back);
        }

        await using var moved = connection.Command(
            "select order_item_id, item_id, sum(quantity)::bigint from stock_movements where shop_id = $1 and order_item_id is not null "
                + "group by 1, 2",
            shop);
        var movements = (await moved.List(r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), default)).ToDictionary(
            m => (m.Item1, m.Item2),
            m => m.Item3);
        movements.Count.ShouldBeGreaterThan(0);
        foreach (var key in expected.Keys.Union(movements.Keys))
            movements.GetValueOrDefault(key).ShouldBe(expected.GetValueOrDefault(key), $"line {key.Item1}, stock item {key.Item2}");
        // The same cost by what lines froze and by the ledger, whatever was refunded, put back or cancelled.
        (await connection.Scalar("select coalesce(sum(cost), 0) from earned_lines where shop_id = $1", default, shop))
            .ShouldBe(await connection.Scalar(
                "select coalesce(-sum(cost), 0) / 1000 from stock_use where shop_id = $1 and reason in ('sale', 'return')",
                default,
                shop));
        (await FoldStock.Wrong(app.Database, shop, default)).ShouldBeEmpty();
    }
}
