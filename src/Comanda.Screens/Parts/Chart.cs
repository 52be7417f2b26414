namespace Comanda.Screens.Parts;

/// <summary>A row of values of a chart: its name in the legend, and a value (or none) for each place.</summary>
public sealed record ChartSeries(string Name, IReadOnlyList<decimal?> Values)
{
    /// <summary>Where each value leads; null: nowhere.</summary>
    public Func<int, string?>? Link { get; init; }

    /// <summary>What it is compared with: drawn behind, lighter.</summary>
    public bool IsBefore { get; init; }
}

/// <summary>Where on a chart a value stands, in percent of its height, and the round values that lines are drawn at.</summary>
public sealed class ChartScale
{
    private readonly decimal low, high;

    /// <summary>From the lowest (or 0) to the highest of the values, in steps that people count in.</summary>
    public ChartScale(IEnumerable<decimal?> values)
    {
        var known = values.OfType<decimal>().DefaultIfEmpty(0).ToList();
        var (least, most) = (Math.Min(0, known.Min()), Math.Max(0, known.Max()));
        if (least == most)
            most = 1;
        var step = Step((most - least) / 4);
        low = Math.Floor(least / step) * step;
        high = Math.Ceiling(most / step) * step;
        for (var at = low; at <= high; at += step)
            Lines.Add(at);
    }

    /// <summary>Values at which a line is drawn.</summary>
    public List<decimal> Lines { get; } = [];

    /// <summary>How far from the top a value stands, in percent.</summary>
    public decimal Top(decimal value) => 100 * (high - value) / (high - low);

    private static decimal Step(decimal least)
    {
        var power = 1m;
        while (power > least)
            power /= 10;
        while (power * 10 <= least)
            power *= 10;
        return least <= power ? power : least <= 2 * power ? 2 * power : least <= 5 * power ? 5 * power : 10 * power;
    }
}
