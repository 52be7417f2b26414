namespace Comanda.BrowserTests;

/// <summary>What is seen less often: no server, money that goes back, the drawer, training, other languages, right to left.</summary>
public sealed partial class PictureTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_seen_less_often_is_accessible_and_fits(bool dark)
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        var look = Look.Till with { IsDark = dark };
        await using var till = await screens.Open("/till", look, "cashier", line.Address);
        await till.Tap("Drawer");
        await till.Shows("The drawer is closed.");
        await Check(till, "drawer-shut", dark);
        await till.Page.TypeAsync(".sheet-drawer .field-figure", "50");
        await till.Tap("Open the drawer");
        await till.Shows("is open, by");
        await Check(till, "drawer", dark);
        await till.Tap("Count and close");
        await Check(till, "count", dark);
        await till.Tap("Close");
        await till.Tap("Rye loaf");
        await till.Tap("Discount");
        await till.Tap("Take off");
        await till.Shows("Type what comes off");
        await Check(till, "discount", dark);
        await till.Tap("Close");
        await till.Tap("Customer");
        await Check(till, "customer", dark);
        await till.Tap("Close");
        await till.Tap("Send, pay later");
        await till.Tap("Open orders");
        await till.Tap("More");
        await Check(till, "bill", dark);
        await till.Tap("Close");
        await till.Tap("Close");
        await till.Tap("Sencha");
        await till.Tap("Pay");
        await till.Tap("Gift card");
        await Check(till, "gift-card", dark);
        await till.Tap("Cash");
        await till.Tap("Exact");
        await till.Tap("Next guest");
        await till.Tap("Day's orders");
        await till.Shows("€3.40");
        await Check(till, "day", dark);
        await till.Tap("Look");
        await till.Tap("Give money back");
        await Check(till, "refund", dark);
        await till.Tap("Close");
        await till.Tap("Close");
        line.Down();
        await till.Shows("No connection");
        await till.Tap("Custard tart");
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Shows("Sold without a connection");
        await Check(till, "slip", dark);
        await till.Tap("Next guest");
        await till.Shows("1 not sent yet");
        await till.Tap("Orange juice");
        await Check(till, "away", dark);
        objections.ShouldBeEmpty();

        await using var trainee = await screens.Open("/till", look, "trainee");
        await trainee.Tap("Sencha");
        await trainee.Shows("Training: nothing here counts");
        await Check(trainee, "training", dark);
        objections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("de", "Warum?", "enthält")]
    [InlineData("pt", "Porquê?", "contém")]
    public async Task The_longest_words_fit_and_the_reasons_are_in_the_persons_language(string language, string why, string contains)
    {
        await using var screens = await Screens.Begin(app, ("tax_rate", "13"));
        await using var till = await screens.Open("/till", Look.Till with { Language = language }, "cashier");
        await till.Tap("Espresso");
        await till.Keys("Escape");
        await till.Tap("Custard tart");
        await till.Tap("Orange juice");
        await Check(till, "till-" + language, dark: false);
        await till.Tap(why);
        await till.Shows(contains);
        await till.Shows("4,50");
        await Check(till, "why-" + language, dark: false);
        objections.ShouldBeEmpty();
    }

    [Fact]
    public async Task From_right_to_left_the_page_is_turned_round_and_nothing_breaks()
    {
        await using var screens = await Screens.Begin(app);
        await FillKitchen(screens);
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Page.EvaluateExpressionAsync("void (document.documentElement.dir = 'rtl')");
        await Check(till, "till-rtl", dark: false);
        (await till.Page.EvaluateExpressionAsync<bool>(
            "document.querySelector('.basket').getBoundingClientRect().right"
                + " <= document.querySelector('.till-menu').getBoundingClientRect().left + 1")).ShouldBeTrue();
        await till.Tap("Pay");
        await Check(till, "pay-rtl", dark: false);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen with { IsTouched = true }, "barista");
        await kitchen.Shows("Table 4");
        await kitchen.Page.EvaluateExpressionAsync("void (document.documentElement.dir = 'rtl')");
        await Check(kitchen, "kitchen-rtl", dark: false);
        objections.ShouldBeEmpty();
    }
}
