using System.Text.Json;
using Comanda.Kernel;

namespace Comanda.Orders;

/// <summary>A chosen option, frozen. <see cref="Price"/> for one.</summary>
public sealed record ModifierView(string Key, string Name, decimal Price, int Quantity);

/// <summary>A line, frozen. <see cref="UnitPrice"/> without modifiers; <see cref="Total"/> is what the guest pays for the line;
/// <see cref="TaxRate"/> in percent.
/// <see cref="Station"/> makes it, and is queued, started or ready with it (<see cref="KitchenStatus"/>). <see cref="Allergens"/> of the EU
/// 14, as it was sold with its options; null for lines from before this was kept.</summary>
public sealed record OrderLineView(
    long Id,
    long MenuItemId,
    string Name,
    int Quantity,
    decimal UnitPrice,
    IReadOnlyList<ModifierView> Modifiers,
    string? SpecialInstructions,
    decimal Discount,
    decimal ServiceCharge,
    decimal TaxRate,
    decimal Tax,
    decimal Total,
    string Station,
    [property: Words<LineState>] string KitchenStatus,
    IReadOnlyList<string>? Allergens,
    ComboView? Combo);

/// <summary>The combo that a line is a part of: lines of one <see cref="Number"/> are one combo.</summary>
public sealed record ComboView(int Number, long MenuItemId, string Name);

/// <summary>The tax of one rate (percent) over the order.</summary>
public sealed record TaxView(decimal Rate, decimal Net, decimal Tax)
{
    /// <summary>The lines' taxes summed by rate, the lowest first.</summary>
    public static IReadOnlyList<TaxView> ByRate(IEnumerable<(TaxRate Rate, Money Net, Money Tax)> lines, Currency currency) =>
    [
        .. lines.GroupBy(l => l.Rate).OrderBy(g => g.Key).Select(g => new TaxView(
            g.Key.Percent,
            g.Aggregate(Money.Zero, (sum, l) => sum + l.Net).In(currency),
            g.Aggregate(Money.Zero, (sum, l) => sum + l.Tax).In(currency))),
    ];
}

/// <summary>Money that came. In cash, <see cref="Amount"/> + <see cref="Rounding"/> changed hands.</summary>
public sealed record PaymentView(
    long Id,
    [property: Words<PaymentMethod>] string Method,
    decimal Amount,
    decimal? Tendered,
    decimal Change,
    decimal Rounding,
    string? Reference,
    DateTimeOffset PaidAt);

/// <summary>Money that went back. In cash, that is <see cref="Amount"/> + <see cref="Rounding"/>.</summary>
public sealed record RefundView(
    long Id,
    long PaymentId,
    [property: Words<PaymentMethod>] string Method,
    decimal Amount,
    decimal Rounding,
    string? Reason,
    DateTimeOffset RefundedAt);

