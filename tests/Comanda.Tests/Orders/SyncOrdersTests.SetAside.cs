using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>What a queue cannot place, and what becomes of it.</summary>
public sealed partial class SyncOrdersTests
{
    [Fact]
    public async Task Trap08_a_bad_sale_is_set_aside_with_its_reason_and_the_others_go_through()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var (espresso, mocha) = ((await shop.Item("Espresso")).Id, (await shop.Item("Mocha")).Id);
        (await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false })).Status.ShouldBe(200);
        var now = DateTimeOffset.UtcNow;
        object[] queue =
        [
            Sale(espresso, now.AddMinutes(-3), "good-1"),
            Sale(mocha, now.AddMinutes(-3), "sold-out"),
            new { key = "not-a-number", made_at = now, order = new { items = new[]
            {
                new { menu_item_id = espresso, quantity = "many" }
            } } },
            new { key = "too-long", made_at = now, order = new { notes = new string(
                'x',
                1001), items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            Sale(987654321, now, "unknown-item"),
            new { made_at = now, order = new { items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            new { key = "no-time", order = new { items = new[] { new { menu_item_id = espresso, quantity = 1 } } } },
            new { key = "no-order", made_at = now },
            "nonsense",
            Sale(espresso, now, "other-price", total: 2.10m),
            Sale(espresso, now.AddDays(-8), "too-old"),
            Sale(espresso, now.AddMinutes(-1), "good-2", total: 2.30m),
        ];
        var results = await Send(cashier, now, queue);
        Statuses(results).ShouldBe([
            "placed",
            "set_aside",
            "set_aside",
            "set_aside",
            "set_aside",
            "refused",
            "set_aside",
            "set_aside",
            "refused",
            "set_aside",
            "set_aside",
            "placed"
        ]);
        results.Where(r => r.GetProperty("status").GetString() == "set_aside").Select(Why).ShouldBe(
            [
                "out_of_stock",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "invalid_request",
                "total_changed",
                "too_old"
            ]);
        string[] Fields(int i) => [.. results[i].GetProperty("set_aside").GetProperty("errors").EnumerateObject().Select(e => e.Name)];
        (Fields(2).Single(), Fields(3).Single(), Fields(4).Single(), Fields(6).Single(), Fields(7).Single()).ShouldBe(
            ("order.items[0].quantity", "order.notes", "order.items[0].menu_item_id", "made_at", "order"));
        results[5].GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("orders[5].key");

        // Sent once more, by a till that did not get the answer: the same, and nothing twice.
        var again = await Send(cashier, now, queue);
        Statuses(again).ShouldBe([.. Statuses(results).Select(s => s == "placed" ? "repeated" : s)]);
        for (var i = 0; i < queue.Length; i++)
            again[i].GetProperty("set_aside").ToString().ShouldBe(results[i].GetProperty("set_aside").ToString());
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
        (await manager.Ask("GET /api/orders/set-aside?status=open")).Items.Count().ShouldBe(8);
        (await cashier.Ask("GET /api/orders/set-aside")).Status.ShouldBe(403);
        var tried = await cashier.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[]
        {
            new { menu_item_id = mocha, quantity = 1 }
        },
            payments = new[] { new { method = "cash" } }
        }, ("Idempotency-Key", "sold-out"));
        (tried.Status, tried.Code).ShouldBe((409, "set_aside"));
    }

    /// <summary>Whatever stands in one sale: a till that cut an emoji in half, wrote a field twice, or went mad.</summary>
    [Fact]
    public async Task Trap08_nothing_within_one_sale_stops_the_queue_and_what_was_sent_is_kept()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        // Texts as they go over the wire: what a till's own JSON library would not write.
        string Filled(string sale) => sale
            .Replace("MADE", $"\"made_at\":\"{now:O}\"")
            .Replace("ITEMS", "\"items\":[{\"menu_item_id\":ITEM,\"quantity\":1}]")
            .Replace("ITEM", $"{espresso}")
            .Replace("DEEP", new string('[', 100_000) + new string(']', 100_000))
            .Replace("LONG", new string('9', 400));
        (string Sale, string Status, string? Field)[] odd =
        [
            ("""{"key":"half",MADE,"order":{"customer_name":"Ana \ud83d",ITEMS}}""", "set_aside", "order.customer_name"),
            ("""{"key":"other half",MADE,"order":{"notes":"\udc00",ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"order twice",MADE,"order":{ITEMS},"order":{ITEMS}}""", "set_aside", "order"),
            ("""{"key":"field twice",MADE,"order":{"table":"1","table":"2",ITEMS}}""", "set_aside", "order.table"),
            ("""{"key":"time twice",MADE,MADE,"order":{ITEMS}}""", "set_aside", "made_at"),
            ("""{"key":"option twice",MADE,"order":{"items":[{"menu_item_id":ITEM,"modifiers":[{"id":1,"id":2}]}]}}""", "set_aside",
                "order.items[0].modifiers[0]"),
            ("""{"key":"zero",MADE,"order":{"notes":"a\u0000b",ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"pulse",MADE,"order":{"table":"\u001bp0",ITEMS}}""", "set_aside", "order.table"),
            ("""{"key":"deep",MADE,"order":{"notes":DEEP,ITEMS}}""", "set_aside", "order.notes"),
            ("""{"key":"deep aside",MADE,"x":DEEP,"order":{ITEMS}}""", "set_aside", null),
            ("""{"key":"huge",MADE,"total_amount":1e99999,"order":{ITEMS}}""", "set_aside", "total_amount"),
            ("""{"key":"huge id",MADE,"order":{"items":[{"menu_item_id":LONG,"quantity":1e309}]}}""", "set_aside",
                "order.items[0].menu_item_id"),
            ("""{"key":"year 1","made_at":"0001-01-01T00:00:00+14:00","order":{ITEMS}}""", "set_aside", null),
            ("""{"key":"half name",MADE,"order":{"\ud83d":1,ITEMS}}""", "set_aside", null),
            ("""{"key":"list",MADE,"order":[[ITEM]]}""", "set_aside", "order"),
            ("""{"key":"key \ud83d",MADE,"order":{ITEMS}}""", "refused", "orders[15].key"),
            ("""{"key":"key\u0000",MADE,"order":{ITEMS}}""", "refused", "orders[16].key"),
            ("""{"\ud83d":1,"\ud83d":1}""", "refused", "orders[17].key"),
            ("[[]]", "refused", "orders[18].key"),
        ];
        odd = [.. odd.Select(o => o with { Sale = Filled(o.Sale) })];
        var good = Filled("""{"key":"good",MADE,"order":{"payments":[{"method":"cash"}],ITEMS}}""");
        var body = $"{{\"sent_at\":\"{now:O}\",\"orders\":[{string.Join(',', odd.Select(o => o.Sale))},{good}]}}";
        static string Start(string sale) => sale[..Math.Min(sale.Length, 60)];
        async Task<JsonElement[]> Queue()
        {
            var answer = await cashier.Ask("POST /api/orders/sync", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            answer.Status.ShouldBe(200, answer.ToString());
            return [.. answer.Body.GetProperty("results").EnumerateArray()];
        }

        var results = await Queue();
        Statuses(results).ShouldBe([.. odd.Select(o => o.Status), "placed"]);
        foreach (var (i, (sale, status, field)) in odd.Index())
        {
            var told = status == "refused" ? results[i] : results[i].GetProperty("set_aside");
            if (field is not null)
                told.GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe([field], Start(sale));
            if (status == "refused")
                continue;
            // What came is there: as JSON, or as its text where not everybody could read the JSON.
            var shown = told.GetProperty("sale");
            var kept = shown.ValueKind == JsonValueKind.String ? shown.GetString()! : shown.GetRawText();
            kept.ToUpperInvariant().ShouldBe(sale.ToUpperInvariant(), Start(sale)); // an escape's letters may be large
        }

        Statuses(await Queue()).ShouldBe([.. odd.Select(o => o.Status), "repeated"]);
        var open = (await manager.Ask("GET /api/orders/set-aside?status=open&limit=200")).Items.ToArray();
        open.Length.ShouldBe(odd.Count(o => o.Status == "set_aside"));
        long Id(string key) => open.Single(o => o.GetProperty("key").GetString() == key).GetProperty("id").GetInt64();
        (await manager.Ask($"POST /api/orders/set-aside/{Id("half")}/place")).Fields.ShouldBe(["order.customer_name"]);
        (await manager.Ask($"POST /api/orders/set-aside/{Id("order twice")}/place")).Fields.ShouldBe(["order"]);
        var mended = new { order = new { customer_name = "Ana", items = new[] { new { menu_item_id = espresso, quantity = 1 } } } };
        (await manager.Ask($"POST /api/orders/set-aside/{Id("half")}/place", mended)).Status.ShouldBe(201);
        (await manager.GetOrders()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Trap08_bytes_that_are_no_utf8_are_kept_beside_what_can_be_read_of_them()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        string Sale(string key, string name, string more = "") =>
            """{"key":"KEY","made_at":"NOW","order":{"customer_name":"NAME",MORE"items":[{"menu_item_id":ITEM,"quantity":1}]}}"""
                .Replace("KEY", key).Replace("NOW", $"{now:O}").Replace("NAME", name).Replace("MORE", more).Replace("ITEM", $"{espresso}");
        // Latin-1, as a till of the last century writes it.
        var latin = Sale("latin", "Zoë", "\"approval\":{\"pin\":\"1234\"},");
        var body = $"{{\"orders\":[{latin},{Sale("plain", "Zoe")}]}}";
        var content = new ByteArrayContent(System.Text.Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var answer = await cashier.Ask("POST /api/orders/sync", content);
        answer.Status.ShouldBe(200, answer.ToString());
        var results = answer.Body.GetProperty("results");
        (results[0].GetProperty("status").GetString(), results[1].GetProperty("status").GetString()).ShouldBe(("set_aside", "placed"));
        var aside = results[0].GetProperty("set_aside");
        aside.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("order.customer_name");
        aside.GetProperty("sale").GetProperty("order").GetProperty("customer_name").GetString().ShouldBe("Zo\ufffd");
        var bytes = System.Text.Encoding.Latin1.GetString(aside.GetProperty("sale_bytes").GetBytesFromBase64());
        bytes.ShouldBe(Sale("latin", "Zoë")); // to the byte, but for the PIN
    }

    [Fact]
    public async Task A_manager_places_what_was_set_aside_once_or_discards_it()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var (espresso, mocha) = ((await shop.Item("Espresso")).Id, (await shop.Item("Mocha")).Id);
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false });
        var now = DateTimeOffset.UtcNow;
        var made = now.AddMinutes(-20);
        var results = await Send(
            cashier,
            now,
            Sale(mocha, made, "a"),
            Sale(espresso, made, "b", total: 2.10m),
            Sale(espresso, now.AddDays(-30), "c"));
        var ids = results.Select(r => r.GetProperty("set_aside").GetProperty("id").GetInt64()).ToArray();

        (await manager.Ask($"POST /api/orders/set-aside/{ids[0]}/place")).Code.ShouldBe("out_of_stock"); // it still is
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = true });
        var twenty = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => manager.Ask($"POST /api/orders/set-aside/{ids[0]}/place")));
        twenty.ShouldAllBe(t => t.Status == 201);
        var order = twenty.Select(t => t.Id).Distinct().Single();
        var placed = (await manager.Ask($"GET /api/orders/{order}")).Body;
        (placed.GetProperty("cashier_name").GetString(), placed.GetProperty("payment_status").GetString()).ShouldBe((
            results[0].GetProperty("set_aside").GetProperty("cashier_name").GetString(),
            "paid"));
        (placed.GetProperty("created_at").GetDateTimeOffset() - made).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));

        // The guest paid what they were told: the manager gives the difference.
        var mended = new
        {
            order = new
            {
                items = new[] { new { menu_item_id = espresso, quantity = 1 } },
                discount = new { type = "fixed", value = 0.20, reason = "till had the old price" },
                payments = new[] { new { method = "cash", amount = 2.10 } }
            },
        };
        var other = await manager.Ask($"POST /api/orders/set-aside/{ids[1]}/place", mended);
        (other.Status, Number(other.Body, "total_amount"), Number(other.Body, "balance_due")).ShouldBe((201, 2.10m, 0m));

        (await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/discard", new { reason = " " })).Fields.ShouldBe(["reason"]);
        var gone = await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/discard", new { reason = "was typed in on the day" });
        (gone.Status, gone.Text("status"), gone.Text("note")).ShouldBe((200, "discarded", "was typed in on the day"));
        (await manager.Ask($"POST /api/orders/set-aside/{ids[2]}/place")).Code.ShouldBe("already_resolved");
        (await manager.Ask($"POST /api/orders/set-aside/{ids[0]}/discard", new { reason = "x" })).Code.ShouldBe("already_resolved");
        (await manager.Ask("GET /api/orders/set-aside?status=open")).Items.ShouldBeEmpty();
        Statuses(await Send(cashier, now, Sale(mocha, made, "a"))).ShouldBe(["set_aside"]);
        (await manager.GetDailySales()).OrderCount.ShouldBe(2);
    }

    [Fact]
    public async Task Two_tabs_at_once_set_a_bad_sale_aside_once()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var mocha = (await shop.Item("Mocha")).Id;
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = false });
        var sale = Sale(mocha, DateTimeOffset.UtcNow, "bad");
        var flushes = Enumerable.Range(0, 20).Select(_ => Send(cashier, DateTimeOffset.UtcNow, sale)).ToList();
        await manager.Ask($"PUT /api/menu/items/{mocha}/stock", new { in_stock = true }); // for some of them it may be there again
        var results = (await Task.WhenAll(flushes)).SelectMany(f => f).ToList();
        // Whichever came first decides: one order, or one row that waits, and never both.
        var orders = (await manager.GetDailySales()).OrderCount;
        var rows = (await manager.Ask("GET /api/orders/set-aside")).Items.Count();
        (orders + rows).ShouldBe(1);
        results.ShouldAllBe(r => (r.GetProperty("status").GetString() == "set_aside") == (rows == 1));
    }
}
