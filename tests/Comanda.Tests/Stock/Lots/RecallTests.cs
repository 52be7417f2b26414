using System.Text.Json;

namespace Comanda.Tests.Stock;

/// <summary>What an authority asks: from the flour to the guests, and from a receipt to the flour.</summary>
public sealed class RecallTests(CafeApp app)
{
    private static HashSet<string> Lots(Answer recall) => [.. recall.Body.GetProperty("lots").EnumerateArray()
        .Select(l => l.GetProperty("lot").GetProperty("lot").GetString() ?? "-")];

    private static List<long> Receipts(Answer recall) =>
        [.. recall.Body.GetProperty("receipts").EnumerateArray().Select(r => r.GetProperty("order_id").GetInt64())];

    private static async Task<long> Guest(Bakery bakery, string name, string? email, string? phone = null) =>
        (await bakery.Manager.Works("POST /api/customers", new { name, email, phone })).Id;

    [Fact]
    public async Task A_flour_lot_leads_through_dough_and_bake_to_receipts_and_guests_and_back()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("F1", 6, 20);
        await bakery.Deliver("F2", 25, 90);
        var (anna, ben) = (await Guest(bakery, "Anna", "anna@example.com"), await Guest(bakery, "Ben", "ben@example.com"));
        var bad = await bakery.Make(bakery.Dough, 10); // all of F1
        var good = await bakery.Make(bakery.Dough, 10, "D-good", 9);
        bad.ShouldNotBe(good);
        await bakery.Make(bakery.Baked, 50, "B1", 1); // of the good dough: it says when it is over
        await bakery.Make(bakery.Baked, 120, "B2", 2); // the rest of that, and of the bad one
        var clean = await bakery.Sell(50, ben);
        var concerned = await bakery.Sell(4, anna);
        var unknown = await bakery.Sell(1);

        var recall = await bakery.Manager.Works("GET /api/recall?lot=f1");
        Lots(recall).ShouldBe(["F1", bad, "B2"], ignoreOrder: true);
        Receipts(recall).ShouldBe([unknown.Id, concerned.Id]);
        (
            recall.Body.GetProperty("orders").GetInt64(),
            recall.Body.GetProperty("orders_of_nobody_known").GetInt64(),
            recall.Body.GetProperty("left_over").GetBoolean()).ShouldBe((2, 1, true));
        var guest = recall.Body.GetProperty("guests").EnumerateArray().Single();
        (guest.GetProperty("customer_id").GetInt64(), guest.GetProperty("email").GetString()).ShouldBe((anna, "anna@example.com"));
        guest.GetProperty("message").GetString()!.ShouldContain("Butter croissant");
        var flour = recall.Body.GetProperty("lots").EnumerateArray().Single(l => l.GetProperty("asked").GetBoolean());
        flour.GetProperty("made_into").EnumerateArray().Single().Decimal("quantity").ShouldBe(6);

        Receipts(await bakery.Manager.Works("GET /api/recall?lot=F2")).ShouldBe([unknown.Id, concerned.Id, clean.Id]);
        var page = await bakery.Manager.Works("GET /api/recall?lot=F2&limit=2");
        Receipts(page).ShouldBe([unknown.Id, concerned.Id]);
        Receipts(await bakery.Manager.Works($"GET /api/recall?lot=F2&limit=2&cursor={page.Text("next_cursor")}")).ShouldBe([clean.Id]);

