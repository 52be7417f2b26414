using Comanda.Stock;

namespace Comanda.Reports;

/// <summary>
/// One of the days that were looked at. <see cref="Estimate"/>: what would have been sold had there always been some; more than
/// <see cref="Sold"/> where it was sold out from <see cref="SoldOutAt"/> (until <see cref="BackAt"/>, or to the end of the day).
/// </summary>
public sealed record BakeDayView(DateOnly Date, int Sold, DateTimeOffset? SoldOutAt, DateTimeOffset? BackAt, int Estimate);

/// <summary>
/// How many to make of one item: <see cref="Average"/> of the days' estimates, rounded up, or what is <see cref="AlreadyOrdered"/> for the
/// day where that is more.
/// </summary>
public sealed record BakeRowView(
    long MenuItemId,
    string Name,
    string Category,
    int Bake,
    decimal Average,
    int AlreadyOrdered,
    int? LeftNow,
    IReadOnlyList<BakeDayView> Days,
    string Reason);

/// <summary>
/// What to make for a day. <see cref="UseFirst"/>: lots that are over by that day and not used up, the first to expire first.
/// </summary>
public sealed record BakeListView(
    DateOnly Date,
    string Weekday,
    int Weeks,
    IReadOnlyList<BakeRowView> Items,
    IReadOnlyList<LotView> UseFirst);
