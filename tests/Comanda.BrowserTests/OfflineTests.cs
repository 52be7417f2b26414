using System.Globalization;

namespace Comanda.BrowserTests;

/// <summary>The till goes on selling while the server is away; nothing is lost, and nothing is sold twice.</summary>
public sealed partial class OfflineTests(CafeApp app)
{
    /// <summary>A till behind a line that can be cut, which has kept what it needs.</summary>
    private static async Task<Screen> Till(Screens screens, CuttableLine line, Look? look = null)
    {
        var till = await screens.Open("/till", look ?? Look.Desk, "cashier", line.Address);
        await till.Shows("Butter croissant");
        await till.IsKept();
        return till;
    }

    /// <summary>By keyboard: an item, cash, exactly, the next guest.</summary>
    private static async Task Sell(Screen till, string item)
    {
        await till.Shows("Tap what the guest wants.");
        await till.Page.FocusAsync("#search");
        await till.Type(item);
        await till.Keys("Enter");
        await till.NoLongerShows("Tap what the guest wants.");
        await till.Keys("F9");
        await till.Shows("Take the money");
        await till.Keys("Enter");
        await till.Shows("No change");
        await till.Keys("Enter");
    }

    /// <summary>The server has all that was sold.</summary>
    private static async Task AllIsSent(Screen till)
    {
        await till.NoLongerShows("not sent yet");
        await till.NoLongerShows("No connection");
        await till.Until("the store is empty", async () => (await Kept(till)).Length == 0);
    }

    /// <summary>References of the sales in the browser's own database.</summary>
    private static Task<string[]> Kept(Screen till) => till.Page.EvaluateExpressionAsync<string[]>(
        "import('/screens/store.js').then(m => m.allSales()).then(t => JSON.parse(t).map(s => s.reference))");

    private static async Task<List<OrderView>> Orders(Screens screens)
    {
        var orders = (await (await screens.Shop.As("manager", screens.Address)).GetOrders("limit=200")).Items;
        return [.. orders.OrderBy(o => o.Id)];
    }

    private static int NumberOf(OrderView order) => int.Parse(order.Reference!.Split('-')[^1], CultureInfo.InvariantCulture);

    /// <summary>
    /// An hour by the till's clock, two power cuts (one while it sends), and a line that breaks again and again while fifty sales go over
    /// it: each is there once, when it was sold, with the till's numbers without a gap, and the books agree to the cent.
    /// </summary>
    [Fact]
    public async Task Trap07_An_hour_without_the_server_and_fifty_sales_two_crashes_and_a_resend_come_to_the_cent()
    {
        await using var screens = await Screens.Begin(app, ("tax_rate", "13"));
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await Till(screens, line);
        string[] menu = ["sencha", "rye", "custard", "orange"];
        decimal[] prices = [3.40m, 5.80m, 2.30m, 4.50m];
        var expected = 0m;
        line.Down();
        await till.Shows("No connection");
        for (var i = 0; i < 50; i++)
        {
            await till.ClockAhead(TimeSpan.FromMinutes(i * 1.2));
            await Sell(till, menu[i % 4]);
            expected += prices[i % 4];
            if (i != 20)
                continue;
            await till.Crash();
            await till.ClockAhead(TimeSpan.FromMinutes(i * 1.2));
            await till.SignIn("3456");
            await till.Shows("21 not sent yet");
        }

        await till.Shows("50 not sent yet");
        await till.ClockAhead(TimeSpan.FromHours(1));

        // The line is there for moments; the browser is killed while its sales are on their way.
        line.Up();
        await till.Until("some have come", async () => (await Orders(screens)).Count > 0);
        line.Cut();
        await till.Crash();
        await till.ClockAhead(TimeSpan.FromHours(1));
        await till.SignIn("3456");
        for (var i = 0; i < 8; i++)
        {
            line.Down();
            await Task.Delay(50);
            line.Up();
            await Task.Delay(400);
        }

        await AllIsSent(till);

        var orders = await Orders(screens);
        orders.Count.ShouldBe(50);
        orders.Sum(o => o.TotalAmount).ShouldBe(expected);
        orders.Sum(o => o.Payments.Sum(p => p.Amount)).ShouldBe(expected);
        orders.ShouldAllBe(o => o.PaymentStatus == "paid" && o.Status == "completed" && o.CashierName == "Carlo Cashier");
        orders.Select(NumberOf).Order().ShouldBe(Enumerable.Range(1, 50));
        orders.Select(o => o.OrderNumber).Distinct().Count().ShouldBe(50);
        // Sold over an hour, in this order, whenever they came.
        var bySale = orders.OrderBy(NumberOf).ToList();
        bySale.Zip(bySale.Skip(1)).ShouldAllBe(p => p.First.CreatedAt <= p.Second.CreatedAt);
        (bySale[^1].CreatedAt - bySale[0].CreatedAt).ShouldBeGreaterThan(TimeSpan.FromMinutes(55));
        var manager = await screens.Shop.As("manager", screens.Address);
        var report = await manager.GetDailySales();
        (report.TotalSales, report.OrderCount).ShouldBe((expected, 50));
        var journal = await manager.Ask("GET /api/journal/verify");
        journal.Body.GetProperty("valid").GetBoolean().ShouldBeTrue(journal.ToString());
    }

