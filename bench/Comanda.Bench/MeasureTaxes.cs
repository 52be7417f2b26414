using System.Diagnostics;
using Comanda.Kernel;
using Comanda.Taxes;

namespace Comanda.Bench;

/// <summary>What taxing a basket costs: ten lines, each with three taxes, the order discounted and with a charge.</summary>
internal static class MeasureTaxes
{
    private const int Lines = 10, Warm = 20_000, Times = 20_000;

    public static Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        var table = new MarkdownTable(
            $"A basket of {Lines} lines with three taxes each (median of {options.Rounds} rounds of {Times:N0})",
            "prices",
            "rounding",
            "µs",
            "bytes allocated");
        foreach (var policy in Policies())
        {
            Progress.Say($"taxes: {policy}");
            Price(policy, Warm);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var rounds = new List<double>();
            for (var round = 0; round < options.Rounds && !cancel.IsCancellationRequested; round++)
            {
                var since = Stopwatch.GetTimestamp();
                Price(policy, Times);
                rounds.Add(Stopwatch.GetElapsedTime(since).TotalMicroseconds / Times);
            }

            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (Times * Math.Max(1, rounds.Count));
            table.Row(
                policy.PricesIncludeTax ? "with tax" : "before tax",
                policy.Level.ToWire() + (policy.Aggregate ? ", aggregate" : ""),
                $"**{rounds.Median():F1}**",
                $"{allocated:N0}");
        }

        table.Print("The aim is 50 µs.");
        return Task.CompletedTask;
    }

    private static IEnumerable<TaxPolicy> Policies() =>
        from inclusive in new[] { false, true }
        from level in new[] { TaxLevel.PerRate, TaxLevel.PerLine }
        from aggregate in new[] { false, true }
        select new TaxPolicy(inclusive, level, TaxMode.HalfUp, aggregate);

    private static void Price(TaxPolicy policy, int times)
    {
        var (table, basket) = Basket();
        for (var i = 0; i < times; i++)
            TaxBasket.Tax(table, policy, basket);
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
