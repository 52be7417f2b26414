using System.Text.Json;
using System.Text.Json.Serialization;
using Comanda.Promotions;

namespace Comanda.Orders;

/// <summary>
/// What promotions took off a line, as it keeps it: JSON, amounts in minor units. It is part of the line's discount, and goes with it where
/// the line is divided.
/// </summary>
internal static class FrozenPromotions
{
    public static string? Freeze(IEnumerable<PromotionShare> shares)
    {
        var frozen = shares.Where(s => !s.Amount.IsZero)
            .Select(s => new Frozen(s.Id, s.Title, s.Code, s.Amount.Minor, s.Step?.TenThousandths))
            .ToList();
        return frozen.Count == 0 ? null : Json.Write(frozen);
    }

    public static IReadOnlyList<PromotionShare> Thaw(string? frozen) => frozen is null
        ? []
        : [.. JsonSerializer.Deserialize<Frozen[]>(frozen, Json.Options)!
            .Select(f => new PromotionShare(f.Id, f.Title, f.Code, new(f.Amount))
            {
                Step = f.Step is { } step ? TaxRate.FromTenThousandths(step) : null,
            })];

    /// <summary>The part of a part of the line, which all together is as much of it as the discount's.</summary>
    public static string? PartOf(string? frozen, Measure part, Measure whole) =>
        frozen is null || part == whole ? frozen : Freeze(Parted(Thaw(frozen), part, whole));

    /// <summary>What stays when a part of the line goes.</summary>
    public static string? Without(string? frozen, Measure part, Measure whole)
    {
        if (frozen is null)
            return null;
        var all = Thaw(frozen);
        var gone = Parted(all, part, whole);
        return Freeze(all.Select((s, i) => s with { Amount = s.Amount - gone[i].Amount }));
    }

    /// <summary>With what was given since.</summary>
    public static string? With(string? frozen, IReadOnlyList<PromotionShare> more) =>
        more.Count == 0 ? frozen : Freeze(Merged(Thaw(frozen).Concat(more)));

    /// <summary>Each promotion once.</summary>
    public static IEnumerable<PromotionShare> Merged(IEnumerable<PromotionShare> shares) =>
        shares.GroupBy(s => s.Id).Select(g => g.First() with { Amount = g.Aggregate(Money.Zero, (sum, s) => sum + s.Amount) });

    /// <summary>What one takes off a whole basket.</summary>
    public static PromotionShare Of(GivenPromotion given) =>
        new(given.Promotion.Id, given.Promotion.Title, given.Promotion.Code, given.Amount);

    public static IReadOnlyList<PromotionShareView> Views(IEnumerable<PromotionShare> shares, Currency currency) =>
        [.. shares.Select(s => s.In(currency))];

    private static List<PromotionShare> Parted(IReadOnlyList<PromotionShare> all, Measure part, Measure whole)
    {
        var together = part.PartOf(all.Aggregate(Money.Zero, (sum, s) => sum + s.Amount), whole);
        var amounts = Share.ByWeight(together, [.. all.Select(s => s.Amount.Minor)]);
        return [.. all.Select((s, i) => s with { Amount = amounts[i] })];
    }

    /// <summary>One promotion, as a line keeps it.</summary>
    /// <param name="Id">Which promotion.</param>
    /// <param name="Title">As it was called.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Amount">In minor units.</param>
    /// <param name="Step">Of a markdown, in ten-thousandths of a percent.</param>
    private sealed record Frozen(
        long Id,
        string Title,
        string? Code,
        long Amount,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Step = null);
}
