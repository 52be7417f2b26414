using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// Makes a shop's roll-ups: counts each day that events touched anew from the orders, whole. No figure is ever added to another, so there
/// is none that could drift, and whatever was done twice is done once.
/// </summary>
internal static class RollUp
{
    /// <summary>Events that are looked at in one go.</summary>
    private const int MostEvents = 5000;

    /// <summary>Days that are counted in one statement when all are made anew.</summary>
    private const int Piece = 31;

    /// <summary>So many days at once are counted each by itself: today, and what was changed of yesterday.</summary>
    private const int Few = 7;

    private const string AddPosition =
        "insert into report_positions (shop_id, seq, zone, rolled_at) values ($1, -1, '', now()) on conflict do nothing";

    /// <summary>What was done: whether another process has the shop in hand, days counted, and whether there is more to do.</summary>
    public sealed record Result(bool Held, int Days, bool More);

    /// <summary>Takes the shop's events up to a settled one.</summary>
    public static async Task<Result> Follow(NpgsqlDataSource database, ShopClock shop, long settled, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // Each statement sees what was committed before it. What one sees and another does not is an event behind the position, and the
        // day that it touches is counted by whoever reads, and here the next time.
        await connection.Execute(AddPosition, cancel, shop.Id);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var held = connection.Command(
            "select seq, zone from report_positions where shop_id = $1 for update skip locked", shop.Id);
        if (await held.List(r => (Seq: r.GetInt64(0), Rules: r.GetString(1)), cancel) is not [var position])
            return new(true, 0, true);
        if (shop.IsOlderThan(position.Rules) || (position.Seq >= settled && position.Rules == shop.Rules))
            return new(false, 0, false);
        var (upTo, more, bulk, days) = await Touched(connection, shop.Id, settled, cancel);
        if (bulk || position.Rules != shop.Rules)
        {
            var all = await Anew(connection, shop, settled, (_, _) => { }, cancel);
            await transaction.CommitAsync(cancel);
            return new(false, all, false);
        }

        await Count(connection, shop, days, cancel);
        await Move(connection, shop, upTo, cancel);
        await transaction.CommitAsync(cancel);
        return new(false, days.Length, more);
    }

    /// <summary>Makes all of a shop's roll-ups anew; waits for whoever has them in hand. Answers how many days there are.</summary>
    public static async Task<int> Rebuild(
        NpgsqlDataSource database, ShopClock shop, Action<long, long> progress, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(AddPosition, cancel, shop.Id);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute("select 1 from report_positions where shop_id = $1 for update", cancel, shop.Id);
        var settled = await SettledNow(connection, cancel);
        var days = await Anew(connection, shop, settled, progress, cancel);
        await transaction.CommitAsync(cancel);
        return days;
    }

    /// <summary>The days whose roll-ups are not what the orders add up to, as one snapshot has both; of a facet each.</summary>
    public static async Task<List<(string Table, DateOnly Day)>> Wrong(NpgsqlDataSource database, ShopClock shop, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var wrong = new List<(string, DateOnly)>();
        if (await connection.Scalar("select zone from report_positions where shop_id = $1", cancel, shop.Id) as string
            != shop.Rules)
            return wrong; // nothing is rolled, and nothing is read of it
        var all = await AllDays(connection, shop.Id, cancel);
        foreach (var days in all.Chunk(Piece))
        {
            var books = await Books.Open(connection, shop, days[0], days[^1], cancel);
            var rolled = days.Except(books.Counted).ToArray();
            var (since, offsets) = shop.Days.OffsetsBetween(days[0], days[^1]);
            foreach (var facet in Facets.All)
            {
                await using var differ = connection.Command(
                    $"""
                    with rolled as (select {facet.Names} from {facet.Table} where shop_id = $1 and day = any($2)),
                        counted as ({facet.Counted})
                    select distinct day from (
                        (select * from rolled except select * from counted) union all (select * from counted except select * from rolled)
                    ) d
                    union select day from rolled group by {facet.Names} having count(*) > 1 order by 1
                    """,
                    shop.Id, rolled, since, offsets);
                wrong.AddRange((await differ.List(r => r.GetFieldValue<DateOnly>(0), cancel)).Select(d => (facet.Table, d)));
            }
        }

        await using var coarse = connection.Command(CoarseProducts.Differing, shop.Id);
        wrong.AddRange(await coarse.List(r => (r.GetString(1), r.GetFieldValue<DateOnly>(0)), cancel));
        return wrong;
    }

