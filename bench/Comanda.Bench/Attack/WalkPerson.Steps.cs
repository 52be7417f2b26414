using System.Text.Json;

namespace Comanda.Bench.Attack;

/// <summary>What people of a random walk do.</summary>
internal sealed partial class WalkPerson
{
    private async Task<Reply> Place()
    {
        var guest = Maybe(3, () => (long?)Guest());
        var placed = await Do(
            "POST /api/orders",
            new
            {
                type = random.Next(6) == 0 ? "delivery" : "dine-in",
                items = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Line()).ToArray(),
                tip = Maybe(4, () => (decimal?)Some(200)),
                table = Maybe(2, () => random.Next(1, 9).ToString()),
                discount = Maybe(5, () => new
                {
                    type = "percentage",
                    value = 10,
                    reason = "z",
                }),
                hold = Maybe(9, () => (bool?)true),
                scheduled_for = Maybe(9, () => (DateTimeOffset?)DateTimeOffset.UtcNow.AddMinutes(random.Next(5, 300))),
                customer_id = guest,
                redeem_points = guest is null ? null : Maybe(3, () => (int?)random.Next(1, 30)),
                payments = random.Next(3) == 0
                    ? new[] { new { method = random.Next(2) == 0 ? "cash" : "card", amount = Maybe(2, () => (decimal?)Some(100)) } }
                    : null,
            }
        );
        if (placed.Status == 201)
            world.Add(placed.Id);
        return placed;
    }

    private async Task<Reply> Edit(long order)
    {
        var now = await here.Ask($"GET /api/orders/{order}", cancel: cancel);
        if (!now.Ok)
            return now;
        var lines = now
            .Json.GetProperty("items")
            .EnumerateArray()
            .Where(_ => random.Next(4) > 0)
            .Select(l =>
                (object)
                    new
                    {
                        id = l.GetProperty("id").GetInt64(),
                        quantity = l.GetProperty("combo").ValueKind == JsonValueKind.Null
                            ? random.Next(1, 4)
                            : l.GetProperty("quantity").GetInt32(),
                    }
            );
        var body = new { items = lines.Append(Line()).ToArray() };
        var what = $"PUT /api/orders/{order}";
        return Seen(what, body, await here.Ask(what, body, version: now.Json.GetProperty("version").GetInt64(), cancel: cancel));
    }

    private async Task<long> LineOf(long order)
    {
        var lines = (await here.Ask($"GET /api/orders/{order}", cancel: cancel)).Items;
        return lines.Count == 0 ? 1 : lines[random.Next(lines.Count)].GetProperty("id").GetInt64();
    }

    private async Task<Reply> Split(long order) =>
        await Do(
            $"POST /api/orders/{order}/split",
            random.Next(4) == 0
                ? new { ways = random.Next(2, 5) }
                : new { items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } } }
        );

    private Task<Reply> Pay(long order) =>
        Do(
            "POST /api/payments",
            new
            {
                order_id = order,
                method = random.Next(5) switch
                {
                    0 => "points",
                    1 or 2 => "cash",
                    3 => "mobile",
                    _ => "card",
                },
                amount = Maybe(2, () => (decimal?)Some(300)),
                tip = Maybe(5, () => (decimal?)Some(200)),
            }
        );

    private async Task<Reply> Refund(long order) =>
        await Do(
            $"POST /api/orders/{order}/refund",
            random.Next(3) switch
            {
                0 => new
                {
                    reason = "all",
                    restock = random.Next(2) == 0,
                    approval = new { pin = "2345" },
                },
                1 => (object)
                    new
                    {
                        amount = Some(200),
                        reason = "some",
                        approval = new { pin = "2345" },
                    },
                _ => new
                {
                    items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } },
                    reason = "one",
                    restock = random.Next(2) == 0,
                    approval = new { pin = "2345" },
                },
            }
        );

    private Task<Reply> Move(long order) =>
        Do(
            $"PUT /api/orders/{order}/status",
            new
            {
                status = random.Next(4) switch
                {
                    0 => "ready",
                    1 => "completed",
                    2 => "cancelled",
                    _ => "preparing",
                },
            }
        );

    private async Task<Reply> Kitchen()
    {
        var tickets = (await here.Ask("GET /api/kitchen/tickets?limit=5", cancel: cancel)).Items;
        var lines = tickets.SelectMany(t => t.TryGetProperty("items", out var items) ? items.EnumerateArray().ToList() : []).ToList();
        return lines.Count == 0
            ? await Place()
            : await Do(
                $"PUT /api/kitchen/items/{lines[random.Next(lines.Count)].GetProperty("order_item_id")}",
                new { status = random.Next(2) == 0 ? "started" : "ready" }
            );
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
            : await Do(
                "POST /api/payments",
                new
                {
                    order_id = order,
                    method = "gift_card",
                    reference = code,
                    amount = Maybe(2, () => (decimal?)Some(300)),
                }
            );
    }

    /// <summary>Sold a moment ago, or more than one; a drawer may have been closed since. The same queue may come twice.</summary>
    private async Task<Reply> Sync()
    {
        var now = DateTimeOffset.UtcNow;
        var queue = new
        {
            sent_at = now,
            orders = Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => new
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
                })
                .ToArray(),
        };
        var sent = await Task.WhenAll(
            Enumerable.Range(
                0,
                random.Next(1, 3)).Select(tab => (tab == 0 ? here : there).Ask("POST /api/orders/sync", queue, cancel: cancel))
        );
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
            ? await Do(
                $"POST /api/drawers/{drawer}/movements",
                new
                {
                    type = random.Next(2) == 0 ? "in" : "out",
                    amount = Some(1000),
                    reason = "x",
                }
            )
            : await Do($"POST /api/drawers/{drawer}/close", new { counted = Some(10_000) });
    }

    private long Ingredient() => world.Ingredients[random.Next(world.Ingredients.Count)];

    private Task<Reply> Stock() =>
        random.Next(4) switch
        {
            0 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { counted = random.Next(0, 5000), reason = "count" }),
            1 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { adjustment = random.Next(1, 500), reason = "delivery" }),
            2 => Do($"POST /api/inventory/{Ingredient()}/adjust", new { adjustment = -random.Next(1, 50), reason = "waste" }),
            _ => Do($"POST /api/inventory/{Ingredient()}/make", new { quantity = random.Next(1, 5) }),
        };

    private Task<Reply> Recipe() =>
        Do(
            $"PUT /api/menu/items/{world.Menu[random.Next(6)]}/recipe",
            world.Ingredients.Where(_ => random.Next(2) == 0).Select(i => new { inventory_id = i, quantity = random.Next(1, 40) }).ToArray()
        );
}
