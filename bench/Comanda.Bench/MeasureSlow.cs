using System.Text;
using System.Text.Json;
using Comanda.Client;
using Comanda.Orders;
using Comanda.Data;
using Comanda.Demo;

namespace Comanda.Bench;

/// <summary>
/// Orders while others ask for much and do not read it: 200 strangers a menu of 26 MB, each from an address of its own, and 200
/// devices the log from its beginning; beside the same orders without them, in turns. What is held is opened when the round
/// begins, so that its beginning is measured too.
/// </summary>
internal sealed class MeasureSlow(
    ServerUnderTest server, ComandaClient[] tills, OrderRequest order, BenchOptions options, CancellationToken cancel)
{
    private const int Unread = 200, Items = 45_000, Events = 10_000;

    /// <summary>Between a till's orders: some hundred a minute at each, as on a very good morning.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(25);

    private sealed record Round(List<double> Without, List<double> With, double MegabytesBefore, double MegabytesWith);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var till = server.NewClient(deviceToken: DemoCafe.TillToken);
        var token = (await till.SignIn("owner", DemoCafe.Password, cancel)).AccessToken;
        var order = await MeasureOrders.NewOrder(till, cancel);
        var (shop, bytes) = await MakeMenu(server, cancel);
        var seq = await MakePast(cafe, cancel);
        var tills = Enumerable.Range(0, 2).Select(n => server.NewClient(token, BenchCluster.TillToken(n))).ToArray();
        var measure = new MeasureSlow(server, tills, order, options, cancel);
        Progress.Say("slow: warming up");
        await measure.Sell(TimeSpan.FromSeconds(6));

        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);
        var table = new MarkdownTable(
            $"Orders while {Unread} connections do not read "
            + $"({tills.Length} tills, {options.Rounds} × {options.Round.TotalSeconds:F0} s each, alternated)",
            "what they do not read",
            "orders without, with",
            "p50 ms without",
            "with",
            "p99 ms without",
            "with",
            "ratio of p99",
            "worst ms with",
            "server MB before",
            "with");
        var setAside = await measure.Case(table, postmaster, $"a menu of {bytes / 1e6:F1} MB", "/api/menu", $"X-Shop-Id: {shop}");
        setAside += await measure.Case(
            table, postmaster, $"a WebSocket, from before {Events:N0} events", $"/ws?after={seq}&access_token={token}",
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
        table.Print(
            "p99 is over the orders of all rounds; the ratio is the median of the rounds' own. Memory is the server's resident, before the "
            + "first round and the most at the end of one. " + CalmRounds.Note(setAside));
    }

    private async Task<int> Case(MarkdownTable table, int postmaster, string what, string path, params string[] headers)
    {
        var (rounds, setAside) = await CalmRounds.Run(
            options.Rounds,
            () => CpuTimes.Now(postmaster, server.ProcessId),
            async () =>
            {
                var without = await Sell(options.Round);
                var before = server.ResidentMegabytes;
                var opening = UnreadConnections.Open(server.Address, Unread, path, cancel, headers);
                var with = await Sell(options.Round);
                var megabytes = server.ResidentMegabytes;
                (await opening).Dispose();
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                return new Round(without, with, before, megabytes);
            },
            r => $"slow, {what}: p99 {r.With.Percentile(99):F1} ms, without {r.Without.Percentile(99):F1}; "
                + $"{r.MegabytesWith:F0} MB, before {r.MegabytesBefore:F0}",
            cancel);
        var (all, allWith) = (rounds.SelectMany(r => r.Without).ToList(), rounds.SelectMany(r => r.With).ToList());
        table.Row(
            what,
            $"{all.Count}, {allWith.Count}",
            $"{all.Median():F1}",
            $"{allWith.Median():F1}",
            $"{all.Percentile(99):F1}",
            $"{allWith.Percentile(99):F1}",
            $"**{rounds.Select(r => r.With.Percentile(99) / r.Without.Percentile(99)).Median():F2}**",
            $"{allWith.Max():F0}",
            $"{rounds[0].MegabytesBefore:F0}",
            $"{rounds.Max(r => r.MegabytesWith):F0}");
        return setAside;
    }

    private async Task<List<double>> Sell(TimeSpan time)
    {
        var times = new List<double>();
        await ParallelClients.Run(
            tills.Length, time,
            async n =>
            {
                var took = await ParallelClients.Timed(() => tills[n].PlaceOrder(order, Guid.NewGuid().ToString(), cancel));
                lock (times)
                    times.Add(took);
                await Task.Delay(Between, cancel);
            },
            cancel);
        return times;
    }

    private static async Task<(long Shop, long Bytes)> MakeMenu(ServerUnderTest server, CancellationToken cancel)
    {
        var owner = server.NewClient();
        await owner.SignIn("owner", DemoCafe.Password, cancel);
        using var opened = await owner.Send(HttpMethod.Post, "/api/shops", new { name = "Slow" }, cancel: cancel);
        var shop = JsonElement.Parse(await opened.Content.ReadAsStringAsync(cancel)).GetProperty("id").GetInt64();
        owner.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.ToString());
        var csv = new StringBuilder("sku,name,category,description,price\n");
        for (var i = 0; i < Items; i++)
            csv.Append($"K{i},Thing {i},Section {i % 50},Made here in the morning by hand and number {i},4.50\n");
        var file = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        using var import = await owner.Send(HttpMethod.Post, "/api/menu/items/bulk-import", file, cancel: cancel);
        if (!import.IsSuccessStatusCode)
            throw new BenchException($"the import was answered {(int)import.StatusCode}");
        return (shop, (await owner.Http.GetByteArrayAsync("/api/menu", cancel)).LongLength);
    }

    /// <summary>A past of the demo cafe; answers the seq before it.</summary>
    private static async Task<long> MakePast(Cafe cafe, CancellationToken cancel) => (long)(await cafe.Database.Scalar(
        """
        with made as (
            insert into events (shop_id, event, at, actor, data)
            select r.shop_id, 'order_updated', now(), '{"id":1,"name":"Ann","role":"cashier"}',
                   json_build_object('id', n, 'text', repeat('x', 1000))
            from registers r, generate_series(1, $2) n where r.id = $1
            returning seq
        )
        select min(seq) - 1 from made
        """,
        cancel, cafe.DemoTill, Events))!;
}
