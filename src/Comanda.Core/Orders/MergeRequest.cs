namespace Comanda.Orders;

/// <summary>The orders whose lines come to this one: one, or several.</summary>
public sealed record MergeRequest(IReadOnlyList<long>? OrderIds, long? OrderId);

/// <summary>Where the guests sit now.</summary>
public sealed record TransferOrderRequest([property: AtMost(40)] string? Table);
