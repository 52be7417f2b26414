namespace Comanda.Reports;

/// <summary>What is not back, and since when: what went out first comes back first.</summary>
public static class MissingPieces
{
    /// <summary>By day; nothing where more came back than went out.</summary>
    /// <param name="wentOut">How many went out on which day, in any order.</param>
    /// <param name="back">How many came back, ever.</param>
    public static IReadOnlyList<(DateOnly Day, long Pieces)> Of(IEnumerable<(DateOnly Day, long Pieces)> wentOut, long back)
    {
        var missing = new List<(DateOnly Day, long Pieces)>();
        foreach (var day in wentOut.GroupBy(o => o.Day).OrderBy(g => g.Key))
        {
            var pieces = day.Sum(d => d.Pieces);
            var left = Math.Max(0, pieces - back);
            back = Math.Max(0, back - pieces);
            if (left > 0)
                missing.Add((day.Key, left));
        }

        return missing;
    }
}
