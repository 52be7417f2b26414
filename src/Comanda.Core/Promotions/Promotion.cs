using Comanda.Taxes;

namespace Comanda.Promotions;

/// <summary>
/// A promotion as pricing knows it. One with a <see cref="Code"/> is given where the code is named, the others by themselves.
/// </summary>
public sealed record Promotion
{
    public required long Id { get; init; }

    public required string Title { get; init; }

    public required DiscountType Type { get; init; }

    public string? Code { get; init; }

    public bool IsActive { get; init; } = true;

    /// <summary>Of a percentage; and by how much what <see cref="DiscountType.BuyXGetY"/> gives is cheaper.</summary>
    public TaxRate Percent { get; init; }

    /// <summary>What goes off, or what a combo costs.</summary>
    public Money Amount { get; init; }

    /// <summary>What lines must cost together, after their own discounts.</summary>
    public Money Minimum { get; init; }

    /// <summary>The most that it takes off an order.</summary>
    public Money? Most { get; init; }

    public DateTimeOffset? Begins { get; init; }

    public DateTimeOffset? Ends { get; init; }

    public HappyHours? Hours { get; init; }

    /// <summary>What it is for; what has to be bought, of <see cref="DiscountType.BuyXGetY"/>.</summary>
    public Chosen For { get; init; } = Chosen.All;

    /// <summary>How a line is consumed that it is for; none: however.</summary>
    public IReadOnlySet<Way> Ways { get; init; } = new HashSet<Way>();

    public int Buy { get; init; }

    public int Get { get; init; }

    /// <summary>What is given.</summary>
    public Chosen Gives { get; init; } = Chosen.All;

    /// <summary>What a combo consists of.</summary>
    public IReadOnlyList<ComboSet> Sets { get; init; } = [];

    /// <summary>Of a markdown, in the order in which they come.</summary>
    public IReadOnlyList<MarkdownStep> Steps { get; init; } = [];

    /// <summary>A markdown may go below what an item costs to make.</summary>
    public bool BelowCost { get; init; }

    /// <summary>What a markdown leaves of the price of one of an item, at least; null: nothing.</summary>
    public Func<long, Money?> LeastOf { get; init; } = NoLeast;

    private static readonly Func<long, Money?> NoLeast = _ => null;

    public bool FirstOrder { get; init; }

    public int? Limit { get; init; }

    public int? LimitPerCustomer { get; init; }

    /// <summary>Others may be given with it.</summary>
    public bool Combinable { get; init; } = true;

    /// <summary>Of several that want the same pieces, the higher has them.</summary>
    public int Priority { get; init; }

    /// <summary>Its uses are counted: it has a code or a limit.</summary>
    public bool IsCounted => Code is not null || Limit is not null || NeedsCustomer;

    public bool NeedsCustomer => FirstOrder || LimitPerCustomer is not null;

    /// <summary>How often one customer may have it.</summary>
    public int? MostPerCustomer => FirstOrder ? 1 : LimitPerCustomer;

    /// <summary>Whether it is given at this time; <paramref name="shown"/> is what the shop's clock shows then.</summary>
    public bool IsOnAt(DateTimeOffset at, DateTime shown) =>
        IsActive && !(at < Begins) && !(at >= Ends) && Hours?.AreOn(shown) != false;

    /// <summary>As it is when the shop's clock shows this: of a markdown, the step that is on.</summary>
    public Promotion At(DateTime shown) =>
        Type == DiscountType.Markdown ? this with { Percent = StepAt(TimeOnly.FromDateTime(shown))?.Percent ?? TaxRate.Zero } : this;

    /// <summary>The step that is on; null before the first. The first may be before midnight and the last after it.</summary>
    public MarkdownStep? StepAt(TimeOnly time) => Steps.LastOrDefault(s => s.From - Steps[0].From <= time - Steps[0].From);

    /// <summary>The step after that.</summary>
    public MarkdownStep? NextAfter(TimeOnly time) => Steps.FirstOrDefault(s => s.From - Steps[0].From > time - Steps[0].From);

    /// <summary>Why it is not; null where it is.</summary>
    public string? WhyNotAt(DateTimeOffset at, DateTime shown) =>
        !IsActive ? "is not given at present"
        : at < Begins ? "has not begun"
        : at >= Ends ? "is over"
        : Hours is { } hours && !hours.AreOn(shown) ? $"is given from {hours.From:HH:mm} to {hours.Until:HH:mm}{OnDays(hours)}"
        : null;

    public bool IsFor(PromotableLine line) =>
        IsFor(line.Way) && (Type == DiscountType.Combo || For.Has(line.ItemId, line.CategoryId));

    public bool IsFor(Way way) => Ways.Count == 0 || Ways.Contains(way);

    private static string OnDays(HappyHours hours) =>
        hours.Days.Count == 0 ? "" : " on " + string.Join(", ", hours.Days.Order().Select(d => d.ToString()));
}

/// <summary>A line as promotions see it. What is part of a combo of the menu counts as that combo.</summary>
/// <param name="ItemId">What it is.</param>
/// <param name="CategoryId">Its category.</param>
/// <param name="Way">How it is consumed.</param>
/// <param name="Pieces">How many of it; 0 where it is not counted in pieces: weighed, or a part of a combo.</param>
/// <param name="Amount">What it costs, its own discount taken off.</param>
public readonly record struct PromotableLine(long ItemId, long CategoryId, Way Way, int Pieces, Money Amount)
{
    /// <summary>How much of it; nothing of a part of a combo, which no markdown reaches.</summary>
    public Measure Quantity { get; init; }

    /// <summary>It was there before: only a code reaches it, what is given by itself was given when it came.</summary>
    public bool WasThere { get; init; }
}
