namespace Comanda.Tests.Identity;

public sealed class ApprovalTests(CafeApp app)
{
    private static object Discounted(long item, string? pin) => new
    {
        items = new[] { new { menu_item_id = item, discount = new { type = "percentage", value = 50, reason = "late" } } },
        approval = pin is null ? null : new { pin },
    };

    [Fact]
    public async Task A_cashier_gives_a_discount_with_a_managers_pin_and_only_with_it()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var refused = await cashier.Ask("POST /api/orders", Discounted(espresso, null));
        (refused.Status, refused.Code).ShouldBe((403, "forbidden"));
        refused.Text("detail")!.ShouldContain("approval.pin");
        (await cashier.Ask("POST /api/orders", Discounted(espresso, "9999"))).Code.ShouldBe("forbidden"); // nobody's
        (await cashier.Ask("POST /api/orders", Discounted(espresso, "6789"))).Code.ShouldBe("forbidden"); // the barista's
        (await cashier.Ask("POST /api/orders", Discounted(espresso, "x"))).Fields.ShouldBe(["approval.pin"]);
        var order = await cashier.Ask("POST /api/orders", Discounted(espresso, "2345"));
        (order.Status, order.Body.GetProperty("total_amount").GetDecimal()).ShouldBe((201, 1.15m));
        // It was for that one.
        (await cashier.Ask("POST /api/orders", Discounted(espresso, null))).Status.ShouldBe(403);

        var entry = (await (await shop.As("admin")).Ask("GET /api/audit?action=approval")).Items.Single();
        (
            entry.GetProperty("actor").GetProperty("name").GetString(),
            entry.GetProperty("after").GetProperty("approved_by").GetString()).ShouldBe(("Carlo Cashier", "Marta Manager"));
        entry.ToString().ShouldNotContain("2345");
    }

    [Fact]
    public async Task A_cashier_cancels_a_paid_order_with_a_managers_pin()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Cortado")).Id)],
            Payments: [new("cash", Tendered: 10)]));
        (await cashier.Ask($"DELETE /api/orders/{order.Id}")).Code.ShouldBe("forbidden");
        var cancelled = await cashier.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "spilt", approval = new { pin = "2345" } });
        (cancelled.Status, cancelled.Text("status"), cancelled.Text("payment_status")).ShouldBe((200, "cancelled", "refunded"));

        var admin = await shop.As("admin");
        var voided = (await admin.Ask("GET /api/audit?action=order_voided")).Items.Single();
        voided.GetProperty("before").GetProperty("paid").GetDecimal().ShouldBe(3.30m);
        (
            voided.GetProperty("after").GetProperty("reason").GetString(),
            voided.GetProperty("after").GetProperty("approved_by").GetString()).ShouldBe(("spilt", "Marta Manager"));
        var refund = (await admin.Ask("GET /api/audit?action=refund")).Items.Single().GetProperty("after");
        (refund.GetProperty("amount").GetDecimal(), refund.GetProperty("method").GetString()).ShouldBe((3.30m, "cash"));

        // By the status too.
        var second = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Cortado")).Id)], Payments: [new("card")]));
        (await cashier.Ask($"PUT /api/orders/{second.Id}/status", new { status = "cancelled" })).Code.ShouldBe("forbidden");
        (await cashier.Ask($"PUT /api/orders/{second.Id}/status", new { status = "canceled", approval = new { pin = "2345" } }))
            .Text("status")
            .ShouldBe("cancelled");
    }

    [Fact]
    public async Task Guessing_a_managers_pin_at_the_till_is_bounded()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        for (var i = 0; i < 5; i++)
            (await cashier.Ask("POST /api/orders", Discounted(espresso, $"000{i}"))).Code.ShouldBe("forbidden");
        (await cashier.Ask("POST /api/orders", Discounted(espresso, "2345"))).Code.ShouldBe("account_locked");
        (await (await shop.As("admin")).Ask("GET /api/audit?action=approval_failed")).Items.Count().ShouldBe(5);
    }

    [Fact]
    public async Task A_repeated_request_with_an_approval_is_still_the_same_request()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var first = await cashier.Ask("POST /api/orders", Discounted(espresso, "2345"), ("Idempotency-Key", "approved"));
        // the admin's this time
        var again = await cashier.Ask("POST /api/orders", Discounted(espresso, "1234"), ("Idempotency-Key", "approved"));
        (again.Status, again.Id).ShouldBe((201, first.Id));
        again.Response.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
    }

    [Fact]
    public async Task A_line_added_later_takes_a_discount_with_approval_too()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var order = await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        object Edit(string? pin) => new
        {
            items = new object[]
            {
                new { id = order.Items[0].Id },
                new { menu_item_id = espresso, discount = new { type = "fixed", value = 1, reason = "late" } }
            },
            version = 1,
            approval = pin is null ? null : new { pin },
        };
        (await cashier.Ask($"PUT /api/orders/{order.Id}", Edit(null))).Code.ShouldBe("forbidden");
        (await cashier.Ask($"PUT /api/orders/{order.Id}", Edit("2345"))).Body.GetProperty("total_amount").GetDecimal().ShouldBe(3.60m);
    }
}
