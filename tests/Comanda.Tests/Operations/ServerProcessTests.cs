using System.Collections.Concurrent;
using System.Net;
using Comanda.Data;

namespace Comanda.Tests.Operations;

public sealed partial class ServerProcessTests(CafeApp app)
{
    [Theory]
    [InlineData("32")]
    [InlineData("1")]
    public async Task A_kill_9_under_load_loses_no_acknowledged_order_and_leaves_no_hole(string together)
    {
        var trains = new Dictionary<string, string?> { ["COMANDA_ORDERS_TOGETHER"] = together };
        var data = TempFolder();
        var acknowledged = new ConcurrentDictionary<string, (long Id, string Number)>();
        try
        {
            var server = await ServerProcess.Serve(data, ServerProcess.FreePort(), trains);
            for (var round = 0; round < 2; round++)
            {
                await SellUntilKilled(server, acknowledged, round);
                server = await ServerProcess.Serve(data, ServerProcess.FreePort(), trains);
                await CheckBooks(server, acknowledged, round);
            }

            // Ctrl-C stops all of it, the database too.
            (await server.Interrupt()).ShouldBe(0);
            File.Exists(Path.Combine(data, "postgres", "main", "postmaster.pid")).ShouldBeFalse();
            acknowledged.Count.ShouldBeGreaterThan(50);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task SellUntilKilled(
        ServerProcess server,
        ConcurrentDictionary<string, (long Id, string Number)> acknowledged,
        int round)
    {
        var sellers = new List<ComandaClient>();
        for (var i = 0; i < 6; i++)
        {
            var seller = Client(server);
            await seller.SignIn("cashier", "password123");
            if (i % 2 == 1)
                seller.Http.DefaultRequestHeaders.Add("X-Device-Token", "demo-till");
            sellers.Add(seller);
        }

        var killing = Task.Run(async () =>
        {
            await Task.Delay(400 + (round * 337));
            await server.KillHard();
        });
        await Task.WhenAll(sellers.Select(async (seller, s) =>
        {
            for (var i = 0; ; i++)
            {
                var key = $"{round}-{s}-{i}";
                try
                {
                    var order = await seller.PlaceOrder(new("takeaway", [new(1, 1, ["oat-milk"])], Payments: [new("card")]), key);
                    acknowledged[key] = (order.Id, order.OrderNumber);
                }
                catch (Exception gone) when (gone is HttpRequestException or IOException or TaskCanceledException)
                {
                    return;
                }
            }
        }));
        await killing;
    }

    private static async Task CheckBooks(
        ServerProcess server,
        ConcurrentDictionary<string, (long Id, string Number)> acknowledged,
        int round)
    {
        var manager = Client(server);
        await manager.SignIn("manager", "password123");

        // Each seller got no answer to the last request and asks again with its key: it gets the order that was made, or
        // makes it now; never both.
        for (var s = 0; s < 6; s++)
        {
            var key = $"{round}-{s}-{acknowledged.Keys.Count(k => k.StartsWith($"{round}-{s}-", StringComparison.Ordinal))}";
            var late = await manager.PlaceOrder(new("takeaway", [new(1, 1, ["oat-milk"])], Payments: [new("card")]), key);
            (await manager.PlaceOrder(new("takeaway", [new(1, 1, ["oat-milk"])], Payments: [new("card")]), key)).Id.ShouldBe(late.Id);
            acknowledged[key] = (late.Id, late.OrderNumber);
        }

        acknowledged.Values.Select(a => a.Id).Distinct().Count().ShouldBe(acknowledged.Count);
        var numbers = new List<string>();
        var (ids, days) = (new HashSet<long>(), new HashSet<DateOnly>());
        string? cursor = null;
        do
        {
            var page = await manager.GetOrders("limit=200" + (cursor is null ? "" : "&cursor=" + cursor));
            numbers.AddRange(page.Items.Select(o => o.OrderNumber));
            ids.UnionWith(page.Items.Select(o => o.Id));
            days.UnionWith(page.Items.Select(o => o.BusinessDay));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        acknowledged.Values.ShouldAllBe(a => ids.Contains(a.Id));
        foreach (var register in numbers.GroupBy(n => n.Split('-')[0]))
            register.Select(n => int.Parse(n.Split('-')[1])).Order().ShouldBe(Enumerable.Range(1, register.Count()), register.Key);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();

        ids.Count.ShouldBe(acknowledged.Count); // and no order that nobody asked for twice
        var daily = await Task.WhenAll(days.Select(day => manager.GetDailySales(day))); // two where the run crosses midnight
        daily.Sum(d => d.OrderCount).ShouldBe(numbers.Count);
        daily.Sum(d => d.TotalSales).ShouldBe(numbers.Count * 4.60m);
        var created = new HashSet<long>();
        Comanda.Events.EventPage events;
        var after = 0L;
        do
        {
            events = await manager.GetEvents(after);
            created.UnionWith(events.Items.Where(e => e.Event == "order_created").Select(e => e.Data.GetProperty("id").GetInt64()));
            after = events.LastSeq;
        }
        while (events.NextCursor is not null);
        created.SetEquals(ids).ShouldBeTrue();
    }

    [Fact]
    public async Task A_database_that_dies_is_started_again_and_nothing_is_lost()
    {
        var data = TempFolder();
        try
        {
            await using (var server = await ServerProcess.Serve(data, ServerProcess.FreePort()))
            {
                var client = Client(server);
                await client.SignIn("cashier", "password123");
                var order = await client.PlaceOrder(new("takeaway", [new(1)]), "before");
                var postmaster = (await File.ReadAllLinesAsync(Path.Combine(data, "postgres", "main", "postmaster.pid")))[0];
                using (var kill = System.Diagnostics.Process.Start("sh", ["-c", $"kill -9 {postmaster}"]))
                    await kill.WaitForExitAsync();

                var answers = new HashSet<int>();
                for (var tries = 0; tries < 300 && !answers.Contains(201); tries++)
                {
                    using var answer = await client.Send(
                        HttpMethod.Post,
                        "/api/orders",
                        new { items = new[] { new { menu_item_id = 1 } } },
                        new Dictionary<string, string> { ["Idempotency-Key"] = "after" });
                    answers.Add((int)answer.StatusCode);
                    await Task.Delay(50);
                }

                answers.ShouldBeSubsetOf([201, 503]); // never a 500, and never two
                (await client.GetOrders()).Items.Select(o => o.OrderNumber).ShouldBe(["C-2", "C-1"]);
                (await client.GetOrder(order.Id)).OrderNumber.ShouldBe("C-1");
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_stop_followed_at_once_by_a_start_works_every_time()
    {
        var data = TempFolder();
        try
        {
            var server = await ServerProcess.Serve(data, ServerProcess.FreePort());
            for (var round = 0; round < 4; round++)
            {
                var stopping = server.Interrupt();
                server = await ServerProcess.Serve(data, ServerProcess.FreePort());
                (await stopping).ShouldBe(0);
            }

            (await server.Interrupt()).ShouldBe(0);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Two_processes_on_one_folder_share_the_database_and_the_last_one_stops_it()
    {
        var data = TempFolder();
        try
        {
            var first = await ServerProcess.Serve(data, ServerProcess.FreePort());
            var second = await ServerProcess.Serve(data, ServerProcess.FreePort());
            (await first.Interrupt()).ShouldBe(0);
            var client = Client(second);
            await client.SignIn("cashier", "password123");
            (await client.PlaceOrder(new("takeaway", [new(1)]))).Status.ShouldBe("pending");
            (await second.Interrupt()).ShouldBe(0);
            File.Exists(Path.Combine(data, "postgres", "main", "postmaster.pid")).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_database_of_yours_is_used_and_the_data_folder_left_alone()
    {
        await app.Database.Scalar("create database yours", default);
        var data = Path.Combine(Path.GetTempPath(), "comanda-never-" + Guid.NewGuid().ToString("N"));
        var yours = app.ConnectionString.Replace("Database=comanda", "Database=yours", StringComparison.Ordinal);
        await using (var server = await ServerProcess.Serve(data, ServerProcess.FreePort(), yours))
        {
            var client = Client(server);
            await client.SignIn("cashier", "password123");
            (await client.PlaceOrder(new("takeaway", [new(1)]))).OrderNumber.ShouldBe("C-1");
        }

        Directory.Exists(data).ShouldBeFalse();
        (await app.Database.Scalar("select 1", default)).ShouldBe(1); // still there
    }

    private static ComandaClient Client(ServerProcess server) =>
        new(new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(20) });

    private static string TempFolder() =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "comanda-server-" + Guid.NewGuid().ToString("N")[..8])).FullName;
}
