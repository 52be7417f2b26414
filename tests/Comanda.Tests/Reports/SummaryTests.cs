using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>Every figure of a period in one answer: of one shop, of several, as JSON, CSV and a workbook.</summary>
public sealed class SummaryTests(CafeApp app)
{
    [Fact]
    public async Task A_day_tells_voids_drawer_differences_costs_waste_guests_and_what_is_owed()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "1"), ("loyalty_point_value", "0.05"));
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id; // 2.30
        var beans = await manager.Ingredient("Beans", "g", 1000, cost: 0.02m);
        await manager.Works($"PUT /api/menu/items/{item}/recipe", new object[] { new { inventory_id = beans, quantity = 18 } });
        await manager.Works($"POST /api/inventory/{beans}/adjust", new { adjustment = -50, reason = "waste" });
        var ana = (await manager.Works("POST /api/customers", new { name = "Ana" })).Id;
        var old = (await manager.Works("POST /api/customers", new { name = "Rui" })).Id;
        await app.Database.Scalar("update customers set created_at = now() - interval '40 days' where id = $1 returning 1", default, old);
        var drawer = await manager.Works("POST /api/drawers/open", new { @float = 50 });
        object Order(long? guest, string method, object? discount = null) => new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = item, quantity = 10, discount } },
            customer_id = guest,
            payments = new[] { new { method } },
        };
        await manager.Works("POST /api/orders", Order(ana, "card"));
        await manager.Works("POST /api/orders", Order(old, "card"));
        await manager.Works("POST /api/orders", Order(old, "cash", new { type = "fixed", value = 3, reason = "regular" }));
        var gone = await manager.Works("POST /api/orders", Order(null, "card"));
        await manager.Works($"POST /api/orders/{gone.Id}/cancel", new { reason = "wrong table" });
        var card = await manager.Works("POST /api/gift-cards", new { amount = 40, method = "card" });
        await manager.Works("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = item, quantity = 1 } },
            payments = new[] { new { method = "gift_card", reference = card.Text("code") } },
        });
        await manager.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = 68.5 }); // 70 had to be in it

        var summary = (await manager.Works("GET /api/reports/summary")).Body;
        var total = summary.GetProperty("total");
        (total.Decimal("orders"), total.Decimal("sales"), total.Decimal("discounts"), total.Decimal("gift_cards_sold")).ShouldBe(
            (4, 68.30m, 3m, 40m));
        (total.Decimal("voids"), total.Decimal("voided"), total.Decimal("drawer_difference")).ShouldBe((1, 23m, -1.5m));
        (total.Decimal("cost_of_goods"), total.Decimal("waste")).ShouldBe((31 * 18 * 0.02m, 1m));
        (total.Decimal("new_guests"), total.Decimal("returning_guests")).ShouldBe((1, 1));
        summary.GetProperty("discount_reasons").EnumerateArray().Single().GetRawText()
            .ShouldBe("""{"reason":"regular","count":1,"amount":3.00}""");
        summary.GetProperty("void_reasons").EnumerateArray().Single().GetRawText()
            .ShouldBe("""{"reason":"wrong table","count":1,"amount":23.00}""");
        var counted = summary.GetProperty("drawers").EnumerateArray().Single();
        (counted.GetProperty("drawer_id").GetInt64(), counted.Decimal("expected"), counted.Decimal("difference"))
            .ShouldBe((drawer.Id, 70m, -1.5m));
        var owed = summary.GetProperty("owed");
        var points = (decimal)(long)(await app.Database.Scalar(
            "select sum(loyalty_points)::bigint from customers where shop_id = $1", default, shop.Id))!;
        points.ShouldBeGreaterThan(30);
        (owed.Decimal("gift_cards"), owed.Decimal("points"), owed.Decimal("points_value")).ShouldBe((37.70m, points, points * 0.05m));
        var yesterday = (await manager.GetDailySales()).Date.AddDays(-1);
        var before = (await manager.Works($"GET /api/reports/summary?to={yesterday:yyyy-MM-dd}")).Body.GetProperty("owed");
        (before.Decimal("gift_cards"), before.Decimal("points")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Several_shops_are_told_together_to_those_who_may_see_them_and_to_nobody_else()
    {
        var (first, second, third) = (await app.NewShop(), await app.NewShop(), await app.NewShop(("currency", "JPY")));
        var owner = await first.As("owner");
        foreach (var (shop, count) in new[] { (first, 2), (second, 3) })
        {
            var item = (await shop.Item("Espresso")).Id;
            await (await shop.As("manager")).PlaceOrder(new("takeaway", [new(item, count)], Payments: [new("card")]));
        }

        async Task Join(TestShop shop, string role) => await app.Database.Scalar(
            """
            insert into shop_members (shop_id, user_id, role)
            select $1, id, $3 from users where username = $2
            on conflict (user_id, shop_id) do update set role = excluded.role returning 1
            """,
            default, shop.Id, first.Username("owner"), role);

        var ids = $"{first.Id},{second.Id}";
        var hidden = await owner.Ask($"GET /api/reports/summary?shops={ids}");
        (hidden.Status, hidden.Code).ShouldBe((404, "not_found"));
        await Join(second, "cashier"); // who reads no reports there
        (await owner.Ask($"GET /api/reports/summary?shops={ids}")).Status.ShouldBe(404);
        (await owner.Works("GET /api/reports/summary?shops=all")).Body.GetProperty("shops").GetArrayLength().ShouldBe(1);
        await Join(second, "manager");
        foreach (var asked in new[] { ids, "all" })
        {
            var both = (await owner.Works($"GET /api/reports/summary?shops={asked}")).Body;
            both.GetProperty("total").Decimal("sales").ShouldBe(11.50m);
            both.GetProperty("shops").EnumerateArray()
                .Select(s => (s.GetProperty("shop_id").GetInt64(), s.GetProperty("figures").Decimal("sales")))
                .ShouldBe([(first.Id, 4.60m), (second.Id, 6.90m)]);
            both.GetProperty("days").EnumerateArray().Sum(d => d.GetProperty("figures").Decimal("sales")).ShouldBe(11.50m);
        }

        await Join(third, "owner");
        (await owner.Ask($"GET /api/reports/summary?shops={first.Id},{third.Id}")).Fields.ShouldBe(["shops"]);
        foreach (var wrong in new[] { "", "1;2", "x", string.Join(',', Enumerable.Range(1, 201)) })
            (await owner.Ask($"GET /api/reports/summary?shops={wrong}")).Status.ShouldBeOneOf([400, 404], wrong);
        (await (await first.As("cashier")).Ask($"GET /api/reports/summary?shops={first.Id}")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_period_is_a_table_too_and_no_cell_of_it_is_run()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var name in new[] { "=cmd()", "$=1+1", "Caf\u00e9, \"Sol\"" })
        {
            await owner.Works($"PUT /api/shops/{shop.Id}", new { name });
            var manager = await shop.As("manager");
            await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("card")]));
            var day = (await manager.GetDailySales()).Date;
            var period = $"from={day.AddDays(-2):yyyy-MM-dd}&to={day:yyyy-MM-dd}";
            using var csv = await manager.Send(HttpMethod.Get, $"/api/reports/summary?{period}&format=csv");
            csv.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
            var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            lines.Length.ShouldBe(4);
            lines[0].ShouldStartWith("shop_id,shop,date,orders,sales,net_sales,tax");
            lines[^1].ShouldStartWith($"{shop.Id},{CsvText.Cell(name)},{day:yyyy-MM-dd},");
            using var accepted = await manager.Send(
                HttpMethod.Get, $"/api/reports/summary?{period}", null, new Dictionary<string, string> { ["Accept"] = "text/csv" });
            (await accepted.Content.ReadAsStringAsync()).ShouldBe(string.Join("\r\n", lines) + "\r\n");

            using var workbook = await manager.Send(HttpMethod.Get, $"/api/reports/summary?{period}&format=xlsx");
            workbook.Content.Headers.ContentDisposition!.FileName.ShouldBe("summary.xlsx");
            await using var zip = new ZipArchive(await workbook.Content.ReadAsStreamAsync());
            var sheet = zip.Entries.Single(e => e.FullName.EndsWith("sheet1.xml", StringComparison.Ordinal));
            using var reader = new StreamReader(sheet.Open(), Encoding.UTF8);
            var xml = await reader.ReadToEndAsync();
            Regex.Count(xml, "<x?:?row").ShouldBe(4);
            Regex.IsMatch(xml, "<(x:)?f>").ShouldBeFalse("a formula: " + name);
        }

        (await owner.Ask("GET /api/reports/summary?format=pdf")).Fields.ShouldBe(["format"]);
    }
}
