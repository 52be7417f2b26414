using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// Every report over a year of one shop among fifty, beside one sum over the orders that an index alone answers; and how far roll-ups are
/// behind while orders come. The orders have the shape of a real coffee chain's: 1.27 lines each, the busy hours in the morning, four
/// fifths by card. COMANDA_BENCH_ORDERS says how many orders the shop has (1,000,000); the other shops have as many together.
/// </summary>
internal static class MeasureReports
{
    private const int Shops = 50, Reads = 200;

    /// <summary>Of a thousand orders, how many come in each hour from 6 to 20: three outlets' April.</summary>
    private static readonly int[] Hours = [29, 86, 115, 115, 117, 67, 61, 61, 62, 62, 63, 61, 53, 42, 6];

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var count = int.TryParse(
            Environment.GetEnvironmentVariable("COMANDA_BENCH_ORDERS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1_000_000;
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        var shop = (long)(await cafe.Database.Scalar("select min(id) from shops", cancel))!;
        Progress.Say($"reports: making {count:N0} orders, and as many in {Shops - 1} other shops");
        await Make(cafe.Database, shop, 0, count, cancel);
        for (var n = 1; n < Shops; n++)
            await Make(cafe.Database, await DemoCafe.Make(cafe.Database, $"-{n}", cancel), n, count / (Shops - 1), cancel);
        await Execute(
            cafe.Database,
            "create index bench_sums on orders (shop_id, business_day) include (total, tip, training, cancelled_day)");
        await Execute(cafe.Database, "vacuum analyze");
        var rebuilt = Stopwatch.GetTimestamp();
        await Rebuild(options.Server, cluster.ConnectionTo("comanda"), cancel);
        Progress.Say($"reports: rolled up in {Stopwatch.GetElapsedTime(rebuilt).TotalSeconds:F1} s");
        await Execute(cafe.Database, "vacuum analyze");

        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var owner = server.NewClient();
        var token = (await owner.SignIn("owner", DemoCafe.Password, cancel)).AccessToken;
        var last = (DateOnly)(await cafe.Database.Scalar("select max(business_day) from orders where shop_id = $1", cancel, shop))!;
        var period = string.Create(CultureInfo.InvariantCulture, $"from={last.AddDays(-364):yyyy-MM-dd}&to={last:yyyy-MM-dd}");
        var sum = await Times(Reads, () => cafe.Database.Scalar(
            "select sum(total - tip), count(*) from orders where shop_id = $1 and business_day between $2 and $3 and not training "
                + "and cancelled_day is distinct from business_day",
            cancel, shop, last.AddDays(-364), last));
        var table = new MarkdownTable(
            $"Reports over a year of {count:N0} orders, one shop of {Shops} ({Reads} reads each)",
            "report", "p50, ms", "p95, ms", "one index-only sum over the orders, p95 ms");
        foreach (var path in Paths(period, last))
        {
            var times = await Times(Reads, async () =>
            {
                using var answer = await owner.Send(HttpMethod.Get, "/api/reports/" + path, cancel: cancel);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(cancel);
            });
            table.Row(
                path.Split('?')[0] + Grouping(path),
                $"{times.Percentile(50):F1}",
                $"{times.Percentile(95):F1}",
                $"{sum.Percentile(95):F1}");
        }

        table.Print();
        await Behind(cafe.Database, server, token, options, cancel);
    }

    /// <summary>While clients sell: how old the oldest event is that the roll-ups have not, and how long a day's report takes.</summary>
    private static async Task Behind(
        NpgsqlDataSource database, ServerUnderTest server, string token, BenchOptions options, CancellationToken cancel)
    {
        var sellers = Enumerable.Range(0, options.Clients)
            .Select(c => server.NewClient(token, BenchCluster.TillToken(c % BenchCluster.ExtraTills)))
            .ToArray();
        var order = await MeasureOrders.NewOrder(sellers[0], cancel);
        var (behind, daily) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = Task.Run(
            async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    behind.Add((double)(await database.Scalar(
                        """
                        select coalesce(extract(epoch from clock_timestamp() - min(e.at)), 0)::float8
                        from report_positions p join events e on e.shop_id = p.shop_id and e.seq > p.seq
                        where p.shop_id = (select min(id) from shops) and e.event like 'order%'
                        """,
                        cancel))!);
                    daily.Add(await ParallelClients.Timed(() => sellers[0].GetDailySales(cancel: cancel)));
                    await Task.Delay(50, cancel);
                }
            },
            cancel);
        var load = await ParallelClients.Run(
            options.Clients, options.Round * 3, c => sellers[c].PlaceOrder(order, Guid.NewGuid().ToString(), cancel), cancel);
        await over.CancelAsync();
        await watching;
        var table = new MarkdownTable(
            "Roll-ups while orders come", "orders/s", "behind, p50 s", "p95 s", "the day's report meanwhile, p50 ms", "p95 ms");
        table.Row(
            $"{load.PerSecond:F0}",
            $"{behind.Percentile(50):F2}",
            $"{behind.Percentile(95):F2}",
            $"{daily.Percentile(50):F1}",
            $"{daily.Percentile(95):F1}");
        table.Print("A report has every sale that was answered; being behind costs it time alone.");
    }

    private static string[] Paths(string period, DateOnly last) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"sales/daily?date={last:yyyy-MM-dd}"),
        string.Create(CultureInfo.InvariantCulture, $"sales/weekly?week_of={last:yyyy-MM-dd}"),
        $"sales?group_by=day&{period}", $"sales?group_by=month&{period}", $"sales?group_by=hour&{period}",
        $"sales?group_by=category&{period}", $"sales?group_by=type&{period}", $"products/top?{period}", $"costs?group_by=day&{period}",
        $"costs?group_by=item&{period}", $"performance?{period}", $"summary?{period}", "dashboard",
    ];

    private static string Grouping(string path) =>
        path.Contains("group_by=", StringComparison.Ordinal) ? " by " + path.Split("group_by=")[1].Split('&')[0] : "";

    private static async Task<List<double>> Times(int times, Func<Task> once)
    {
        // The code behind each report is compiled at its first reads, and better at the thirtieth; a shop's server has that behind it.
        for (var n = 0; n < 50; n++)
            await once();
        var all = new List<double>();
        for (var n = 0; n < times; n++)
            all.Add(await ParallelClients.Timed(once));
        return all;
    }

    internal static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task Rebuild(string dll, string database, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [dll, "rebuild", "reports", "--database", database]))!;
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new BenchException("comanda rebuild reports ended with " + process.ExitCode);
    }

    /// <summary>A year of orders as the server would have written them, in one piece.</summary>
    internal static async Task Make(NpgsqlDataSource database, long shop, int place, int count, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            """
            with menu as (
                select array_agg(i.id order by i.id) as ids, array_agg(i.name order by i.id) as names,
                    array_agg(i.price order by i.id) as prices, array_agg(c.name order by i.id) as categories
                from menu_items i join categories c on c.id = i.category_id where i.shop_id = $1
            ),
            hours as (select h.hour::int + 5 as hour, sum(h.part) over (order by h.hour) as upto
                from unnest($4::int[]) with ordinality as h(part, hour)),
            made as (
                select $2 + n as id, current_date - 1 - (n * 364 / $3)::int as day,
                    (select min(hour) from hours where upto > (n * 7919) % 1000) as hour, ((n * 3600 / 7) % 3600)::int as second,
                    case when (n * 31) % 100 < 25 then 2 else 1 end as lines, (n * 13) % 5 as tender, (n * 17) % 7 as person
                from generate_series(0::bigint, $3 - 1) as n
            ),
            lines as (
                select m.*, l, menu.ids[1 + ((m.id * 11 + l * 5) % cardinality(menu.ids))::int] as item,
                    menu.names[1 + ((m.id * 11 + l * 5) % cardinality(menu.ids))::int] as name,
                    menu.categories[1 + ((m.id * 11 + l * 5) % cardinality(menu.ids))::int] as category,
                    menu.prices[1 + ((m.id * 11 + l * 5) % cardinality(menu.ids))::int] as price
                from made m cross join menu cross join lateral generate_series(1, m.lines) as l
            ),
            placed as (
                insert into orders (id, shop_id, register_id, number, order_number, type, status, business_day, currency,
                    prices_include_tax, subtotal, discount, tax, delivery_fee, tip, total, paid, estimated_time, cashier_id, created_at,
                    completed_at, fired_at)
                select l.id, $1, (select min(id) from registers where shop_id = $1), l.id, 'B' || l.id,
                    case when l.id % 3 = 0 then 'dine-in' else 'takeaway' end, 'completed', l.day, 'EUR', true, sum(l.price), 0,
                    sum(l.price - round(l.price / 1.1)), 0, 0, sum(l.price), sum(l.price), 5,
                    (select min(user_id) from shop_members where shop_id = $1) + l.person % 4,
                    l.day + make_interval(hours => l.hour, secs => l.second),
                    l.day + make_interval(hours => l.hour, secs => l.second + 200),
                    l.day + make_interval(hours => l.hour, secs => l.second)
                from lines l group by l.id, l.day, l.hour, l.second, l.person
                returning id, total, business_day, created_at
            ),
            sold as (
                insert into order_items (id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price, modifiers,
                    discount, tax_rate, tax, total, sold_at, way, tax_class, taxes)
                select $2 * 2 + (l.id - $2) * 2 + l.l, l.id, $1, l.l, l.item, l.name, l.category, 1, l.price, '[]', 0, 100000,
                    l.price - round(l.price / 1.1), l.price, l.day + make_interval(hours => l.hour, secs => l.second), 'takeaway',
                    'standard',
                    format('[{"name":"Tax","rate":100000,"treatment":"taxed","base":%s,"tax":%s}]',
                        round(l.price / 1.1), l.price - round(l.price / 1.1))
                from lines l
            ),
            moved as (
                insert into order_moves (order_id, shop_id, status, at)
                select id, $1, 'completed', day + make_interval(hours => hour, secs => second + 60 + (id % 300)::int) from made
            )
            insert into payments (id, shop_id, order_id, method, amount, business_day, paid_at)
            select id, $1, id, case when id % 5 = 0 then 'cash' else 'card' end, total, business_day, created_at from placed where total > 0
            """);
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(shop);
        command.Parameters.AddWithValue(1_000_000_000L + (place * 20_000_000L));
        command.Parameters.AddWithValue((long)count);
        command.Parameters.AddWithValue(Hours);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
