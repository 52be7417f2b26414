using Comanda.Identity;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// A line of an edited order: one that is there (<see cref="Id"/>), which keeps its frozen price and options, or a new one.
/// </summary>
public sealed record LineEdit(
    long? Id,
    long? MenuItemId,
    decimal? Quantity,
    ModifierChoice[]? Modifiers,
    DiscountRequest? Discount,
    [property: AtMost(500), Text(TextKind.Lines)] string? SpecialInstructions,
    IReadOnlyList<PartRequest>? Parts = null,
    [property: Words<Way>] string? Way = null,
    [property: AtMost(60)] string? Barcode = null);

/// <summary>
/// What changes of a pending order; what is left out stays. <see cref="Items"/> is the whole list: a line that is not in it
/// goes. <see cref="Version"/> is the version that the edit was made against, as an alternative to If-Match.
/// </summary>
public sealed record OrderEdit : IMadeAgainst
{
    public IReadOnlyList<LineEdit>? Items { get; init; }

    [AtMost(100)]
    [NullClears]
    public string? CustomerName { get; init; }

    [AtMost(40)]
    [NullClears]
    public string? Table { get; init; }

    [AtMost(1000)]
    [Text(TextKind.Lines)]
    [NullClears]
    public string? Notes { get; init; }

    public long? Version { get; init; }

    public ApprovalRequest? Approval { get; init; }

    /// <summary>Whose it is from now on; they earn what it earns. Of an order that is paid or over, this alone may change.</summary>
    public long? CustomerId { get; init; }

    /// <summary>Lines that were consumed as the order was follow it: another tax, the same price.</summary>
    [Words<OrderType>]
    public string? Type { get; init; }

    /// <summary>In the shop's currency, in the place of the one that it has.</summary>
    public decimal? Tip { get; init; }

    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>On an order without any.</summary>
    public DiscountRequest? Discount { get; init; }

    public DeliveryAddress? DeliveryAddress { get; init; }

    /// <summary>The code of a promotion, on an order without one; it takes off what its lines cost now.</summary>
    [AtMost(40)]
    public string? PromoCode { get; init; }

    /// <summary>False leaves the service charge out, true asks for the shop's.</summary>
    public bool? ServiceCharge { get; init; }

    /// <summary>Where it goes, as PUT …/status says it; cancelled goes alone.</summary>
    [Words<OrderStatus>]
    public string? Status { get; init; }

    /// <summary>completed settles what is due by <see cref="PaymentMethod"/>, or by how it was to be paid.</summary>
    [Words("pending", "completed")]
    public string? PaymentStatus { get; init; }

    /// <summary>How it is to be paid.</summary>
    [Words<PaymentMethod>]
    public string? PaymentMethod { get; init; }

    [AtMost(100)]
    public string? PaymentReference { get; init; }

    /// <summary>
    /// What the guest was shown that it costs now, as <see cref="Total"/> too: where it costs something else, nothing changes.
    /// </summary>
    public decimal? TotalAmount { get; init; }

    public decimal? Total { get; init; }

    /// <summary>Says nothing at all: what was sent back is what there is.</summary>
    public bool IsNothing() => this == new OrderEdit { Version = Version, TotalAmount = TotalAmount, Total = Total };

    /// <summary>Says nothing but where it goes and how it is paid.</summary>
    public bool IsOnlySettled() => this == new OrderEdit
    {
        Status = Status,
        PaymentStatus = PaymentStatus,
        PaymentMethod = PaymentMethod,
        PaymentReference = PaymentReference,
        Version = Version,
        TotalAmount = TotalAmount,
        Total = Total,
    };

    /// <summary>Says nothing but whose it is.</summary>
    public bool IsOnlyCustomer() => CustomerId is not null && this == new OrderEdit { CustomerId = CustomerId, Version = Version };
}

/// <summary>What comes to an order: lines as in one that is placed.</summary>
public sealed record RoundRequest(IReadOnlyList<LineRequest>? Items, ApprovalRequest? Approval = null);
