namespace Comanda.BrowserTests;

/// <summary>Guests, sales that wait for a decision, the journal and what people did.</summary>
public sealed class BooksPeopleTests(CafeApp app)
{
    [Fact]
    public async Task Two_records_of_a_guest_become_one_who_gets_points_and_is_erased()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("manager", screens.Address);
        var grace = await manager.AddCustomer(new("Grace Hopper", "grace@example.com", null));
        var again = await manager.AddCustomer(new("Grace H.", null, "+351912345678"));
        var order = await manager.PlaceOrder(new(
            "takeaway", [new((await screens.Shop.Item("Sencha")).Id, 1)], CustomerId: again.Id, Payments: [new("card")]));
        await using var desk = await screens.OpenOffice("/office/guests", "manager");
        await desk.Put("Name, e-mail or phone", "grace");
        await desk.Keys("Enter");
        await desk.Has("p.ledger-count", "2 rows");
        await desk.Follow("Grace Hopper");
        await desk.Has("h1", "Grace Hopper");
        await desk.Put("Points", "50");
        await desk.Put("Reason", "late coffee");
        await desk.Tap("Book");
        await desk.Has("[aria-label='Points earned and spent'] td", "late coffee");
        await desk.Page.ClickAsync(".tick:nth-of-type(7) input");
        await desk.Page.EvaluateExpressionAsync(
            "document.querySelector('[aria-labelledby=guest-allergens] .button-primary').click()");
        await desk.Until("milk is noted", async () => (await manager.GetGuestAllergens(grace.Id)).Allergens.Count == 1);
        await desk.Put("Name, e-mail or phone", "grace h");
        await desk.Tap("Find");
        await desk.Tap("Merge");
        await desk.Shows("becomes a part of");
        await desk.Tap("Merge");
        await desk.Has("[aria-label=Orders] td", order.OrderNumber);
        var merged = await manager.GetCustomer(grace.Id);
        (merged.Phone, merged.LoyaltyPoints).ShouldBe(("+351912345678", 50 + order.PointsEarned));
        await desk.Tap("Erase");
        await desk.Shows("This cannot be undone.");
        (await desk.Objections()).ShouldBeEmpty();
        await desk.Tap("Erase");
        await desk.Has("p.ledger-count", "0 rows");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sale_that_was_set_aside_tells_why_and_is_placed_or_discarded()
    {
        await using var screens = await Screens.Begin(app);
        var (manager, cashier) = (await screens.Shop.As("manager", screens.Address), await screens.Shop.As("cashier", screens.Address));
        var mocha = (await screens.Shop.Item("Mocha")).Id;
        (await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false })).Status.ShouldBe(200);
        var sales = new[] { "one", "two" }.Select(key => new
        {
            key,
            made_at = DateTimeOffset.UtcNow.AddMinutes(-3),
            order = new { type = "takeaway", items = new[] { new { menu_item_id = mocha, quantity = 1 } } },
        });
        (await cashier.Ask("POST /api/orders/sync", new { sent_at = DateTimeOffset.UtcNow, orders = sales })).Status.ShouldBe(200);
        await using var desk = await screens.OpenOffice("/office/set-aside", "manager");
        await desk.Shows("There is less of it in the books than was sold.");
        (await desk.Objections()).ShouldBeEmpty();
        (await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = true })).Status.ShouldBe(200);
        await desk.Tap("Place it as it is");
        await desk.Shows("The sale is placed.");
        (await manager.GetOrders()).Items.ShouldHaveSingleItem();
        await desk.Tap("Discard");
        await desk.Tap("Discard"); // in the sheet: without a reason it is not
        await desk.Shows("Say why.");
        await desk.Put("Reason", "rung up again by hand");
        await desk.Tap("Discard");
        await desk.Shows("Nothing waits for a decision.");
        await desk.TurnTo("/office/set-aside?status=resolved");
        await desk.Shows("Marta Manager: rung up again by hand");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_journal_is_checked_while_one_looks_elsewhere_and_the_log_tells_who_did_what()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("manager", screens.Address);
        var order = await manager.PlaceOrder(new("takeaway", [new((await screens.Shop.Item("Sencha")).Id, 1)], Payments: [new("card")]));
        await manager.CancelOrder(order.Id, "spilled");
        await using var desk = await screens.OpenOffice("/office/journal");
        await desk.Has("[aria-label='Fiscal journal'] td", "Cancellation");
        await desk.Tap("Check the journal");
        await desk.TurnTo("/office/audit?action=order_voided");
        await desk.Has(".works", "The journal is whole.");
        await desk.Has("[aria-label='Audit log'] td", "Marta Manager");
        await desk.Tap("Show: order voided");
        await desk.Has("dialog pre", "spilled");
        (await desk.Objections()).ShouldBeEmpty();
        await desk.Tap("Close");
        desk.Complaints.ShouldBeEmpty();
    }
}
