using System.Text.Json.Serialization;
using Comanda.Taxes;

namespace Comanda.Promotions;

/// <summary>A part of a combo.</summary>
public sealed record ComboSetView(long[] Products, long[] Categories, int Quantity);

/// <summary>
/// A promotion on the wire. <see cref="Used"/> is how often it was given, only told to who edits promotions, and only counted where it has
/// a code or a limit.
/// </summary>
public sealed record PromotionView : IVersioned
{
    public required long Id { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    public required string? Image { get; init; }

    [Words<DiscountType>]
    public required string DiscountType { get; init; }

    public required decimal DiscountValue { get; init; }

    public required string? Code { get; init; }

    public required decimal MinimumOrderValue { get; init; }

    public required decimal? MaximumDiscount { get; init; }

    public required DateTimeOffset? StartDate { get; init; }

    public required DateTimeOffset? EndDate { get; init; }

    public required bool IsActive { get; init; }

    public required long[] ApplicableProducts { get; init; }

    public required long[] ApplicableCategories { get; init; }

    public required string[] Ways { get; init; }

    public required string[] Weekdays { get; init; }

    public required string? AvailableFrom { get; init; }

    public required string? AvailableUntil { get; init; }

    public required int? BuyQuantity { get; init; }

    public required int? GetQuantity { get; init; }

    public required long[] GetProducts { get; init; }

    public required long[] GetCategories { get; init; }

    public required IReadOnlyList<ComboSetView> Combo { get; init; }

    /// <summary>Of a markdown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MarkdownStepInput>? Steps { get; init; }

    /// <summary>A markdown may go below what an item costs to make.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BelowCost { get; init; }

    public required bool FirstOrder { get; init; }

    public required int? UsageLimit { get; init; }

    public required int? UsageLimitPerCustomer { get; init; }

    public required bool Combinable { get; init; }

    public required int Priority { get; init; }

    public required bool IsListed { get; init; }

    public required int? Used { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }
}

/// <summary>
/// A promotion in an order, or on one of its lines, and what it took off. <see cref="Step"/>: of a markdown on a line, the percent of the
/// step that was on.
/// </summary>
public sealed record PromotionShareView(
    long PromotionId,
    string Title,
    string? Code,
    decimal Amount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Step = null);

/// <summary>Past business days on which a promotion is rehearsed, both included.</summary>
public sealed record RehearseRequest(DateOnly? From, DateOnly? To);

/// <summary>What a promotion would have taken off a past order, whose lines came to <see cref="Before"/>.</summary>
public sealed record RehearsedOrder(
    long OrderId,
    string OrderNumber,
    DateOnly BusinessDay,
    decimal Before,
    decimal Discount,
    decimal After);

/// <summary>
/// What a promotion would have cost. <see cref="Baskets"/> were looked at, <see cref="Orders"/> would have had it; the amounts are theirs:
/// what lines came to in the shop's prices, without service charge, delivery and tip. <see cref="Samples"/> are those on which it would
/// have taken off most. <see cref="IsWhole"/> is false where there were more baskets than are looked at at once.
/// </summary>
public sealed record RehearsalView(
    long Orders,
    decimal DiscountTotal,
    decimal RevenueBefore,
    decimal RevenueAfter,
    IReadOnlyList<RehearsedOrder> Samples,
    long Baskets,
    bool IsWhole);
