using System.Text.Json;

namespace Comanda.Bench.Attack;

/// <summary>What all people of one walk know of: the orders, cards and guests that there are.</summary>
internal sealed class WalkWorld(List<long> menu, List<long> ingredients, List<long> guests)
{
    private readonly Lock gate = new();
    private readonly List<long> orders = [];
    private readonly List<string> cards = [];

    public List<long> Menu => menu;

    public List<long> Ingredients => ingredients;

    public List<long> Guests => guests;

    public void Add(long order)
    {
        lock (gate)
            orders.Add(order);
    }

    public void Add(string card)
    {
        lock (gate)
            cards.Add(card);
    }

    /// <summary>One of the last orders, rather than one of hours ago; 0 where there is none.</summary>
    public long Order(Random random)
    {
        lock (gate)
            return orders.Count == 0 ? 0 : orders[Math.Max(0, orders.Count - 1 - random.Next(Math.Min(orders.Count, 25)))];
    }

    public string? Card(Random random)
    {
        lock (gate)
            return cards.Count == 0 ? null : cards[random.Next(cards.Count)];
    }
}

/// <summary>
/// One person of a random walk. What they do is refused as often as not and must never fail. Some requests are sent twice at once to both
/// servers, some are cut off and then repeated with their key: each does once what it does.
/// </summary>
internal sealed class WalkPerson(Arena arena, WalkWorld world, Person here, Person there, Random random, CancellationToken cancel)
{
    private const string Part = "walk";

    public async Task Step()
    {
        var order = random.Next(4) == 0 ? 0 : world.Order(random);
        var reply = order == 0 ? await Place() : await (random.Next(22) switch
        {
            0 or 1 => Edit(order),
            2 => Do($"POST /api/orders/{order}/items", new { items = new[] { Line() } }),
            3 => Do($"POST /api/orders/{order}/{(random.Next(2) == 0 ? "hold" : "resume")}", null),
            4 => Split(order),
            5 => Do($"POST /api/orders/{order}/merge", new { order_id = world.Order(random) }),
            6 or 7 or 8 => Pay(order),
            9 or 10 => Refund(order),
            11 => Do($"POST /api/orders/{order}/cancel", new { reason = "left", approval = new { pin = "2345" } }),
            12 or 13 => Move(order),
            14 or 15 => Card(order),
            16 => Sync(),
            17 => Drawer(),
            18 => Stock(),
            19 => Recipe(),
            20 => Do($"POST /api/customers/{Guest()}/points", new { points = random.Next(-20, 60), reason = "x" }),
            _ => Kitchen(),
        });
        arena.Findings.Count(reply.Ok ? "walk: steps done" : "walk: steps refused");
        if (reply.Status is 201 && reply.Json.TryGetProperty("orders", out var bills) && bills.ValueKind == JsonValueKind.Array)
        {
            foreach (var bill in bills.EnumerateArray().Skip(1))
                world.Add(bill.GetProperty("id").GetInt64());
        }
    }

