namespace Comanda.Orders;

/// <summary>Where the receipt goes.</summary>
public sealed record EmailReceiptRequest(string? To);

/// <summary>The mail waits to be sent (or lies in the local outbox, where no mail server is configured).</summary>
public sealed record EmailReceiptView(string To, [property: Words("queued")] string Status);