    private static async Task<(long UpTo, bool More, bool Bulk, DateOnly[] Days)> Touched(
        NpgsqlConnection connection, long shop, long settled, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            with p as (select seq from report_positions where shop_id = $1),
            {Books.Tail.Replace("e.seq > p.seq", "e.seq > p.seq and e.seq <= $4", StringComparison.Ordinal)}
            select (select count(*) from tail), (select max(seq) from tail),
                exists (select 1 from tail where event = 'product_updated' and data ->> 'imported_orders' is not null),
                array(select day from days)
            """,
            shop, Books.Touching, MostEvents, settled);
        var tail = (await command.List(
            r => (Count: r.GetInt64(0), Last: r.ValueOrNull<long>(1), Bulk: r.GetBoolean(2), Days: r.GetFieldValue<DateOnly[]>(3)),
            cancel))[0];
        var more = tail.Count == MostEvents;
        return (more ? tail.Last!.Value : settled, more, tail.Bulk, tail.Days);
    }

    private static async Task<int> Anew(
        NpgsqlConnection connection, ShopClock shop, long settled, Action<long, long> progress, CancellationToken cancel)
    {
        foreach (var facet in Facets.All)
            await connection.Execute($"delete from {facet.Table} where shop_id = $1", cancel, shop.Id);
        await CoarseProducts.Clear(connection, shop.Id, cancel);
        var all = await AllDays(connection, shop.Id, cancel);
        var done = 0L;
        foreach (var days in all.Chunk(Piece))
        {
            await Write(connection, shop, days, cancel);
            progress(done += days.Length, all.Count);
        }

        await CoarseProducts.Follow(connection, shop.Id, [.. all], cancel);
        await Move(connection, shop, settled, cancel);
        return all.Count;
    }

    private static async Task Count(NpgsqlConnection connection, ShopClock shop, DateOnly[] days, CancellationToken cancel)
    {
        if (days.Length == 0)
            return;
        foreach (var facet in Facets.All)
            await connection.Execute($"delete from {facet.Table} where shop_id = $1 and day = any($2)", cancel, shop.Id, days);
        await Write(connection, shop, days, cancel);
        await CoarseProducts.Follow(connection, shop.Id, days, cancel);
    }

    private static async Task Write(NpgsqlConnection connection, ShopClock shop, DateOnly[] days, CancellationToken cancel)
    {
        var (since, offsets) = shop.Days.OffsetsBetween(days.Min(), days.Max());
        Func<Facet, string> counted = days.Length > Few ? f => f.Counted : f => f.CountedOneByOne;
        foreach (var facet in Facets.All)
        {
            await connection.Execute(
                $"insert into {facet.Table} (shop_id, {facet.Names}) select $1, c.* from ({counted(facet)}) c",
                cancel,
                shop.Id,
                days,
                since,
                offsets);
        }
    }

    private static Task Move(NpgsqlConnection connection, ShopClock shop, long seq, CancellationToken cancel) => connection.Execute(
        "update report_positions set seq = $2, zone = $3, rolled_at = now() where shop_id = $1",
        cancel,
        shop.Id,
        seq,
        shop.Rules);

    /// <summary>Every day on which something is in the books.</summary>
    private static async Task<List<DateOnly>> AllDays(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select business_day from orders where shop_id = $1
            union select cancelled_day from orders where shop_id = $1 and cancelled_day is not null
            union select business_day from payments where shop_id = $1
            union select business_day from refunds where shop_id = $1
            union select business_day from order_refunds where shop_id = $1
            union select day from report_days where shop_id = $1 order by 1
            """,
            shop);
        return await command.List(r => r.GetFieldValue<DateOnly>(0), cancel);
    }

    /// <summary>
    /// Up to where the log is final: everything, where nobody is writing to it (they hold a lock on the table), else the feed's last mark.
    /// Later statements see whatever was committed up to there.
    /// </summary>
    private static async Task<long> SettledNow(NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.Scalar(
            """
            select case when exists (
                    select 1 from pg_locks where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock'
                        and pid <> pg_backend_pid())
                then (select greatest(coalesce(min(position), 0), 0) from consumers where name = '(feed)')
                else coalesce((select max(seq) from events), 0) end
            """,
            cancel) as long? ?? 0;
}
