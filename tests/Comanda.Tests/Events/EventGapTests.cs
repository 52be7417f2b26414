using Comanda.Data;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Tests.Events;

/// <summary>What may hold the live feed back, and what may not.</summary>
public sealed class EventGapTests(CafeApp app)
{
    [Fact]
    public async Task A_gap_of_an_open_transaction_is_waited_for_and_nobody_skips_its_event()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        using var socket = await barista.OpenSocket();
        await using var slow = await app.Database.OpenConnectionAsync();
        var transaction = await slow.BeginTransactionAsync();
        await Event(shop, "slow").Write(slow, default); // takes its seq, and does not commit

        await using (var quick = await app.Database.OpenConnectionAsync())
            await Event(shop, "quick").Write(quick, default);
        var page = await barista.GetEvents(0);
        page.Items.ShouldNotContain(e => e.Event == "quick"); // it has the later seq, so it waits its turn

        await transaction.CommitAsync();
        (await socket.Read(Soon()))!.Event.ShouldBe("slow");
        (await socket.Read(Soon()))!.Event.ShouldBe("quick");
    }

    [Fact]
    public async Task A_gap_that_nobody_can_fill_any_more_is_passed()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        using var socket = await barista.OpenSocket();
        await using (var failing = await app.Database.OpenConnectionAsync())
        {
            await using var transaction = await failing.BeginTransactionAsync();
            await Event(shop, "never").Write(failing, default);
            await transaction.RollbackAsync();
        }

        await using (var next = await app.Database.OpenConnectionAsync())
            await Event(shop, "next").Write(next, default);
        (await socket.Read(Soon()))!.Event.ShouldBe("next");
    }

    [Fact]
    public async Task A_long_transaction_that_writes_no_events_holds_nobody_back()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var socket = await cashier.OpenSocket();
        await using var import = await app.Database.OpenConnectionAsync();
        await using var transaction = await import.BeginTransactionAsync();
        await import.Execute("insert into categories (shop_id, name) values ($1, 'being imported')", default, shop.Id);
        // And one of another database of the same cluster: what pg_current_snapshot() calls open is open anywhere in the cluster.
        await using var elsewhere = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(app.ConnectionString)
        {
            Database = "postgres",
            Pooling = false
        }.ConnectionString);
        await elsewhere.OpenAsync();
        await using var foreign = await elsewhere.BeginTransactionAsync();
        await elsewhere.Execute("create table events (seq bigint); insert into events values (1)", default);

        // A gap as well, which a look at the oldest open transaction alone could not settle while the import runs.
        await using (var failing = await app.Database.OpenConnectionAsync())
        {
            await using var rolledBack = await failing.BeginTransactionAsync();
            await Event(shop, "never").Write(failing, default);
        }

        await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        (await socket.Read(Soon()))!.Event.ShouldBe("order_created");
        await transaction.RollbackAsync();
    }

    [Fact]
    public async Task A_crowd_that_waits_with_every_connection_of_the_process_holds_no_event_back()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("manager", await app.StartProcess()); // of eight connections
        var order = (await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;
        using var socket = await cashier.OpenSocket();
        await using var holding = await app.Database.OpenConnectionAsync();
        await using var held = await holding.BeginTransactionAsync();
        await holding.Execute("select 1 from orders where id = $1 for update", default, order);
        var crowd = Enumerable.Range(0, 20).Select(_ => cashier.MoveOrder(order, "preparing")).ToList();
        await Answers.Eventually(async () => (long)(await app.Database.Scalar(
            "select count(*) from pg_stat_activity where $1 = any(pg_blocking_pids(pid)) or (wait_event_type = 'Lock' and query like "
                + "'%orders%')",
            default,
            holding.ProcessID))! >= 5);
        await Task.Delay(300); // those who found no connection stand in the pool's queue by now

        await using (var quick = await app.Database.OpenConnectionAsync())
            await Event(shop, "quick").Write(quick, default);
        (await socket.Read(Soon(5)))!.Event.ShouldBe("quick");
        crowd.ShouldAllBe(c => !c.IsCompleted); // none of them made room for it
        await held.RollbackAsync();
        (await Task.WhenAll(crowd)).ShouldAllBe(o => o.Status == "preparing");
    }

    private static Comanda.Events.ShopEvent Event(TestShop shop, string name) =>
        Comanda.Events.ShopEvent.Of(new Here { ShopId = shop.Id }, name, TimeProvider.System.GetUtcNow(), new { });

    private static CancellationToken Soon(int seconds = 10) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;
}