        var back = await bakery.Manager.Works($"GET /api/recall?receipt={clean.Text("order_number")}");
        Lots(back).ShouldBe(["F2", "D-good", "B1"], ignoreOrder: true);
        Lots(await bakery.Manager.Works($"GET /api/recall?order_id={concerned.Id}")).ShouldBe(
            ["F1", "F2", bad, "D-good", "B2"],
            ignoreOrder: true);
        await app.LotsFollowStock(bakery.Shop.Id);
    }

    [Fact]
    public async Task Guests_are_told_once_by_mail_or_short_message()
    {
        var bakery = await Bakery.Open(app);
        await bakery.Deliver("B1", 50, 3, bakery.Baked);
        var (anna, ben, carla) = (
            await Guest(bakery, "Anna", "anna@example.com"),
            await Guest(bakery, "Ben", null, "+43660123456"),
            await Guest(bakery, "Carla", null));
        foreach (var guest in new[] { anna, anna, ben, carla })
            await bakery.Sell(1, guest);
        static (int, int, int) Told(Answer a) => (
            a.Body.GetProperty("sent").GetInt32(),
            a.Body.GetProperty("told_before").GetInt32(),
            a.Body.GetProperty("unreachable").GetInt32());
        var first = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => bakery.Manager.Works("POST /api/recall/messages", new { lot = "B1" }, ("Idempotency-Key", "recall-1"))));
        first.Select(Told).Distinct().ShouldBe([(2, 0, 1)]);
        Told(await bakery.Manager.Works("POST /api/recall/messages", new { lot = "b1", message = "Again" })).ShouldBe((0, 2, 1));
        (await bakery.Shop.Outbox("anna@example.com")).GetProperty("body").GetString()!.ShouldContain("Dear Anna,");
        (await bakery.Shop.Outbox("+43660123456")).GetProperty("channel").GetString().ShouldBe("sms");
        var guests = (await bakery.Manager.Works("GET /api/recall?lot=B1")).Body.GetProperty("guests").EnumerateArray().ToList();
        guests.Count(g => g.GetProperty("told_at").ValueKind != JsonValueKind.Null).ShouldBe(2);
        (await bakery.Manager.Ask("POST /api/recall/messages", new { lot = "B1", message = "Other" }, ("Idempotency-Key", "recall-1")))
            .Status.ShouldBe(422);
        (await bakery.Manager.Ask("POST /api/recall/messages", new { lot = "none" })).Fields.ShouldBe(["lot"]);
        (await bakery.Manager.Ask("POST /api/recall/messages", new { })).Fields.ShouldBe(["lot"]);
    }

    [Fact]
    public async Task A_question_that_is_none_is_told_so()
    {
        var bakery = await Bakery.Open(app);
        var order = await bakery.Sell(1);
        foreach (var query in new[] { "", "?lot=A&order_id=1", "?lot=", "?lot=" + new string('x', 51) })
            (await bakery.Manager.Ask("GET /api/recall" + query)).Fields.ShouldBe(["lot"]);
        (await bakery.Manager.Ask("GET /api/recall?order_id=1&inventory_id=1")).Fields.ShouldBe(["inventory_id"]);
        (await bakery.Manager.Ask("GET /api/recall?lot=nowhere")).Status.ShouldBe(404);
        (await bakery.Manager.Ask("GET /api/recall?receipt=nowhere")).Status.ShouldBe(404);
        // A receipt of what has no lots is a receipt all the same.
        Lots(await bakery.Manager.Works($"GET /api/recall?order_id={order.Id}")).ShouldBeEmpty();
    }

    /// <summary>
    /// Deliveries, doughs, bakes, sales, returns and scans as they come: a lot leads to a receipt exactly where the receipt leads to it.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Forwards_and_backwards_agree(int seed)
    {
        var bakery = await Bakery.Open(app);
        var chance = new Random(seed);
        var (orders, bakes) = (new List<long>(), new List<string>());
        for (var i = 0; i < 40; i++)
        {
            switch (i < 3 ? i : chance.Next(7))
            {
                case 0:
                    await bakery.Deliver("F" + i, chance.Next(1, 12), chance.Next(5, 50));
                    break;
                case 1:
                    await bakery.Make(bakery.Dough, chance.Next(1, 12), "D" + i, chance.Next(1, 5));
                    break;
                case 2:
                    await bakery.Make(bakery.Baked, chance.Next(5, 40), "B" + i, chance.Next(0, 3));
                    bakes.Add("B" + i);
                    break;
                case 3:
                    var scanned = await bakery.Sell(1);
                    orders.Add(scanned.Id);
                    var scan = await bakery.Manager.Ask(
                        $"PUT /api/orders/{scanned.Id}/lots",
                        new { order_item_id = scanned.Items.Single().GetProperty("id").GetInt64(), lot = bakes[chance.Next(bakes.Count)] });
                    scan.Status.ShouldBeOneOf(200, 409);
                    break;
                case 4 when orders.Count > 2:
                    await bakery.Manager.Works($"POST /api/orders/{orders[chance.Next(orders.Count)]}/cancel", new { reason = "left" });
                    break;
                default:
                    orders.Add((await bakery.Sell(chance.Next(1, 20))).Id);
                    break;
            }
        }

        await app.LotsFollowStock(bakery.Shop.Id);
        var forwards = new HashSet<(string Lot, long Order)>();
        var named = (await bakery.Manager.Works("GET /api/lots")).Items.Select(l => l.GetProperty("lot").GetString()).OfType<string>();
        foreach (var lot in named)
            forwards.UnionWith(Receipts(await bakery.Manager.Works($"GET /api/recall?lot={lot}")).Select(o => (lot, o)));
        var backwards = new HashSet<(string Lot, long Order)>();
        foreach (var order in orders)
        {
            var back = await bakery.Manager.Works($"GET /api/recall?order_id={order}");
            backwards.UnionWith(Lots(back).Where(l => l != "-").Select(l => (l, order)));
        }

        forwards.ShouldNotBeEmpty();
        forwards.ShouldBe(backwards, ignoreOrder: true);
    }
}
