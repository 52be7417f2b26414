namespace Comanda.Promotions;

/// <summary>A promotion that was given, and what it takes off each line of the basket.</summary>
public sealed record GivenPromotion(Promotion Promotion, Money Amount, IReadOnlyList<Money> OffLines);

/// <summary>What of an offer a basket is given.</summary>
public sealed record GivenPromotions(IReadOnlyList<GivenPromotion> Given)
{
    /// <summary>Why the one of the code takes nothing off this basket; null where it does, or where others take off more.</summary>
    public string? CodeTakesNothing { get; init; }

    public static GivenPromotions None { get; } = new([]);

    public Money Amount => Given.Aggregate(Money.Zero, (sum, g) => sum + g.Amount);
}

/// <summary>
/// The one place that says which promotions a basket is given and what they take off which line: pure, the same on the server and on a
/// till without one.
/// <para>
/// Those that are given by themselves come first, each to pieces that no other has: by priority, then the one that takes off most. The one
/// of a code is for all lines, of what they still cost. One that is not combinable stands alone, where that takes off more than all
/// others together. No line goes below nothing. See docs/adr/0035.
/// </para>
/// </summary>
public static class ApplyPromotions
{
    public static GivenPromotions To(IReadOnlyList<PromotableLine> lines, PromotionOffer offer)
    {
        if (offer.IsEmpty)
            return GivenPromotions.None;
        var worth = lines.Aggregate(Money.Zero, (sum, l) => sum + l.Amount);
        var automatic = new List<(Promotion Promotion, Money Alone)>();
        foreach (var promotion in offer.Automatic)
        {
            if (worth >= promotion.Minimum && Takes.Of(promotion, new UntouchedPieces(lines, byCode: false)) is { } alone)
                automatic.Add((promotion, alone.Total));
        }

        automatic.Sort((a, b) =>
            a.Promotion.Priority != b.Promotion.Priority ? b.Promotion.Priority.CompareTo(a.Promotion.Priority)
            : a.Alone != b.Alone ? b.Alone.CompareTo(a.Alone)
            : a.Promotion.Id.CompareTo(b.Promotion.Id));
        var coded = offer.Coded is { } code && worth >= code.Minimum ? code : null;
        var together = automatic.Where(a => a.Promotion.Combinable).Select(a => a.Promotion);
        var best = Run(lines, together, coded is { Combinable: true } ? coded : null);
        foreach (var (promotion, _) in automatic.Where(a => !a.Promotion.Combinable && a.Alone > best.Amount))
        {
            if (Run(lines, [promotion], null) is var alone && alone.Amount > best.Amount)
                best = alone;
        }

        if (coded is { Combinable: false } && Run(lines, [], coded) is var exclusive && exclusive.Amount > best.Amount)
            best = exclusive;
        return offer.Coded is null || best.Given.Any(g => g.Promotion == offer.Coded)
            ? best
            : best with { CodeTakesNothing = WhyNothing(lines, offer.Coded, worth) };
    }

    private static string? WhyNothing(IReadOnlyList<PromotableLine> lines, Promotion coded, Money worth) =>
        worth < coded.Minimum ? "is for orders of a larger amount"
        : Takes.Of(coded, new UntouchedPieces(lines, byCode: true)) is null ? "is for nothing of what is ordered"
        : null;

    private static GivenPromotions Run(IReadOnlyList<PromotableLine> lines, IEnumerable<Promotion> automatic, Promotion? coded)
    {
        var given = new List<GivenPromotion>();
        var untouched = new UntouchedPieces(lines, byCode: false);
        foreach (var promotion in automatic)
        {
            if (Takes.Of(promotion, untouched) is not { } takes)
                continue;
            given.Add(takes.Give(promotion));
            untouched.Without(takes);
        }

        if (coded is not null && Takes.Of(coded, new UntouchedPieces(Rest(lines, given), byCode: true)) is { } more)
            given.Add(more.Give(coded));
        return new(given);
    }

    /// <summary>The lines at what they still cost.</summary>
    private static IReadOnlyList<PromotableLine> Rest(IReadOnlyList<PromotableLine> lines, List<GivenPromotion> given) =>
        given.Count == 0
            ? lines
            : [.. lines.Select((l, i) => l with { Amount = given.Aggregate(l.Amount, (rest, g) => rest - g.OffLines[i]) })];
}
