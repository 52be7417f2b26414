using System.Text.Json;

namespace Comanda.Tests.Orders;

/// <summary>A till prices by the core's own code with what the server told it: the same cents, for the same reasons.</summary>
public sealed class TillRulesTests(CafeApp app)
{
    private sealed record Kept(TestShop Shop, ComandaClient Cashier, MenuView Menu, TillPrices Prices);

    private async Task<Kept> Read(TestShop shop, Uri? at = null)
    {
        var cashier = await shop.As("cashier", at);
        cashier.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString());
        var menu = await cashier.GetMenu();
        return new(shop, cashier, menu, new(menu, await cashier.GetTillRules()));
    }

    /// <summary>What both say of a basket; how long the kitchen takes only the server knows.</summary>
    private static async Task<(string Server, string Till)> Both(Kept kept, OrderRequest basket, string language = "en")
    {
        var asked = await kept.Cashier.Ask("POST /api/orders/preview", basket, ("Accept-Language", language));
        var here = kept.Prices.Price(basket, DateTimeOffset.UtcNow, PriceWords.Of(language));
        if (asked.Status != 200 || here.Refusal is not null)
            return (Told(asked.Code, asked.Fields), Told(here.Refusal?.Code, here.Refusal?.Errors?.Keys ?? []));
        var server = asked.Body.Deserialize<PreviewView>(ComandaClient.Json)!;
        return (Json.Write(server with { EstimatedTime = 0 }), Json.Write(here.Value with { EstimatedTime = 0 }));

        static string Told(string? code, IEnumerable<string> fields) =>
            $"{code}: {string.Join(", ", fields.Order(StringComparer.Ordinal))}";
    }

    /// <summary>
    /// Every kind of thing that changes a price, at once: classes with several rates, a split price, a reduced rate from six pieces on, a
    /// service charge, cash in steps of 0.05, an hour, a bundle and a limited promotion, deposits in a category that nobody sees, weights.
    /// </summary>
    private async Task<TestShop> Bazaar(string mode, bool inclusive)
    {
        var shop = await app.NewShop(
            ("prices_include_tax", inclusive ? "true" : "false"),
            ("tax_rounding", mode),
            ("service_charge", "10"),
            ("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var admin = await shop.As("admin");
        await Done(admin.Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "drink" }, new { code = "food" }, new { code = "bread" }, new { code = "deposit" } },
            rows = new object[]
            {
                new { @class = "drink", way = "any", name = "VAT", rate = 19 },
                new { @class = "food", way = "dine-in", name = "VAT", rate = 19, priority = 1 },
                new { @class = "food", way = "any", name = "VAT", rate = 7 },
                new { @class = "bread", way = "any", name = "State", rate = 4.5 },
                new { @class = "bread", way = "any", name = "City", rate = 2.125 },
                new { @class = "bread", way = "any", name = "State", rate = 1, priority = 5, min_pieces = 6 },
                new { @class = "deposit", way = "any", name = "deposit", treatment = "outside" },
            },
            default_class = "food",
        }));
        foreach (var category in (await admin.Ask("GET /api/categories")).Items)
        {
            var (id, name) = (category.GetProperty("id").GetInt64(), category.GetProperty("name").GetString());
            if (name is "Coffee" or "Cold")
                await Done(admin.Ask($"PUT /api/admin/categories/{id}", new { tax_class = "drink" }));
            else if (name == "From the oven")
                await Done(admin.Ask($"PUT /api/admin/categories/{id}", new { tax_class = "bread" }));
        }

        async Task<long> Sells(object item) => (await Done(manager.Ask("POST /api/menu/items", item))).Id;
        var deposit = await Sells(new { name = "Deposit", category = "Crates", price = 0.25, tax_class = "deposit", is_deposit = true });
        var crates = (await admin.Ask("GET /api/categories")).Items.Single(c => c.GetProperty("name").GetString() == "Crates");
        await Done(admin.Ask($"PUT /api/admin/categories/{crates.GetProperty("id").GetInt64()}", new { is_active = false }));
        await Sells(new { name = "Bottle", category = "Shelf", price = 2.5, tax_class = "drink", deposit_item_id = deposit });
        await Sells(new { name = "Cheese", category = "Shelf", price = 19.9, sold_by = "weight", unit = "kg", sku = "00042" });
        await Sells(new { name = "Hamper", category = "Shelf", price = 33.33, tax_rate = 13.5, discount_price = 29.99 });
        await Sells(new
        {
            name = "Box",
            category = "Shelf",
            price = 12.34,
            tax_split = new[] { new { @class = "food", weight = 70 }, new { @class = "drink", weight = 30 } },
        });
        await Done(admin.Ask("PUT /api/config/scale_barcodes", new
        {
            value = new[] { new { prefix = "28", item_digits = 5, value = "weight", decimals = 3 } },
        }));
        var oven = (await shop.Item("Butter croissant")).CategoryId;
        foreach (var promotion in new object[]
        {
            new
            {
                title = "Quiet days",
                discount_type = "percentage",
                discount_value = 7.5,
                weekdays = All,
                available_from = "00:00",
                ways = Away,
            },
            new
            {
                title = "Three for two",
                discount_type = "buy_x_get_y",
                buy_quantity = 2,
                get_quantity = 1,
                applicable_categories = new[] { oven },
            },
            new
            {
                title = "The first hundred",
                discount_type = "fixed",
                discount_value = 1.11,
                usage_limit = 100,
                minimum_order_value = 15,
            },
            new { title = "A code", discount_type = "percentage", discount_value = 50, code = "SECRET" },
        })
        {
            await Done(manager.Ask("POST /api/admin/promotions", promotion));
        }

        return shop;
    }

    private static readonly string[] All = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Away = ["takeaway"];

    private static async Task<Answer> Done(Task<Answer> asked)
    {
        var answer = await asked;
        answer.Status.ShouldBeInRange(200, 299, answer.ToString());
        return answer;
    }

    [Theory]
    [InlineData("per_line", true, 1)]
    [InlineData("per_rate", true, 2)]
    [InlineData("per_rate", false, 3)]
    public async Task A_till_prices_any_basket_as_the_server_does_and_gives_the_same_reasons(string mode, bool inclusive, int seed)
    {
        var kept = await Read(await Bazaar(mode, inclusive));
        var random = new Random(seed);
        var items = kept.Menu.Categories.SelectMany(c => c.Items).ToList();
        var (priced, refused) = (0, 0);
        for (var i = 0; i < 60; i++)
        {
            var basket = Basket(items, random);
            var (server, till) = await Both(kept, basket, i % 3 == 0 ? "de" : i % 3 == 1 ? "pt" : "en");
            till.ShouldBe(server, Json.Write(basket));
            _ = till.StartsWith('{') ? priced++ : refused++;
        }

        priced.ShouldBeGreaterThan(30);
        refused.ShouldBeGreaterThan(0);
        var (labelled, read) = await Both(kept, new("takeaway", [new(null, Barcode: Label("2800042", 355))]));
        read.ShouldBe(labelled);
        read.ShouldContain("0.355 kg");
    }

    private static string Label(string begin, int grams)
    {
        var digits = begin + grams.ToString("00000");
        var sum = digits.Select((d, i) => (d - '0') * (i % 2 == 0 ? 1 : 3)).Sum();
        return digits + ((10 - (sum % 10)) % 10);
    }

    private static OrderRequest Basket(List<MenuItemView> items, Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 7)).Select(_ => Line(items[random.Next(items.Count)], random)).ToList();
        DiscountRequest? discount = random.Next(4) switch
        {
            0 => new("percentage", random.Next(1, 400) / 4m, "neighbour"),
            1 => new("fixed", random.Next(1, 500) / 100m, "late"),
            _ => null,
        };
        return new(
            random.Next(2) == 0 ? "dine-in" : "takeaway",
            lines,
            Discount: discount,
            Tip: random.Next(5) == 0 ? 1.5m : null,
            ServiceCharge: random.Next(6) == 0 ? false : null);
    }

    private static LineRequest Line(MenuItemView item, Random random)
    {
        var options = new List<ModifierChoice>();
        foreach (var group in item.ModifierGroups)
        {
            // Now and then too few or too many: both refuse it for the same fields.
            var count = random.Next(12) == 0 ? group.Max + 1 : random.Next(group.Min, Math.Min(group.Max, group.Options.Length) + 1);
            options.AddRange(group.Options.Take(count).Select(o => new ModifierChoice(o.Id, null, 1)));
        }

        return new(
            item.Id,
            item.SoldBy == "weight" ? random.Next(1, 3000) / 1000m : random.Next(1, 8),
            item.Combo.Length > 0 ? null : [.. options],
            random.Next(5) == 0 ? new("percentage", random.Next(1, 100), "stale") : null,
            Parts: item.Combo.Length == 0 || random.Next(3) == 0
                ? null
                : [.. item.Combo.Select(s => new PartRequest(s.Choices[random.Next(s.Choices.Length)].MenuItemId))],
            Way: random.Next(4) == 0 ? "takeaway" : null);
    }

    [Fact]
    public async Task Who_may_sell_reads_the_rules_with_a_tag_and_without_settings_codes_or_other_shops()
    {
        var shop = await Bazaar("per_line", true);
        var cashier = await shop.As("cashier");
        (await cashier.Ask("GET /api/config")).Status.ShouldBe(403);
        (await cashier.Ask("GET /api/taxes")).Status.ShouldBe(403);
        var first = await cashier.Ask("GET /api/till/rules", null, ("X-Device-Token", shop.TillToken));
        first.Status.ShouldBe(200, first.ToString());
        first.Text("currency").ShouldBe("EUR");
        first.Body.GetProperty("register").GetString().ShouldNotBeNullOrEmpty();
        first.Body.GetRawText().ShouldNotContain("SECRET");
        first.Body.GetProperty("promotions").GetArrayLength().ShouldBe(3);
        first.Body.GetProperty("hidden").EnumerateArray().Select(i => i.GetProperty("name").GetString()).ShouldBe(["Deposit"]);
        var tag = first.Response.Headers.ETag!.ToString();
        (await cashier.Ask("GET /api/till/rules", null, ("X-Device-Token", shop.TillToken), ("If-None-Match", tag))).Status.ShouldBe(304);
        await Done((await shop.As("admin")).Ask("PUT /api/config/service_charge", new { value = 12 }));
        var second = await cashier.Ask("GET /api/till/rules", null, ("X-Device-Token", shop.TillToken), ("If-None-Match", tag));
        second.Status.ShouldBe(200);
        second.Body.GetProperty("service_charge").GetProperty("percent").GetDecimal().ShouldBe(12);
        var other = await app.NewShop();
        (await cashier.Ask("GET /api/till/rules", null, ("X-Device-Token", other.TillToken))).Fields.ShouldBe(["X-Device-Token"]);
    }

    /// <summary>
    /// The days and the clock come from the server: on both days that change the clock in Lisbon, and where it is put back for Ramadan.
    /// </summary>
    [Theory]
    [InlineData("Europe/Lisbon", "04:00", "2027-03-27T10:00:00Z")]
    [InlineData("Europe/Lisbon", "04:00", "2027-10-30T10:00:00Z")]
    [InlineData("Africa/Casablanca", "02:30", "2027-02-06T12:00:00Z")]
    [InlineData("Pacific/Kiritimati", "00:00", "2027-01-01T12:00:00Z")]
    public async Task Trap32_a_till_knows_the_shops_days_and_clock_without_zone_data_of_its_own(string zone, string starts, string now)
    {
        var shop = await app.NewShop(("time_zone", zone), ("day_starts_at", starts));
        var clock = new MovableClock();
        clock.Move(DateTimeOffset.Parse(now) - DateTimeOffset.UtcNow);
        var process = await app.StartProcess(services => services.Replace(clock));
        var kept = await Read(shop, process);
        var (at, days) = (DateTimeOffset.Parse(now), new BusinessDay(
            TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.Parse(starts)));
        for (var hours = 0.0; hours < 7 * 24; hours += 0.25)
        {
            var then = at.AddHours(hours);
            kept.Prices.DayOf(then).ShouldBe(days.Of(then), $"{then:O}");
            kept.Prices.Shown(then).DateTime.ShouldBe(TimeZoneInfo.ConvertTime(then, days.Zone).DateTime, $"{then:O}");
        }

        // What was sold in the years before is shown by the clock of then.
        for (var hours = 0; hours < 10 * 365 * 24; hours += 7)
            kept.Prices.Shown(at.AddHours(-hours)).DateTime.ShouldBe(TimeZoneInfo.ConvertTime(at.AddHours(-hours), days.Zone).DateTime);
    }

    [Theory]
    [InlineData("de-AT, en;q=0.5", "enthält", "Oat milk +0,60")]
    [InlineData("fr, pt-BR;q=0.8, en;q=0.5", "contém", "Oat milk +0,60")]
    [InlineData("fr", "contains", "Oat milk +0.60")]
    [InlineData("", "contains", "Oat milk +0.60")]
    public async Task A_preview_is_explained_in_the_callers_language_with_the_digits_of_the_currency(
        string accepted,
        string tax,
        string option)
    {
        var shop = await app.NewShop(("tax_rate", "5"));
        var latte = await shop.Item("Cappuccino");
        var asked = await (await shop.As("cashier")).Ask(
            "POST /api/orders/preview",
            new { type = "takeaway", items = new[] { new { menu_item_id = latte.Id, modifiers = new[] { "oat-milk" } } } },
            ("Accept-Language", accepted));
        asked.Status.ShouldBe(200, asked.ToString());
        var reasons = asked.Body.GetProperty("explanation").EnumerateArray().Select(r => r.GetProperty("text").GetString()!).ToList();
        reasons.ShouldContain(r => r.Contains(tax));
        reasons.ShouldContain(r => r.EndsWith(option, StringComparison.Ordinal), string.Join('\n', reasons));
    }
}
