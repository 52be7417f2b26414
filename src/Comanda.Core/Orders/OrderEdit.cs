using Comanda.Identity;
using Comanda.Kernel;
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
public sealed record OrderEdit(
    IReadOnlyList<LineEdit>? Items,
    [property: AtMost(100)] string? CustomerName,
    [property: AtMost(40)] string? Table,
    [property: AtMost(1000), Text(TextKind.Lines)] string? Notes,
    long? Version,
    ApprovalRequest? Approval = null);

/// <summary>What comes to an order: lines as in one that is placed.</summary>
public sealed record RoundRequest(IReadOnlyList<LineRequest>? Items, ApprovalRequest? Approval = null);
