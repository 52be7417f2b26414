namespace Comanda.BrowserTests;

/// <summary>A day at the till, from the float to the count.</summary>
public sealed class DayTests(CafeApp app)
{
    private static async Task Type(Screen till, string field, string text)
    {
        await till.TabTo(field);
        await till.Type(text);
    }

    [Fact]
    public async Task A_full_day_with_cash_card_a_tip_two_tenders_a_refund_and_money_in_and_out_balances()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Tap("Drawer");
        await till.Shows("The drawer is closed.");
        await Type(till, "Float", "80");
        await till.Tap("Open the drawer");
        await till.Shows("is open, by Carlo Cashier");
        await Type(till, "Amount", "20");
        await Type(till, "Reason", "coins from the bank");
        await till.Tap("Put in");
        await till.Until("the amount is taken", async () => await Value(till, ".sheet-drawer .field-figure") == "");
        await Type(till, "Amount", "12.50");
        await Type(till, "Reason", "milk from the corner");
        await till.Tap("Take out");
        await till.Until("the amount is taken", async () => await Value(till, ".sheet-drawer .field-figure") == "");
        await till.Keys("Escape");

        // 3.40 in cash, of 5.00
        await till.Tap("Sencha");
        await till.Tap("Pay");
        await till.Tap("€5.00");
        await till.Has(".change-sum", "€1.60");
        await till.Tap("Next guest");
        // 5.80 by card, with a tip of ten percent: 6.40
        await till.Tap("Rye loaf");
        await till.Tap("Pay");
        await till.Tap("€0.60");
        await till.Has(".pay-sum", "€6.40");
        await till.Tap("Card");
        await till.Tap("The card was approved");
        await till.Shows("No change");
        await till.Tap("Next guest");
        // 9.00 in two: 4.00 by phone, the rest in cash
        await till.Tap("Orange juice");
        await till.Tap("One more Orange juice");
        await till.Tap("Pay");
        await till.Tap("Mobile");
        await till.Keys("4", "0", "0");
        await till.Tap("Take €4.00, the rest otherwise");
        await till.Has(".pay-sum", "€5.00");
        await till.Tap("Cash");
        await till.Tap("€10.00");
        await till.Has(".change-sum", "€5.00");
        await till.Tap("Next guest");

        // One juice comes back, in cash and by phone as it came; a manager lets it.
        await till.Tap("Day's orders");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var orders = (await cashier.GetOrders()).Items;
        await till.Tap("Look: " + orders[0].OrderNumber);
        await till.Tap("Give money back");
        await till.Tap("One more Orange juice");
        await till.Tap("Give back");
        await till.Shows("Say why.");
        await Type(till, "Reason", "wrong juice");
        await till.Tap("Give back");
        await till.Shows("Somebody who may do it types their PIN.");
        await Type(till, "PIN of a manager", DemoPin("manager"));
        await till.Tap("Give back");
        await till.Has("[role=status].change", "Give back €");
        await till.Keys("Escape");
        await till.Keys("Escape");
        var refunded = await cashier.GetOrder(orders[0].Id);
        refunded.Refunds.Sum(r => r.Amount).ShouldBe(4.50m);
        var cashBack = refunded.Refunds.Where(r => r.Method == "cash").Sum(r => r.Amount + r.Rounding);

        // The count: blind, and right.
        await till.Tap("Drawer");
        await till.Shows("is open, by Carlo Cashier");
        (await till.Text()).ShouldNotContain("Should be in it");
        await till.Tap("Count and close");
        var cash = 80m + 20m - 12.50m + 3.40m + 5.00m - cashBack;
        await Type(till, "Counted", cash.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await till.Tap("Close the day");
        await till.Has(".change", "Z report 1");
        await till.Has(".change-sum", "€0.00");

        var z = (await (await screens.Shop.As("manager", screens.Address)).GetDrawers("closed")).Items.Single(d => !d.Automatic);
        (z.Difference, z.Counted, z.PaidIn, z.PaidOut).ShouldBe((0m, cash, 20m, 12.50m));
        (z.Sales, z.Refunds, z.Tips, z.Orders).ShouldBe((3.40m + 5.80m + 9.00m, 4.50m, 0.60m, 3));
        z.Register.ShouldBe("Till 1"); // the till's own, not the counter's
        till.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_drawer_a_sale_and_a_refund_need_no_mouse_and_no_touch()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Shows("Butter croissant");
        await Press(till, "Drawer");
        await till.Shows("The drawer is closed.");
        await Type(till, "Float", "10");
        await Press(till, "Open the drawer");
        await till.Shows("is open, by Carlo Cashier");
        await till.Keys("Escape");
        await till.Page.FocusAsync("#search");
        await till.Type("senc");
        await till.Keys("Enter");
        await till.Has(".total-sum", "€3.40");
        await till.Keys("F9");
        await till.Shows("Take the money");
        await till.Keys("Enter");
        await till.Shows("No change");
        await till.Keys("Enter");
        await till.Shows("Tap what the guest wants.");
        await Press(till, "Day's orders");
        await till.Shows("€3.40");
        await Press(till, "Look");
        await Press(till, "Give money back");
        await Press(till, "One more Sencha");
        await Type(till, "Reason", "cold");
        await Type(till, "PIN of a manager", DemoPin("manager"));
        await Press(till, "Give back");
        await till.Shows("Give back €3.40: Cash");
        await till.Keys("Escape");
        await till.Keys("Escape");
        await Press(till, "Drawer");
        await Press(till, "Count and close");
        await Type(till, "Counted", "10");
        await Press(till, "Close the day");
        await till.Has(".change-sum", "€0.00");
        till.Complaints.ShouldBeEmpty();
    }

