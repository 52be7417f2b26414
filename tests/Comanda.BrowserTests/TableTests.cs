namespace Comanda.BrowserTests;

/// <summary>Bills of tables: rounds, division, moving, joining.</summary>
public sealed class TableTests(CafeApp app)
{
    private static async Task<OrderView> Seat(Screen till, ComandaClient cashier, string table, params string[] items)
    {
        foreach (var item in items)
            await till.Tap(item);
        await till.Tap("Table and note");
        await till.Page.TypeAsync("dialog input", table);
        await till.Tap("Done");
        await till.Tap("Send, pay later");
        await till.Shows("Tap what the guest wants.");
        return (await cashier.GetOrders()).Items.First(o => o.Table == table);
    }

    [Fact]
    public async Task Trap06_two_waiters_add_to_one_table_at_once_and_both_rounds_are_there()
    {
        await using var screens = await Screens.Begin(app);
        await using var one = await screens.Open("/till", Look.Desk, "cashier");
        await using var two = await screens.Open("/till", Look.Desk, "barista");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var order = await Seat(one, cashier, "7", "Sencha");
        foreach (var (till, item) in new[] { (one, "Rye loaf"), (two, "Custard tart") })
        {
            await till.Shows("Butter croissant");
            await till.Tap(item);
            await till.Tap("Open orders");
            await till.Tap("More: " + order.OrderNumber);
            await till.Shows("Add the basket to it (1)");
        }

        await Task.WhenAll(one.Tap("Add the basket to it (1)"), two.Tap("Add the basket to it (1)"));
        foreach (var till in new[] { one, two })
            await till.Shows("Tap what the guest wants.");
        var now = await cashier.GetOrder(order.Id);
        now.Items.Select(i => i.Name).Order().ShouldBe(["Custard tart", "Rye loaf", "Sencha"]);
        now.TotalAmount.ShouldBe(3.40m + 5.80m + 2.30m);
    }

    [Fact]
    public async Task The_floor_plan_shows_who_sits_where_and_seats_a_guest()
    {
        await using var screens = await Screens.Begin(app);
        var admin = await screens.Shop.As("admin", screens.Address);
        (await admin.Ask("PUT /api/config/floor_plan", new
        {
            value = new[] { new { name = "1", seats = 2, x = 1, y = 1 }, new { name = "Window", seats = 4, x = 4, y = 2 } },
        })).Status.ShouldBe(200);
        foreach (var wrong in new object[]
        {
            new[] { new { name = "1", seats = 2, x = 13, y = 1 } },
            new[] { new { name = "1", seats = 2, x = 1, y = 1 }, new { name = "2", seats = 2, x = 1, y = 1 } },
            new[] { new { name = "", seats = 2, x = 1, y = 1 } },
            "none",
        })
        {
            (await admin.Ask("PUT /api/config/floor_plan", new { value = wrong })).Status.ShouldBe(400);
        }

        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Tables");
        await till.Shows("4 seats");
        (await till.Objections()).ShouldBeEmpty();
        await till.Tap("Window");
        await till.Tap("Sencha");
        await till.Tap("Send, pay later");
        await till.Shows("is on its way.");
        (await admin.GetOrders()).Items.ShouldHaveSingleItem().Table.ShouldBe("Window");
        await till.Tap("Tables");
        await till.Has(".floor-taken", "€3.40");
        await till.Tap("Window");
        await till.Shows("Divide evenly by");
    }

    [Fact]
    public async Task A_bill_is_divided_by_item_and_evenly_moved_and_joined_to_the_cent()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var order = await Seat(till, cashier, "3", "Sencha", "Rye loaf", "Custard tart");
        await till.Tap("Open orders");
        await till.Tap("More: " + order.OrderNumber);
        await till.Tap("3"); // 11.50 by three
        await till.Shows("€3.84 · €3.83 · €3.83");
        await till.Tap("One more Rye loaf");
        await till.Tap("Chosen items on a bill of their own");
        await till.Shows("Pay €5.80");
        await till.Shows("Pay €5.70");
        await till.Tap("More: " + order.OrderNumber);
        await till.TabTo("They sit at");
        await till.Type("9");
        await till.Tap("Move");
        await till.Shows("Table 9");
        (await cashier.GetOrder(order.Id)).Table.ShouldBe("9");
        await till.Tap("More: " + order.OrderNumber);
        await till.Tap("Table 3");
        await till.Shows("Pay €11.50");
        (await cashier.GetOrders()).Items.Where(o => o.Status != "cancelled").ShouldHaveSingleItem().TotalAmount.ShouldBe(11.50m);
        till.Complaints.ShouldBeEmpty();
    }
}
