using System.Text.Json.Serialization;
using Comanda.Taxes;

namespace Comanda.GiftCards;

/// <summary>
/// A gift card: sold for <see cref="Amount"/>, with <see cref="Balance"/> left. <see cref="Status"/> is active, empty (something may still
/// come back to it) or void (given back unused). In the list, <see cref="Code"/> shows only its end to who may give no money back.
/// <see cref="TaxClass"/> and <see cref="Way"/> say what one of kind single is for; no other has them.
/// </summary>
public sealed record GiftCardView(
    long Id,
    string Code,
    decimal Balance,
    decimal Amount,
    [property: Words("active", "empty", "void")] string Status,
    string Currency,
    DateTimeOffset SoldAt,
    string? SoldBy,
    [property: Words<GiftCardKind>] string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TaxClass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<Way>] string? Way);

/// <summary>
/// A card as it was sold. In cash, <see cref="Amount"/> + <see cref="Rounding"/> changed hands. <see cref="Tax"/> and <see cref="Taxes"/>
/// are what one of kind single bears, inside its amount.
/// </summary>
public sealed record GiftCardSold(
    long Id,
    string Code,
    decimal Balance,
    decimal Amount,
    [property: Words("active", "empty", "void")] string Status,
    string Currency,
    DateTimeOffset SoldAt,
    string? SoldBy,
    [property: Words("cash", "card", "mobile")] string Method,
    decimal? Tendered,
    decimal Change,
    decimal Rounding,
    [property: Words<GiftCardKind>] string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TaxClass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<Way>] string? Way,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Tax,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<GiftCardTaxView>? Taxes);

/// <summary>A tax of a card that is taxed when it is sold: <see cref="Rate"/> (percent) of <see cref="Net"/>.</summary>
public sealed record GiftCardTaxView(
    string Name,
    decimal Rate,
    decimal Net,
    decimal Tax,
    [property: Words<TaxTreatment>] string Treatment,
    string? Letter);

/// <summary>
/// What a card had and has: <see cref="Kind"/> is sale, payment, refund (of an order, or its cancellation), void, or brought (with another
/// shop's export); <see cref="Balance"/> is what it had after. <see cref="Method"/> is how the card itself was paid, or given back.
/// </summary>
public sealed record GiftCardMovementView(
    [property: Words("sale", "payment", "refund", "void", "brought")] string Kind,
    decimal Amount,
    decimal Balance,
    long? OrderId,
    string? OrderNumber,
    [property: Words("cash", "card", "mobile")] string? Method,
    string? Reason,
    string? By,
    DateTimeOffset At);

/// <summary>A card with all its movements, the oldest first.</summary>
public sealed record GiftCardHistory(
    long Id,
    string Code,
    decimal Balance,
    decimal Amount,
    [property: Words("active", "empty", "void")] string Status,
    string Currency,
    DateTimeOffset SoldAt,
    string? SoldBy,
    [property: Words<GiftCardKind>] string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TaxClass,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<Way>] string? Way,
    IReadOnlyList<GiftCardMovementView> Movements);

/// <summary>
/// A card that was given back. In cash, <see cref="Amount"/> + <see cref="Rounding"/> changed hands. <see cref="Tax"/> is what of the
/// amount was tax, which goes back too; only of one of kind single.
/// </summary>
public sealed record GiftCardGivenBack(
    long Id,
    string Code,
    decimal Amount,
    [property: Words("cash", "card", "mobile")] string Method,
    decimal Rounding,
    string Reason,
    [property: Words("active", "empty", "void")] string Status,
    string Currency,
    DateTimeOffset RefundedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Tax);

/// <summary>What the events of a card tell: its code masked.</summary>
public sealed record GiftCardChanged(long Id, string Code, decimal Amount, decimal Balance, string Status, string Method);
