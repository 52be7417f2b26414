using Comanda.Identity;
using Comanda.Taxes;

namespace Comanda.GiftCards;

public sealed record RefundGiftCardRequest([property: AtMost(500)] string? Reason, ApprovalRequest? Approval = null);

/// <summary>
/// A card for <see cref="Amount"/>, paid by <see cref="Method"/>: cash (<see cref="Tendered"/> is what was handed over), card or mobile.
/// <see cref="Code"/> is for cards that are printed already; left out, Comanda makes one that nobody can guess. A <see cref="Kind"/> of
/// single is for goods whose tax is certain: of one <see cref="TaxClass"/> (the shop's default where left out), for one
/// <see cref="Way"/> (dine-in). It is taxed when it is sold, and pays only for such goods, which bear no tax then. Multi, the usual one,
/// is no turnover until it is spent.
/// </summary>
public sealed record SellGiftCardRequest(
    decimal? Amount,
    [property: Words("cash", "card", "mobile")] string? Method,
    decimal? Tendered,
    [property: AtMost(50)] string? Code,
    [property: Words<GiftCardKind>] string? Kind = null,
    [property: AtMost(40)] string? TaxClass = null,
    [property: Words<Way>] string? Way = null);

/// <summary>Whether the tax of what a card pays for is certain when it is sold.</summary>
public enum GiftCardKind
{
    Multi,
    Single,
}
