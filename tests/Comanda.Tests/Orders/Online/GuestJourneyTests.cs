using Comanda.Data;

namespace Comanda.Tests.Orders.Online;

/// <summary>A guest from the code on their phone to a delivered order and what they thought of it, by the doors that guests have.</summary>
public sealed class GuestJourneyTests(CafeApp app)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task A_guest_orders_pays_follows_gets_and_reviews_a_delivery_and_hears_of_nobody_elses()
    {
        var shop = await app.NewShop(
            ("loyalty_points_per_unit", "1"), ("slot_delivery_orders", "2"), ("slot_minutes", "60"), ("online_payment_minutes", "5"));
        var elsewhere = await app.StartProcess();
        var (owner, cashier) = (await shop.As("owner"), await shop.As("cashier", elsewhere));
        await owner.Ask("POST /api/delivery-areas", new
        {
            name = "Centre",
            polygon = new double[][] { [-9.15, 38.70], [-9.12, 38.70], [-9.12, 38.73], [-9.15, 38.73] },
            fee = 2.5,
            minimum = 5,
            minutes = 12,
        });

        // In by the code; an address; what there is; for when.
        var (gina, hugo) = (await app.Guest(shop), await app.Guest(shop, "Hugo", elsewhere));
        var home = await gina.Ask("POST /api/users/addresses", new
        {
            title = "Home",
            address = "1 Quay Street",
            city = "Lisbon",
            zip_code = "1100-053",
            location = new[] { -9.1393, 38.7223 },
        });
        var loaf = (await gina.Ask("GET /api/products?q=rye")).Items.First().GetProperty("id").GetInt64();
        await gina.Ask($"POST /api/favorites/{loaf}");
        var free = (await gina.Ask("GET /api/slots?type=delivery&days=2")).Items.First(s => s.GetProperty("available").GetBoolean());
        free.GetProperty("left").GetInt32().ShouldBe(2);

        // Both listen: she at one process, he at another; and a stream of server-sent events.
        using var hers = await gina.OpenSocket();
        using var his = await hugo.OpenSocket();
        using var stream = await Stream(gina);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());

        var basket = new { type = "delivery", items = new[] { new { menu_item_id = loaf, quantity = 2 } }, address_id = home.Id, tip = 1 };
        var preview = await gina.Ask("POST /api/orders/preview", basket);
        preview.Body.GetProperty("total_amount").GetDecimal().ShouldBe((2 * 5.80m) + 2.5m + 1);
        var placed = await gina.Ask(
            "POST /api/orders",
            new
            {
                basket.type,
                basket.items,
                basket.address_id,
                basket.tip,
                payment_method = "card",
                total_amount = preview.Body.GetProperty("total_amount").GetDecimal(),
            },
            ("Idempotency-Key", "journey"));
        placed.Status.ShouldBe(201, placed.ToString());
        placed.Body.TryGetProperty("payment_due_by", out _).ShouldBeTrue();
        var path = $"/api/orders/{placed.Id}";

        // Paid at the provider, and the kitchen has it.
        var intent = await gina.Ask("POST /api/payments/create-intent", new { order_id = placed.Id });
        intent.Text("provider").ShouldBe("simulated");
        var paid = await gina.Ask("POST /api/payments/confirm", new { payment_id = intent.Body.GetProperty("payment_id").GetInt64() });
        paid.Body.GetProperty("order").GetProperty("payment_status").GetString().ShouldBe("paid");
        (await cashier.Ask("GET /api/kitchen/tickets")).Items.Single().GetProperty("order_id").GetInt64().ShouldBe(placed.Id);
        (await gina.Ask("GET /api/customers/me")).Body.GetProperty("loyalty_points").GetInt64().ShouldBe(10); // before tax

        // Somebody else's order and delivery go on beside it.
        var others = await hugo.Ask("POST /api/orders", new { items = basket.items });
        others.Status.ShouldBe(201, others.ToString());

        // Made, on its way, followed.
        foreach (var status in new[] { "preparing", "ready" })
            (await cashier.Ask($"PUT {path}/status", new { status })).Status.ShouldBe(200);
        var dino = new { name = "Dino", phone = "+351 912 000 000" };
        (await cashier.Ask($"PUT {path}/delivery", new { person = dino })).Status.ShouldBe(200);
        (await cashier.Ask($"PUT {path}/delivery", new { proof = new { note = "too early" } })).Code.ShouldBe("invalid_transition");
        (await cashier.Ask($"PUT {path}/status", new { status = "out_for_delivery" })).Status.ShouldBe(200);
        var arrives = DateTimeOffset.UtcNow.AddMinutes(9);
        foreach (var step in new[] { 0.0, 0.5, 1.0 })
        {
            (await cashier.Ask($"PUT {path}/delivery", new
            {
                location = new[] { -9.13 - (0.0093 * step), 38.71 + (0.0123 * step) },
                estimated_delivery_time = arrives,
            })).Status.ShouldBe(200);
        }

        var track = (await gina.Ask($"GET {path}/track")).Body;
        track.GetProperty("status").GetString().ShouldBe("out_for_delivery");
        track.GetProperty("delivery_person").GetProperty("name").GetString().ShouldBe("Dino");
        track.GetProperty("location")[1].GetDouble().ShouldBe(38.7223, 0.0001);
        track.GetProperty("estimated_delivery_time").GetDateTimeOffset().ShouldBe(arrives, TimeSpan.FromMilliseconds(1));
        (await hugo.Ask($"GET {path}/track")).Code.ShouldBe("not_found");

        // Handed over, proved, done; and what she thought of it.
        (await cashier.Ask($"PUT {path}/status", new { status = "delivered" })).Status.ShouldBe(200);
        (await cashier.Ask($"PUT {path}/delivery", new { proof = new { image_url = "https://elsewhere.example/x" } })).Fields
            .ShouldBe(["proof.image_url"]);
        var proof = new { received_by = "Gina, at the door", note = "rang twice" };
        (await cashier.Ask($"PUT {path}/delivery", new { proof })).Status.ShouldBe(200);
        (await cashier.Ask($"PUT {path}/status", new { status = "completed" })).Status.ShouldBe(200);
        track = (await gina.Ask($"GET {path}/track")).Body;
        track.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("status").GetString())
            .ShouldBe(["pending", "preparing", "ready", "out_for_delivery", "delivered", "completed"]);
        track.GetProperty("proof").GetProperty("received_by").GetString().ShouldBe("Gina, at the door");
        track.GetProperty("proved_at").GetDateTimeOffset().ShouldBeGreaterThan(arrives.AddMinutes(-10));
        (await gina.Ask($"POST /api/products/{loaf}/reviews", new { rating = 5, comment = "Still warm." })).Status.ShouldBe(201);

        // All of it she heard, in order, and nothing else; of him not a word, nor what is the shop's own.
        var heard = new List<string>();
        while (heard.LastOrDefault() != "order_completed")
        {
            var happened = (await hers.Read(Soon))!;
            if (happened.Event == "notification")
                continue; // what she is told of it has an id of its own
            var about = happened.Data.TryGetProperty("order_id", out var id) ? id : happened.Data.GetProperty("id");
            about.GetInt64().ShouldBe(placed.Id);
            foreach (var ofStaff in new[] { "cashier_id", "cashier_name", "kitchen" })
                happened.Data.TryGetProperty(ofStaff, out _).ShouldBeFalse(ofStaff);
            happened.Actor.ToString().ShouldNotContain("cashier");
            heard.Add(happened.Event);
        }

        heard.ShouldBe([
            "order_created", "order_updated", "payment_recorded", "order_updated", "order_updated", "delivery_location", "order_updated",
            "delivery_location", "delivery_location", "delivery_location", "order_updated", "delivery_location", "order_completed",
        ], ignoreOrder: true);
        heard[0].ShouldBe("order_created");
        (await his.Read(Soon))!.Data.GetProperty("id").GetInt64().ShouldBe(others.Id);
        var streamed = new List<string>();
        while (streamed.LastOrDefault() != "event: order_completed")
            streamed.Add((await lines.ReadLineAsync(Soon))!);
        streamed.Count(l => l == "event: delivery_location").ShouldBe(5);
        streamed.ShouldAllBe(l => !l.Contains($"\"id\":{others.Id},"));
        // And whoever comes back reads the same from the log, a page at a time.
        var log = (await gina.Ask("GET /api/events?after=0&limit=5")).Body;
        log.GetProperty("items").EnumerateArray().Count(e => e.GetProperty("event").GetString() == "order_created").ShouldBe(1);
    }

    [Fact]
    public async Task A_guest_who_comes_back_gets_what_they_missed_however_much_else_happened()
    {
        var shop = await app.NewShop();
        var (gina, cashier) = (await app.Guest(shop), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var placed = await gina.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso } } });
        await app.Database.Scalar(
            """
            with flood as (insert into events (shop_id, event, at, actor, data) select $1, 'flood', now(), '{}', '{}'
                from generate_series(1, 3000) returning seq) select max(seq) from flood
            """,
            default,
            shop.Id);
        (await cashier.Ask($"PUT /api/orders/{placed.Id}/status", new { status = "preparing" })).Status.ShouldBe(200);
        using var socket = await gina.OpenSocket(0);
        var first = await socket.Read(Soon);
        while (first!.Event is "user_activity" or "notification")
            first = await socket.Read(Soon);
        var second = await socket.Read(Soon);
        while (second!.Event == "notification")
            second = await socket.Read(Soon);
        (first.Event, second!.Event, second.Data.GetProperty("status").GetString())
            .ShouldBe(("order_created", "order_updated", "preparing"));
        var page = (await gina.Ask($"GET /api/events?after={first.Seq}&limit=10")).Body;
        var others = page.GetProperty("items").EnumerateArray().Where(e => e.GetProperty("event").GetString() != "notification");
        others.Count().ShouldBe(1); // one page, not three hundred
    }

    private static async Task<HttpResponseMessage> Stream(ComandaClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
        request.Headers.Add("Authorization", "Bearer " + client.AccessToken);
        request.Headers.Add("Accept", "text/event-stream");
        return await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
