using System.Globalization;
using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>A shop's table of taxes over HTTP, and what orders bear by it.</summary>
public sealed partial class TaxesTests(CafeApp app)
{
    public static TheoryData<string> Ids { get; } =
        TaxCase.Ids.Count == 0 ? ["none"] : [.. TaxCase.Ids.Where(id => TaxCase.Of(id).IsPlain)];

    private static object Table { get; } = new
    {
        classes = new object[] { new { code = "food", name = "Food" }, new { code = "drink", name = "Drinks" }, new { code = "hot" } },
        rows = new object[]
        {
            new { @class = "food", way = "any", name = "VAT", rate = 7, letter = "B" },
            new { @class = "food", way = "dine-in", name = "VAT", rate = 13, letter = "C" },
            new { @class = "drink", way = "any", name = "VAT", rate = 19, letter = "A" },
            new { @class = "hot", way = "any", name = "VAT", rate = 19, letter = "A" },
        },
        default_class = "food",
    };

    /// <summary>The shared baskets over HTTP: placed as they are previewed, with the taxes of the case and on the receipt.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_placed_basket_bears_what_its_place_asks_for(string id)
    {
        Assert.SkipWhen(TaxCase.Ids.Count == 0, "the shared cases are not beside the repository");
        var it = TaxCase.Of(id);
        var shop = await app.NewShop(it.Settings());
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        var put = await admin.Ask("PUT /api/taxes", it.TableOfTheDay());
        put.Status.ShouldBe(200, put.ToString());

        var items = new List<object>();
        foreach (var (line, name, price) in it.Lines())
        {
            var added = await manager.Ask("POST /api/menu/items", new
            {
                name,
                category = "Case",
                price,
                tax_class = line.Split.Count == 0 ? line.Class : "",
                tax_split = line.Split.Select(s => new { @class = s.Class, weight = s.Weight / 10_000m }),
            });
            added.Status.ShouldBe(201, added.ToString());
            items.Add(new { menu_item_id = added.Id, quantity = line.Pieces, way = line.Way.ToWire() });
        }

        long? customer = null;
        if (it.Certificate is { } certificate)
        {
            customer = (await manager.Ask("POST /api/customers", new { name = "Corner Shop Ltd" })).Id;
            var added = await manager.Ask($"POST /api/customers/{customer}/tax-exemptions", certificate);
            added.Status.ShouldBe(201, added.ToString());
        }

        var basket = new
        {
            type = it.Type.ToWire(),
            items,
            discount = it.Discount(),
            tip = it.Tip,
            payments = it.Payments(),
            customer_id = customer,
        };
        var total = it.Amount(it.Expect.GetProperty("total")).In(it.Currency);
        var placed = await manager.Ask("POST /api/orders", basket);
        foreach (var answer in new[] { await manager.Ask("POST /api/orders/preview", basket), placed })
        {
            answer.Status.ShouldBeInRange(200, 201, answer.ToString());
            Of(answer.Body, "total_amount").ShouldBe(total + it.Tip);
            Taxes(answer.Body).ShouldBe(it.ExpectedTaxes());
            answer.Items.Sum(l => Of(l, "total")).ShouldBe(total - Of(answer.Body, "delivery_fee"));
        }

        var paid = placed.Body.GetProperty("payments").EnumerateArray().Last();
        if (it.Expect.TryGetProperty("cash_due", out var due))
            (Of(paid, "amount") + Of(paid, "rounding")).ShouldBe(it.Amount(due).In(it.Currency));
        if (it.Expect.TryGetProperty("change", out var change))
            Of(paid, "change").ShouldBe(it.Amount(change).In(it.Currency));
        var printed = await manager.Send(HttpMethod.Get, $"/api/orders/{placed.Id}/receipt?format=text");
        var receipt = await printed.Content.ReadAsStringAsync();
        foreach (var (name, rate, _, _) in it.ExpectedTaxes())
            receipt.ShouldContain($"{name} {rate.ToString(CultureInfo.InvariantCulture)} % of ");

        // All of it comes back: the same taxes, and nothing of the day is left to declare.
        if (it.Tip > 0)
            (await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { reason = "the tip", tip = it.Tip })).Status.ShouldBe(201);
        var back = await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { reason = "all of it" });
        back.Status.ShouldBe(201, back.ToString());
        Of(back.Body, "amount").ShouldBe(total);
        Taxes(back.Body).ShouldBe(it.ExpectedTaxes());
        var came = placed.Body.GetProperty("payments").EnumerateArray().Sum(p => Of(p, "amount") + Of(p, "rounding"));
        var went = (await manager.Ask($"GET /api/orders/{placed.Id}")).Body.GetProperty("refunds").EnumerateArray()
            .Sum(r => Of(r, "amount") + Of(r, "rounding"));
        went.ShouldBe(came);
        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body.GetProperty("taxes").EnumerateArray()
            .Where(t => t.GetProperty("treatment").GetString() is "taxed" or "zero")
            .ToList();
        day.Select(t => (t.GetProperty("name").GetString()!, Of(t, "rate"), Of(t, "net"), Of(t, "tax"))).ShouldBe(it.ExpectedTaxes());
        day.ShouldAllBe(t => Of(t, "declared_net") == 0 && Of(t, "declared_tax") == 0);
    }

    /// <summary>Lines keep what they bore, whatever the table says since.</summary>
    [Fact]
    public async Task A_later_table_changes_no_order()
    {
        var shop = await app.NewShop();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var bagel = (await shop.Item("Smoked salmon bagel")).Id;
        var order = await manager.Ask(
            "POST /api/orders",
            new { type = "takeaway", items = new[] { new { menu_item_id = bagel, quantity = 3 } } });
        var next = new
        {
            classes = new[] { new { code = "food" } },
            rows = new object[]
            {
                new { @class = "food", name = "CGST", rate = 2.5m },
                new { @class = "food", name = "SGST", rate = 2.5m },
            },
        };
        (await admin.Ask("PUT /api/taxes", next)).Status.ShouldBe(200);
        Taxes((await manager.Ask($"GET /api/orders/{order.Id}")).Body).ShouldBe([("VAT", 7m, 27.48m, 1.92m)]);
        var later = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = bagel, quantity = 3 } } });
        Taxes(later.Body).ShouldBe([("CGST", 2.5m, 28.00m, 0.70m), ("SGST", 2.5m, 28.00m, 0.70m)]);

        // Divided, each bill has its part of each tax.
        var line = later.Items.Single().GetProperty("id").GetInt64();
        var split = await manager.Ask(
            $"POST /api/orders/{later.Id}/split",
            new { items = new[] { new { order_item_id = line, quantity = 1 } } });
        var bills = split.Body.GetProperty("orders").EnumerateArray().ToList();
        bills.Count.ShouldBe(2);
        foreach (var name in new[] { "CGST", "SGST" })
        {
            var parts = bills.Select(b => Taxes(b).Single(t => t.Name == name)).ToList();
            (parts.Sum(p => p.Net), parts.Sum(p => p.Tax)).ShouldBe((28.00m, 0.70m));
        }

        bills.Sum(b => Of(b, "tax")).ShouldBe(1.40m);
    }

    /// <summary>Two taxes on a line, sold, given back in part and in full: order, drawer and day say the same of each.</summary>
    [Fact]
    public async Task Refunds_drawers_and_the_day_agree_tax_by_tax()
    {
        var shop = await app.NewShop(("prices_include_tax", "false"), ("tax_rounding", "per_rate"));
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food" }, new { code = "free" } },
            rows = new object[]
            {
                new { @class = "food", name = "GST", rate = 5 },
                new { @class = "food", name = "QST", rate = 9.975m },
                new { @class = "free", name = "none", treatment = "exempt" },
            },
        })).Status.ShouldBe(200);
        var (bagel, espresso) = ((await shop.Item("Smoked salmon bagel")).Id, (await shop.Item("Espresso")).Id);
        (await manager.Ask($"PUT /api/menu/items/{espresso}", new { tax_class = "free" })).Status.ShouldBe(200);
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new object[] { new { menu_item_id = bagel, quantity = 3 }, new { menu_item_id = espresso } },
            payments = new[] { new { method = "card" } },
        });
        order.Status.ShouldBe(201, order.ToString());
        Taxes(order.Body).ShouldBe([("GST", 5m, 29.40m, 1.47m), ("QST", 9.975m, 29.40m, 2.93m)]);
        var line = order.Items.First().GetProperty("id").GetInt64();
        var part = await manager.Ask(
            $"POST /api/orders/{order.Id}/refund",
            new { reason = "cold", items = new[] { new { order_item_id = line, quantity = 1 } } });
        Taxes(part.Body).ShouldBe([("GST", 5m, 9.80m, 0.49m), ("QST", 9.975m, 9.80m, 0.98m)]);

        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        Day(day).ShouldBe(
        [
            ("GST", 29.40m, 1.47m, 9.80m, 0.49m, 19.60m, 0.98m),
            ("QST", 29.40m, 2.93m, 9.80m, 0.98m, 19.60m, 1.95m),
            ("none", 2.30m, 0m, 0m, 0m, 2.30m, 0m),
        ]);
        Of(day.GetProperty("refunded"), "tax").ShouldBe(1.47m);
        Of(day, "tax").ShouldBe(4.40m);
        var drawer = (await manager.Ask("GET /api/drawers")).Items
            .Single(d => d.GetProperty("taxes").ValueKind == JsonValueKind.Array && d.GetProperty("taxes").GetArrayLength() > 0);
        drawer.GetProperty("taxes").EnumerateArray()
            .Select(t => (t.GetProperty("name").GetString(), Of(t, "net"), Of(t, "tax"), Of(t, "refunded_net"), Of(t, "refunded_tax")))
            .ShouldBe([("GST", 29.40m, 1.47m, 9.80m, 0.49m), ("QST", 29.40m, 2.93m, 9.80m, 0.98m)]);

        var rest = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "closed" });
        rest.Status.ShouldBe(201, rest.ToString());
        var after = Day((await manager.Ask("GET /api/reports/sales/daily")).Body);
        after.ShouldAllBe(t => t.Item6 == 0 && t.Item7 == 0);
        after.Sum(t => t.Item5).ShouldBe(4.40m);

        static List<(string?, decimal, decimal, decimal, decimal, decimal, decimal)> Day(JsonElement report) =>
            [.. report.GetProperty("taxes").EnumerateArray().Select(t => (
                t.GetProperty("name").GetString(),
                Of(t, "net"),
                Of(t, "tax"),
                Of(t, "refunded_net"),
                Of(t, "refunded_tax"),
                Of(t, "declared_net"),
                Of(t, "declared_tax")))];
    }

    /// <summary>A certificate takes the tax off its classes, on its days; what was sold by it stays sold by it.</summary>
    [Fact]
    public async Task An_exemption_is_a_certificate_with_a_scope()
    {
        var shop = await app.NewShop(("prices_include_tax", "false"));
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        (await admin.Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var (bagel, espresso) = ((await shop.Item("Smoked salmon bagel")).Id, (await shop.Item("Espresso")).Id);
        (await manager.Ask($"PUT /api/menu/items/{espresso}", new { tax_class = "drink" })).Status.ShouldBe(200);
        var customer = (await manager.Ask("POST /api/customers", new { name = "Corner Shop Ltd" })).Id;
        var path = $"/api/customers/{customer}/tax-exemptions";
        (await manager.Ask("POST " + path, new { kind = "", classes = new[] { "drink", "cake" }, from = "2026-02-01", to = "2026-01-01" }))
            .Fields.ShouldBe(["number", "kind", "classes[1]", "to"], ignoreOrder: true);
        (await manager.Ask("POST " + path, new { number = "1", kind = "ST-120", classes = new[] { "food" }, to = "2020-12-31" })).Status
            .ShouldBe(201);
        var added = await manager.Ask("POST " + path, new { number = "47-11", kind = "ST-120", classes = new[] { "drink" } });
        var basket = new
        {
            type = "takeaway",
            customer_id = customer,
            items = new[] { new { menu_item_id = bagel }, new { menu_item_id = espresso } },
        };
        var order = await manager.Ask("POST /api/orders", basket);
        Taxes(order.Body).ShouldBe([("VAT", 7m, 9.80m, 0.69m)]);
        var receipt = await (await manager.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.ShouldContain("Without tax: ST-120 47-11");

        (await manager.Ask("GET " + path)).Items.Count().ShouldBe(2);
        (await manager.Ask($"DELETE {path}/{added.Id}")).Status.ShouldBe(204);
        (await manager.Ask($"DELETE {path}/{added.Id}")).Status.ShouldBe(404);
        var lines = order.Items.Select(l => new { id = l.GetProperty("id").GetInt64(), quantity = 2 }).ToArray();
        var edited = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = lines },
            ("If-Match", $"\"v{order.Text("version")}\""));
        Taxes(edited.Body).ShouldBe([("VAT", 7m, 19.60m, 1.37m)]);
        Taxes((await manager.Ask("POST /api/orders", basket)).Body).Select(t => t.Rate).ShouldBe([7m, 19m]);
    }

    /// <summary>What is ordered for a day after the change bears what holds then.</summary>
    [Fact]
    public async Task An_order_for_later_bears_the_taxes_of_its_day()
    {
        var shop = await app.NewShop();
        var (admin, manager) = (await shop.As("admin"), await shop.As("manager"));
        var soon = DateTimeOffset.UtcNow.AddDays(10);
        var put = await admin.Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food" } },
            rows = new object[]
            {
                new { @class = "food", name = "VAT", rate = 12, to = soon.AddDays(-5).ToString("yyyy-MM-dd") },
                new { @class = "food", name = "VAT", rate = 6, from = soon.AddDays(-4).ToString("yyyy-MM-dd") },
            },
        });
        put.Status.ShouldBe(200, put.ToString());
        var latte = (await shop.Item("Espresso")).Id;
        var now = new { items = new[] { new { menu_item_id = latte } } };
        Taxes((await manager.Ask("POST /api/orders", now)).Body).Single().Rate.ShouldBe(12);
        var later = new { items = new[] { new { menu_item_id = latte } }, type = "takeaway", scheduled_for = soon };
        Taxes((await manager.Ask("POST /api/orders/preview", later)).Body).Single().Rate.ShouldBe(6);
        Taxes((await manager.Ask("POST /api/orders", later)).Body).Single().Rate.ShouldBe(6);
    }

    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private static List<(string Name, decimal Rate, decimal Net, decimal Tax)> Taxes(JsonElement order) =>
        [.. order.GetProperty("taxes").EnumerateArray().Select(t => (
            t.GetProperty("name").GetString()!,
            Of(t, "rate"),
            Of(t, "net"),
            Of(t, "tax")))];
}
