using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>"Why is this figure": from any figure of the reports to what it is made of.</summary>
public sealed class WhyTests(CafeApp app)
{
    [Fact]
    public async Task A_figure_leads_page_by_page_to_the_orders_refunds_and_payments_that_make_it()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id; // 2.30
        var orders = new List<OrderView>();
        for (var n = 1; n <= 5; n++)
            orders.Add(await manager.PlaceOrder(new("takeaway", [new(item, n)], Payments: [new(n % 2 == 0 ? "card" : "cash")])));
        await manager.Works($"POST /api/orders/{orders[4].Id}/refund", new { amount = 1, reason = "cold" });
        var unpaid = await manager.PlaceOrder(new("takeaway", [new(item)]));

        var (sales, shares) = await WhyFigures.Read(manager, "total_sales", 2);
        sales.ShouldBe(36.80m); // 16 espressos
        shares.Select(s => (s.GetProperty("order_id").GetInt64(), s.GetProperty("kind").ToString(), s.Decimal("share"))).ShouldBe(
            orders.Append(unpaid).Select(o => (o.Id, "sale", o.TotalAmount)));
        shares[0].GetProperty("order_number").ToString().ShouldBe(orders[0].OrderNumber);
        (await WhyFigures.Read(manager, "refunds", 50)).Shares.Single().GetProperty("kind").ToString().ShouldBe("money_back");
        (await WhyFigures.Read(manager, "refunded.amount", 50)).Shares.Single().Decimal("share").ShouldBe(1);
        var owed = (await WhyFigures.Read(manager, "unpaid", 50)).Shares.Single();
        (owed.GetProperty("kind").ToString(), owed.GetProperty("subject_id").ToString(), owed.Decimal("share")).ShouldBe(
            ("order", $"{unpaid.Id}", 2.30m));
        (await WhyFigures.Read(manager, "payment_methods&method=card", 1)).Shares
            .Select(s => (s.GetProperty("kind").ToString(), s.Decimal("share"))).ShouldBe([("payment", 4.60m), ("payment", 9.20m)]);
    }

    [Fact]
    public async Task What_is_no_figure_or_is_asked_of_two_things_is_refused_by_name()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        foreach (var (query, field) in new[]
        {
            ("figure=", "figure"), ("figure=average_order", "figure"), ("figure=revenue", "figure"), ("figure=sales&hour=24", "hour"),
            ("figure=sales&hour=3&category=Coffee", "category"), ("figure=tax&rate=7", "tax"), ("figure=sales&person=ana", "person"),
            ("figure=sales&cursor=x", "cursor"), ("figure=sales&limit=0", "limit"),
            ("figure=sales&date=2026-01-01&from=2026-01-01", "date"),
            ("figure=sales&from=2026-02-02&to=2026-01-01", "from"), ("figure=sales&format=pdf", "format"),
        })
        {
            var answer = await manager.Ask("GET /api/reports/why?" + query);
            answer.Status.ShouldBe(400, query);
            answer.Fields.ShouldBe([field], query);
        }

        (await (await shop.As("barista")).Ask("GET /api/reports/why?figure=sales")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Gift_cards_promotions_and_cancellations_have_their_shares_and_another_shop_has_none()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var item = (await shop.Item("Espresso")).Id;
        var promotion = await admin.Works("POST /api/admin/promotions", new
        {
            title = "Rainy day",
            discount_type = "percentage",
            discount_value = 50,
        });
        var first = await admin.PlaceOrder(new("takeaway", [new(item, 2)], Payments: [new("card")]));
        var second = await admin.PlaceOrder(new("takeaway", [new(item, 4)], Payments: [new("card")]));
        await admin.Works("POST /api/gift-cards", new { amount = 40, method = "card" });
        var cost = (await admin.Works("GET /api/reports/summary")).Body.GetProperty("promotions").EnumerateArray().Single();
        (cost.GetProperty("title").ToString(), cost.Decimal("uses"), cost.Decimal("discount")).ShouldBe(("Rainy day", 2, 6.90m));
        await admin.Works($"POST /api/orders/{second.Id}/cancel", new { reason = "wrong table" });
        var day = first.BusinessDay;
        (await WhyFigures.Agree(admin, day, day)).ShouldBeGreaterThan(10);
        var gave = await WhyFigures.Read(admin, $"discount&promotion={promotion.Id}", 10);
        (gave.Value, gave.Shares.Single().GetProperty("order_id").GetInt64()).ShouldBe((2.30m, first.Id));
        (await WhyFigures.Read(admin, "gift_cards_sold", 10)).Shares.Single().GetProperty("kind").ToString().ShouldBe("gift_card");
        (await WhyFigures.Read(admin, "voids", 10)).Shares.Single().GetProperty("order_id").GetInt64().ShouldBe(second.Id);
        var other = await (await app.NewShop()).As("manager");
        (await WhyFigures.Read(other, $"discount&promotion={promotion.Id}", 10)).Shares.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_of_a_figure_comes_as_csv_and_as_a_workbook()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        for (var n = 0; n < 3; n++)
            await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]));
        using var csv = await manager.Send(HttpMethod.Get, "/api/reports/why?figure=sales&format=csv&limit=1");
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(4);
        lines[0].ShouldStartWith("date,kind,id,order_id");
        lines.Skip(1).ShouldAllBe(l => l.EndsWith(",2.30"));
        using var sheet = await manager.Send(HttpMethod.Get, "/api/reports/why?figure=sales&format=xlsx");
        (await sheet.Content.ReadAsByteArrayAsync())[..2].ShouldBe("PK"u8.ToArray());
    }

    [Theory]
    [InlineData("sales?group_by=hour", "hour,orders,lines,units,sales", "total,3,3,3,6.90")]
    [InlineData("products/top?", "menu_item_id,name,category,sku,quantity,revenue", ",3,6.90,")]
    [InlineData("costs?group_by=item", "key,name,category,sku", "total,Total,")]
    [InlineData("performance?", "user_id,name,orders,sales", ",Total,3,6.90,2.30,")]
    [InlineData("inventory?", "inventory_id,name,unit,opening", ",Milk,l,")]
    public async Task Whatever_report_has_rows_comes_as_csv_and_as_a_workbook(string path, string columns, string row)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.Ingredient("Milk", "l", 4);
        var item = (await shop.Item("Espresso")).Id;
        for (var n = 0; n < 3; n++)
            await manager.PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]));
        using var csv = await manager.Send(HttpMethod.Get, $"/api/reports/{path}&format=csv");
        csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var text = await csv.Content.ReadAsStringAsync();
        text.ShouldStartWith(columns);
        text.ShouldContain(row);
        using var sheet = await manager.Send(HttpMethod.Get, $"/api/reports/{path}&format=xlsx");
        (await sheet.Content.ReadAsByteArrayAsync())[..2].ShouldBe("PK"u8.ToArray());
        (await manager.Ask($"GET /api/reports/{path}&format=pdf")).Fields.ShouldBe(["format"]);
    }
}
