using Comanda.Orders;

namespace Comanda.BrowserTests;

/// <summary>Cakes to order in the office: defined, ordered, signed for stage by stage, handed over.</summary>
public sealed class CakeTests(CafeApp app)
{
    [Fact]
    public async Task A_cake_is_defined_ordered_with_its_deposit_signed_for_and_handed_over()
    {
        await using var screens = await Screens.Begin(app, ("opening_hours", "{}"));
        var manager = await screens.Shop.As("manager", screens.Address);
        var item = (await manager.Ask("POST /api/menu/items", new
        {
            name = "Birthday cake",
            category = "Cakes",
            price = 40,
            modifier_groups = new object[]
            {
                Group("Size", ("Small", 0), ("Large", 18)),
                Group("Finish", ("Fondant", 9), ("Cream", 4)),
            },
        })).Id;
        await using var desk = await screens.OpenOffice($"/office/cakes/kinds/{item}", "manager");
        await desk.Has("h1", "Birthday cake");
        var pages = new CheckPages(Look.Desk, (1280, 800), (390, 844));
        await pages.Look(desk, "office-cake-kind");
        await desk.Put("Lead days", "99");
        await desk.Tap("Save");
        await desk.Shows("must be between 0 and 60");
        await desk.Put("Lead days", "1");
        await Fill(desk, "Small (small)", "Is for so many", "12");
        await Fill(desk, "Large (large)", "Is for so many", "24");
        await Fill(desk, "Fondant (fondant)", "Only with one of", "cream");
        await desk.Tap("Save");
        await desk.Shows("Saved.");
        var cake = await manager.GetCake(item);
        (cake.LeadDays, cake.Servings.Count, cake.Options.Single().Requires!.Single()).ShouldBe((1, 2, "cream"));

        await desk.TurnTo("/office/cakes/new");
        var day = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(4);
        await desk.Put("Cake", "Birthday cake");
        await desk.Put("Size", "24 servings");
        await desk.Put("Day", $"{day:yyyy-MM-dd}");
        await desk.Put("At", "12:00");
        await desk.Put("Guest", "Rita");
        await desk.Put("Deposit", "Card");
        await desk.Page.EvaluateExpressionAsync("document.querySelector('.ticks input').click()");
        await desk.Tap("Order");
        await desk.Shows("goes only with cream");
        await desk.Page.EvaluateExpressionAsync("document.querySelectorAll('.ticks input')[1].click()");
        await desk.Tap("What does it cost?");
        await desk.Has(".period", "71.00");
        await pages.Look(desk, "office-cake-order");
        await desk.Tap("Order");
        await desk.Has(".mark", "Accepted");
        await desk.Has("dl.traits", "24 servings");

        // The day's board: signed for there, and on the cake's own page.
        await desk.TurnTo($"/office/cakes?date={day:yyyy-MM-dd}");
        await desk.Has("[aria-label=Accepted]", "Rita");
        await desk.Tap("Baked");
        await desk.Has("[aria-label=Baked]", "Rita");
        await pages.Look(desk, "office-cakes");
        var made = (await manager.GetCakeOrders($"date={day:yyyy-MM-dd}")).Items.Single();
        await desk.TurnTo($"/office/cakes/{made.Id}");
        await desk.Tap("It is decorated");
        await desk.Has(".mark", "Decorated");
        await desk.Page.EvaluateExpressionAsync("document.querySelector('form[aria-labelledby=cake-next] .button-primary').click()");
        await desk.Has(".mark", "Collected");
        await pages.Look(desk, "office-cake");
        made = await manager.GetCakeOrder(made.Id);
        (made.Stage, made.DepositPaid, made.Balance, made.Stages.Count).ShouldBe(("collected", 21.30m, 0m, 4));
        var sale = await manager.GetOrder(made.OrderId!.Value);
        (sale.TotalAmount, sale.PaymentStatus, sale.Payments.Count).ShouldBe((71m, "paid", 2));
        await desk.TurnTo($"/office/reports/cakes?from={day:yyyy-MM-dd}&to={day:yyyy-MM-dd}");
        await desk.Has(".tile", "71.00");
        await pages.Look(desk, "office-report-cakes");
        pages.Objections.ShouldBeEmpty();
        desk.Complaints.Where(c => !c.Contains(" 400 ", StringComparison.Ordinal)).ShouldBeEmpty(); // it was asked for both
    }

    private static object Group(string name, params (string Name, int Price)[] options) => new
    {
        name,
        max = 3,
        options = options.Select(o => new { name = o.Name, price = o.Price }).ToArray(),
    };

    /// <summary>A field of the option that is called this.</summary>
    private static async Task Fill(Screen desk, string option, string field, string text)
    {
        await desk.Until($"{option} has a field", () => desk.Page.EvaluateFunctionAsync<bool>(
            """
            (option, name) => {
              const sets = [...document.querySelectorAll('fieldset.line-fields')];
              const set = sets.find((f) => f.querySelector('legend').innerText === option);
              const field = set && [...set.querySelectorAll('input')].find((e) => e.labels[0].innerText.trim() === name);
              field?.focus();
              field?.select();
              return !!field;
            }
            """,
            option,
            field));
        await desk.Type(text);
    }
}
