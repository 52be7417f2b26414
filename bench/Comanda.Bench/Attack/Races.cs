namespace Comanda.Bench.Attack;

/// <summary>Many at once for one thing, at both servers: one gets it, and what the others asked for leaves no trace.</summary>
internal sealed class Races(Arena arena, CancellationToken cancel)
{
    private const string Part = "races";
    private const int Many = 20;

    public async Task Run()
    {
        var shop = await arena.NewShop(cancel, ("loyalty_points_per_unit", "1"), ("loyalty_point_value", "0.1"));
        using var owner = Person.Of(shop, arena.First, "owner");
        Person[] crowd = [.. Enumerable.Range(0, Many).Select(n => Person.Of(shop, n % 2 == 0 ? arena.First : arena.Second, "manager"))];
        var item = (await owner.Ask("GET /api/menu/items?limit=5", cancel: cancel)).Items[0].GetProperty("id").GetInt64();
        await Task.WhenAll(crowd.Select(p => p.Token(cancel)));
        var lines = new[] { new { menu_item_id = item, quantity = 1 } };

        await owner.Ask($"PUT /api/menu/items/{item}/stock", new { quantity = 1 }, cancel: cancel);
        await One("the last croissant", crowd, _ =>
            ("POST /api/orders", new { items = lines, payments = new[] { new { method = "card" } } }, null)
        );
        await owner.Ask($"PUT /api/menu/items/{item}/stock", new { quantity = (int?)null }, cancel: cancel);

        var order = await Place();
        await One("payments of one order", crowd, _ => ("POST /api/payments", new { order_id = order, method = "card" }, null));
        await One("refunds of one order", crowd, _ => ($"POST /api/orders/{order}/refund", new { reason = "all" }, null));

        var key = Guid.NewGuid().ToString();
        var same = await All(crowd, _ => ("POST /api/orders", new { items = lines }, key));
        Check(
            same.TrueForAll(r => r.Status == 201) && same.Select(r => r.Id).Distinct().Count() == 1,
            "one key made more than one order",
            same
        );

        var code = (await owner.Ask("POST /api/gift-cards", new { amount = 1, method = "card" }, cancel: cancel))
            .Json.GetProperty("code")
            .GetString();
        var orders = await Task.WhenAll(crowd.Select(_ => Place()));
        await One("a gift card's last euro", crowd, n => (
                "POST /api/payments",
                new
                {
                    order_id = orders[n],
                    method = "gift_card",
                    reference = code,
                    amount = 1,
                },
                null
            ));

        var guest = (await owner.Ask("POST /api/customers", new { name = "Gus" }, cancel: cancel)).Id;
        await owner.Ask($"POST /api/customers/{guest}/points", new { points = 10, reason = "x" }, cancel: cancel);
        await One("a guest's ten points", crowd, _ => (
                "POST /api/orders",
                new
                {
                    items = lines,
                    customer_id = guest,
                    redeem_points = 10,
                },
                null
            ));

        var drawer = (await owner.Ask("POST /api/drawers/open", new { @float = 10 }, cancel: cancel)).Id;
        await One("closes of one drawer", crowd, _ => ($"POST /api/drawers/{drawer}/close", new { counted = 10 }, null));

        var edited = await owner.Ask($"GET /api/orders/{await Place()}", cancel: cancel);
        var edits = await Task.WhenAll(
            crowd.Select(
                (p, n) =>
                    p.Ask(
                        $"PUT /api/orders/{edited.Id}",
                        new { notes = $"n{n}" },
                        version: edited.Json.GetProperty("version").GetInt64()
                    ,
                        cancel: cancel)
            )
        );
        Check(edits.Count(e => e.Ok) == 1 && edits.Count(e => e.Status == 412) == Many - 1, "edits of one version", [.. edits]);

        await Tables(crowd, Place);
        await new FiguresAgree(arena, shop, owner, Part, cancel).Run();
        foreach (var person in crowd)
            person.Dispose();
        arena.Findings.Count("races");

        async Task<long> Place() => (await owner.Ask("POST /api/orders", new { items = lines, table = "1" }, cancel: cancel)).Id;
    }

    /// <summary>Everybody joins, splits, pays, cancels and adds to the same few bills: nothing fails, nothing waits for ever.</summary>
    private async Task Tables(Person[] crowd, Func<Task<long>> place)
    {
        var bills = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => place()));
        var done = await All(crowd, n => (n % 5) switch
            {
                0 => ($"POST /api/orders/{bills[n % 4]}/merge", new { order_ids = bills }, (string?)null),
                1 => ($"POST /api/orders/{bills[(n + 1) % 4]}/merge", new { order_id = bills[n % 4] }, null),
                2 => ("POST /api/payments", (object)new { order_id = bills[n % 4], method = "cash" }, null),
                3 => ($"POST /api/orders/{bills[n % 4]}/cancel", new { reason = "x" }, null),
                _ => ($"POST /api/orders/{bills[n % 4]}/hold", new { }, null),
            });
        Check(done.TrueForAll(d => d.Status is > 0 and < 500), "bills of one table", done);
    }

    private async Task One(string what, Person[] crowd, Func<int, (string, object, string?)> ask)
    {
        var replies = await All(crowd, ask);
        Check(replies.Count(r => r.Ok) == 1 && replies.TrueForAll(r => r.Ok || r.Status is 400 or 409), what, replies);
    }

    private async Task<List<Reply>> All(Person[] crowd, Func<int, (string What, object Body, string? Key)> ask) =>
        [
            .. await Task.WhenAll(
                crowd.Select(
                    (person, n) =>
                    {
                        var (what, body, key) = ask(n);
                        return person.Ask(what, body, key ?? Guid.NewGuid().ToString(), cancel: cancel);
                    }
                )
            ),
        ];

    private void Check(bool holds, string what, List<Reply> replies)
    {
        arena.Findings.Count("races: requests", replies.Count);
        arena.Findings.Check(holds, Part, what, () =>
            string.Join("\n    ", replies.GroupBy(r => r.Status).Select(g => $"{g.Count()} × {g.First()}"))
        );
    }
}
