using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// Ten thousand shops on one server: its start, its memory at rest and after the menu of each was read, what it does while nobody asks,
/// and an order beside the same order on a server with one shop.
/// </summary>
internal static class MeasureShops
{
    private const int Shops = 10_000,
        Selling = 200;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var table = new MarkdownTable(
            $"{Shops:N0} shops on one server, each with the demo cafe's menu",
            "shops",
            "first 200, ms",
            "memory at start, MB",
            "after the menu of each, MB",
            "after it twice, MB",
            "CPU at rest, %",
            "order p50 ms",
            "p95 ms"
        );
        await using var alone = await cluster.MakeCafe("comanda", cancel);
        await Row("1", cluster.ConnectionTo("comanda"), alone.Database, 1);
        await using var many = await cluster.MakeCafe("shops", cancel);
        Progress.Say($"shops: making {Shops:N0}");
        await Clone(many.Database, cancel);
        await Row($"{Shops:N0}", cluster.ConnectionTo("shops"), many.Database, Selling);
        table.Print(
            "Menus are read by a stranger, shop by shop. At rest is the server's processor time over twenty seconds in which nobody asks. "
                + $"Orders come one after another, the last row's from {Selling} shops in turn, while nobody else asks."
        );

        async Task Row(string name, string connection, NpgsqlDataSource database, int selling)
        {
            await using var server = await ServerUnderTest.Start(options.Server, ["--database", connection], cancel);
            await Task.Delay(TimeSpan.FromSeconds(3), cancel);
            var memory = new List<double> { server.ResidentMegabytes };
            var shops = (long[])(await database.Scalar("select array_agg(id order by id) from shops", cancel))!;
            for (var round = 0; round < 2; round++)
            {
                await ReadMenus(server, shops, cancel);
                memory.Add(server.ResidentMegabytes);
                Progress.Say($"shops: {memory[^1]:F0} MB after {shops.Length} menus");
            }

            var (before, postmaster) = (0.0, await CpuTimes.FindPostmaster(database, cancel));
            before = CpuTimes.Now(postmaster, server.ProcessId).Servers;
            await Task.Delay(Rest, cancel);
            var busy = (CpuTimes.Now(postmaster, server.ProcessId).Servers - before) / Rest.TotalMilliseconds * 100;
            var times = await Orders(server, [.. shops.Take(selling)], database, cancel);
            table.Row(
                name,
                $"{server.StartedIn.TotalMilliseconds:F0}",
                $"{memory[0]:F0}",
                $"{memory[1]:F0}",
                $"{memory[2]:F0}",
                $"{busy:F1}",
                $"{times.Percentile(50):F1}",
                $"{times.Percentile(95):F1}"
            );
        }
    }

    private static async Task ReadMenus(ServerUnderTest server, long[] shops, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        await Parallel.ForEachAsync(
            shops,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel },
            async (shop, stop) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu");
                request.Headers.Add("X-Shop-Id", shop.ToString());
                using var answer = await http.SendAsync(request, stop);
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync(stop);
            }
        );
    }

    private static async Task<List<double>> Orders(
        ServerUnderTest server,
        long[] shops,
        NpgsqlDataSource database,
        CancellationToken cancel
    )
    {
        // The demo's owner is made a member of the shops that sell.
        await database.Scalar(
            """
            insert into shop_members (shop_id, user_id, role, active)
            select s, (select id from users where username = 'owner'), 'owner', true from unnest($1::bigint[]) s on conflict do nothing
            """,
            cancel,
            shops
        );
        var times = new List<double>();
        var client = server.NewClient();
        await client.SignIn("owner", DemoCafe.Password, cancel);
        for (var n = 0; n < 600; n++)
        {
            var shop = shops[n % shops.Length];
            var item = await database.Scalar("select min(id) from menu_items where shop_id = $1", cancel, shop);
            var time = await ParallelClients.Timed(async () =>
            {
                using var answer = await client.Send(
                    HttpMethod.Post,
                    $"/api/shops/{shop}/orders",
                    new { items = new[] { new { menu_item_id = item } }, payments = new[] { new { method = "card" } } },
                    new Dictionary<string, string>(StringComparer.Ordinal)
                );
                answer.EnsureSuccessStatusCode();
            });
            if (n >= 200)
                times.Add(time);
        }

        return times;
    }

    /// <summary>Copies the demo cafe's shop, registers, settings and menu: ids are the first shop's plus a step for each shop.</summary>
    private static async Task Clone(NpgsqlDataSource database, CancellationToken cancel)
    {
        const long step = 1_000_000;
        await using var connection = await database.OpenConnectionAsync(cancel);
        // What a connection plans for a foreign key while the tables are small, it keeps while they grow.
        await connection.Execute("set enable_seqscan = off", cancel);
        foreach (
            var (table, ids) in ((string, string[])[])
                [
                    ("shops", ["id"]),
                    ("settings", ["shop_id"]),
                    ("registers", ["id", "shop_id"]),
                    ("categories", ["id", "shop_id"]),
                    ("menu_items", ["id", "shop_id", "category_id"]),
                    ("modifier_groups", ["id", "shop_id"]),
                    ("modifier_options", ["id", "shop_id", "group_id"]),
                    ("menu_item_groups", ["shop_id", "menu_item_id", "group_id"]),
                    ("combo_choices", ["shop_id", "combo_id", "menu_item_id"]),
                ]
        )
        {
            var shifted = string.Join(", ", ids.Select(id => $"'{id}', t.{id} + n::bigint * {step}"));
            // A register's first drawer session is made with it.
            var more = table == "registers" ? $", 'drawer_id', nextval('drawer_ids')" : "";
            var first = table == "shops" ? "t.id" : "t.shop_id";
            // So many at a time that no statement takes longer than one may.
            for (var from = 1; from < Shops; from += 250)
            {
                await connection.Execute(
                    $"""
                    insert into {table}
                    select r.* from {table} t, generate_series({from}, {Math.Min(from + 249, Shops - 1)}) n,
                           jsonb_populate_record(null::{table}, to_jsonb(t) || jsonb_build_object({shifted}{more})) r
                    where {first} = (select min(id) from shops)
                    """,
                    cancel
                );
            }
        }

        await connection.Execute("analyze", cancel);
    }
}
