using System.Text.Json;
using Comanda.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>What the kitchen gets, and says: each line once, differences after that, item by item.</summary>
public sealed partial class KitchenTests(CafeApp app)
{
    private static async Task<List<JsonElement>> Tickets(ComandaClient client)
    {
        var heard = new List<JsonElement>();
        for (long after = 0; ;)
        {
            var page = (await client.Ask($"GET /api/events?after={after}&limit=100")).Items.ToList();
            if (page.Count == 0)
                return heard;
            heard.AddRange(page.SelectMany(e => e.GetProperty("data").TryGetProperty("kitchen", out var tickets)
                ? tickets.EnumerateArray().ToArray()
                : []));
            after = page[^1].GetProperty("seq").GetInt64();
        }
    }

    /// <summary>What a kitchen that heard every ticket once has in hand, line by line.</summary>
    private static Dictionary<long, int> InHand(IEnumerable<JsonElement> tickets)
    {
        var hand = new Dictionary<long, int>();
        foreach (var item in tickets.SelectMany(t => t.GetProperty("items")
            .EnumerateArray()
            .Select(i => (Kind: t.GetProperty("kind").GetString(), Item: i))))
        {
            var (id, quantity) = (item.Item.GetProperty("order_item_id").GetInt64(), item.Item.GetProperty("quantity").GetInt32());
            if (item.Kind == "move")
                hand[item.Item.GetProperty("from_item_id").GetInt64()] -= quantity;
            hand[id] = hand.GetValueOrDefault(id) + quantity;
        }

        return hand.Where(h => h.Value != 0).ToDictionary();
    }

    private static Dictionary<long, int> LinesOf(params IEnumerable<JsonElement> orders) =>
        orders.SelectMany(o => o.GetProperty("items").EnumerateArray()).ToDictionary(
            l => l.GetProperty("id").GetInt64(),
            l => l.GetProperty("quantity").GetInt32());

    private static async Task<(TestShop Shop, ComandaClient Manager, long Espresso, long Bagel)> Kitchen(CafeApp app)
    {
        var shop = await app.NewShop();
        return (shop, await shop.As("manager"), (await shop.Item("Espresso")).Id, (await shop.Item("Smoked salmon bagel")).Id);
    }

    private static Task<Answer> Place(ComandaClient client, object extra, params (long Item, int Quantity)[] lines) => client.Ask(
        "POST /api/orders", JsonSerializer.SerializeToElement(extra).EnumerateObject().ToDictionary(p => p.Name, p => (object)p.Value)
            .Append(new("items", lines.Select(l => new { menu_item_id = l.Item, quantity = l.Quantity }).ToArray())).ToDictionary());

    private static async Task<JsonElement> Now(ComandaClient client, Answer order) =>
        (await client.Ask($"GET /api/orders/{order.Id}")).Body;

    private static long Line(JsonElement order, int at) => order.GetProperty("items")[at].GetProperty("id").GetInt64();