    /// <summary>Does it once, though the client may send it twice at once or lose the answer.</summary>
    private async Task<Reply> Do(string what, object? body)
    {
        var key = what.StartsWith("POST ", StringComparison.Ordinal) ? Guid.NewGuid().ToString() : null;
        switch (key is null ? 9 : random.Next(10))
        {
            case 0:
                var twins = await Task.WhenAll(here.Ask(what, body, cancel, key), there.Ask(what, body, cancel, key));
                // Where both were done, both tell of the same thing.
                Check(!twins.All(t => t.Status == 201) || twins[0].Id == twins[1].Id, "a key was used twice", what, twins[0], twins[1]);
                return Seen(what, body, Seen(what, body, twins[0]).Ok ? twins[0] : twins[1]);
            case 1:
                using (var hangUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 40))))
                    await here.Ask(what, body, hangUp.Token, key);
                return Seen(what, body, await there.Ask(what, body, cancel, key));
            default:
                return Seen(what, body, await here.Ask(what, body, cancel, key));
        }
    }

    private Reply Seen(string what, object? body, Reply reply)
    {
        Check(reply.Status is > 0 and < 500, reply.Status == 0 ? "no answer" : $"answered {reply.Status}", $"{what} {JsonSerializer.Serialize(body)}", reply);
        return reply;
    }

    private void Check(bool holds, string kind, string what, params Reply[] replies)
    {
        if (!holds)
            arena.Findings.Fail(Part, kind, $"{here.Username}: {what}\n    {string.Join("\n    ", (object[])replies)}\n    {arena.LoggedOf(replies[0].Text).Result}");
    }

    private decimal Some(int cents) => random.Next(1, cents) * 0.01m;

    private T? Maybe<T>(int oneIn, Func<T> value) => random.Next(oneIn) == 0 ? value() : default;

    private long Guest() => world.Guests[random.Next(world.Guests.Count)];

    private object Line() => new
    {
        menu_item_id = world.Menu[random.Next(random.Next(3) == 0 ? world.Menu.Count : 6)],
        quantity = random.Next(1, 4),
        discount = random.Next(6) switch
        {
            0 => (object)new { type = "fixed", value = Some(90), reason = "x" },
            1 => new { type = "percentage", value = random.Next(101), reason = "y" },
            _ => null!,
        },
    };

    private async Task<Reply> Place()
    {
        var guest = Maybe(3, () => (long?)Guest());
        var placed = await Do("POST /api/orders", new
        {
            type = random.Next(6) == 0 ? "delivery" : "dine-in",
            items = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Line()).ToArray(),
            tip = Maybe(4, () => (decimal?)Some(200)),
            table = Maybe(2, () => random.Next(1, 9).ToString()),
            discount = Maybe(5, () => new { type = "percentage", value = 10, reason = "z" }),
            hold = Maybe(9, () => (bool?)true),
            scheduled_for = Maybe(9, () => (DateTimeOffset?)DateTimeOffset.UtcNow.AddMinutes(random.Next(5, 300))),
            customer_id = guest,
            redeem_points = guest is null ? null : Maybe(3, () => (int?)random.Next(1, 30)),
            payments = random.Next(3) == 0 ? new[] { new { method = random.Next(2) == 0 ? "cash" : "card", amount = Maybe(2, () => (decimal?)Some(100)) } } : null,
        });
        if (placed.Status == 201)
            world.Add(placed.Id);
        return placed;
    }

    private async Task<Reply> Edit(long order)
    {
        var now = await here.Ask($"GET /api/orders/{order}", cancel: cancel);
        if (!now.Ok)
            return now;
        var lines = now.Json.GetProperty("items").EnumerateArray().Where(_ => random.Next(4) > 0).Select(l => (object)new
        {
            id = l.GetProperty("id").GetInt64(),
            quantity = l.GetProperty("combo").ValueKind == JsonValueKind.Null ? random.Next(1, 4) : l.GetProperty("quantity").GetInt32(),
        });
        var body = new { items = lines.Append(Line()).ToArray() };
        var what = $"PUT /api/orders/{order}";
        return Seen(what, body, await here.Ask(what, body, cancel, version: now.Json.GetProperty("version").GetInt64()));
    }

    private async Task<long> LineOf(long order)
    {
        var lines = (await here.Ask($"GET /api/orders/{order}", cancel: cancel)).Items;
        return lines.Count == 0 ? 1 : lines[random.Next(lines.Count)].GetProperty("id").GetInt64();
    }

    private async Task<Reply> Split(long order) => await Do(
        $"POST /api/orders/{order}/split",
        random.Next(4) == 0 ? new { ways = random.Next(2, 5) } : new { items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } } });

    private Task<Reply> Pay(long order) => Do("POST /api/payments", new
    {
        order_id = order,
        method = random.Next(5) switch { 0 => "points", 1 or 2 => "cash", 3 => "mobile", _ => "card" },
        amount = Maybe(2, () => (decimal?)Some(300)),
        tip = Maybe(5, () => (decimal?)Some(200)),
    });

    private async Task<Reply> Refund(long order) => await Do($"POST /api/orders/{order}/refund", random.Next(3) switch
    {
        0 => new { reason = "all", restock = random.Next(2) == 0, approval = new { pin = "2345" } },
        1 => (object)new { amount = Some(200), reason = "some", approval = new { pin = "2345" } },
        _ => new
        {
            items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } },
            reason = "one",
            restock = random.Next(2) == 0,
            approval = new { pin = "2345" },
        },
    });

    private Task<Reply> Move(long order) =>
        Do($"PUT /api/orders/{order}/status", new { status = random.Next(4) switch { 0 => "ready", 1 => "completed", 2 => "cancelled", _ => "preparing" } });

    private async Task<Reply> Kitchen()
    {
        var tickets = (await here.Ask("GET /api/kitchen/tickets?limit=5", cancel: cancel)).Items;
        var lines = tickets.SelectMany(t => t.TryGetProperty("items", out var items) ? items.EnumerateArray().ToList() : []).ToList();
        return lines.Count == 0
            ? await Place()
            : await Do($"PUT /api/kitchen/items/{lines[random.Next(lines.Count)].GetProperty("order_item_id")}", new { status = random.Next(2) == 0 ? "started" : "ready" });
    }

    private async Task<Reply> Card(long order)
    {
        if (random.Next(3) == 0 || world.Card(random) is not { } code)
        {
            var sold = await Do("POST /api/gift-cards", new { amount = Some(1500), method = random.Next(2) == 0 ? "cash" : "card" });
            if (sold.Status == 201)
                world.Add(sold.Json.GetProperty("code").GetString()!);
            return sold;
        }

        return random.Next(8) == 0
            ? await Do($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted", approval = new { pin = "2345" } })
            : await Do("POST /api/payments", new { order_id = order, method = "gift_card", reference = code, amount = Maybe(2, () => (decimal?)Some(300)) });
    }

    /// <summary>Sold a moment ago, or more than one; a drawer may have been closed since. The same queue may come twice.</summary>
    private async Task<Reply> Sync()
    {
        var now = DateTimeOffset.UtcNow;
        var queue = new
        {
            sent_at = now,
            orders = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new
            {
                key = Guid.NewGuid().ToString(),
                made_at = now.AddSeconds(-4 * random.NextDouble()),
                handed_over = random.Next(2) == 0,
                order = new
                {
                    items = new[] { Line() },
                    tip = Maybe(4, () => (decimal?)Some(200)),
                    payments = new[] { new { method = "cash", amount = Maybe(2, () => (decimal?)Some(100)) } },
                },
            }).ToArray(),
        };
        var sent = await Task.WhenAll(Enumerable.Range(0, random.Next(1, 3)).Select(tab => (tab == 0 ? here : there).Ask("POST /api/orders/sync", queue, cancel)));
        foreach (var result in sent.Where(s => s.Ok).SelectMany(s => s.Json.GetProperty("results").EnumerateArray()))
        {
            if (result.GetProperty("status").GetString() == "placed")
                world.Add(result.GetProperty("order").GetProperty("id").GetInt64());
        }

        return Seen("POST /api/orders/sync", queue, sent[0]);
    }

    private async Task<Reply> Drawer()
    {
        if (random.Next(2) == 0)
            return await Do("POST /api/drawers/open", new { @float = Some(10_000) });
        var open = (await here.Ask("GET /api/drawers?status=open", cancel: cancel)).Items.ConvertAll(d => d.GetProperty("id").GetInt64());
        if (open.Count == 0)
            return await Place();
        var drawer = open[random.Next(open.Count)];
        return random.Next(2) == 0
            ? await Do($"POST /api/drawers/{drawer}/movements", new { type = random.Next(2) == 0 ? "in" : "out", amount = Some(1000), reason = "x" })
            : await Do($"POST /api/drawers/{drawer}/close", new { counted = Some(10_000) });
    }

    private long Ingredient() => world.Ingredients[random.Next(world.Ingredients.Count)];

    private Task<Reply> Stock() => random.Next(4) switch
    {
        0 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { counted = random.Next(0, 5000), reason = "count" }),
        1 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { adjustment = random.Next(1, 500), reason = "delivery" }),
        2 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { adjustment = -random.Next(1, 50), reason = "waste" }),
        _ => Do($"POST /api/inventory/{Ingredient()}/make", new { quantity = random.Next(1, 5) }),
    };

    private Task<Reply> Recipe() => Do(
        $"PUT /api/menu/items/{world.Menu[random.Next(6)]}/recipe",
        world.Ingredients.Where(_ => random.Next(2) == 0).Select(i => new { inventory_id = i, quantity = random.Next(1, 40) }).ToArray());
}
