namespace Comanda.BrowserTests;

/// <summary>Money and time are as the server says, whatever the browser's own data say.</summary>
public sealed class FigureTests(CafeApp app)
{
    [Theory]
    [InlineData("HUF", "HUF 3.40", "HUF 5.00", "HUF 1.60")] // Chromium's own data show these two without cents
    [InlineData("IDR", "IDR 3.40", "IDR 5.00", "IDR 1.60")]
    [InlineData("KWD", "KWD 0.340", "KWD 1.000", "KWD 0.660")]
    [InlineData("JPY", "¥340", "¥500", "¥160")]
    public async Task Trap33_Amounts_have_the_digits_that_the_currency_has_everywhere(
        string currency,
        string price,
        string note,
        string change)
    {
        await using var screens = await Screens.Begin(app, ("currency", currency));
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Has(".total-sum", price);
        await till.Tap("Pay");
        await till.Tap(note);
        await till.Has(".change-sum", change);
        var order = (await (await screens.Shop.As("cashier", screens.Address)).GetOrders()).Items.ShouldHaveSingleItem();
        Digits(price).ShouldBe(order.TotalAmount);
        Digits(change).ShouldBe(order.Payments[0].Change);
        await till.Has(".receipt-text", Bare(price));
    }

    /// <summary>
    /// The browser believes that it is tomorrow, on an island with zone data of its own; the receipt has the shop's local time and the sale
    /// is of the shop's day.
    /// </summary>
    [Fact]
    public async Task Trap32_Times_and_days_are_the_shops_wherever_the_browser_believes_to_be()
    {
        await using var screens = await Screens.Begin(app, ("time_zone", "Etc/GMT+9"));
        await using var till = await screens.Open("/till", Look.Till with { Zone = "Pacific/Kiritimati" }, "cashier");
        await till.Tap("Sencha");
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Shows("Thank you.");
        var order = (await (await screens.Shop.As("cashier", screens.Address)).GetOrders()).Items.ShouldHaveSingleItem();
        var there = order.CreatedAt.ToOffset(TimeSpan.FromHours(-9));
        order.BusinessDay.ShouldBe(DateOnly.FromDateTime(there.DateTime));
        (await till.Text(".receipt-text")).ShouldContain(there.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        (await till.Page.EvaluateExpressionAsync<string>("Intl.DateTimeFormat().resolvedOptions().timeZone"))
            .ShouldBe("Pacific/Kiritimati");
    }

    [Theory]
    [InlineData("de", "Wer ist da?", "Anmelden", "4,40 €")]
    [InlineData("pt-BR", "Quem está aí?", "Entrar", "4,40 €")]
    public async Task It_speaks_the_persons_language(string language, string who, string signIn, string price)
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till with { Language = language });
        await till.Shows(who);
        (await till.Page.EvaluateExpressionAsync<string>("document.documentElement.lang")).ShouldBe(language[..2]);
        await till.Tap("English");
        await till.Shows("Who is there?");
        await till.Tap(language == "de" ? "Deutsch" : "Português");
        await till.Keys("3", "4", "5", "6");
        await till.Tap(signIn);
        await till.Tap("Cappuccino");
        await till.Tap("Oat milk");
        await till.Shows(price);
    }

    private static string Bare(string amount) => new([.. amount.Where(c => char.IsDigit(c) || c == '.')]);

    private static decimal Digits(string amount) => decimal.Parse(Bare(amount), System.Globalization.CultureInfo.InvariantCulture);
}
