namespace Comanda.Bench.Attack;

/// <summary>A day in which several people do everything in no order at two servers; in the evening every figure agrees.</summary>
internal static class RandomWalk
{
    private const int Steps = 330;

    /// <summary>Trainees practise in between: nothing of theirs may count.</summary>
    private static readonly (string Role, bool AtTill)[] People =
    [
        ("manager", false),
        ("manager", true),
        ("cashier", true),
        ("cashier1", false),
        ("barista", false),
        ("trainee", false),
    ];

    public static async Task Run(Arena arena, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        var shop = await arena.NewShop(
            cancel,
            ("prices_include_tax", random.Next(2) == 0 ? "true" : "false"),
            ("tax_rounding", random.Next(2) == 0 ? "per_line" : "per_rate"),
            ("cash_rounding", random.Next(2) == 0 ? "0.05" : "0"),
            ("service_charge", random.Next(2) == 0 ? "12.5" : "0"),
            ("delivery_fee", "2.5"),
            ("loyalty_points_per_unit", "1"),
            ("loyalty_point_value", "0.1")
        );
        using var owner = Person.Of(shop, arena.First, "owner");
        var world = await Prepare(owner, cancel);
        Progress.Say($"walk: seed {seed}, shop {shop.Id}");
        await Task.WhenAll(
            People.Select(
                async (who, i) =>
                {
                    var (mine, other) = i % 2 == 0 ? (arena.First, arena.Second) : (arena.Second, arena.First);
                    using var here = Person.Of(shop, mine, who.Role, who.AtTill);
                    using var there = Person.Of(shop, other, who.Role, who.AtTill);
                    var walker = new WalkPerson(arena, world, here, there, new Random((seed * 100) + i), cancel);
                    for (var step = 0; step < Steps / People.Length; step++)
                        await walker.Step();
                }
            )
        );
        await new FiguresAgree(arena, shop, owner, "walk", cancel).Run();
        arena.Findings.Count("walks");
    }

    /// <summary>Tax rates, a counted item, ingredients with recipes (one made of another), and guests with points.</summary>
    private static async Task<WalkWorld> Prepare(Person owner, CancellationToken cancel)
    {
        var menu = (await Works("GET /api/menu/items?limit=200")).Items.ConvertAll(i => i.GetProperty("id").GetInt64());
        foreach (var (item, rate) in menu.Take(6).Zip([5m, 21m, 13.5m, 0m, 7m, 19m]))
            await Works($"PUT /api/menu/items/{item}", new { tax_rate = rate });
        await Works($"PUT /api/menu/items/{menu[3]}/stock", new { quantity = 40 });
        var ingredients = new List<long>();
        foreach (var (name, unit, cost) in new[] { ("Milk", "ml", 0.001m), ("Beans", "g", 0.018m), ("Flour", "g", 0.002m) })
            ingredients.Add(
                (
                    await Works(
                        "POST /api/inventory",
                        new
                        {
                            name,
                            unit,
                            current_stock = 5000,
                            unit_cost = cost,
                            low_stock_threshold = 100,
                        }
                    )
                ).Id
            );
        var dough = (
            await Works(
                "POST /api/inventory",
                new
                {
                    name = "Dough",
                    unit = "g",
                    current_stock = 100,
                }
            )
        ).Id;
        await Works(
            $"PUT /api/inventory/{dough}/recipe",
            new
            {
                made = "ahead",
                yield = 100,
                items = new[] { new { inventory_id = ingredients[2], quantity = 60 } },
            }
        );
        ingredients.Add(dough);
        foreach (var item in menu.Take(8))
            await Works($"PUT /api/menu/items/{item}/recipe", ingredients.ConvertAll(i => new { inventory_id = i, quantity = 12 }));
        var guests = new List<long>();
        for (var n = 0; n < 4; n++)
        {
            guests.Add((await Works("POST /api/customers", new { name = $"Guest {n}", phone = $"+4915112345{n}{n}{n}" })).Id);
            await Works($"POST /api/customers/{guests[n]}/points", new { points = 100, reason = "welcome" });
        }

        return new(menu, ingredients, guests);

        async Task<Reply> Works(string what, object? body = null)
        {
            var reply = await owner.Ask(what, body, cancel: cancel);
            return reply.Ok ? reply : throw new BenchException($"{what} answered {reply}");
        }
    }
}
