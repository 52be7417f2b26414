namespace Comanda.BrowserTests;

/// <summary>A guest is served: at the till, in the kitchen, on the guests' display.</summary>
public sealed class SaleTests(CafeApp app)
{
    [Fact]
    public async Task A_sale_by_touch_is_made_in_the_kitchen_and_called_on_the_display()
    {
        await using var screens = await Screens.Begin(app);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista");
        await using var display = await screens.Open("/display", Look.Kitchen, "barista");
        await using var till = await screens.Open("/till", Look.Till);
        await kitchen.Shows("Nothing to make.");

        foreach (var digit in "3456")
            await till.Tap(digit.ToString());
        await till.Tap("Sign in");
        await till.Tap("To go");
        await till.Tap("Cappuccino");
        await till.Tap("Oat milk");
        await till.Tap("Add to basket");
        await till.Tap("Sencha");
        await till.Tap("One more Sencha");
        await till.Has(".total-sum", "€11.20"); // (3.80 + 0.60) + 2 × 3.40
        await till.Tap("Why?");
        await till.Shows("contains");
        await till.Tap("Close");
        await till.Tap("Pay");
        await till.Tap("€20.00");
        await till.Has(".change-sum", "€8.80");
        await till.Shows("Café Comanda"); // the receipt
        await till.Shows("The guest’s own copy: scan it");
        await till.Fill("Receipt to", "zoe@elsewhere.example");
        await till.Tap("Send");
        await till.Shows("It goes to zoe@elsewhere.example.");

        var cashier = await screens.Shop.As("cashier", screens.Address);
        var order = (await cashier.GetOrders()).Items.ShouldHaveSingleItem();
        order.TotalAmount.ShouldBe(11.20m);
        order.PaymentStatus.ShouldBe("paid");
        order.Type.ShouldBe("takeaway");
        order.CashierName.ShouldBe("Carlo Cashier");
        order.Payments.ShouldHaveSingleItem().Change.ShouldBe(8.80m);
        order.Items.Select(i => (i.Name, i.Quantity)).ShouldBe([("Cappuccino", 1m), ("Sencha", 2m)]);

        await kitchen.Shows(order.OrderNumber);
        await kitchen.Has(".ticket-option", "Oat milk");
        await kitchen.Has(".ticket-allergens", "gluten");
        await display.Has("section:first-of-type .number", order.OrderNumber);
        await kitchen.Tap("Done");
        await kitchen.Shows("Nothing to make.");
        await display.Has(".number-ready", order.OrderNumber);
        await kitchen.Tap("Back to the kitchen");
        await kitchen.Has(".ticket-number", order.OrderNumber);
        await kitchen.Tap("Done");
        await kitchen.Tap("Handed over");
        await display.NoLongerShows(order.OrderNumber);
        (await cashier.GetOrder(order.Id)).Status.ShouldBe("completed");

        await till.Tap("Next guest");
        await till.Shows("Tap what the guest wants.");
        foreach (var screen in new[] { till, kitchen, display })
            screen.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_by_keyboard_only()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Shows("Butter croissant");
        await till.Type("capp");
        await till.Keys("Enter"); // the first that is found; its sheet begins at what one came for
        await till.TabTo("Close");
        await till.TabTo("Large");
        await till.Keys("Space");
        await till.TabTo("Add to basket");
        await till.Keys("Enter");
        await till.Has(".total-sum", "€4.40");
        await till.Keys("/");
        await till.Type("senc");
        await till.Keys("Enter");
        await till.Has(".total-sum", "€7.80");
        await till.TabTo("Why?");
        await till.Keys("Enter");
        await till.Shows("contains");
        await till.Keys("Escape");
        await till.Keys("F9");
        await till.Shows("Take the money");
        await till.Keys("5", "0", "0", "Enter"); // 5.00 is not enough
        await till.Shows("That is €2.80 too little.");
        await till.Keys("Backspace", "Backspace", "Backspace", "1", "0", "0", "0", "Enter");
        await till.Has(".change-sum", "€2.20");
        await till.Keys("Enter"); // the next guest
        await till.Shows("Tap what the guest wants.");

        var order = (await (await screens.Shop.As("cashier", screens.Address)).GetOrders()).Items.ShouldHaveSingleItem();
        order.TotalAmount.ShouldBe(7.80m);
        order.Items[0].Modifiers.ShouldHaveSingleItem().Name.ShouldBe("Large");
        till.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_on_hold_goes_to_the_kitchen_later_and_is_paid_by_card()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Tap("Table and note");
        await till.Page.TypeAsync("dialog input", "7");
        await till.Tap("Done");
        await till.Tap("Hold");
        await till.Shows("is on hold.");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var held = (await cashier.GetOrders()).Items.ShouldHaveSingleItem();
        (held.Held, held.Table, held.FiredAt).ShouldBe((true, "7", null));

        await till.Tap("Open orders");
        await till.Tap("To the kitchen");
        await till.NoLongerShows("On hold");
        await till.Tap("Pay €3.40");
        await till.Tap("Card");
        await till.Tap("The card was approved");
        await till.Shows("No change");
        var paid = await cashier.GetOrder(held.Id);
        (paid.Held, paid.PaymentStatus, paid.Payments.Single().Method).ShouldBe((false, "paid", "card"));
        paid.FiredAt.ShouldNotBeNull();
    }
}
