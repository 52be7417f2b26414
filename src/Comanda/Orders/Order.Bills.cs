using Comanda.Taxes;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>Its bill divided, joined with others, counted anew.</summary>
public sealed partial class Order
{
    /// <summary>Whether its bill may still be divided, joined or carried to another table; null where it may.</summary>
    public Refusal? CanBeRearranged(DateOnly today) =>
        Status is OrderStatus.Cancelled or OrderStatus.Completed or OrderStatus.Delivered
            ? Refusal.Conflict("invalid_transition", $"The order is {Status.ToWire()}; its bill stands.")
            : PaymentDueBy is not null
            ? OrderRefusals.AwaitsPayment()
            : !Paid.IsZero
            ? Refusal.Conflict("already_paid", "Something was paid for this order; only unpaid bills are divided or joined.")
            : BusinessDay != today
            ? Refusal.Conflict("day_is_over", $"The order belongs to {BusinessDay:yyyy-MM-dd}, and that day's figures stand.")
            : null;

    /// <summary>
    /// Another bill for a part of this one: the same guests, the same stage of its life. Its lines and number come after.
    /// </summary>
    internal Order SplitOff(long id, long number, string orderNumber, long drawer, DateTimeOffset now) => new()
    {
        Id = id,
        ShopId = ShopId,
        RegisterId = RegisterId,
        Number = number,
        OrderNumber = orderNumber,
        Type = Type,
        Status = Status,
        Training = Training,
        BusinessDay = BusinessDay,
        Currency = Currency,
        PricesIncludeTax = PricesIncludeTax,
        Rules = Rules,
        CashierId = CashierId,
        CashierName = CashierName,
        CustomerId = CustomerId,
        CustomerName = CustomerName,
        Table = Table,
        Notes = Notes,
        DeliveryAddress = DeliveryAddress,
        ScheduledFor = ScheduledFor,
        EstimatedTime = EstimatedTime,
        CreatedAt = now,
        DrawerId = drawer,
        Held = Held,
        FiredAt = FiredAt,
        PromoCode = PromoCode,
        GuestAllergens = GuestAllergens,
    };

    /// <summary>Its figures from its lines, after lines came or went.</summary>
    internal void Recount()
    {
        Money Sum(Func<OrderLine, Money> of) => Items.Aggregate(Money.Zero, (sum, l) => sum + of(l));
        var tax = Sum(l => l.Tax);
        Tax = FrozenTaxes.Thaw(DeliveryTaxes).Aggregate(tax, (sum, t) => sum + t.Tax);
        Discount = Sum(l => l.Discount);
        ServiceCharge = Sum(l => l.ServiceCharge);
        Subtotal = Sum(l => l.Total + l.Discount - l.ServiceCharge) - (PricesIncludeTax ? Money.Zero : tax);
        Total = Sum(l => l.Total) + DeliveryFee + Tip;
    }

    /// <summary>Its lines have gone to another bill: it is nobody's any more.</summary>
    internal void MergedAway(string into, DateTimeOffset now, BusinessDay days, long drawer)
    {
        (Status, CancelledAt, CancelledDay, CancelReason) = (OrderStatus.Cancelled, now, days.Of(now), "merged into " + into);
        CancelledDrawerId = DrawerId is null ? null : drawer;
        Items.Clear();
        Tip = Money.Zero;
        Recount();
        Version++;
    }
}
