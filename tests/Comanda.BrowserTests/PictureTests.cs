using Comanda.Demo;

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
        await SellOnce(till, check, Wording.Of("en"));

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

    /// <summary>Longer words, and the page turned round as an Arabic catalogue would turn it.</summary>
    [Theory]
    [InlineData("de", "ltr")]
    [InlineData("pt", "ltr")]
    [InlineData("en", "rtl")]
    public async Task They_fit_in_every_language_and_from_right_to_left(string language, string direction)
    {
        await using var screens = await Screens.Begin(app);
        await FillKitchen(screens);
        var look = Look.Till with { Language = language };
        var check = new CheckPages(look, (1280, 800), (390, 844));
        var words = Wording.Of(language);
        await using var till = await screens.Open("/till", look);
        await till.Shows(words["pin.title"]);
        await till.Page.EvaluateFunctionAsync("d => { document.documentElement.dir = d; }", direction);
        var mark = direction == "rtl" ? "-rtl" : "-" + language;
        await SellOnce(till, check, words, mark);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen with { IsTouched = true, Language = language });
        await kitchen.Shows(words["pin.title"]);
        await kitchen.Page.EvaluateFunctionAsync("d => { document.documentElement.dir = d; }", direction);
        await kitchen.Keys([.. DemoCafe.Staff.First(s => s.Username == "barista").Pin.Select(d => d.ToString()), "Enter"]);
        await kitchen.Shows(words["kitchen.allday"]);
        await kitchen.Shows("Grace");
        await check.Look(kitchen, "kitchen" + mark);
        check.Objections.ShouldBeEmpty();
        till.Complaints.ShouldBeEmpty();
    }

    /// <summary>A cashier sells a little of everything, and each page and sheet on the way is looked at.</summary>
    private static async Task SellOnce(Screen till, CheckPages check, Wording words, string mark = "")
    {
        await till.Shows(words["pin.title"]);
        await check.Look(till, "pin" + mark);
        await till.Keys("3", "4", "5", "6", "Enter");
        await till.Shows("Butter croissant");
        await till.Tap("Custard tart");
        await till.Tap("Orange juice");
        await till.Tap(words.With("till.more", "Orange juice"));
        await till.Tap("Cappuccino");
        await till.Tap("Oat milk");
        await check.Look(till, "item" + mark);
        await till.Tap(words["item.add"]);
        await till.Has(".total-sum", words.Money(15.70m));
        await check.Look(till, "till" + mark);
        await till.Tap(words["till.open"]);
        await till.Shows("Grace");
        await check.Look(till, "open-orders" + mark);
        await till.Tap(words["close"]);
        await till.Tap(words["till.why"]);
        await check.Look(till, "why" + mark);
        await till.Tap(words["close"]);
        await till.Tap(words["till.pay"]);
        await check.Look(till, "pay" + mark);
        await till.Tap(words.Money(20));
        await till.Shows("Thank you.");
        await till.Has(".sold-code", words["sold.code"]);
        await check.Look(till, "sold" + mark);
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
