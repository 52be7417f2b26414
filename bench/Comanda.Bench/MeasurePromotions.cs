using System.Diagnostics;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Promotions;
using Comanda.Shops;

namespace Comanda.Bench;

/// <summary>What promotions add to pricing: ten lines against none and against twenty, of every kind and all active.</summary>
internal static class MeasurePromotions
{
    private const int Lines = 10, Warm = 20_000, Times = 10_000, Items = 60;

    public static Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var table = new MarkdownTable(
            $"A basket of {Lines} lines, priced whole (median of {options.Rounds} rounds of {Times:N0})",
            "active promotions",
            "given",
            "µs",
            "bytes allocated");
        foreach (var count in new[] { 0, 1, 20 })
        {
            Progress.Say($"promotions: {count}");
            var all = Enumerable.Range(1, count).Select(Promotion).ToList();
            var given = Price(all, Warm);
            var rounds = new List<double>();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < options.Rounds && !cancel.IsCancellationRequested; round++)
            {
                var since = Stopwatch.GetTimestamp();
                Price(all, Times);
                rounds.Add(Stopwatch.GetElapsedTime(since).TotalMicroseconds / Times);
            }

            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (Times * Math.Max(1, rounds.Count));
            table.Row($"{count}", $"{given}", $"**{rounds.Median():F1}**", $"{allocated:N0}");
        }

        table.Print("The aim is 200 µs with twenty.");
        return Task.CompletedTask;
    }

    /// <summary>Prices it so often, its offer worked out each time; answers how many promotions it is given.</summary>
    private static int Price(List<Promotion> all, int times)
    {
        var settings = ShopSettings.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["tax_rate"] = "10" });
        var entries = Enumerable.Range(1, Items).Select(Entry).ToList();
        var menu = new MenuSnapshot(settings.Currency, [new()
        {
            Id = 1,
            Name = "All",
            Description = "",
            Image = null,
            IsActive = true,
            DisplayOrder = 0,
            Station = MenuEntry.Kitchen,
            Version = 1,
            Items = entries,
        }]);
        var basket = new OrderRequest(
            "takeaway", [.. Enumerable.Range(0, Lines).Select(i => new LineRequest(1 + (i * 5), 1 + (i % 3)))]);
        var at = new DateTimeOffset(2026, 5, 1, 12, 30, 0, TimeSpan.Zero);
        var day = settings.BusinessDay.Of(at);
        var given = 0;
        for (var i = 0; i < times; i++)
        {
            var offer = PromotionOffer.Of(all, null, new(at, settings.BusinessDay.Zone)).Value;
            var offers = new MenuOffers(menu, settings);
            given = Pricing.Price(offers.Find, settings, basket, OrderType.Takeaway, day, offer).Value.Promotions.Count;
        }

        return given;
    }

    private static Promotion Promotion(int id)
    {
        var some = new Chosen(Enumerable.Range(0, 12).Select(i => (long)(1 + ((id + (i * 5)) % Items))), []);
        var promotion = new Promotion
        {
            Id = id,
            Title = $"Promotion {id}",
            Type = (DiscountType)(id % 4),
            Percent = TaxRate.OfPercent(5 + id),
            Amount = new(id % 4 == (int)DiscountType.Combo ? 300 : 50 + id),
            Minimum = new(500),
            For = id % 2 == 0 ? Chosen.All : some,
            Hours = new(new HashSet<DayOfWeek>(), new(11, 0), new(14, 0)),
            Buy = 2,
            Get = 1,
            Sets = [new(some, 1), new(new([], [1]), 2)],
            Priority = id % 3,
        };
        return promotion;
    }

    private static MenuEntry Entry(int id) => new()
    {
        Id = id,
        CategoryId = 1,
        Category = "All",
        Name = $"Item {id}",
        Price = new Money(200 + (id * 7)),
        TaxRate = TaxRate.OfPercent(10),
        InStock = true,
    };
}
