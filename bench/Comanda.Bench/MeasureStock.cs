using System.Text.Json;
using Comanda.Client;
using Comanda.Orders;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Stock;

namespace Comanda.Bench;

/// <summary>
/// Many clients whose items all use the same two ingredients, beside as many whose items share none. If a shared ingredient made sales
/// wait for one another, the first would be the slower.
/// </summary>
internal static class MeasureStock
{
    private const int Clients = 200;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    private sealed record Round(Load Shared, Load Apart)
    {
        public double Ratio => Shared.PerSecond / Apart.PerSecond;
    }

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var owner = server.NewClient();
        var token = (await owner.SignIn("owner", DemoCafe.Password, cancel)).AccessToken;
        Progress.Say("stock: making the menu");
        var shop = (long)(await cafe.Database.Scalar("select min(id) from shops", cancel))!;
        long[] common = [await Ingredient(owner, "Milk of all"), await Ingredient(owner, "Beans of all")];
        var (shared, apart) = (new OrderRequest[Clients], new OrderRequest[Clients]);
        for (var i = 0; i < Clients; i++)
        {
            shared[i] = await Item(owner, $"Shared {i}", common);
            apart[i] = await Item(owner, $"Apart {i}", [await Ingredient(owner, $"Milk {i}"), await Ingredient(owner, $"Beans {i}")]);
        }

        var clients = Enumerable.Range(0, Clients)
            .Select(c => server.NewClient(token, BenchCluster.TillToken(c % BenchCluster.ExtraTills)))
            .ToArray();
        Task<Load> Sell(OrderRequest[] orders, TimeSpan time) =>
            ParallelClients.Run(Clients, time, c => clients[c].PlaceOrder(orders[c], Guid.NewGuid().ToString(), cancel), cancel);
        Progress.Say("stock: warming up");
        var sold = (await Sell(shared, WarmUp)).Times.Count + (await Sell(apart, WarmUp)).Times.Count;
        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);
        var first = false;
        var (rounds, setAside) = await CalmRounds.Run(
            options.Rounds,
            () => CpuTimes.Now(postmaster, server.ProcessId),
            async () =>
            {
                // Who goes first changes: the second finds a larger database.
                first = !first;
                var one = await Sell(first ? shared : apart, options.Round);
                var other = await Sell(first ? apart : shared, options.Round);
                sold += one.Times.Count + other.Times.Count;
                return first ? new Round(one, other) : new Round(other, one);
            },
            r => $"stock: shared {r.Shared.PerSecond:F0}/s, apart {r.Apart.PerSecond:F0}/s, ratio {r.Ratio:F2}",
            cancel);

        var table = new MarkdownTable(
            $"Sales that use two ingredients each ({Clients} clients, {BenchCluster.ExtraTills} registers, median of {options.Rounds} × "
                + $"{options.Round.TotalSeconds:F0} s each, alternated)",
            "all share two ingredients, orders/s",
            "none shares any, orders/s",
            "ratio",
            "shared, p50 ms",
            "p95 ms",
            "apart, p50 ms",
            "p95 ms");
        var (together, alone) = (rounds.SelectMany(r => r.Shared.Times).ToList(), rounds.SelectMany(r => r.Apart.Times).ToList());
        table.Row(
            $"{rounds.Select(r => r.Shared.PerSecond).Median():F0}",
            $"{rounds.Select(r => r.Apart.PerSecond).Median():F0}",
            $"**{rounds.Select(r => r.Ratio).Median():F2}**",
            $"{together.Percentile(50):F0}",
            $"{together.Percentile(95):F0}",
            $"{alone.Percentile(50):F0}",
            $"{alone.Percentile(95):F0}");
        var moved = (long)(await cafe.Database.Scalar("select count(*) from stock_movements where reason = 'sale'", cancel))!;
        var wrong = await FoldStock.Wrong(cafe.Database, shop, cancel);
        table.Print($"Two movements for each of the {sold} acknowledged orders; levels that are not the sum of their movements: "
            + $"{wrong.Count}. {CalmRounds.Note(setAside)}");
        if (moved != sold * 2L || wrong.Count > 0)
            throw new BenchException($"{sold} orders were acknowledged, {moved} movements are there, and {wrong.Count} levels are wrong");
    }

    private static async Task<long> Ingredient(ComandaClient owner, string name) =>
        await Made(owner, HttpMethod.Post, "/api/inventory", new { name, unit = "g", current_stock = 1_000_000, unit_cost = 0.01 });

    private static async Task<OrderRequest> Item(ComandaClient owner, string name, long[] ingredients)
    {
        var id = await Made(owner, HttpMethod.Post, "/api/menu", new { name, category = "Bench", price = 3.5 });
        using var recipe = await owner.Send(
            HttpMethod.Put,
            $"/api/menu/items/{id}/recipe",
            ingredients.Select(i => new { inventory_id = i, quantity = 18 }).ToArray());
        recipe.EnsureSuccessStatusCode();
        return new("takeaway", [new(id)], Payments: [new("card")]);
    }

    private static async Task<long> Made(ComandaClient owner, HttpMethod method, string path, object body)
    {
        using var answer = await owner.Send(method, path, body);
        answer.EnsureSuccessStatusCode();
        using var made = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return made.RootElement.GetProperty("id").GetInt64();
    }
}
