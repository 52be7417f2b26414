using System.Globalization;
using System.Text.Json;
using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// A bakery's year: a flour lot a week, a dough a day of it, two bakes a day of each dough, and 1,000,000 orders of those. How long an
/// authority waits for a lot's receipts and guests, and for a receipt's lots.
/// </summary>
internal static class MeasureLots
{
    private const int Reads = 20;

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var count = int.TryParse(
            Environment.GetEnvironmentVariable("COMANDA_BENCH_ORDERS"), CultureInfo.InvariantCulture, out var asked) ? asked : 1_000_000;
        await using var cafe = await cluster.MakeCafe("lots", cancel);
        var shop = (long)(await cafe.Database.Scalar("select min(id) from shops", cancel))!;
        Progress.Say($"lots: making {count:N0} orders");
        await MeasureReports.Make(cafe.Database, shop, 0, count, cancel);
        await Trace(cafe.Database, cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--database", cluster.ConnectionTo("lots")], cancel);
        var owner = server.NewClient();
        await owner.SignIn("owner", DemoCafe.Password, cancel);
        var receipt = (string)(await cafe.Database.Scalar("select min(order_number) from orders where shop_id = $1", cancel, shop))!;

        var table = new MarkdownTable(
            $"Tracing lots through {count:N0} orders ({Reads} reads each)", "asked", "lots", "receipts", "guests", "p50, ms", "p95, ms");
        foreach (var (what, path) in new[]
        {
            ("a flour lot of one week", "lot=F26"),
            ("a dough of one day", "lot=D180"),
            ("a bake of half a day", "lot=B361"),
            ("a receipt", "receipt=" + receipt),
        })
        {
            var body = await Read(owner, path, cancel);
            var times = new List<double>();
            for (var i = 0; i < Reads; i++)
                times.Add(await ParallelClients.Timed(() => Read(owner, path, cancel)));
            var (lots, orders, guests) = (
                body.GetProperty("lots").GetArrayLength(),
                body.GetProperty("orders").GetInt64(),
                body.GetProperty("guests").GetArrayLength());
            if (lots == 0 || orders == 0)
                throw new BenchException($"{path} leads to {lots} lots and {orders} receipts");
            table.Row(what, $"{lots}", $"{orders:N0}", $"{guests:N0}", $"{times.Percentile(50):F0}", $"{times.Percentile(95):F0}");
        }

        table.Print("Each answer has the first 200 receipts with their lines and lots, the number of all, and every guest.");
    }

    private static async Task<JsonElement> Read(ComandaClient owner, string path, CancellationToken cancel)
    {
        using var answer = await owner.Send(HttpMethod.Get, "/api/recall?" + path, cancel: cancel);
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
    }

    /// <summary>The rows that the server would have written when the year went by.</summary>
    private static async Task Trace(NpgsqlDataSource database, CancellationToken cancel)
    {
        Progress.Say("lots: giving every line its lot");
        foreach (var sql in Statements)
            await MeasureReports.Execute(database, sql);
        cancel.ThrowIfCancellationRequested();
    }

    private static readonly string[] Statements =
    [
        """
        insert into stock_items (shop_id, name, unit, created_at)
        select (select min(id) from shops), name, 'kg', now() from unnest('{Traced flour,Traced dough,Traced bake}'::text[]) as name
        """,
        """
        insert into lots (shop_id, item_id, code, best_before, day, created_at)
        select i.shop_id, i.id, l.letter || n, current_date - 365 + n / l.per_day + 30, current_date - 365 + n / l.per_day, now()
        from (values ('Traced flour', 'F', 52, 1), ('Traced dough', 'D', 365, 1), ('Traced bake', 'B', 730, 2))
            as l(name, letter, many, per_day)
        join stock_items i on i.name = l.name cross join lateral generate_series(0, l.many) as n
        """,
        """
        insert into lot_moves (movement_id, lot_id, shop_id, item_id, quantity, into_lot_id)
        select row_number() over (), f.id, f.shop_id, f.item_id, -1000, t.id
        from lots t join lots f on (t.code like 'D%' and f.code = 'F' || (substr(t.code, 2)::int / 7))
            or (t.code like 'B%' and f.code = 'D' || (substr(t.code, 2)::int / 2))
        """,
        """
        insert into lot_moves (movement_id, lot_id, shop_id, item_id, quantity, order_item_id)
        select 10000 + row_number() over (), b.id, b.shop_id, b.item_id, -1000, i.id
        from order_items i join orders o on o.id = i.order_id
        join lots b on b.code = 'B' || ((o.business_day - (current_date - 365)) * 2 + (i.id / 2) % 2)
        """,
        """
        with guests as (
            insert into customers (shop_id, name, email, search, created_at, updated_at)
            select (select min(id) from shops), 'Guest ' || n, 'guest' || n || '@bench.example', '', now(), now()
            from generate_series(1, 10000) as n returning id
        ), numbered as (select id, row_number() over () - 1 as n from guests)
        update orders o set customer_id = g.id from numbered g where o.id % 10 = 0 and (o.id / 10) % 10000 = g.n
        """,
        "vacuum analyze",
    ];
}
