namespace Comanda.Orders;

/// <summary>An order of the past: the hour of the shop's clock, what was reckoned, and what it took, in minutes.</summary>
public readonly record struct WaitTaken(int Hour, int Quoted, double Took);

/// <summary>
/// What earlier orders teach of a wait: how many times as long as was reckoned is said, so that eight in ten are ready by then, and how
/// many of <see cref="Orders"/> would have been.
/// </summary>
public sealed record WaitLesson(double Factor, int RightPercent, int Orders)
{
    /// <summary>Of fewer nothing is learned.</summary>
    public const int Enough = 20;

    private const double Wanted = 0.8, Least = 0.5, Most = 4;

    /// <summary>Of an hour and the ones beside it; where these have too few, of all; null where those are too few as well.</summary>
    public static WaitLesson? Of(IReadOnlyList<WaitTaken> taken, int hour)
    {
        var near = taken.Where(t => t.Quoted > 0 && Math.Min((t.Hour - hour + 24) % 24, (hour - t.Hour + 24) % 24) <= 1).ToList();
        var of = near.Count >= Enough ? near : [.. taken.Where(t => t.Quoted > 0)];
        if (of.Count < Enough)
            return null;
        var times = of.ConvertAll(t => t.Took / t.Quoted);
        times.Sort();
        var factor = Math.Clamp(times[(int)Math.Ceiling(Wanted * times.Count) - 1], Least, Most);
        var right = of.Count(t => t.Took <= Said(t.Quoted, factor));
        return new(factor, (int)(100L * right / of.Count), of.Count);
    }

    /// <summary>What is said where so much was reckoned.</summary>
    public int Say(int quoted) => Said(quoted, Factor);

    /// <summary>Whole minutes. What a division left behind is no minute.</summary>
    private static int Said(int quoted, double factor) => quoted == 0 ? 0 : Math.Max(1, (int)Math.Ceiling((quoted * factor) - 1e-9));
}
