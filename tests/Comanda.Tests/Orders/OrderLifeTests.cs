using System.Net;

namespace Comanda.Tests.Orders;

public sealed class OrderLifeTests(CafeApp app)
{
    [Fact]
    public async Task An_order_goes_its_way_and_every_step_is_an_event()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var order = await barista.PlaceOrder(new("takeaway", [new((await shop.Item("Cortado")).Id)]));
        foreach (var (spelling, status) in new[] { ("in-progress", "preparing"), ("ready", "ready"), ("completed", "completed") })
            (await barista.MoveOrder(order.Id, spelling)).Status.ShouldBe(status);
        (await barista.GetEvents(0)).Items
            .Select(e => e.Event)
            .ShouldBe(["user_activity", "order_created", "order_updated", "order_updated", "order_completed"]);
    }

    [Fact]
    public async Task The_same_status_again_is_fine_and_no_event()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var order = await barista.PlaceOrder(new("takeaway", [new((await shop.Item("Cortado")).Id)]));
        (await barista.MoveOrder(order.Id, "placed")).Version.ShouldBe(1);
        (await barista.GetEvents(0)).Items.Count(e => e.Event != "user_activity").ShouldBe(1);
    }

    [Theory]
    [InlineData("takeaway", new[] { "ready" }, "pending", "preparing, completed, cancelled")]
    [InlineData("takeaway", new[] { "preparing", "out_for_delivery" }, "preparing", "ready, completed, cancelled")]
    [InlineData("takeaway", new[] { "completed", "cancelled" }, "completed", "this is its end")]
    [InlineData("takeaway", new[] { "preparing", "ready", "out_for_delivery" }, "ready", "completed, cancelled")]
    [InlineData("delivery", new[] { "preparing", "ready", "out_for_delivery", "completed" }, "out_for_delivery", "delivered, cancelled")]
    public async Task A_move_that_is_not_in_the_table_is_refused_naming_those_that_are(
        string type,
        string[] steps,
        string stuckAt,
        string allowed)
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var order = await admin.PlaceOrder(new(type, [new((await shop.Item("Cortado")).Id)]));
        foreach (var step in steps[..^1])
            await admin.MoveOrder(order.Id, step);
        var refusal = await Should.ThrowAsync<ComandaException>(() => admin.MoveOrder(order.Id, steps[^1]));
        refusal.Status.ShouldBe(409);
        refusal.Code.ShouldBe("invalid_transition");
        refusal.Message.ShouldContain(allowed);
        (await admin.GetOrder(order.Id)).Status.ShouldBe(stuckAt);
    }

    [Fact]
    public async Task Cancelling_a_paid_order_gives_the_money_back_by_the_tenders_it_came_by()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Mocha")).Id)],
            Payments: [new("card", 3m), new("cash", Tendered: 5m)]));
        order.PaymentStatus.ShouldBe("paid");

        var cashier = await shop.As("cashier");
        (await Should.ThrowAsync<ComandaException>(() => cashier.CancelOrder(order.Id))).Code.ShouldBe("forbidden");

        var cancelled = await manager.CancelOrder(order.Id, "wrong table");
        cancelled.Status.ShouldBe("cancelled");
        cancelled.PaymentStatus.ShouldBe("refunded");
        cancelled.Refunds.Select(r => (r.Method, r.Amount)).ShouldBe([("card", 3.00m), ("cash", 1.50m)]);
        (await manager.CancelOrder(order.Id)).Version.ShouldBe(cancelled.Version); // a second time changes nothing
        var day = await manager.GetDailySales();
        (day.TotalSales, day.OrderCount, day.PaymentMethods["card"], day.PaymentMethods["cash"], day.Unpaid).ShouldBe((0m, 0, 0m, 0m, 0m));
        (await manager.VerifyJournal()).ShouldBe(new JournalState(true, 2, null));
    }

    [Fact]
    public async Task Two_cancels_at_once_give_the_money_back_once()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Mocha")).Id)], Payments: [new("card")]));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => manager.CancelOrder(order.Id)));
        (await manager.GetOrder(order.Id)).Refunds.Count.ShouldBe(1);
        (await manager.GetEvents(0)).Items.Count(e => e.Event == "order_cancelled").ShouldBe(1);
    }

    [Fact]
    public async Task Payments_at_once_never_exceed_what_is_due()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Mocha")).Id)]));
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var response = await cashier.Send(
                HttpMethod.Post,
                "/api/payments",
                new { order_id = order.Id, method = "card", amount = 1.50m });
            return response.StatusCode;
        }));
        results.Count(s => s == HttpStatusCode.Created).ShouldBe(3); // 4.50 in pieces of 1.50
        results.Count(s => s == HttpStatusCode.Conflict).ShouldBe(7);
        (await cashier.GetOrder(order.Id)).BalanceDue.ShouldBe(0m);
    }

    [Fact]
    public async Task Cash_gives_change_and_says_what_is_still_due()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Mocha")).Id)]));
        var first = await cashier.Pay(order.Id, new("digital_wallet", 2m));
        (first.Method, first.Order.PaymentStatus, first.Order.BalanceDue).ShouldBe(("mobile", "partially_paid", 2.50m));
        var second = await cashier.Pay(order.Id, new("cash", Tendered: 20m));
        (second.Amount, second.Change, second.Order.PaymentStatus).ShouldBe((2.50m, 17.50m, "paid"));
        (await Should.ThrowAsync<ComandaException>(() => cashier.Pay(order.Id, new("cash", 0.01m)))).Code.ShouldBe("overpayment");
    }

    [Fact]
    public async Task A_stale_if_match_is_told()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var order = await admin.PlaceOrder(new("takeaway", [new((await shop.Item("Cortado")).Id)]));
        await admin.MoveOrder(order.Id, "preparing");
        using var stale = await admin.Send(
            HttpMethod.Put,
            $"/api/orders/{order.Id}/status",
            new { status = "ready" },
            new Dictionary<string, string> { ["If-Match"] = "\"v1\"" });
        stale.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Orders_are_found_by_what_one_knows_of_them()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var espresso = (await shop.Item("Espresso")).Id;
        var one = await admin.PlaceOrder(new("takeaway", [new(espresso)], CustomerName: "Anna 100%"));
        var two = await admin.PlaceOrder(new("delivery", [new(espresso)], Payments: [new("card")]));
        var three = await admin.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("card", 1m)]));
        await admin.MoveOrder(two.Id, "preparing");
        async Task<long[]> Find(string query) => [.. (await admin.GetOrders(query)).Items.Select(o => o.Id)];

        (await Find("")).ShouldBe([three.Id, two.Id, one.Id]);
        (await Find("status=preparing")).ShouldBe([two.Id]);
        (await Find("type=delivery")).ShouldBe([two.Id]);
        (await Find("payment_status=paid")).ShouldBe([two.Id]);
        (await Find("payment_status=partially_paid")).ShouldBe([three.Id]);
        (await Find("payment_status=unpaid")).ShouldBe([one.Id]);
        (await Find("q=100%25")).ShouldBe([one.Id]);
        (await Find("q=C-2")).ShouldBe([two.Id]);
        (await Find($"date={one.BusinessDay:yyyy-MM-dd}")).Length.ShouldBe(3);
        (await Find("to=2001-01-01")).ShouldBeEmpty();
        var page = await admin.GetOrders("limit=2");
        page.Items.Count.ShouldBe(2);
        (await Find($"limit=2&cursor={page.NextCursor}")).ShouldBe([one.Id]);
        (await Should.ThrowAsync<ComandaException>(() => admin.GetOrders("status=lost"))).Problem!.Errors!.ShouldContainKey("status");
    }

    [Fact]
    public async Task Preview_explains_every_cent_and_places_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var latte = await shop.Item("Caffè latte");
        var order = new OrderRequest(
            "takeaway",
            [
                new(latte.Id, 2, ["large", "oat-milk"], new("fixed", 1m, "spilled")),
                new((await shop.Item("Espresso")).Id)
            ],
            Discount: new("percentage", 10m, "neighbour"), Tip: 1m);
        var preview = await manager.PreviewOrder(order);
        preview.Explanation.Sum(r => r.Amount ?? 0).ShouldBe(preview.TotalAmount);
        preview.TotalAmount.ShouldBe(((10.40m - 1m + 2.30m) * 0.9m) + 1m);
        preview.Explanation.ShouldContain(r => r.Text.Contains("neighbour"));
        (await manager.GetOrders()).Items.ShouldBeEmpty();
        (await manager.PlaceOrder(order)).TotalAmount.ShouldBe(preview.TotalAmount);
        (await Should.ThrowAsync<ComandaException>(async () => await (await shop.As("cashier")).PlaceOrder(order))).Code
            .ShouldBe("forbidden");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(41)]
    [InlineData(100)]
    public async Task A_receipt_holds_names_of_any_length(int length)
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var name = new string('ñ', length);
        var order = await cashier.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Espresso")).Id, SpecialInstructions: name + name)],
            CustomerName: name,
            Table: new string('T', 40)));
        using var text = await cashier.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text");
        text.StatusCode.ShouldBe(HttpStatusCode.OK);
        var receipt = await text.Content.ReadAsStringAsync();
        receipt.Split('\n').ShouldAllBe(l => l.Length <= 42);
        receipt.Count(c => c == 'ñ').ShouldBe(3 * length);
    }

    [Fact]
    public async Task A_receipt_says_what_it_must_in_html_and_text()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Flat white")).Id, 2, ["oat-milk"], SpecialInstructions: "<b>hot</b>")],
            Payments: [new("cash", Tendered: 10m)],
            CustomerName: "<script>alert(1)</script>"));

        using var html = await cashier.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt");
        html.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var page = await html.Content.ReadAsStringAsync();
        page.ShouldNotContain("<script>");
        page.ShouldContain("&lt;script&gt;");

        using var text = await cashier.Send(HttpMethod.Get, $"/api/orders/{order.Id}/receipt?format=text");
        var receipt = await text.Content.ReadAsStringAsync();
        foreach (var part in new[]
        {
            "Café Comanda",
            "1 Roastery Lane",
            "Tax no. DEMO",
            order.OrderNumber,
            "2 x Flat white",
            "+ Oat milk",
            "TOTAL EUR",
            "9.00",
            "Paid by cash",
            "given",
            "10.00",
            "change",
            "1.00",
            "Tax 10 % of 8.18",
            "0.82",
            "Journal entry"
        })
            receipt.ShouldContain(part);
        receipt.Split('\n').ShouldAllBe(l => l.Length <= 42);
        using var byAccept = await cashier.Send(
            HttpMethod.Get,
            $"/api/orders/{order.Id}/receipt",
            headers: new Dictionary<string, string> { ["Accept"] = "text/plain" });
        (await byAccept.Content.ReadAsStringAsync()).ShouldBe(receipt.Replace("REPRINT 1", "REPRINT 2"));
    }
}
