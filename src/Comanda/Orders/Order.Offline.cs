namespace Comanda.Orders;

/// <summary>What is to be known of a sale that a till made without us.</summary>
public sealed partial class Order
{
    /// <summary>When it came to us; null where it was placed with us.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>What the till's own clock said when it was made: it decides nothing.</summary>
    public DateTimeOffset? TillClock { get; init; }

    /// <summary>The guest had it before we heard of it: it is completed, and the kitchen never sees it.</summary>
    internal void WasHandedOver() => (Status, CompletedAt, EstimatedTime) = (OrderStatus.Completed, CreatedAt, 0);
}
