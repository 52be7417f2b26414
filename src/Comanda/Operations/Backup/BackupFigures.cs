using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// What a database holds, in few figures: how many rows of what must not be lost, their sums, and the last entry of every register's
/// journal. Two databases with the same ones are the same books.
/// </summary>
internal static class BackupFigures
{
    private const string Sql =
        """
        select string_agg(name || ' ' || value, E'\n' order by name) from (
            select 'shops' as name, count(*)::text as value from shops
            union all select 'people', count(*)::text from users
            union all select 'customers', count(*)::text from customers
            union all select 'menu items', count(*)::text from menu_items
            union all select 'orders', count(*) || ' of ' || coalesce(sum(total), 0) from orders
            union all select 'lines', count(*)::text from order_items
            union all select 'payments', count(*) || ' of ' || coalesce(sum(amount), 0) from payments
            union all select 'refunds', count(*) || ' of ' || coalesce(sum(amount), 0) from refunds
            union all select 'gift cards', count(*) || ' of ' || coalesce(sum(amount), 0) from gift_card_movements
            union all select 'points', count(*) || ' of ' || coalesce(sum(points), 0) from point_entries
            union all select 'stock movements', count(*) || ' of ' || coalesce(sum(quantity), 0) from stock_movements
            union all select 'events', count(*) || ' to ' || coalesce(max(seq), 0) from events
            union all select 'audit', count(*)::text from audit
            union all select 'journal', count(*) || ' of ' || count(distinct register_id) from journal
            union all select 'journal ends', md5(coalesce(string_agg(encode(hash, 'hex'), ' ' order by register_id), '')) from (
                select distinct on (register_id) register_id, hash from journal order by register_id, number desc
            ) as last
        ) as figures
        """;

    public static async Task<string> Of(NpgsqlConnection connection, CancellationToken cancel) =>
        (string)(await connection.Scalar(Sql, cancel))!;

    /// <summary>Those that differ, as a person reads them.</summary>
    public static IEnumerable<string> Differences(string before, string after)
    {
        var now = after.Split('\n').ToHashSet(StringComparer.Ordinal);
        return before.Split('\n').Where(line => !now.Contains(line));
    }
}
