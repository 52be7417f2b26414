using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>Where an order stands.</summary>
public enum OrderStatus
{
    [WireName("pending", "placed")]
    Pending,

    [WireName("preparing", "in-progress", "in_progress")]
    Preparing,

    Ready,

    OutForDelivery,

    Delivered,

    Completed,

    [WireName("cancelled", "canceled")]
    Cancelled,
}

/// <summary>How the guest gets it.</summary>
public enum OrderType
{
    [WireName("dine-in", "dine_in")]
    DineIn,

    Takeaway,

    Online,

    Delivery,
}

/// <summary>What an order's type says of its lines.</summary>
public static class OrderTypes
{
    /// <summary>How its lines are consumed, but for those that say otherwise.</summary>
    public static Way Way(this OrderType type) => type switch
    {
        OrderType.Takeaway => Taxes.Way.Takeaway,
        OrderType.Online => Taxes.Way.Online,
        OrderType.Delivery => Taxes.Way.Delivery,
        _ => Taxes.Way.DineIn,
    };
}

/// <summary>The order's whole life on one page.</summary>
public static class OrderMoves
{
    private static readonly Dictionary<OrderStatus, OrderStatus[]> Moves = new()
    {
        // A cafe that hands over at the till goes straight to completed.
        [OrderStatus.Pending] = [OrderStatus.Preparing, OrderStatus.Completed, OrderStatus.Cancelled],
        // One without a pass hands over what is made; a delivery is taken along from the stove.
        [OrderStatus.Preparing] = [OrderStatus.Ready, OrderStatus.OutForDelivery, OrderStatus.Completed, OrderStatus.Cancelled],
        [OrderStatus.Ready] = [OrderStatus.OutForDelivery, OrderStatus.Completed, OrderStatus.Cancelled],
        [OrderStatus.OutForDelivery] = [OrderStatus.Delivered, OrderStatus.Cancelled],
        [OrderStatus.Delivered] = [OrderStatus.Completed, OrderStatus.Cancelled],
        [OrderStatus.Completed] = [],
        [OrderStatus.Cancelled] = [],
    };

    /// <summary>Where an order of this type may go from here.</summary>
    public static IEnumerable<OrderStatus> From(OrderStatus status, OrderType type) =>
        Moves[status].Where(next => next != OrderStatus.OutForDelivery || type == OrderType.Delivery);
}
