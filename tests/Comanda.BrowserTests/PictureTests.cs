namespace Comanda.BrowserTests;

/// <summary>
/// Every page and sheet, in light and dark, on the screens that shops have: axe objects to nothing, nothing is wider than the screen, and
/// where COMANDA_PICTURES=1 asks for it, there is a picture of it in docs/screens.
/// </summary>
public sealed class PictureTests(CafeApp app)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_and_sheets_are_accessible_and_fit(bool dark)
    {
        await using var screens = await Screens.Begin(app);
        await FillKitchen(screens);
        var look = Look.Till with { IsDark = dark };
        var check = new CheckPages(look, (1280, 800), (1920, 1080), (1024, 768), (390, 844));
        await using var till = await screens.Open("/till", look);
        await till.Shows("Who is there?");
        await check.Look(till, "pin");
        await till.SignIn("3456");
        await till.Shows("Butter croissant");
        await till.Tap("Custard tart");
        await till.Tap("Orange juice");
        await till.Tap("One more Orange juice");
        await till.Tap("Cappuccino");
        await till.Tap("Oat milk");
        await check.Look(till, "item");
        await till.Tap("Add to basket");
        await till.Has(".total-sum", "€15.70");
        await check.Look(till, "till");
        await till.Tap("Open orders");
        await till.Shows("Pay €");
        await check.Look(till, "open-orders");
        await till.Tap("Close");
        await till.Tap("Why?");
        await check.Look(till, "why");
        await till.Tap("Close");
        await till.Tap("Pay");
        await check.Look(till, "pay");
        await till.Tap("€20.00");
        await till.Shows("Thank you.");
        await check.Look(till, "sold");

        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen with { IsTouched = true, IsDark = dark }, "barista");
        await kitchen.Shows("To make in all");
        await kitchen.Shows("Table 4");
        await check.Look(kitchen, "kitchen");
        await using var display = await screens.Open("/display", Look.Kitchen with { IsTouched = true, IsDark = dark }, "barista");
        await display.Has(".number-ready", "Ada");
        await check.Look(display, "display");
        check.Objections.ShouldBeEmpty();
        foreach (var screen in new[] { till, kitchen, display })
            screen.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_device_that_nobody_enrolled_is_asked_which_it_is()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await Screen.Open(screens.Address, "/till", Look.Till);
        await till.Shows("Which device is this?");
        await till.Tap("Use this device");
        await till.Shows("Paste the token first.");
        (await till.Objections()).ShouldBeEmpty();
        await till.Page.TypeAsync("input", "some-other-token");
        await till.Tap("Use this device");
        await till.SignIn("3456");
        await till.Shows("The server does not know this device");
        await till.Tap("This is another device");
        await till.Page.TypeAsync("input", screens.Shop.TillToken);
        await till.Tap("Use this device");
        await till.SignIn("9999");
        await till.Shows("Nobody has this PIN.");
        await till.SignIn("3456");
        await till.Shows("Butter croissant");
    }

    /// <summary>Some orders in hand: one at a table with a wish, one at the counter, one that is ready.</summary>
    private static async Task FillKitchen(Screens screens)
    {
        var cashier = await screens.Shop.As("cashier", screens.Address);
        async Task<OrderView> Order(string? table, string? name, string? notes, params (string Item, int Count, string? Wish)[] lines) =>
            await cashier.PlaceOrder(new(
                table is null ? "takeaway" : "dine-in",
                [.. await Task.WhenAll(lines.Select(Line))],
                CustomerName: name,
                Table: table,
                Notes: notes));
        async Task<LineRequest> Line((string Item, int Count, string? Wish) line) =>
            new((await screens.Shop.Item(line.Item)).Id, line.Count, SpecialInstructions: line.Wish);
        var ready = await Order(null, "Ada", null, ("Flat white", 1, null));
        await cashier.MoveOrder(ready.Id, "preparing");
        await cashier.MoveOrder(ready.Id, "ready");
        await Order(
            "4",
            null,
            "Birthday: a candle, please",
            ("Avocado toast", 2, "No chilli"),
            ("Caffè latte", 2, null),
            ("Eggs on toast", 1, null));
        await Order(null, "Grace", null, ("Butter croissant", 3, null), ("Espresso", 1, null));
        await Order("11", null, null, ("Soup of the day", 2, null), ("Sparkling water", 2, "No ice"));
    }
}
