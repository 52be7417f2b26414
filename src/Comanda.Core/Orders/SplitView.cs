namespace Comanda.Orders;

/// <summary>So many of a line go to the other bill; all of it where no quantity is said.</summary>
public sealed record SplitItem(long? OrderItemId, decimal? Quantity);

/// <summary>
/// By item: what goes to a bill of its own. Or evenly, in so many <see cref="Ways"/>: the bill stays one, and the answer says what
/// each guest pays of it.
/// </summary>
public sealed record SplitRequest(IReadOnlyList<SplitItem>? Items, int? Ways);

/// <summary>The bills, the one that was split first; or the shares of it, which sum to what is due.</summary>
public sealed record SplitView(IReadOnlyList<OrderView> Orders, IReadOnlyList<decimal> Shares);
