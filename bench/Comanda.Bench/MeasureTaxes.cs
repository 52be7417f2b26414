using System.Diagnostics;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Bench;

/// <summary>
/// What taxing a basket costs, and what pricing the whole order does, from the request and the menu to every reason of every cent: ten
/// lines, each with three taxes, the order discounted and with a charge.
/// </summary>
internal static class MeasureTaxes
{
    private const int Lines = 10, Warm = 20_000, Times = 20_000;

    public static Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var table = new MarkdownTable(
            $"A basket of {Lines} lines with three taxes each (median of {options.Rounds} rounds of {Times:N0})",
            "prices",
            "rounding",
            "taxes, µs",
            "bytes allocated",
            "the whole order, µs",
            "bytes allocated");
        foreach (var policy in Policies())
        {
            Progress.Say($"taxes: {policy}");
            var (taxes, ofTaxes) = Measure(Taxing(policy), options.Rounds, cancel);
            var (order, ofOrder) = Measure(Pricing(policy), options.Rounds, cancel);
            table.Row(
                policy.PricesIncludeTax ? "with tax" : "before tax",
                policy.Level.ToWire() + (policy.Aggregate ? ", aggregate" : ""),
                $"**{taxes:F1}**",
                $"{ofTaxes:N0}",
                $"**{order:F1}**",
                $"{ofOrder:N0}");
        }

        table.Print("The aim is 50 µs for the whole order.");
        return Task.CompletedTask;
    }

    private static IEnumerable<TaxPolicy> Policies() =>
        from inclusive in new[] { false, true }
        from level in new[] { TaxLevel.PerRate, TaxLevel.PerLine }
        from aggregate in new[] { false, true }
        select new TaxPolicy(inclusive, level, TaxMode.HalfUp, aggregate);

    private static (double Microseconds, long Bytes) Measure(Action once, int atMost, CancellationToken cancel)
    {
        for (var i = 0; i < Warm; i++)
            once();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var rounds = new List<double>();
        for (var round = 0; round < atMost && !cancel.IsCancellationRequested; round++)
        {
            var since = Stopwatch.GetTimestamp();
            for (var i = 0; i < Times; i++)
                once();
            rounds.Add(Stopwatch.GetElapsedTime(since).TotalMicroseconds / Times);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (rounds.Median(), allocated / (Times * Math.Max(1, rounds.Count)));
    }

    private static Action Taxing(TaxPolicy policy)
    {
        var (table, basket) = Basket();
        return () => TaxBasket.Tax(table, policy, basket);
    }

    /// <summary>The same basket as a request against a menu.</summary>
    private static Action Pricing(TaxPolicy policy)
    {
        var (table, basket) = Basket();
        var settings = ShopSettings.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["currency"] = "EUR" });
        settings = settings with
        {
            Taxes = table,
            Rules = settings.Rules with { Tax = policy, Service = basket.Service! },
        };
        var items = basket.Lines.Select((line, i) => new MenuEntry
        {
            Id = i + 1,
            CategoryId = 1,
            Category = "All",
            Name = $"Item {i + 1}",
            Price = line.Amount,
            TaxRate = TaxRate.Zero,
            InStock = true,
            TaxClass = line.Class,
        }).ToList();
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
            Items = items,
        }]);
        var request = new OrderRequest(
            null,
            [.. items.Select(i => new LineRequest(i.Id))],
            Discount: new("fixed", basket.Discount.In(settings.Currency), "measured"));
        return () => Orders.Pricing.Price(menu, settings, request, OrderType.DineIn, basket.Day);
    }

    /// <summary>Three classes: one whose state tax is another's too, so that fractions meet above a common denominator.</summary>
    private static (TaxTable Table, TaxableBasket Basket) Basket()
    {
        (string Class, string Name, decimal Rate)[] rates =
        [
            ("prepared", "State", 4), ("prepared", "City", 4.5m), ("prepared", "District", 0.375m),
            ("soda", "State", 4), ("soda", "City", 4.5m), ("soda", "Sugar", 3),
            ("food", "GST", 5), ("food", "QST", 9.975m), ("food", "Levy", 1),
        ];
        var rows = rates.Select(r => new TaxRow(r.Class, null, r.Name, TaxRate.OfPercent(r.Rate), TaxTreatment.Taxed)).ToList();
        var classes = rows.Select(r => r.Class).Distinct().Select(c => new TaxClass(c, c)).ToList();
        var lines = Enumerable.Range(0, Lines)
            .Select(i => new TaxableLine(classes[i % classes.Count].Code, Way.DineIn, new(195 + (i * 137))))
            .ToList();
        return (
            new(classes, rows, "prepared"),
            new(lines, new(2026, 5, 1))
            {
                Discount = new(250),
                Service = new(TaxRate.OfPercent(12.5m), Money.Zero, ChargeTaxed.AsItems),
            });
    }
}
