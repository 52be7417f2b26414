namespace Comanda.Taxes;

/// <summary>Where an amount goes that lies in the middle between two steps.</summary>
public enum CashTie
{
    Up,
    Down,
}

/// <summary>What is rounded where coins are missing.</summary>
public enum CashScope
{
    /// <summary>What is left for cash after other tenders.</summary>
    CashPart,

    /// <summary>The same, but only if no other tender pays a part.</summary>
    OnlyIfAllCash,

    /// <summary>What is owed, whatever pays it.</summary>
    Total,
}

/// <summary>
/// How an amount is paid where the smallest coins are not used. The amount due is rounded, never the change: rounding the change half up
/// would give back too much on every tie. Tax and turnover stay as they were; the difference is a figure of its own.
/// </summary>
/// <param name="Step">The smallest coin in use; 0 for none missing.</param>
/// <param name="Tie">Where a middle goes.</param>
/// <param name="Scope">What is rounded where several tenders pay.</param>
public sealed record CashRounding(Money Step, CashTie Tie = CashTie.Up, CashScope Scope = CashScope.CashPart)
{
    public static readonly CashRounding None = new(Money.Zero);

    /// <summary>Sums up to this are a case of their own.</summary>
    public Money SmallUpTo { get; init; }

    /// <summary>What they become; null: they stay exact.</summary>
    public Money? SmallDue { get; init; }

    /// <summary>An amount as it is paid. What goes back mirrors what came.</summary>
    public Money Of(Money exact)
    {
        if (Step.IsZero || exact.IsZero)
            return exact;
        var magnitude = exact.IsNegative ? -exact : exact;
        var rounded = magnitude <= SmallUpTo
            ? SmallDue ?? magnitude
            : Step * (long)Apportion.Rounded<Int128>(magnitude.Minor, Step.Minor, Tie == CashTie.Up ? TaxMode.HalfUp : TaxMode.HalfDown);
        return exact.IsNegative ? -rounded : rounded;
    }

    /// <summary>What is to be paid in cash (by any tender where the scope is the total).</summary>
    /// <param name="total">All that is owed.</param>
    /// <param name="byOthers">What other tenders pay of it, exactly.</param>
    public Money Due(Money total, Money byOthers) => Scope switch
    {
        CashScope.Total => Of(total) - byOthers,
        CashScope.OnlyIfAllCash when !byOthers.IsZero => total - byOthers,
        _ => Of(total - byOthers),
    };

    /// <summary>
    /// What changes hands for an amount after others: several part payments come to what one would, and parts that go back to what came.
    /// </summary>
    public Money Next(Money before, Money amount) => Of(before + amount) - Of(before);
}
