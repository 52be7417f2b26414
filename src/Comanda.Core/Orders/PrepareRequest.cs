namespace Comanda.Orders;

/// <summary><see cref="Status"/> is queued, started or ready.</summary>
public sealed record PrepareRequest([property: Words<LineState>] string? Status);
