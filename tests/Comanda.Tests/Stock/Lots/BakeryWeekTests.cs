using System.Text.Json;

namespace Comanda.Tests.Stock;

/// <summary>
/// A week of a bakery through the public API, every figure of which was known before: 100 croissants a day at 2.60, of flour that costs
/// 0.06 each, sold at the counter, to the bread club and, from 17:00 on, cheaper; coffee at 3.00 in cups with a deposit of 0.50; a cake to
/// order at 40.00, of which 12.00 are paid ahead.
/// </summary>
public sealed class BakeryWeekTests(CafeApp app)
{
    private sealed record Week(Bakery Bakery, DateOnly Monday, long Coffee, long Cup, long Anna, MovableClock Clock, Uri Process)
    {
        public List<(int Day, string Number)> Receipts { get; } = [];

        public long Cake { get; set; }

        public DateOnly Day(int day) => Monday.AddDays(day);

        public async Task<Bakery> At(int day, double hour)
        {
            Clock.Move(new DateTimeOffset(Day(day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(hour) - Clock.GetUtcNow());
            return Bakery with { Manager = await Bakery.Shop.As("manager", Process) };
        }
    }

    [Fact]
    public async Task A_week_of_deliveries_doughs_bakes_club_cake_cups_markdown_waste_and_one_recall()
    {
        var week = await Open();
        for (var day = 0; day < 7; day++)
            await Live(week, day);
        var manager = (await week.At(6, 21)).Manager;
        await Books(week, manager);
        await Stock(week, manager);
        await Recalled(week, manager);
        await app.LotsFollowStock(week.Bakery.Shop.Id);
        await app.StockFollowsOrders(week.Bakery.Shop.Id);
    }

    private async Task<Week> Open()
    {
        var bakery = await Bakery.Open(app, ("opening_hours", "{}"));
        var (clock, manager) = (new MovableClock(), bakery.Manager);
        await (await bakery.Shop.As("admin")).Works("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food" }, new { code = "deposit" } },
            rows = new object[]
            {
                new { @class = "food", way = "any", name = "VAT", rate = 10 },
                new { @class = "deposit", way = "any", name = "deposit", treatment = "outside" },
            },
            default_class = "food",
        });
        await manager.Works($"PUT /api/menu/items/{bakery.Croissant}", new { price = 2.6, tax_class = "food" });
        var cup = (await manager.Works(
            "POST /api/menu/items",
            new { name = "Cup", category = "Cups", price = 0.5, tax_class = "deposit", is_deposit = true, sku = "CUP" })).Id;
        var coffee = (await manager.Works(
            "POST /api/menu/items", new { name = "Coffee to go", category = "Cups", price = 3, deposit_item_id = cup })).Id;
        await manager.Works($"PUT /api/inventory/{bakery.Flour}/allergens", new { allergens = new[] { "gluten" } });
        var anna = (await manager.Works("POST /api/customers", new { name = "Anna", email = "anna@example.com" })).Id;
        var monday = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(1);
        var process = await app.StartProcess(services => services.Replace(clock));
        await manager.Works("POST /api/admin/promotions", new
        {
            title = "Evening",
            discount_type = "markdown",
            applicable_products = new[] { bakery.Croissant },
            steps = new object[] { new { from = "17:00", percent = 20 }, new { from = "18:00", percent = 40 } },
            available_until = "19:00",
        });
        return new(bakery, monday, coffee, cup, anna, clock, process);
    }

    private static int Club(int day) => day % 2 == 0 ? 10 : 0;

    private static int Counter(int day) => 50 + (5 * day);

    private static int LeftOver(int day) => 100 - Club(day) - Counter(day) - 10;

    /// <summary>What Anna still owes when she fetches hers: her card had 60.00.</summary>
    private static decimal Due(int day) => day switch
    {
        4 => 18,
        6 => 26,
        _ => 0,
    };

    private static async Task Live(Week week, int day)
    {
        var bakery = await week.At(day, 6);
        var drawer = (await bakery.Manager.Works("POST /api/drawers/open", new { @float = 50 })).Id;
        await Bake(week, bakery, day);
        if (day == 0)
        {
            await JoinTheClub(week, bakery);
            await OrderACake(week, bakery);
        }

        if (Club(day) > 0)
            await Fetch(week, day);
        bakery = await week.At(day, 9);
        if (day is 4 or 5)
            await MakeACake(week, bakery, day);
        await Sell(week, bakery, day, bakery.Croissant, Counter(day), "cash");
        await Sell(week, bakery, day, week.Coffee, 6, "card");
        if (day % 3 > 0)
            await Sell(week, bakery, day, week.Cup, -(day % 3), "cash");
        await Sell(week, await week.At(day, 17.25), day, bakery.Croissant, 6, "cash");
        await Sell(week, await week.At(day, 18.25), day, bakery.Croissant, 4, "cash");
        bakery = await week.At(day, 20);
        if (LeftOver(day) > 0)
            await bakery.Manager.Works(
                $"POST /api/inventory/{bakery.Baked}/adjust",
                new { adjustment = -LeftOver(day), reason = day < 3 ? "waste" : "food_bank", lot = "B" + day });
        // 6 at 2.08 and 4 at 1.56 in the evening; what cups came back were paid out; a gift card, and what was left of the cake.
        var cash = 50 + (day == 0 ? 60 : 0) + (2.6m * Counter(day)) + 18.72m - (0.5m * (day % 3)) + Due(day) + (day == 5 ? 28 : 0);
        var closed = await bakery.Manager.Works($"POST /api/drawers/{drawer}/close", new { counted = cash });
        (closed.Decimal("expected"), closed.Decimal("difference")).ShouldBe((cash, 0));
    }

    /// <summary>Ten croissants every other day, paid from a card as far as that reaches.</summary>
    private static async Task JoinTheClub(Week week, Bakery bakery)
    {
        var card = (await bakery.Manager.Works("POST /api/gift-cards", new { amount = 60, method = "cash" })).Text("code")!;
        await bakery.Manager.Works("POST /api/standing-orders", new
        {
            customer_id = week.Anna,
            weekdays = new[] { 0, 2, 4, 6 }.Select(d => week.Day(d).DayOfWeek.ToString()[..3].ToLowerInvariant()),
            at = "08:30",
            items = new[] { new { menu_item_id = bakery.Croissant, quantity = 10 } },
            begins = week.Monday,
            ends = week.Day(6),
            days_ahead = 0,
            pay = "gift_card",
            gift_card = card,
        });
    }

    /// <summary>For the sixth day; one is made a day.</summary>
    private static async Task OrderACake(Week week, Bakery bakery)
    {
        var cake = (await bakery.Manager.Works("POST /api/menu/items", new { name = "Birthday cake", category = "Cakes", price = 40 })).Id;
        await bakery.Manager.Works(
            $"PUT /api/cakes/{cake}",
            new { lead_days = 2, capacity = 1, deposit_percent = 30, deposit_tax = "received", inscription_max = 30 });
        object On(int day) => new
        {
            menu_item_id = cake,
            customer_id = week.Anna,
            inscription = "Bruno",
            collect_at = week.Day(day).ToDateTime(new(9, 0), DateTimeKind.Utc),
            deposit = new { method = "card" },
        };
        (await bakery.Manager.Ask("POST /api/cake-orders", On(1))).Fields.ShouldBe(["collect_at"]);
        var made = await bakery.Manager.Works("POST /api/cake-orders", On(5));
        (made.Text("stage"), made.Decimal("deposit_paid"), made.Decimal("balance")).ShouldBe(("accepted", 12, 28));
        (await bakery.Manager.Ask("POST /api/cake-orders", On(5))).Code.ShouldBe("cake_day_full");
        week.Cake = made.Id;
    }

    private static async Task MakeACake(Week week, Bakery bakery, int day)
    {
        if (day == 4)
        {
            foreach (var stage in new[] { "baked", "decorated" })
                await bakery.Manager.Works($"POST /api/cake-orders/{week.Cake}/stage", new { stage });
            return;
        }

        var collected = await bakery.Manager.Works(
            $"POST /api/cake-orders/{week.Cake}/collect", new { payments = new[] { new { method = "cash" } } });
        collected.Text("stage").ShouldBe("collected");
    }

    /// <summary>30 kg of flour are five doughs of 6 kg; the other two are of what came on the fourth day, with soya in it.</summary>
    private static async Task Bake(Week week, Bakery bakery, int day)
    {
        var best_before = week.Day(day).AddDays(60);
        async Task Deliver(string lot, int quantity, string[] allergens) => await bakery.Manager.Works(
            $"POST /api/inventory/{bakery.Flour}/adjust",
            new { adjustment = quantity, reason = "delivery", unit_cost = 1, lot, best_before, allergens });
        async Task Make(long item, int quantity, string lot) => await bakery.Manager.Works(
            $"POST /api/inventory/{item}/make", new { quantity, lot, best_before = week.Day(day) });
        if (day == 0)
            await Deliver("F1", 30, ["gluten"]);
        (await Declares(bakery)).ShouldBe(day > 3);
        if (day == 3)
            await Deliver("F2", 20, ["gluten", "soya"]);
        await Make(bakery.Dough, 10, "D" + day);
        await Make(bakery.Baked, 100, "B" + day);
    }

    private static async Task<bool> Declares(Bakery bakery) =>
        (await bakery.Manager.Works($"GET /api/menu/items/{bakery.Croissant}")).Body.GetProperty("allergens").EnumerateArray()
            .Any(a => a.GetString() == "soya");

    private static async Task Fetch(Week week, int day)
    {
        var bakery = await week.At(day, 7);
        JsonElement guest = default;
        await Answers.Eventually(async () =>
        {
            var list = (await bakery.Manager.Works($"GET /api/standing-orders/day?date={week.Day(day):yyyy-MM-dd}")).Body;
            guest = list.GetProperty("guests").EnumerateArray().SingleOrDefault();
            return guest.ValueKind == JsonValueKind.Object && guest.GetProperty("status").GetString() == "placed";
        });
        guest.Decimal("balance_due").ShouldBe(Due(day));
        week.Receipts.Add((day, guest.GetProperty("order_number").GetString()!));
        bakery = await week.At(day, 8.5);
        if (Due(day) > 0)
            await bakery.Manager.Works(
                "POST /api/payments",
                new { order_id = guest.GetProperty("order_id").GetInt64(), method = "cash", amount = Due(day) });
    }

    private static async Task Sell(Week week, Bakery bakery, int day, long item, int quantity, string method)
    {
        var order = await bakery.Manager.Works("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = item, quantity } },
            payments = new[] { new { method } },
        });
        if (item == bakery.Croissant)
            week.Receipts.Add((day, order.Text("order_number")!));
    }

    private static string Period(Week week) => $"from={week.Monday:yyyy-MM-dd}&to={week.Day(6):yyyy-MM-dd}";

    private static async Task Books(Week week, ComandaClient manager)
    {
        // 455 at the counter and 40 of the club at 2.60, 42 at 2.08, 28 at 1.56, 42 coffees at 3.00, a cake; 42 cups out and 6 back.
        var summary = (await manager.Works($"GET /api/reports/summary?{Period(week)}")).Body;
        var total = summary.GetProperty("total");
        (total.Decimal("sales"), total.Decimal("tax"), total.Decimal("discounts"), total.Decimal("gift_cards_sold"))
            .ShouldBe((1584.04m + 18, 144.01m, 21.84m + 29.12m, 72));
        (total.Decimal("cost_of_goods"), total.Decimal("waste"), total.Decimal("unpaid"), total.Decimal("drawer_difference"))
            .ShouldBe((565 * 0.06m, 5.1m + 3, 0, 0));
        var owed = summary.GetProperty("owed");
        (owed.Decimal("gift_cards"), owed.Decimal("cake_deposits"), owed.Decimal("deposits")).ShouldBe((0, 0, 18));
        summary.GetProperty("payment_methods").Decimal("card").ShouldBe((7 * 21) + 12);
        summary.GetProperty("payment_methods").Decimal("gift_card").ShouldBe(60 + 12);

        var entries = (await manager.Works($"GET /api/reports/accounting?{Period(week)}")).Body;
        decimal Of(string kind, decimal? rate = null) => entries.GetProperty("entries").EnumerateArray()
            .Where(e => e.GetProperty("kind").GetString() == kind && (rate is null || e.Decimal("rate") == rate))
            .Sum(e => e.Decimal("credit") - e.Decimal("debit"));
        entries.Decimal("debit").ShouldBe(entries.Decimal("credit"));
        (Of("revenue"), Of("tax"), Of("deposits")).ShouldBe((1584.04m - 144.01m, 144.01m, 18));
        (Of("revenue", 10), Of("revenue", 0), Of("gift_cards_sold") + Of("gift_card")).ShouldBe((1440.03m, 0, 0));

        var cups = (await manager.Works("GET /api/returnables")).Body;
        (cups.Decimal("out"), cups.Decimal("back"), cups.Decimal("liability")).ShouldBe((42, 6, 18));
        var markdowns = (await manager.Works($"GET /api/reports/markdowns?{Period(week)}")).Body;
        markdowns.GetProperty("steps").EnumerateArray()
            .Select(s => (s.Decimal("percent"), s.Decimal("orders"), s.Decimal("quantity"), s.Decimal("discount")))
            .ShouldBe([(20, 7, 42, 21.84m), (40, 7, 28, 29.12m)]);
        (markdowns.Decimal("wasted"), markdowns.Decimal("given_away")).ShouldBe((5.1m, 3));
    }

    private static async Task Stock(Week week, ComandaClient manager)
    {
        var bakery = week.Bakery with { Manager = manager };
        ((await manager.Stock(bakery.Flour)), (await manager.Stock(bakery.Dough)), (await manager.Stock(bakery.Baked))).ShouldBe((8, 0, 0));
        ((await bakery.Left("F1")), (await bakery.Left("F2"))).ShouldBe((0, 8));
        // Flour half as dear again: a croissant costs 0.09; its share of the price stays with 3.89, which are 3.54 without tax.
        var costs = await manager.Works(
            "POST /api/inventory/recipes/costs", new { prices = new[] { new { inventory_id = bakery.Flour, percent = 50 } } });
        var croissant = costs.Items.Single(i => i.GetProperty("menu_item_id").GetInt64() == bakery.Croissant);
        (croissant.Decimal("cost_now"), croissant.Decimal("cost_then"), croissant.Decimal("price_to_keep")).ShouldBe((0.06m, 0.09m, 3.89m));
    }

    private static async Task Recalled(Week week, ComandaClient manager)
    {
        var recall = (await manager.Works("GET /api/recall?lot=F1")).Body;
        recall.GetProperty("lots").GetArrayLength().ShouldBe(11); // itself, five doughs and five bakes
        (recall.GetProperty("orders").GetInt64(), recall.GetProperty("left_over").GetBoolean()).ShouldBe((18, false));
        var anna = recall.GetProperty("guests").EnumerateArray().Single();
        (anna.GetProperty("name").GetString(), anna.GetProperty("orders").GetInt64()).ShouldBe(("Anna", 3));
        var other = (await manager.Works("GET /api/recall?lot=F2")).Body;
        (other.GetProperty("lots").GetArrayLength(), other.GetProperty("orders").GetInt64()).ShouldBe((5, 7));
        week.Receipts.Count.ShouldBe(25);
        foreach (var (day, number) in week.Receipts)
        {
            var back = await manager.Works($"GET /api/recall?receipt={number}");
            back.Body.GetProperty("lots").EnumerateArray().Select(l => l.GetProperty("lot").GetProperty("lot").GetString())
                .ShouldBe([day < 5 ? "F1" : "F2", "D" + day, "B" + day], ignoreOrder: true);
        }

        (await manager.Works("POST /api/recall/messages", new { lot = "F1" })).Body.GetProperty("sent").GetInt32().ShouldBe(1);
    }
}
