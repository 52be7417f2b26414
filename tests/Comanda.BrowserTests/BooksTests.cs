using Comanda.Stock;

namespace Comanda.BrowserTests;

/// <summary>The office's daily work with goods, offers and figures.</summary>
public sealed class BooksTests(CafeApp app)
{
    [Fact]
    public async Task A_delivery_that_was_ordered_is_received_and_the_level_rises()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("manager", screens.Address);
        var flour = await manager.AddStockItem(new("Rye flour", "g", 500m, 1000m, 0.002m, "Mill & Sons", null, null, null, null, null));
        await using var desk = await screens.OpenOffice("/office/stock", "manager");
        await desk.Has("[aria-label=Stock] .mark-bad", "Low");
        await desk.TurnTo("/office/purchases/new");
        await desk.Put("Ingredient", "Rye flour");
        await desk.Put("Quantity", "25000");
        await desk.Tap("Save as draft");
        await desk.Tap("Mark as ordered");
        await desk.Has(".mark", "Ordered");
        (await desk.Text("dl.traits")).ShouldContain("Mill & Sons"); // the item's own, where none was named
        await desk.Put("Comes now of Rye flour, in g", "24000");
        await desk.Put("Lot of Rye flour", "L-77");
        await desk.Tap("Take the delivery in");
        await desk.Has(".mark", "Partly received");
        (await manager.GetStockItem(flour.Id)).CurrentStock.ShouldBe(24_500m);
        await desk.Follow("Rye flour");
        await desk.Has(".tile", "24500 g");
        await desk.Has("[aria-label=Movements] td", "+24000 g");

        // What lies there is counted afterwards, and what was spoilt is written off.
        await desk.Tap("Waste");
        await desk.Put("Quantity", "500");
        await desk.Tap("Book");
        await desk.Has(".tile", "24000 g");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stock_is_counted_with_a_scanner_and_what_the_books_had_is_told_only_then()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("manager", screens.Address);
        var bottle = await manager.AddStockItem(new("Water bottle", "piece", 10m, null, 0.40m, null, null, null, null, null, null));
        var water = await screens.Shop.Item("Sparkling water");
        await manager.ChangeMenuItem(water.Id, new { barcode = "4006381333931" });
        var recipe = new[] { new { inventory_id = bottle.Id, quantity = 1 } };
        (await manager.Ask($"PUT /api/menu/items/{water.Id}/recipe", recipe)).Status.ShouldBe(200);
        await using var desk = await screens.OpenOffice("/office/stock/count", "manager");
        for (var i = 0; i < 3; i++)
        {
            await desk.Put("Barcode or name", "4006381333931");
            await desk.Keys("Enter");
        }

        await desk.Put("Barcode or name", "1234567");
        await desk.Keys("Enter");
        await desk.Shows("Nothing has the code or the name 1234567.");
        await desk.Until("three are counted", async () => await desk.Page.EvaluateExpressionAsync<string>(
            "document.querySelector('.count-field input')?.value ?? ''") == "3");
        (await desk.Text()).ShouldNotContain("against the books");
        await desk.Tap("Book the count");
        await desk.Shows("-7 piece against the books");
        (await manager.GetStockItem(bottle.Id)).CurrentStock.ShouldBe(3m);
        (await desk.Objections()).ShouldBeEmpty();
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_promotion_is_rehearsed_on_what_was_sold_switched_on_and_given_from_then_on()
    {
        await using var screens = await Screens.Begin(app);
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var loaf = await screens.Shop.Item("Rye loaf");
        var basket = new OrderRequest("takeaway", [new(loaf.Id, 2)], Payments: [new("card")]);
        var sold = await cashier.PlaceOrder(basket);
        await using var desk = await screens.OpenOffice("/office/promotions/new", "manager");
        await desk.Put("Title", "Quarter off");
        await desk.Put("Percent off", "25");
        await desk.Tap("Save, switched off");
        await desk.Has("h1", "Quarter off");
        (await cashier.PreviewOrder(basket)).Discount.ShouldBe(0);
        await desk.Tap("Rehearse");
        await desk.Has(".tile", "Would have cost");
        var would = decimal.Round(sold.TotalAmount / 4, 2);
        Desk.Number(await desk.Text("[aria-label='What the rehearsal found'] .tile-figure")).ShouldBe(would);
        await desk.Has(".figures", sold.OrderNumber);
        await desk.Tap("Switch on");
        await desk.Has(".mark-good", "On");
        var now = await cashier.PlaceOrder(basket);
        now.TotalAmount.ShouldBe(sold.TotalAmount - would);
        now.Promotions.ShouldHaveSingleItem().Title.ShouldBe("Quarter off");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_figure_of_a_report_leads_to_its_orders_and_agrees_to_the_cent()
    {
        await using var screens = await Screens.Begin(app);
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var orders = new List<OrderView>();
        foreach (var name in new[] { "Rye loaf", "Sencha", "Custard tart" })
        {
            var item = await screens.Shop.Item(name);
            orders.Add(await cashier.PlaceOrder(new("takeaway", [new(item.Id, 3)], Tip: 1, Payments: [new("card")])));
        }

        var manager = await screens.Shop.As("manager", screens.Address);
        (await manager.Ask($"POST /api/orders/{orders[0].Id}/refund", new { amount = 2, reason = "burnt" })).Status.ShouldBe(201);
        await using var desk = await screens.OpenOffice("/office/reports", "manager");
        await desk.Has(".tile", "Sales");
        var sales = Desk.Number(await desk.Text(".tile-figure"));
        sales.ShouldBe(orders.Sum(o => o.TotalAmount - o.Tip));
        await desk.Follow(await desk.Text(".tile-figure"));
        await desk.Has("h1", "Why: Sales");
        await desk.Has("[role=status]", "3 rows");
        (await desk.Column("Why: Sales", 5)).Sum(Desk.Number).ShouldBe(sales);
        await desk.Follow(orders[0].OrderNumber);
        await desk.Has("h1", "Order " + orders[0].OrderNumber);
        await desk.Has(".figures tfoot", "€" + orders[0].TotalAmount.ToString(System.Globalization.CultureInfo.InvariantCulture));

        // Each report says the same of the same days, and a period that is compared has a series of its own.
        await desk.TurnTo("/office/reports/sales?group_by=category&compare=week");
        await desk.Has(".chart-legend", "Compared");
        await desk.Has("tfoot", "€" + sales.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await desk.TurnTo("/office/reports/taxes");
        await desk.Has("[aria-label=Taxes] table", "10 %");
        await desk.TurnTo("/office/reports/people");
        await desk.Has("[aria-label='People and tips'] table", "Carlo Cashier");
        await desk.Follow("€3.00");
        await desk.Has("h1", "Why: Tips · Carlo Cashier");
        await desk.Has("[role=status]", "3 rows");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Today_shows_at_once_what_is_sold_anywhere()
    {
        await using var screens = await Screens.Begin(app);
        var cashier = await screens.Shop.As("cashier", screens.Address);
        await using var desk = await screens.OpenOffice("/office/dashboard", "manager");
        await desk.Has(".live-on", "Live");
        await desk.Has(".tile", "€0.00");
        var order = await cashier.PlaceOrder(new("dine-in", [new((await screens.Shop.Item("Sencha")).Id, 2)], Table: "7"));
        await desk.Has(".tile", "€6.80");
        await desk.Has(".list-row", "Table 7");
        await desk.Follow(order.OrderNumber);
        await desk.Has("h1", "Order " + order.OrderNumber);
        desk.Complaints.ShouldBeEmpty();
    }
}
