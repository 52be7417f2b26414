using System.Collections.Concurrent;
using Comanda.Data;

namespace Comanda.Bench.Attack;

/// <summary>
/// kill -9 of a server under load: every order that it acknowledged is there, once; what it had no time to answer can be repeated.
/// </summary>
internal sealed class Kills(Arena arena, CancellationToken cancel)
{
    private const string Part = "kills";
    private const int Clients = 8;

    public async Task Run()
    {
        var shop = await arena.NewShop(cancel);
        using var owner = Person.Of(shop, arena.First, "owner");
        var item = (await owner.Ask("GET /api/menu/items?limit=5", cancel: cancel)).Items[0].GetProperty("id").GetInt64();
        var body = new { items = new[] { new { menu_item_id = item, quantity = 1 } }, payments = new[] { new { method = "card" } } };
        var (acknowledged, unknown) = (new ConcurrentDictionary<string, long>(StringComparer.Ordinal), new ConcurrentBag<string>());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sellers = Enumerable
            .Range(0, Clients)
            .Select(async _ =>
            {
                using var seller = Person.Of(shop, arena.Second, "cashier");
                while (!over.IsCancellationRequested)
                {
                    var key = Guid.NewGuid().ToString();
                    var reply = await seller.Ask("POST /api/orders", body, key, cancel: cancel);
                    if (reply.Status == 201)
                        acknowledged[key] = reply.Id;
                    else
                        unknown.Add(key);
                    if (reply.Status == 0)
                        return;
                    arena.Findings.Check(reply.Status < 500, Part, $"answered {reply.Status}", reply.ToString);
                }
            })
            .ToList();
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        await arena.Second.Kill();
        await over.CancelAsync();
        await Task.WhenAll(sellers);
        await arena.Second.DisposeAsync();
        arena.Second = await arena.StartServer(cancel);

        foreach (var key in acknowledged.Keys.Take(100).Concat(unknown))
        {
            // Keys are a shop's: whoever repeats one gets the order that was made with it, or makes it now.
            var (first, second) = (
                await owner.Ask("POST /api/orders", body, key, cancel: cancel),
                await owner.Ask("POST /api/orders", body, key, cancel: cancel)
            );
            var id = acknowledged.GetValueOrDefault(key, first.Id);
            arena.Findings.Check(
                first.Status == 201 && first.Id == id && second.Id == id,
                Part,
                "a repeated key made another order",
                first.ToString
            );
            acknowledged[key] = first.Id;
        }

        var there = await arena.Database.Scalar("select count(*) from orders where id = any($1)", cancel, acknowledged.Values.ToArray());
        arena.Findings.Check(Convert.ToInt64(there) == acknowledged.Count, Part, "acknowledged orders are gone", () =>
            $"{acknowledged.Count} acknowledged, {there} there"
        );
        arena.Findings.Check(acknowledged.Values.Distinct().Count() == acknowledged.Count, Part, "two keys got one order", () => "");
        await new FiguresAgree(arena, shop, owner, Part, cancel).Run();
        arena.Findings.Count("kills");
        arena.Findings.Count("kills: orders acknowledged before", acknowledged.Count);
        arena.Findings.Count("kills: answers lost", unknown.Count);
    }
}
