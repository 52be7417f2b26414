using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Registers;
using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>
/// A new order with all that is written with it. The number is known only inside the statement, so the texts that contain it have
/// <see cref="Slot"/> in its place, which the statement fills.
/// </summary>
internal sealed record OrderToWrite(Order Order, string Body)
{
    public required IReadOnlyList<PointsMove> Points { get; init; }

    public required string Prefix { get; init; }

    public required RetryKey? Key { get; init; }

    public required string Slot { get; init; }

    public required string Location { get; init; }

    public required Caller? Actor { get; init; }

    /// <summary>As its events name them, written once for all of them.</summary>
    public string ActorJson => field ??= ShopEvent.ActorJson(Actor);

    /// <summary>The session that a late sale belongs to; null where it is the register's own.</summary>
    public long? LateDrawer { get; init; }

    public IReadOnlyList<KeyValuePair<long, int>> Counted { get; } = [.. Order.CountedItems()];

    public IReadOnlyList<StockMovement> Used { get; } = StockMemory.Taken(Order);

    /// <summary>What devices are told, in this order.</summary>
    public IReadOnlyList<(string Name, string Data)> Events { get; } = [.. EventsOf(Order, Body)];

    private static IEnumerable<(string Name, string Data)> EventsOf(Order order, string body)
    {
        yield return (EventNames.OrderCreated, order.IsInKitchen ? KitchenTickets.With(body, KitchenTickets.New(order)) : body);
        var currency = Currency.Of(order.Currency);
        foreach (var payment in order.Payments)
            yield return (EventNames.PaymentRecorded, Json.Write(PaymentRecorded.From(payment, order, currency)));
        if (order.Status == OrderStatus.Completed)
            yield return (EventNames.OrderCompleted, body);
    }
}

/// <summary>How <see cref="PaymentRecorded"/> comes about.</summary>
public static class PaymentRecordedViews
{
    extension(PaymentRecorded)
    {
        public static PaymentRecorded From(Payment payment, Order order, Currency currency) => new(
            order.Id,
            order.OrderNumber,
            OrderView.View(payment, currency),
            order.PaymentStatus,
            order.BalanceDue.In(currency));
    }
}
