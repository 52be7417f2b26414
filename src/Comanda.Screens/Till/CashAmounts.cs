namespace Comanda.Screens.Till;

/// <summary>What a guest is likely to hand over.</summary>
public static class CashAmounts
{
    /// <summary>The exact amount, and what the next notes come to; four at most, rising.</summary>
    public static IReadOnlyList<decimal> For(decimal due, Currency currency)
    {
        decimal[] notes = currency.Digits switch
        {
            0 => [500, 1_000, 5_000, 10_000, 50_000],
            3 => [1, 5, 10, 20, 50],
            _ => [5, 10, 20, 50, 100],
        };
        // Where everything costs thousands (HUF, IDR), notes are larger by as much.
        while (due > notes[^1] * 2)
            notes = [.. notes.Select(n => n * 10)];
        return [due, .. notes.Select(n => decimal.Ceiling(due / n) * n).Where(a => a > due).Distinct().Order().Take(3)];
    }
}