    [Fact]
    public async Task Trap02_Two_tabs_that_both_send_one_queue_place_each_sale_once()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var one = await Till(screens, line);
        var two = await one.Tab();
        await two.SignIn("3456");
        await two.Shows("Butter croissant");
        line.Down();
        await one.Front();
        await one.Shows("No connection");
        for (var i = 0; i < 3; i++)
            await Sell(one, "sencha");
        await two.Front();
        await two.Shows("3 not sent yet"); // one queue
        for (var i = 0; i < 3; i++)
            await Sell(two, "rye");
        line.Up();
        await AllIsSent(two);
        await one.Front();
        await AllIsSent(one);
        var orders = await Orders(screens);
        orders.Count.ShouldBe(6);
        orders.Select(NumberOf).Order().ShouldBe(Enumerable.Range(1, 6));
        orders.Sum(o => o.TotalAmount).ShouldBe((3 * 3.40m) + (3 * 5.80m));
    }

    [Fact]
    public async Task Trap08_One_sale_that_cannot_be_placed_is_shown_with_its_reason_and_the_others_go_through()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await Till(screens, line);
        line.Down();
        await till.Shows("No connection");
        var manager = await screens.Shop.As("manager", screens.Address);
        await manager.ChangeMenuItem((await screens.Shop.Item("Sencha")).Id, new { price = 3.90m });
        await Sell(till, "sencha"); // at 3.40: the till has not heard of it
        await Sell(till, "rye");
        line.Up();
        await till.Shows("Sales that need somebody to decide: 1.");
        await till.NoLongerShows("not sent yet");
        (await Orders(screens)).ShouldHaveSingleItem().TotalAmount.ShouldBe(5.80m);
        var aside = (await manager.Ask("GET /api/orders/set-aside?status=open")).Items.ShouldHaveSingleItem();
        await till.Tap("Look");
        await till.Shows(aside.GetProperty("reason").GetString()!);
        await till.Shows("€3.40");
        await till.Tap("Seen");
        await till.NoLongerShows("need somebody to decide:");
    }

    [Fact]
    public async Task Trap03_A_sale_that_comes_after_its_drawer_was_closed_goes_to_a_late_session()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await Till(screens, line);
        await till.Tap("Drawer");
        await till.Shows("The drawer is closed.");
        await till.TabTo("Float");
        await till.Type("50");
        await till.Tap("Open the drawer");
        await till.Shows("is open, by Carlo Cashier");
        await till.Keys("Escape");
        await Sell(till, "sencha");
        line.Down();
        await till.Shows("No connection");
        await Sell(till, "rye");
        var manager = await screens.Shop.As("manager", screens.Address);
        var drawer = (await manager.GetDrawers("open")).Items.Single(d => !d.Automatic);
        // Both lie in the drawer; the server knows of one.
        var closed = await manager.CloseDrawer(drawer.Id, 50 + 3.40m + 5.80m);
        closed.Difference.ShouldBe(5.80m);
        line.Up();
        await AllIsSent(till);
        var late = (await manager.GetDrawers()).Items.Single(d => d.Late);
        (late.Sales, late.RegisterId).ShouldBe((5.80m, drawer.RegisterId));
        (await Orders(screens)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_tab_that_is_closed_and_a_clock_that_is_wrong_change_nothing()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await Till(screens, line);
        await till.ClockAhead(TimeSpan.FromHours(-5));
        var began = DateTimeOffset.UtcNow;
        line.Down();
        await till.Shows("No connection");
        await Sell(till, "sencha");
        await till.Page.GoToAsync("about:blank");
        await till.Page.GoToAsync(new Uri(line.Address, "/till").ToString());
        await till.Shows("Who is there?");
        await till.ClockAhead(TimeSpan.FromHours(-5));
        await till.SignIn("9999");
        await till.Shows("Nobody who worked here lately has this PIN.");
        await till.SignIn("3456");
        await till.Shows("1 not sent yet");
        await till.Tap("Sencha");
        await till.Has(".total-sum", "€3.40");
        await till.Tap("Why?"); // the core reckons here
        await till.Shows("1 × Sencha at 3.40");
        line.Up();
        await AllIsSent(till);
        var order = (await Orders(screens)).ShouldHaveSingleItem();
        order.CreatedAt.ShouldBeGreaterThanOrEqualTo(began.AddSeconds(-5));
        order.TillClock!.Value.ShouldBeLessThan(began.AddHours(-4));
    }

    [Fact]
    public async Task Without_room_for_a_sale_and_without_the_server_nothing_is_sold_and_that_is_said()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await Till(screens, line);
        await NoRoom(till, true);
        await Sell(till, "sencha"); // by the server, which needs no room here
        (await Orders(screens)).Count.ShouldBe(1);
        line.Down();
        await till.Shows("No connection");
        await till.Tap("Open orders"); // it asks, and knows then that nobody answers
        await till.Until("it says that nobody answers, or what it knows itself", async () =>
        {
            var text = await till.Text();
            return text.Contains("The server cannot be reached.") || text.Contains("Every order is paid.");
        });
        await till.Tap("Close");
        await till.Tap("Rye loaf");
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Shows("This device has no room to keep a sale");
        await NoRoom(till, false);
        await till.Tap("Exact");
        await till.Shows("No change");
        await till.Tap("Next guest");
        line.Up();
        await AllIsSent(till);
        (await Orders(screens)).Select(o => o.TotalAmount).ShouldBe([3.40m, 5.80m]);
    }

    /// <summary>What a browser does whose disk is full.</summary>
    private static Task NoRoom(Screen till, bool isSo) => till.Page.EvaluateExpressionAsync(isSo
        ? """
        void (window.comandaAdd = IDBObjectStore.prototype.add, IDBObjectStore.prototype.add = function () {
          throw new DOMException("full", "QuotaExceededError");
        })
        """
        : "void (IDBObjectStore.prototype.add = window.comandaAdd)");
}
