using Comanda.Identity;
using Comanda.Kernel;

namespace Comanda.GiftCards;

public sealed record RefundGiftCardRequest([property: AtMost(500)] string? Reason, ApprovalRequest? Approval = null);

/// <summary>
/// A card for <see cref="Amount"/>, paid by <see cref="Method"/>: cash (<see cref="Tendered"/> is what was handed over), card or mobile.
/// <see cref="Code"/> is for cards that are printed already; left out, Comanda makes one that nobody can guess.
/// </summary>
public sealed record SellGiftCardRequest(
    decimal? Amount,
    [property: Words("cash", "card", "mobile")] string? Method,
    decimal? Tendered,
    [property: AtMost(50)] string? Code);