    private static async Task Press(Screen till, string button)
    {
        await till.Until($"there is a '{button}'", async () => await till.Page.EvaluateFunctionAsync<bool>(
            "n => [...document.querySelectorAll('button')].some(b => (b.ariaLabel ?? b.innerText).trim().startsWith(n) && !b.disabled)",
            button));
        await till.TabTo(button);
        await till.Keys("Enter");
    }

    [Fact]
    public async Task A_scales_label_from_a_scanner_says_what_it_is_and_how_much()
    {
        await using var screens = await Screens.Begin(app);
        var admin = await screens.Shop.As("admin", screens.Address);
        await admin.Ask("PUT /api/config/scale_barcodes", new
        {
            value = new[] { new { prefix = "28", item_digits = 5, value = "weight", decimals = 3 } },
        });
        (await admin.Ask("POST /api/menu/items", new
        {
            name = "Goat cheese",
            category = "Deli",
            price = 24.9,
            sold_by = "weight",
            unit = "kg",
            sku = "00042",
        })).Status.ShouldBe(201);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Shows("Goat cheese");
        await till.Page.FocusAsync("#search");
        await till.Type("2800042003551"); // 355 g
        await till.Keys("Enter");
        await till.Has(".line-weight", "0.355 kg");
        await till.Has(".total-sum", "€8.84");
        await till.Keys("F9");
        await till.Shows("Take the money");
        await till.Keys("Enter");
        await till.Shows("No change");
        var order = (await admin.GetOrders()).Items.ShouldHaveSingleItem();
        (order.TotalAmount, order.Items[0].Quantity).ShouldBe((8.84m, 0.355m));
    }

    private static Task<string> Value(Screen till, string selector) =>
        till.Page.EvaluateFunctionAsync<string>("s => document.querySelector(s)?.value ?? 'none'", selector);

    private static string DemoPin(string username) => Comanda.Demo.DemoCafe.Staff.First(s => s.Username == username).Pin;

    [Fact]
    public async Task A_discount_needs_a_managers_approval_and_is_frozen_with_who_gave_it()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Tap("Rye loaf");
        await till.Tap("Discount");
        await Type(till, "How much", "50");
        await Type(till, "Reason", "from yesterday");
        await Type(till, "PIN of a manager", "0000");
        await till.Tap("Take off");
        await till.Has(".total-sum", "€2.90");
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Has(".pay .field-wrong", "PIN"); // nobody's
        (await (await screens.Shop.As("manager", screens.Address)).GetOrders()).Items.ShouldBeEmpty();
        await till.Keys("Escape");
        await till.Tap("− 50 %");
        await Type(till, "PIN of a manager", DemoPin("manager"));
        await till.Tap("Take off");
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Shows("No change");
        var manager = await screens.Shop.As("manager", screens.Address);
        var order = (await manager.GetOrders()).Items.ShouldHaveSingleItem();
        (order.Discount, order.TotalAmount).ShouldBe((2.90m, 2.90m));
        (await till.Page.EvaluateExpressionAsync<string>("import('/screens/store.js').then(m => m.allSales())")).ShouldBe("[]");
        till.Complaints.Where(c => !c.Contains("403") && !c.Contains("401") && !c.Contains("400")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_tills_and_a_kitchen_work_side_by_side()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("admin", screens.Address);
        var other = await manager.EnrolDevice("Till 2");
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista");
        await using var one = await screens.Open("/till", Look.Desk, "cashier");
        await using var two = await Screen.Open(screens.Address, $"/till?device={other.Token}", Look.Desk);
        await two.SignIn(DemoPin("manager"));
        await two.Shows("Butter croissant");
        for (var i = 0; i < 3; i++)
        {
            foreach (var (till, item) in new[] { (one, "Soup of the day"), (two, "Granola bowl") })
            {
                await till.Tap(item);
                if (item.StartsWith("Soup", StringComparison.Ordinal))
                    await till.Tap("Add to basket");
                await till.Tap("Pay");
                await till.Tap("Exact");
                await till.Shows("No change");
                await till.Tap("Next guest");
            }
        }

        var orders = (await manager.GetOrders()).Items;
        orders.Count.ShouldBe(6);
        foreach (var order in orders)
            await kitchen.Has(".ticket-number", order.OrderNumber);
        (await kitchen.Page.QuerySelectorAllAsync(".ticket")).Length.ShouldBe(6);
        await kitchen.Has(".allday", "3 Granola bowl");
        // Each till has numbers of its own, without a gap.
        var journal = (await (await screens.Shop.As("manager", screens.Address)).Ask("GET /api/journal?limit=200")).Items.ToList();
        var byRegister = journal.GroupBy(e => e.GetProperty("register").GetString(), e => e.GetProperty("number").GetInt64()).ToList();
        byRegister.Count.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var register in byRegister)
            register.Order().ShouldBe(Enumerable.Range(1, register.Count()).Select(n => (long)n), register.Key);
        for (var left = 5; left >= 0; left--)
        {
            await kitchen.Tap("Done");
            await kitchen.Until($"{left} are left", async () => (await kitchen.Page.QuerySelectorAllAsync(".ticket")).Length == left);
        }

        await kitchen.Shows("Nothing to make.");
    }
}
