using Comanda.Taxes;

namespace Comanda.Registers;

/// <summary>Cash put in or taken out that is no sale. <see cref="Type"/> is in or out.</summary>
public sealed record DrawerMovementView(
    long Id,
    long DrawerId,
    [property: Words("in", "out")] string Type,
    decimal Amount,
    string Reason,
    string? By,
    DateTimeOffset At);

/// <summary>By one tender: what came, what went back.</summary>
public sealed record TenderView(decimal In, decimal Back);

/// <summary>
/// One tax: <see cref="Rate"/> (percent) of <see cref="Net"/>, and what of it went back. <see cref="Treatment"/> is taxed or zero.
/// </summary>
public sealed record RateView(
    string Name,
    decimal Rate,
    decimal Gross,
    decimal Net,
    decimal Tax,
    [property: Words<TaxTreatment>] string Treatment,
    string? Letter,
    decimal RefundedNet,
    decimal RefundedTax);

/// <summary>
/// A drawer session on the wire: the X report while it is open, the Z report once it is closed. <see cref="Expected"/> is
/// float + cash taken − cash given back + paid in − paid out; <see cref="Difference"/> is counted − expected. Where the shop
/// counts blind (whoever closes may read no reports), what tells the expected cash is null until the close.
/// <see cref="Automatic"/>: nobody opened it; it holds what was sold between a close and the next opening.
/// <see cref="Late"/>: sales that a till made without us before a close and sent after it. Their cash was counted at that close, where it
/// was too much; so here 0 may be counted.
/// <see cref="CashRounding"/> is what came (less what went) for want of small coins; the tenders have it in them.
/// <see cref="GiftCardsSold"/> is what came for gift cards (less what went back for them); the tenders have it in them, the sales do not.
/// <see cref="Sales"/> is without tips; cancellations are taken off in the session in which they happen.
/// </summary>
public sealed record DrawerView(
    long Id,
    long RegisterId,
    string Register,
    [property: Words("open", "closed")] string Status,
    bool Automatic,
    bool Late,
    decimal Float,
    DateTimeOffset OpenedAt,
    string? OpenedBy,
    DateTimeOffset? ClosedAt,
    string? ClosedBy,
    long? ZNumber,
    decimal? Expected,
    decimal? Counted,
    decimal? Difference,
    long? Orders,
    decimal? Sales,
    decimal? Tax,
    decimal? Tips,
    decimal? Discounts,
    decimal? ServiceCharges,
    decimal? Refunds,
    decimal? CashRounding,
    decimal? GiftCardsSold,
    decimal? PaidIn,
    decimal? PaidOut,
    IReadOnlyDictionary<string, TenderView>? PaymentMethods,
    IReadOnlyList<RateView>? Taxes,
    string Currency);