/// <summary>
/// An order on the wire. <see cref="EstimatedTime"/> in minutes; Σ line totals + <see cref="DeliveryFee"/> + <see cref="Tip"/>
/// = <see cref="TotalAmount"/>; <see cref="FiredAt"/> is when the kitchen got it, null while it has not; <see cref="CashDue"/> is what is
/// due if the rest is paid in cash.
/// <see cref="ReceivedAt"/> and <see cref="TillClock"/> are null unless a till made it without us: when it came, and what the till's own
/// clock said when it was made.
/// <see cref="PointsEarned"/> and <see cref="PointsRedeemed"/> without what went back.
/// </summary>
public sealed record OrderView(
    long Id,
    string OrderNumber,
    [property: Words<OrderStatus>] string Status,
    [property: Words("unpaid", "partially_paid", "paid", "refunded")] string PaymentStatus,
    [property: Words<OrderType>] string Type,
    int EstimatedTime,
    IReadOnlyList<OrderLineView> Items,
    string Currency,
    bool PricesIncludeTax,
    decimal Subtotal,
    decimal Discount,
    decimal ServiceCharge,
    decimal Tax,
    IReadOnlyList<TaxView> Taxes,
    decimal DeliveryFee,
    decimal Tip,
    decimal TotalAmount,
    decimal CashDue,
    decimal BalanceDue,
    IReadOnlyList<PaymentView> Payments,
    IReadOnlyList<RefundView> Refunds,
    long PointsEarned,
    long PointsRedeemed,
    bool Training,
    DateOnly BusinessDay,
    long? CashierId,
    string? CashierName,
    long? CustomerId,
    string? CustomerName,
    string? Table,
    string? Notes,
    DeliveryAddress? DeliveryAddress,
    DateTimeOffset? ScheduledFor,
    bool Held,
    DateTimeOffset? FiredAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReceivedAt,
    DateTimeOffset? TillClock,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? CancelledAt,
    string? CancelReason,
    long Version) : IVersioned
{
    public static OrderView From(Order order)
    {
        var currency = Kernel.Currency.Of(order.Currency);
        var due = order.BalanceDue.In(currency);
        return new(
            order.Id,
            order.OrderNumber,
            order.Status.ToWire(),
            order.PaymentStatus,
            order.Type.ToWire(),
            order.EstimatedTime,
            [.. order.Items.Select(l => new OrderLineView(
                l.Id, l.MenuItemId, l.Name, l.Quantity, l.UnitPrice.In(currency), ModifiersOf(l, currency), l.SpecialInstructions,
                l.Discount.In(currency), l.ServiceCharge.In(currency), l.TaxRate.Percent, l.Tax.In(currency), l.Total.In(currency),
                l.Station, order.StateOf(l).ToWire(),
                l.Allergens?.Split(',', StringSplitOptions.RemoveEmptyEntries),
                l.Combo is { } number ? new ComboView(number, l.ComboId!.Value, l.ComboName!) : null))],
            order.Currency,
            order.PricesIncludeTax,
            order.Subtotal.In(currency),
            order.Discount.In(currency),
            order.ServiceCharge.In(currency),
            order.Tax.In(currency),
            TaxesOf(order, currency),
            order.DeliveryFee.In(currency),
            order.Tip.In(currency),
            order.Total.In(currency),
            order.CashDue.In(currency),
            due,
            [.. order.Payments.Select(p => View(p, currency))],
            [.. order.Refunds.Select(r => new RefundView(
                r.Id,
                r.PaymentId,
                r.Method.ToWire(),
                r.Amount.In(currency),
                r.Rounding.In(currency),
                r.Reason,
                r.RefundedAt))],
            order.PointsEarned - order.PointsTakenBack,
            order.PointsRedeemed,
            order.Training,
            order.BusinessDay,
            order.CashierId,
            order.CashierName,
            order.CustomerId,
            order.CustomerName,
            order.Table,
            order.Notes,
            order.DeliveryAddress is { } address ? JsonSerializer.Deserialize<DeliveryAddress>(address, Json.Options) : null,
            order.ScheduledFor,
            order.Held,
            order.FiredAt,
            order.CreatedAt,
            order.ReceivedAt,
            order.TillClock,
            order.CompletedAt,
            order.CancelledAt,
            order.CancelReason,
            order.Version);
    }

    public static PaymentView View(Payment p, Currency currency) =>
        new(
            p.Id,
            p.Method.ToWire(),
            p.Amount.In(currency),
            p.Tendered?.In(currency),
            p.Change.In(currency),
            p.Rounding.In(currency),
            p.Reference,
            p.PaidAt);

    public static IReadOnlyList<TaxView> TaxesOf(Order order, Currency currency) =>
        TaxView.ByRate(order.Items.Select(l => (l.TaxRate, l.Total - l.Tax, l.Tax)), currency);

    /// <summary>Frozen options are stored in minor units, so that nothing about them depends on how JSON is read.</summary>
    internal static string Freeze(IEnumerable<PricedModifier> modifiers) =>
        Json.Write(modifiers.Select(m => new FrozenModifier(m.Key, m.Name, m.Price.Minor, m.Quantity)));

    internal static IReadOnlyList<ModifierView> ModifiersOf(OrderLine line, Currency currency) =>
        line.Modifiers == "[]"
            ? []
            : [.. Thaw(line).Select(m => new ModifierView(m.Key, m.Name, new Money(m.Price).In(currency), m.Quantity))];

    internal static FrozenModifier[] Thaw(OrderLine line) => JsonSerializer.Deserialize<FrozenModifier[]>(line.Modifiers, Json.Options)!;

    internal sealed record FrozenModifier(string Key, string Name, long Price, int Quantity);
}
