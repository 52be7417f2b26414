namespace Comanda.Reports;

/// <summary>How well a candidate's amount is that of the difference.</summary>
public enum VarianceMatch
{
    /// <summary>It is the whole difference, to the smallest unit.</summary>
    Exact,

    /// <summary>It is the difference but for a little.</summary>
    Near,

    /// <summary>It is no amount, but something to look at.</summary>
    Possible,
}

/// <summary>
/// What may explain a difference. Nothing is proved by it: <see cref="Match"/> tells how well the amount fits, <see cref="Count"/> how many
/// things there are that fit as well, and a match among many says little. <see cref="Effect"/> is the difference that it would make,
/// <see cref="Remains"/> what it leaves unexplained. <see cref="Ids"/> are the first of <see cref="Count"/> payments, refunds, movements or
/// orders, as <see cref="Kind"/> has it, <see cref="OrderIds"/> the orders that they belong to, <see cref="People"/> whose hands it was in.
/// </summary>
public sealed record VarianceCandidate(
    string Kind,
    [property: Words<VarianceMatch>] string Match,
    string Why,
    decimal Effect,
    decimal Remains,
    long Count,
    IReadOnlyList<long> Ids,
    IReadOnlyList<long> OrderIds,
    IReadOnlyList<string> People,
    DateTimeOffset? At);

/// <summary>Somebody who had the drawer in hand: payments in cash taken, cash given back, put in or out.</summary>
public sealed record DrawerHandView(string Person, long CashPayments, decimal CashTaken, decimal CashBack, decimal PaidIn, decimal PaidOut);

/// <summary>A counted session that was not what it had to be, and what may explain it, the likeliest first.</summary>
public sealed record DrawerVarianceView(
    long DrawerId,
    string Register,
    DateTimeOffset OpenedAt,
    DateTimeOffset ClosedAt,
    string? ClosedBy,
    decimal Expected,
    decimal Counted,
    decimal Difference,
    IReadOnlyList<VarianceCandidate> Candidates,
    IReadOnlyList<DrawerHandView> Hands);

/// <summary>What sold most of an ingredient between two counts, by its recipe.</summary>
public sealed record StockSellerView(string Product, decimal Use, long Orders);

/// <summary>
/// A count that found other than the books had, in the ingredient's unit: what moved since the count before (or since all that is known)
/// and what may explain the difference.
/// </summary>
public sealed record StockVarianceView(
    long InventoryId,
    string Name,
    string Unit,
    DateTimeOffset? Since,
    DateTimeOffset CountedAt,
    string? CountedBy,
    decimal Expected,
    decimal Counted,
    decimal Difference,
    decimal TheoreticalUse,
    decimal Waste,
    decimal Delivered,
    decimal Moved,
    decimal? PercentOfUse,
    IReadOnlyList<VarianceCandidate> Candidates,
    IReadOnlyList<StockSellerView> Sellers,
    IReadOnlyList<string> Hands);

/// <summary>Differences of a period, the greatest first.</summary>
public sealed record VarianceView(
    DateOnly From,
    DateOnly To,
    string Currency,
    IReadOnlyList<DrawerVarianceView> Drawers,
    IReadOnlyList<StockVarianceView> Stock);
