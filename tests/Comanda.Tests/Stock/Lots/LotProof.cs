using Comanda.Data;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Tests.Stock;

/// <summary>That a shop's lots are what its movements say.</summary>
internal static class LotProof
{
    /// <summary>
    /// Lots, less what is owed, sum to each item's level; a movement's parts sum to it; what is left of a lot is the sum of its parts, but
    /// for what was there before; and nothing is owed where a lot has some.
    /// </summary>
    public static async Task LotsFollowStock(this CafeApp app, long shop)
    {
        await GiveLots.CatchUp(app.Database, shop, default);
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var items = connection.Command(
            """
            select t.item_id, (select coalesce(sum(quantity), 0) from stock_movements where item_id = t.item_id)::bigint,
                (select coalesce(sum(remaining), 0) from lots where item_id = t.item_id)::bigint,
                (select coalesce(-sum(quantity), 0) from lot_moves where item_id = t.item_id and lot_id = 0)::bigint
            from lot_items t where t.shop_id = $1
            """,
            shop);
        var sums = await items.List(r => (Item: r.GetInt64(0), Level: r.GetInt64(1), Left: r.GetInt64(2), Owed: r.GetInt64(3)), default);
        sums.ShouldNotBeEmpty();
        foreach (var (item, level, left, owed) in sums)
        {
            (left - owed).ShouldBe(level, $"stock item {item}");
            (left == 0 || owed == 0).ShouldBeTrue($"stock item {item}: {left} left, {owed} owed");
        }

        (await Count(
            connection,
            "select count(*) from (select movement_id, sum(quantity) as parts from lot_moves where shop_id = $1 and movement_id > 0 group "
                + "by 1) p left join stock_movements m on m.id = p.movement_id where m.quantity is distinct from p.parts",
            shop)).ShouldBe(0);
        (await Count(
            connection,
            "select count(*) from lots l where l.shop_id = $1 and l.code is not null and l.remaining <> (select coalesce(sum(quantity), 0) "
                + "from lot_moves where lot_id = l.id)",
            shop)).ShouldBe(0);
    }

    private static async Task<long> Count(NpgsqlConnection connection, string sql, long shop) =>
        (long)(await connection.Scalar(sql, default, shop))!;
}
