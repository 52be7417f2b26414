using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Comanda.Client;
using Comanda.Demo;

namespace Comanda.Bench;

/// <summary>Menus of 60, 5,000 and 50,000 items: taken over, read, searched, and changed by one price.</summary>
internal static class MeasureCatalogue
{
    private const int Clients = 4, Changes = 8;

    private static readonly int[] Sizes = [60, 5_000, 50_000];

    private static readonly string[] Kinds = [
        "Cappuccino",
        "Croissant",
        "Sourdough",
        "Lemonade",
        "Brownie",
        "Espresso",
        "Chai",
        "Bagel",
        "Focaccia",
        "Macaron"
    ];

    private static readonly string[] Queries = ["capucino", "sourdogh rye", "crosant", "lem", "espresso 17", "macaron 4"];

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var table = new MarkdownTable(
            $"Menus by size ({Clients} clients, {options.Round.TotalSeconds:F0} s each)",
            "items",
            "import, s",
            "import of one changed price, s",
            "menu, MB",
            "menu, requests/s",
            "p95 ms",
            "page of 50, requests/s",
            "p95 ms",
            "search, requests/s",
            "p95 ms",
            "price change seen, p50 ms",
            "worst ms");
        foreach (var size in Sizes)
            table.Row([.. await Measure(server, options, size, cancel)]);
        table.Print("Searches are six queries in turns, four of them with typos. A price change is seen when a PUT has been answered and "
            + "the item read again with its new price.");
    }

    private static async Task<List<string>> Measure(ServerUnderTest server, BenchOptions options, int size, CancellationToken cancel)
    {
        var owner = server.NewClient();
        await owner.SignIn("owner", DemoCafe.Password, cancel);
        var shop = (await Json(owner, HttpMethod.Post, "/api/shops", new { name = $"Menu of {size}" }, cancel))
            .GetProperty("id")
            .GetInt64();
        owner.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.ToString());
        var csv = Csv(size);
        Progress.Say($"catalogue: {size} items");
        var import = await ParallelClients.Timed(() => Import(owner, csv, size, 0, cancel));
        var again = await ParallelClients.Timed(() => Import(
            owner,
            csv.Replace(",3.00\n", ",3.05\n", StringComparison.Ordinal),
            0,
            1,
            cancel));

        var guests = Enumerable.Range(0, Clients).Select(_ =>
        {
            var guest = server.NewClient();
            guest.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.ToString());
            return guest;
        }).ToArray();
        var bytes = (await guests[0].Http.GetByteArrayAsync("/api/menu", cancel)).Length;
        var menu = await Read(_ => "/api/menu");
        var page = await Read(n => $"/api/products?limit=50&cursor={n * 50 % Math.Max(50, size - 50)}");
        var search = await Read(n => "/api/products/search?limit=20&q=" + Uri.EscapeDataString(Queries[n % Queries.Length]));

        var item = (await Json(owner, HttpMethod.Get, "/api/products?limit=1", null, cancel))
            .GetProperty("items")[0]
            .GetProperty("id")
            .GetInt64();
        var changes = new List<double>();
        for (var n = 1; n <= Changes; n++)
        {
            var price = 5 + (n / 100m);
            changes.Add(await ParallelClients.Timed(async () =>
            {
                await Json(owner, HttpMethod.Put, $"/api/menu/items/{item}", new { price }, cancel);
                if ((await Json(owner, HttpMethod.Get, $"/api/menu/items/{item}", null, cancel)).GetProperty("price").GetDecimal() != price)
                    throw new BenchException("a changed price was not seen");
            }));
        }

        return [
            $"{size:N0}",
            $"{import / 1000:F2}",
            $"{again / 1000:F2}",
            $"{bytes / 1e6:F2}",
            $"{menu.PerSecond:F0}",
            $"{menu.Times.Percentile(95):F1}",
            $"{page.PerSecond:F0}",
            $"{page.Times.Percentile(95):F1}",
            $"{search.PerSecond:F0}",
            $"{search.Times.Percentile(95):F1}",
            $"{changes.Median():F0}",
            $"{changes.Max():F0}",
            ];

        Task<Load> Read(Func<int, string> path)
        {
            var asked = 0;
            return ParallelClients.Run(
                Clients, options.Round,
                async client =>
                {
                    using var answer = await guests[client].Http.GetAsync(path(Interlocked.Increment(ref asked)), cancel);
                    await answer.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null, cancel);
                },
                cancel);
        }
    }

    private static async Task Import(ComandaClient owner, string csv, int created, int updated, CancellationToken cancel)
    {
        var result = await Json(
            owner,
            HttpMethod.Post,
            "/api/menu/items/bulk-import",
            new StringContent(csv, Encoding.UTF8, "text/csv"),
            cancel);
        if ((result.GetProperty("created").GetInt32(), result.GetProperty("updated").GetInt32()) != (created, updated))
            throw new BenchException($"the import did {result}");
    }

    private static string Csv(int size)
    {
        var csv = new StringBuilder("sku,name,category,description,price\n");
        for (var i = 0; i < size; i++)
            csv.Append(
                $"K{i},{Kinds[i % Kinds.Length]} {i / Kinds.Length},Section {i % 50},Made here in the morning by hand and number {i},{(i
                    == 7
                    ? "3.00"
                    : $"{4 + (i % 9)}.50")}\n");
        return csv.ToString();
    }

    private static async Task<JsonElement> Json(
        ComandaClient client,
        HttpMethod method,
        string path,
        object? body,
        CancellationToken cancel)
    {
        using var answer = await client.Send(method, path, body, cancel: cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new BenchException($"{method} {path} was answered {(int)answer.StatusCode}: {text}");
    }
}
