namespace Comanda.BrowserTests;

/// <summary>
/// Every page of the office's books, in light and dark, on a desk and a phone: axe objects to nothing, and nothing is wider than that.
/// </summary>
public sealed class BooksPictureTests(CafeApp app)
{
    private static readonly (string Path, string Shows, string Name)[] Pages =
    [
        ("/office/dashboard", "Best sellers", "office-dashboard"),
        ("/office/orders", "rows", "office-orders"),
        ("/office/reports?compare=week", "What the shop owes", "office-report"),
        ("/office/reports/sales?group_by=hour", "rows", "office-sales"),
        ("/office/reports/products", "rows", "office-products"),
        ("/office/reports/taxes", "rows", "office-report-taxes"),
        ("/office/reports/discounts", "Voids by reason", "office-discounts"),
        ("/office/reports/people", "rows", "office-people"),
        ("/office/reports/costs", "rows", "office-costs"),
        ("/office/reports/drawers", "No drawer was closed.", "office-drawers"),
        ("/office/reports/waste", "rows", "office-waste"),
        ("/office/reports/lost", "rows", "office-lost"),
        ("/office/why?figure=sales", "Share", "office-why"),
        ("/office/stock", "rows", "office-stock"),
        ("/office/stock/count", "Scan or type", "office-count"),
        ("/office/purchases", "rows", "office-purchases"),
        ("/office/purchases/new", "Line 1", "office-purchase-new"),
        ("/office/bake-list", "Bake list", "office-bake"),
        ("/office/guests", "rows", "office-guests"),
        ("/office/promotions", "rows", "office-promotions"),
        ("/office/promotions/new", "What it is for", "office-promotion-new"),
        ("/office/audit", "rows", "office-audit"),
        ("/office/journal", "rows", "office-journal"),
        ("/office/set-aside", "Nothing waits for a decision.", "office-set-aside"),
        ("/office/messages", "No webhook is set up.", "office-messages"),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_are_accessible_and_fit(bool dark)
    {
        await using var screens = await Screens.Begin(app);
        var pages = await Fill(screens);
        var look = Look.Desk with { IsDark = dark };
        await using var desk = await screens.OpenOffice("/office/orders", look: look);
        var check = new CheckPages(look, (1280, 800), (390, 844));
        foreach (var (path, shows, name) in Pages.Concat(pages))
        {
            await desk.TurnTo(path);
            await desk.Until($"{path} shows '{shows}'", async () =>
                (await desk.Page.EvaluateExpressionAsync<string>("location.pathname + location.search")) == path
                && (await desk.Text("main")).Contains(shows, StringComparison.Ordinal));
            await check.Look(desk, name);
        }

        check.Objections.ShouldBeEmpty();
        desk.Complaints.ShouldBeEmpty();
    }

    /// <summary>A morning's sales and what belongs to them; pages about one thing, with what they show.</summary>
    private static async Task<(string Path, string Shows, string Name)[]> Fill(Screens screens)
    {
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var manager = await screens.Shop.As("manager", screens.Address);
        var names = new[] { "Cappuccino", "Butter croissant", "Rye loaf", "Sencha", "Custard tart", "Flat white", "Orange juice" };
        var items = new List<MenuItemView>();
        foreach (var name in names)
            items.Add(await screens.Shop.Item(name));
        OrderView last = null!;
        for (var i = 0; i < 24; i++)
        {
            var lines = Enumerable.Range(i, 1 + (i % 3)).Select(n => new LineRequest(items[n % items.Count].Id, 1 + (i % 2))).ToList();
            last = await cashier.PlaceOrder(new(
                i % 4 == 0 ? "dine-in" : "takeaway",
                lines,
                CustomerName: i % 5 == 0 ? "Grace Hopper" : null,
                Table: i % 4 == 0 ? $"{1 + (i / 4)}" : null,
                Tip: i % 3 == 0 ? 0.5m : null,
                Payments: i % 6 == 0 ? null : [new("card")]));
        }

        var flour = await manager.AddStockItem(new("Rye flour", "g", 500m, 1000m, 0.002m, "Mill & Sons", null, "Cellar", null, 2, null));
        await manager.AddStockItem(new("Milk", "ml", 12_000m, 4000m, 0.0011m, "Dairy", null, "Fridge", null, 1, null));
        var purchase = await manager.AddPurchase(new(null, "Mill & Sons", null, "by telephone", [new(flour.Id, 25_000m)], "ordered"));
        var guest = await manager.AddCustomer(new("Grace Hopper", "grace@example.com", "+351912345678"));
        var promotion = await manager.AddPromotion(
            new() { Title = "Quarter off", DiscountType = "percentage", DiscountValue = 25, IsActive = false });
        return
        [
            ($"/office/orders/{last.Id}", "Receipt", "office-order"),
            ($"/office/stock/{flour.Id}", "Movements", "office-stock-item"),
            ($"/office/purchases/{purchase.Id}", "Take the delivery in", "office-purchase"),
            ($"/office/guests/{guest.Id}", "Points earned and spent", "office-guest"),
            ($"/office/promotions/{promotion.Id}", "Rehearsal", "office-promotion"),
        ];
    }
}
