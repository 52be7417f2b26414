using Comanda.Data;
using Comanda.Demo;
using Comanda.Events;
using Npgsql;

namespace Comanda.Tests.Operations;

/// <summary>Comanda behind PgBouncer in transaction mode, and at a database of two hosts.</summary>
public sealed class PoolerTests(CafeApp app)
{
    private const int Sessions = 4, Tills = 12, OrdersEach = 10;

    private string Direct(string database = "comanda") =>
        new NpgsqlConnectionStringBuilder(app.ConnectionString) { Database = database }.ConnectionString;

    private static Dictionary<string, string?> At(string database, string? direct = null) =>
        new() { ["COMANDA_DATABASE"] = database, ["COMANDA_DATABASE_DIRECT"] = direct };

    private static async Task<ComandaClient> Cashier(ServerProcess server, TestShop shop)
    {
        var client = new ComandaClient(new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address });
        await client.SignIn(shop.Username("cashier"), DemoCafe.Password);
        return client;
    }

    [Fact]
    public async Task Many_tills_of_two_processes_sell_over_four_shared_sessions_and_each_process_hears_the_others_events()
    {
        await using var bouncer = await PgBouncer.Start(app, Sessions);
        var shop = await app.NewShop();
        var item = (await shop.Item("Espresso")).Id;
        var servers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            ServerProcess.Serve("unused", ServerProcess.FreePort(), At(bouncer.ConnectionTo("comanda"), Direct()))));
        await using var one = servers[0];
        await using var other = servers[1];
        using var socket = await (await Cashier(other, shop)).OpenSocket();
        var tills = await Task.WhenAll(Enumerable.Range(0, Tills).Select(n => Cashier(n % 2 == 0 ? one : other, shop)));

        var sold = (await Task.WhenAll(tills.Select(Sell))).SelectMany(ids => ids).ToList();
        await bouncer.Kill();
        await bouncer.StartAgain();
        foreach (var till in tills)
            sold.Add(await SellOne(till));

        sold.Distinct().Count().ShouldBe(Tills * (OrdersEach + 1));
        var heard = new HashSet<long>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (heard.Count < sold.Count)
        {
            var happened = (await socket.Read(patience.Token))!;
            if (happened.Event == "order_created")
                heard.Add(happened.Data.GetProperty("id").GetInt64());
        }

        heard.ShouldBe(sold, ignoreOrder: true);
        // What a session is set to came by the role; nothing is prepared in it, and nobody listens.
        await using var shared = NpgsqlDataSource.Create(bouncer.ConnectionTo("comanda"));
        (await shared.Scalar("select current_setting('plan_cache_mode')", default)).ShouldBe("force_generic_plan");
        (await shared.Scalar("select count(*) from pg_prepared_statements", default)).ShouldBe(0L);
        (await shared.Scalar("select count(*) from pg_listening_channels()", default)).ShouldBe(0L);
        (await shared.Scalar("select current_setting('idle_in_transaction_session_timeout')", default)).ShouldBe("1min");

        async Task<List<long>> Sell(ComandaClient till)
        {
            var ids = new List<long>();
            for (var n = 0; n < OrdersEach; n++)
                ids.Add(await SellOne(till));
            return ids;
        }

        async Task<long> SellOne(ComandaClient till)
        {
            var key = Guid.NewGuid().ToString();
            while (true)
            {
                try
                {
                    return (await till.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]), key)).Id;
                }
                catch (ComandaException gone) when (gone.Code == "database_unavailable")
                {
                    await Task.Delay(50);
                }
            }
        }
    }

    [Fact]
    public async Task Without_the_databases_own_address_a_pooler_is_refused_in_one_line_that_says_what_is_missing()
    {
        await using var bouncer = await PgBouncer.Start(app, Sessions);
        var (exit, error, _) = await ServerProcess.RunToEnd(At(bouncer.ConnectionTo("comanda")), "migrate");
        exit.ShouldBe(1);
        error.ShouldStartWith("comanda: the database cannot be opened: unsupported startup parameter");
        error.Trim().ShouldEndWith("COMANDA_DATABASE_DIRECT has to say where the database itself is");

        // And it has to be the same one.
        (exit, error, _) = await ServerProcess.RunToEnd(
            At(bouncer.ConnectionTo("comanda"), Direct("postgres")), "serve", "--port", ServerProcess.FreePort().ToString());
        exit.ShouldBe(1);
        error.ShouldBe("comanda: COMANDA_DATABASE_DIRECT leads to another database than COMANDA_DATABASE\n");
        (exit, error, _) = await ServerProcess.RunToEnd(
            new Dictionary<string, string?> { ["COMANDA_DATABASE_DIRECT"] = Direct() }, "migrate");
        exit.ShouldBe(0, "what is done once needs no pooler: " + error);
    }

    [Fact]
    public async Task Where_one_host_of_two_is_gone_orders_and_events_go_on_at_the_other()
    {
        await using var first = await PgBouncer.StartAsLine(app);
        await using var second = await PgBouncer.StartAsLine(app);
        var shop = await app.NewShop();
        var item = (await shop.Item("Espresso")).Id;
        await using var server = await ServerProcess.Serve(
            "unused",
            ServerProcess.FreePort(),
            At($"postgresql://comanda@{first.Host},{second.Host}/comanda?target_session_attrs=primary"));
        var till = await Cashier(server, shop);
        using var socket = await till.OpenSocket();
        foreach (var (gone, back) in new[] { (first, second), (second, first) })
        {
            await gone.Kill();
            var key = Guid.NewGuid().ToString();
            var id = 0L;
            await Answers.Eventually(async () =>
            {
                try
                {
                    id = (await till.PlaceOrder(new("takeaway", [new(item)]), key)).Id;
                    return true;
                }
                catch (ComandaException unavailable) when (unavailable.Code == "database_unavailable")
                {
                    return false;
                }
            });
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while ((await socket.Read(patience.Token))! is var heard
                && (heard.Event != "order_created" || heard.Data.GetProperty("id").GetInt64() != id))
            {
                // others
            }

            await gone.StartAgain();
        }

        // With both gone, a printer is told to come again, which it does by itself.
        await first.Kill();
        await second.Kill();
        using var asked = await till.Http.PostAsync($"/print/{new string('s', 32)}/star", new StringContent("{}"));
        ((int)asked.StatusCode).ShouldBe(503);
    }

    [Theory]
    [InlineData("postgresql://u:p@db1:5433,db2/c?target_session_attrs=read-write", "db1:5433,db2", "read-write")]
    [InlineData("postgres://db1,db2,db3/c", "db1,db2,db3", "primary")]
    [InlineData("Host=db1,db2;Database=c;Username=u", "db1,db2", "primary")]
    public void A_database_of_several_hosts_is_written_as_postgresql_writes_it(string text, string hosts, string target)
    {
        var settings = Data.Database.Read(text);
        settings.Host.ShouldBe(hosts);
        settings.TargetSessionAttributes.ShouldBe(target);
        settings.Timeout.ShouldBe(2);
        settings.Database.ShouldBe("c");
    }
}
