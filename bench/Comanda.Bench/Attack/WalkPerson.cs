using System.Text.Json;

namespace Comanda.Bench.Attack;

/// <summary>
/// One person of a random walk. What they do is refused as often as not and must never fail. Some requests are sent twice at once to both
/// servers, some are cut off and then repeated with their key: each does once what it does.
/// </summary>
internal sealed partial class WalkPerson(Arena arena, WalkWorld world, Person here, Person there, Random random, CancellationToken cancel)
{
    private const string Part = "walk";

    public async Task Step()
    {
        var order = random.Next(4) == 0 ? 0 : world.Order(random);
        var reply =
            order == 0
                ? await Place()
                : await (
                    random.Next(22) switch
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
                    }
                );
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
                var twins = await Task.WhenAll(here.Ask(what, body, key, cancel: cancel), there.Ask(what, body, key, cancel: cancel));
                // Where both were done, both tell of the same thing.
                Check(!twins.All(t => t.Status == 201) || twins[0].Id == twins[1].Id, "a key was used twice", what, twins[0], twins[1]);
                return Seen(what, body, Seen(what, body, twins[0]).Ok ? twins[0] : twins[1]);
            case 1:
                using (var hangUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 40))))
                    await here.Ask(what, body, key, cancel: hangUp.Token);
                return Seen(what, body, await there.Ask(what, body, key, cancel: cancel));
            default:
                return Seen(what, body, await here.Ask(what, body, key, cancel: cancel));
        }
    }

    private Reply Seen(string what, object? body, Reply reply)
    {
        Check(
            reply.Status is > 0 and < 500,
            reply.Status == 0 ? "no answer" : $"answered {reply.Status}",
            $"{what} {JsonSerializer.Serialize(body)}",
            reply
        );
        return reply;
    }

    private void Check(bool holds, string kind, string what, params Reply[] replies)
    {
        if (!holds)
            arena.Findings.Fail(
                Part,
                kind,
                $"{here.Username}: {what}\n    {string.Join("\n    ", (object[])replies)}\n    {arena.LoggedOf(replies[0].Text).Result}"
            );
    }

    private decimal Some(int cents) => random.Next(1, cents) * 0.01m;

    private T? Maybe<T>(int oneIn, Func<T> value) => random.Next(oneIn) == 0 ? value() : default;

    private long Guest() => world.Guests[random.Next(world.Guests.Count)];

    private object Line() =>
        new
        {
            menu_item_id = world.Menu[random.Next(random.Next(3) == 0 ? world.Menu.Count : 6)],
            quantity = random.Next(1, 4),
            discount = random.Next(6) switch
            {
                0 => (object)
                    new
                    {
                        type = "fixed",
                        value = Some(90),
                        reason = "x",
                    },
                1 => new
                {
                    type = "percentage",
                    value = random.Next(101),
                    reason = "y",
                },
                _ => null!,
            },
        };
}