    [Fact]
    public async Task Trap18_each_line_once_after_edit_round_split_merge_transfer_hold_and_cancel()
    {
        var (_, manager, espresso, bagel) = await Kitchen(app);
        var order = await Place(manager, new { table = "4" }, (espresso, 2), (bagel, 1));
        var first = await Tickets(manager);
        first.Select(t => (t.GetProperty("station").GetString(), t.GetProperty("kind").GetString())).ShouldBe([
            ("bar", "new"),
            ("kitchen", "new")
        ]);
        InHand(first).ShouldBe(LinesOf(order.Body));

        // An edit: three espressos instead of two is one more, the bagel goes, a wish comes.
        var edited = await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = Line(order.Body, 0), quantity = 3, special_instructions = "hot cups" } } });
        var change = (await Tickets(manager)).Skip(2).ToList();
        change.Select(t => (t.GetProperty("kind").GetString(), t.GetProperty("items")[0].GetProperty("quantity").GetInt32())).ShouldBe([
            ("change", 1),
            ("change", -1)
        ]);
        (await manager.Ask($"PUT /api/orders/{order.Id}", new { customer_name = "Ann" })).Status.ShouldBe(200);
        (await Tickets(manager)).Count.ShouldBe(4); // nothing to make, nothing said

        // Another round, sent twice with one key; a bill of its own for one espresso; joined again; another table.
        for (var i = 0; i < 2; i++)
            (await manager.Ask(
                $"POST /api/orders/{order.Id}/items",
                new { items = new[] { new { menu_item_id = bagel, quantity = 2 } } },
                ("Idempotency-Key", "round-2"))).Status.ShouldBe(201);
        InHand(await Tickets(manager)).ShouldBe(LinesOf(await Now(manager, order)), ignoreOrder: true);
        var split = await manager.Ask(
            $"POST /api/orders/{order.Id}/split",
            new { items = new[] { new { order_item_id = Line(edited.Body, 0), quantity = 1 } } });
        var other = split.Body.GetProperty("orders")[1];
        InHand(await Tickets(manager)).ShouldBe(LinesOf(await Now(manager, order), other), ignoreOrder: true);
        (await manager.Ask(
            $"POST /api/orders/{order.Id}/merge",
            new { order_id = other.GetProperty("id").GetInt64() })).Status.ShouldBe(200);
        (await manager.Ask($"POST /api/orders/{order.Id}/transfer", new { table = "9" })).Status.ShouldBe(200);
        InHand(await Tickets(manager)).ShouldBe(LinesOf(await Now(manager, order)), ignoreOrder: true);

        // Parked, the kitchen has nothing of it; resumed, all of it; cancelled, nothing.
        (await manager.Ask($"POST /api/orders/{order.Id}/hold")).Status.ShouldBe(200);
        (await manager.Ask($"POST /api/orders/{order.Id}/hold")).Status.ShouldBe(200);
        InHand(await Tickets(manager)).ShouldBeEmpty();
        (await manager.Ask($"POST /api/orders/{order.Id}/resume")).Status.ShouldBe(200);
        InHand(await Tickets(manager)).ShouldBe(LinesOf(await Now(manager, order)), ignoreOrder: true);
        (await manager.Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "left" })).Status.ShouldBe(200);
        InHand(await Tickets(manager)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trap06_fifty_waiters_add_to_one_table_at_once_and_every_round_stands()
    {
        var (shop, manager, espresso, bagel) = await Kitchen(app);
        var other = await shop.As("cashier", await app.StartProcess());
        var order = await Place(manager, new { table = "4" }, (espresso, 1));
        var rounds = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? manager : other)
            .Ask(
                $"POST /api/orders/{order.Id}/items",
                new { items = new[] { new { menu_item_id = i % 2 == 0 ? espresso : bagel, special_instructions = "guest " + i } } })));
        rounds.ShouldAllBe(r => r.Status == 201);
        var now = await Now(manager, order);
        now.GetProperty("items")
            .EnumerateArray()
            .Select(l => l.GetProperty("special_instructions").GetString())
            .Skip(1)
            .Order()
            .ShouldBe(Enumerable.Range(0, 50).Select(i => "guest " + i).Order());
        now.GetProperty("total_amount").GetDecimal().ShouldBe((26 * 2.30m) + (25 * 9.80m));
        InHand(await Tickets(manager)).ShouldBe(LinesOf(now), ignoreOrder: true);
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Stations_say_how_far_they_are_and_the_order_follows()
    {
        var (shop, manager, espresso, bagel) = await Kitchen(app);
        var barista = await shop.As("barista");
        var order = await Place(manager, new { }, (espresso, 1), (bagel, 1));
        var (coffee, food) = (Line(order.Body, 0), Line(order.Body, 1));
        (await barista.Ask("GET /api/kitchen/tickets?station=bar")).Items
            .Single()
            .GetProperty("items")
            .EnumerateArray()
            .Single()
            .GetProperty("name")
            .GetString()
            .ShouldBe("Espresso");
        async Task<string> Says(long line, string status) =>
            (await barista.Ask($"PUT /api/kitchen/items/{line}", new { status })).Text("status")!;
        (await Says(coffee, "started")).ShouldBe("preparing");
        (await Says(coffee, "ready")).ShouldBe("preparing");
        (await Says(food, "ready")).ShouldBe("ready");
        (await barista.Ask("GET /api/kitchen/tickets")).Items.ShouldBeEmpty();
        (await barista.Ask("GET /api/kitchen/tickets?status=ready")).Items.Count().ShouldBe(1);
        (await Says(coffee, "started")).ShouldBe("preparing"); // it was not right
        var board = (await barista.Ask("GET /api/kitchen/tickets")).Items
            .Single()
            .GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("status").GetString());
        board.ShouldBe(["started", "ready"]);
        (await Says(coffee, "ready")).ShouldBe("ready");
        (await barista.Ask($"POST /api/orders/{order.Id}/recall")).Text("status").ShouldBe("preparing");
        // A round for a table whose plates are out: the old lines stay ready.
        (await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status = "ready" })).Status.ShouldBe(200);
        var round = await manager.Ask($"POST /api/orders/{order.Id}/items", new { items = new[] { new { menu_item_id = espresso } } });
        round.Text("status").ShouldBe("preparing");
        round.Items.Select(l => l.GetProperty("kitchen_status").GetString()).ShouldBe(["ready", "ready", "queued"]);
        (await Says(Line(round.Body, 2), "ready")).ShouldBe("ready");
        (await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status = "completed" })).Status.ShouldBe(200);
        (await barista.Ask($"PUT /api/kitchen/items/{coffee}", new { status = "started" })).Code.ShouldBe("invalid_transition");
        (await manager.Ask(
            $"POST /api/orders/{order.Id}/items",
            new { items = new[] { new { menu_item_id = espresso } } })).Code.ShouldBe("invalid_transition");
        (await barista.Ask($"PUT /api/kitchen/items/{coffee}", new { status = "burnt" })).Fields.ShouldBe(["status"]);
        var elsewhere = await (await app.NewShop()).As("manager");
        (await elsewhere.Ask($"PUT /api/kitchen/items/{coffee}", new { status = "ready" })).Status.ShouldBe(404);
        (await elsewhere.Ask("GET /api/kitchen/tickets")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Orders_that_nobody_ever_finished_do_not_fill_the_board_for_good()
    {
        var (shop, manager, espresso, _) = await Kitchen(app);
        var old = await Place(manager, new { }, (espresso, 1));
        await using (var connection = await app.Database.OpenConnectionAsync())
        {
            await connection.Execute("update orders set fired_at = fired_at - interval '25 hours' where id = $1", default, old.Id);
            await connection.Execute(
                """
                insert into orders select (jsonb_populate_record(o, jsonb_build_object('id', o.id * 100000 + n, 'number', 1000000 + n,
                    'order_number', 'old-' || n, 'status', 'ready'))).* from orders o, generate_series(1, 5000) n where o.id = $1
                """, default, old.Id);
            await connection.Execute("analyze orders", default);
        }

        var now = await Place(manager, new { }, (espresso, 1));
        (await manager.Ask("GET /api/kitchen/tickets")).Items.Select(t => t.GetProperty("order_id").GetInt64()).ShouldBe([now.Id]);
        (await manager.Ask("GET /api/kitchen/tickets?status=ready")).Items.ShouldBeEmpty();
        await using var explain = app.Database.CreateCommand(
            $"explain select id from orders where shop_id = {shop.Id} and fired_at > now() - interval '24 hours' and status = 'ready' "
                + "order by fired_at, id limit 200");
        await using var reader = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync())
            plan.Add(reader.GetString(0));
        plan.ShouldContain(l => l.Contains("orders_in_kitchen"), string.Join('\n', plan));
    }

    [Fact]
    public async Task The_board_shows_the_ticket_behind_two_hundred_others_and_a_station_its_own_work_first()
    {
        var (shop, manager, espresso, bagel) = await Kitchen(app);
        var food = await Place(manager, new { }, (bagel, 1));
        await using (var connection = await app.Database.OpenConnectionAsync())
        {
            await connection.Execute(
                """
                insert into orders select (jsonb_populate_record(
                    o, jsonb_build_object('id', o.id * 100000 + n, 'number', 1000000 + n, 'order_number', 'many-' || n))).*
                from orders o, generate_series(1, 5000) n where o.id = $1
                """, default, food.Id);
            await connection.Execute( // and those of the months before, which the kitchen is done with
                """
                insert into orders select (jsonb_populate_record(o, jsonb_build_object(
                    'id', o.id * 100000 + n, 'number', 1000000 + n, 'order_number', 'many-' || n,
                    'status', 'completed', 'completed_at', now(), 'fired_at', now() - interval '100 days'))).*
                from orders o, generate_series(5001, 30000) n where o.id = $1
                """, default, food.Id);
            await connection.Execute(
                """
                insert into order_items select (jsonb_populate_record(
                    i, jsonb_build_object('id', i.id * 100000 + n, 'order_id', $1::bigint * 100000 + n))).*
                from order_items i, generate_series(1, 5000) n where i.order_id = $1
                """, default, food.Id);
            await connection.Execute("analyze orders, order_items", default);
        }

        var coffees = new List<long>();
        for (var n = 0; n < 3; n++)
            coffees.Add((await Place(manager, new { }, (espresso, 1))).Id);
        static IEnumerable<long> Shown(Answer board) => board.Items.Select(t => t.GetProperty("order_id").GetInt64());
        Shown(await manager.Ask("GET /api/kitchen/tickets?station=bar")).ShouldBe(coffees);
        var page = (await manager.Ask("GET /api/kitchen/tickets?station=bar&limit=2")).Body;
        page.GetProperty("items").GetArrayLength().ShouldBe(2);
        var rest = await manager.Ask($"GET /api/kitchen/tickets?station=bar&limit=2&cursor={page.GetProperty("next_cursor").GetString()}");
        (Shown(rest).Single(), rest.Body.GetProperty("next_cursor").ValueKind).ShouldBe((coffees[2], JsonValueKind.Null));

        // All of them, each once, many at the very same moment.
        var seen = new List<long>();
        for (string? cursor = ""; cursor is not null;)
        {
            var next = await manager.Ask("GET /api/kitchen/tickets" + (cursor.Length > 0 ? "?cursor=" + cursor : ""));
            seen.AddRange(Shown(next));
            cursor = next.Body.GetProperty("next_cursor").GetString();
        }

        (seen.Count, seen.Distinct().Count()).ShouldBe((5004, 5004));
        seen.TakeLast(3).ShouldBe(coffees);
        foreach (var query in new[] { "cursor=x", "cursor=1", "cursor=9999999999999999999-1", "limit=0", "status=x" })
            (await manager.Ask("GET /api/kitchen/tickets?" + query)).Fields.ShouldBe([query.Split('=')[0]]);

        // By the index of what is in the kitchen, never by the lines of all orders.
        await using var explain = app.Database.Command(
            $"""
            explain select * from (
                select * from orders o where exists (select 1 from order_items i where i.order_id = o.id and i.station = 'bar' offset 0)) o
            where o.shop_id = {shop.Id} and o.fired_at > now() - interval '24 hours' and o.status in ('pending', 'preparing')
            order by o.fired_at, o.id limit 201
            """);
        var plan = string.Join('\n', await explain.List(r => r.GetString(0), default));
        plan.ShouldContain("orders_in_kitchen", customMessage: plan);
        plan.ShouldNotContain("Seq Scan", customMessage: plan);
    }
}
