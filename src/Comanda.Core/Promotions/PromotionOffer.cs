namespace Comanda.Promotions;

/// <summary>How often a promotion was given, in all and to the customer whom an order is for.</summary>
public readonly record struct UsesSoFar(long All, long ByCustomer);

/// <summary>What decides, beside the basket, which promotions an order may have.</summary>
/// <param name="At">The hour that it is for.</param>
/// <param name="Zone">The shop's.</param>
public sealed record PromotionHour(DateTimeOffset At, TimeZoneInfo Zone)
{
    /// <summary>What the shop's clock shows then.</summary>
    public DateTime Shown { get; } = TimeZoneInfo.ConvertTime(At, Zone).DateTime;

    /// <summary>It is ordered for later: what will be left then nobody knows, so no markdown is given.</summary>
    public bool IsAhead { get; init; }

    public bool HasCustomer { get; init; }

    public bool IsFirstOrder { get; init; }

    /// <summary>Of those whose uses are counted, by id.</summary>
    public IReadOnlyDictionary<long, UsesSoFar> Uses { get; init; } = new Dictionary<long, UsesSoFar>();
}

/// <summary>The promotions that an order may have: those that are given by themselves, and the one whose code it names.</summary>
public sealed record PromotionOffer(IReadOnlyList<Promotion> Automatic, Promotion? Coded)
{
    public const string Field = "promo_code";

    public static PromotionOffer None { get; } = new([], null);

    public bool IsEmpty => Automatic.Count == 0 && Coded is null;

    /// <summary>What of a shop's promotions is on; the refusal where the one of the code is not.</summary>
    /// <param name="all">Those that are given by themselves.</param>
    /// <param name="coded">The one whose code was named.</param>
    /// <param name="hour">What decides.</param>
    public static Outcome<PromotionOffer> Of(IEnumerable<Promotion> all, Promotion? coded, PromotionHour hour)
    {
        if (coded is not null && coded.WhyNotAt(hour.At, hour.Shown) is { } not)
            return NotApplicable(coded, not);
        if (coded is { NeedsCustomer: true } && !hour.HasCustomer)
            return NotApplicable(coded, "is given once to each customer: it needs a customer_id");
        if (coded is { FirstOrder: true } && !hour.IsFirstOrder)
            return NotApplicable(coded, "is for a customer's first order");
        if (coded is not null && IsUsedUp(coded, hour))
            return UsedUp(coded);
        var automatic = all.Where(p => p.Code is null
            && p.IsOnAt(hour.At, hour.Shown)
            && (!p.NeedsCustomer || hour.HasCustomer)
            && (!p.FirstOrder || hour.IsFirstOrder)
            && !(p.Type == DiscountType.Markdown && hour.IsAhead)
            && !IsUsedUp(p, hour));
        return new PromotionOffer([.. automatic.Select(p => p.At(hour.Shown))], coded?.At(hour.Shown));
    }

    /// <summary>The refusal of a code that takes nothing off this order.</summary>
    public static Refusal NotApplicable(Promotion promotion, string why) =>
        Named(Refusal.Conflict("promotion_not_applicable", $"{promotion.Title} {why}."), why);

    public static Refusal UsedUp(Promotion promotion) => Named(
        Refusal.Conflict("promotion_used_up", $"{promotion.Title} has been given as often as it is to be."),
        "has been given as often as it is to be");

    public static Refusal Named(Refusal refusal, string why) => refusal with
    {
        Errors = new Dictionary<string, string[]>(StringComparer.Ordinal) { [Field] = [why] },
    };

    private static bool IsUsedUp(Promotion promotion, PromotionHour hour) =>
        hour.Uses.TryGetValue(promotion.Id, out var uses)
        && (uses.All >= promotion.Limit || uses.ByCustomer >= promotion.MostPerCustomer);
}
