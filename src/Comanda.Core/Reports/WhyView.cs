namespace Comanda.Reports;

/// <summary>
/// One thing that has a share in a figure. <see cref="Kind"/> is sale, cancellation, refund, payment, money_back (paid out again by a
/// refund or a cancellation), gift_card (sold, or given back for money) or order (all that an order has in it);
/// <see cref="SubjectId"/> is its id, and <see cref="OrderId"/> the order's, if there is one. The figure's own unit is that of
/// <see cref="Share"/>.
/// </summary>
public sealed record WhyShareView(
    DateOnly Date,
    string Kind,
    string SubjectId,
    long? OrderId,
    string? OrderNumber,
    DateTimeOffset? At,
    string? CashierName,
    decimal Share);

/// <summary>
/// What a figure of the reports is made of: <see cref="Value"/> is the figure, and the shares of all pages add up to it. Days on which it
/// comes to nothing are left out where more than one day was asked for.
/// </summary>
public sealed record WhyView(
    DateOnly From,
    DateOnly To,
    string Figure,
    string? Of,
    string Unit,
    string Currency,
    decimal Value,
    IReadOnlyList<WhyShareView> Items,
    string? NextCursor) : IPage;
