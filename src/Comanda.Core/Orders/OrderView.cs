using System.Text.Json.Serialization;
using Comanda.Promotions;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>A chosen option, frozen. <see cref="Price"/> for one.</summary>
public sealed record ModifierView(string Key, string Name, decimal Price, int Quantity);

/// <summary>
/// A line, frozen. <see cref="UnitPrice"/> without modifiers; <see cref="Total"/> is what the guest pays for the line;
/// <see cref="TaxRate"/> in percent, 0 where several classes share its price; <see cref="Taxes"/> are all that it bears.
/// <see cref="Way"/> is how it is consumed. <see cref="Unit"/> is what <see cref="Quantity"/> counts, only of what is sold by weight.
/// <see cref="Station"/> makes it, and is queued, started or ready with it (<see cref="KitchenStatus"/>). <see cref="Allergens"/> of the EU
/// 14, as it was sold with its options; null for lines from before this was kept.
/// </summary>
public sealed record OrderLineView(
    long Id,
    long MenuItemId,
    string Name,
    decimal Quantity,
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
    ComboView? Combo,
    [property: Words<Way>] string Way,
    string TaxClass,
    IReadOnlyList<LineTaxView> Taxes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit)
{
    /// <summary>What of its discount promotions took off.</summary>
    public IReadOnlyList<PromotionShareView> Promotions { get; init; } = [];

    /// <summary>Of its allergens, those that the guest must not eat.</summary>
    public IReadOnlyList<string> AllergenWarnings { get; init; } = [];
}

/// <summary>A tax of a line: <see cref="Rate"/> (percent) of <see cref="Base"/>.</summary>
public sealed record LineTaxView(string Name, decimal Rate, decimal Base, decimal Tax)
{
    public static IReadOnlyList<LineTaxView> Of(IReadOnlyList<BorneTax> taxes, Currency currency) =>
    [
        .. taxes.Where(t => t.Levy.IsListed)
            .Select(t => new LineTaxView(t.Levy.Name, t.Levy.Rate.Percent, t.Base.In(currency), t.Tax.In(currency))),
    ];
}

/// <summary>The combo that a line is a part of: lines of one <see cref="Number"/> are one combo.</summary>
public sealed record ComboView(int Number, long MenuItemId, string Name);

/// <summary>
/// A tax over the order: <see cref="Rate"/> (percent) of <see cref="Net"/>; <see cref="Treatment"/> is taxed or zero. What bears no tax
/// of the shop's (exempt, outside, by_platform) is not among them.
/// </summary>
public sealed record TaxView(
    string Name,
    decimal Rate,
    decimal Net,
    decimal Tax,
    [property: Words<TaxTreatment>] string Treatment,
    string? Letter)
{
    public static IReadOnlyList<TaxView> Of(IEnumerable<BorneTax> taxes, Currency currency) =>
    [
        .. taxes.Where(t => t.Levy.IsListed).Select(t => new TaxView(
            t.Levy.Name,
            t.Levy.Rate.Percent,
            t.Base.In(currency),
            t.Tax.In(currency),
            t.Levy.Treatment.ToWire(),
            t.Levy.Letter)),
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
/// <see cref="PaymentMethod"/> is how it was paid first, or is to be paid; <see cref="Reference"/> what another system calls it.
/// <see cref="PointsEarned"/> and <see cref="PointsRedeemed"/> without what went back.
/// <see cref="PaymentDueBy"/> is there only while the order waits for its guest to pay by card: not paid by then, it is cancelled.
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
    [property: Words<PaymentMethod>] string? PaymentMethod,
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
    string? Reference,
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PaymentDueBy,
    long Version) : IVersioned
{
    /// <summary>The code of a promotion that it was placed with.</summary>
    public string? PromoCode { get; init; }

    /// <summary>What of its lines the guest must not eat.</summary>
    public IReadOnlyList<string> AllergenWarnings { get; init; } = [];

    /// <summary>The promotions that its lines have, and what each took off.</summary>
    public IReadOnlyList<PromotionShareView> Promotions { get; init; } = [];

    public DateTimeOffset UpdatedAt { get; init; }
}
