using Comanda.Baking;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Orders;
using Comanda.Printing;

namespace Comanda.Dialects;

/// <summary>What each event tells: its name, and what its data is.</summary>
internal static class EventShapes
{
    private static readonly WireShape Order = WireShape.OfType(typeof(OrderView));

    public static readonly Dictionary<string, WireShape> All = new(StringComparer.Ordinal)
    {
        [EventNames.OrderCreated] = Order,
        [EventNames.OrderUpdated] = Order,
        [EventNames.OrderCompleted] = Order,
        [EventNames.OrderCancelled] = Order,
        [EventNames.PaymentRecorded] = WireShape.OfType(typeof(PaymentRecorded)),
        [EventNames.DeliveryLocation] = WireShape.OfType(typeof(DeliveryMoved)),
        [EventNames.ProductUpdated] = WireShape.Loose(IdKind.MenuItem),
        [EventNames.StockUpdated] = WireShape.Loose(IdKind.MenuItem),
        [EventNames.LowStock] = WireShape.Loose(IdKind.Alert),
        [EventNames.GiftCardSold] = WireShape.OfType(typeof(GiftCardChanged)),
        [EventNames.GiftCardRefunded] = WireShape.OfType(typeof(GiftCardChanged)),
        [EventNames.PrinterUpdated] = WireShape.OfType(typeof(PrinterView)),
        [EventNames.PrintJobUpdated] = WireShape.OfType(typeof(PrintJobView)),
        [EventNames.BakePlanUpdated] = WireShape.OfType(typeof(BakePlanChanged)),
        ["notification"] = WireShape.Loose(IdKind.Notification),
    };
}
