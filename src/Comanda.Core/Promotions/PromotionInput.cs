using Comanda.Taxes;

namespace Comanda.Promotions;

/// <summary>A part of a combo as given: so many pieces of these items, or of these categories.</summary>
public sealed record ComboSetInput(long[]? Products = null, long[]? Categories = null, int? Quantity = null);

/// <summary>
/// A promotion as given. When it changes one, what is left out stays as it is. <see cref="DiscountValue"/> is percent, an amount, or what a
/// combo costs; of buy_x_get_y by how many percent what is given is cheaper (100 where left out). <see cref="Code"/> empty: it is given by
/// itself. <see cref="StartDate"/> and <see cref="EndDate"/> are instants, or days of the shop (the last one is still of it); empty: none.
/// <see cref="ApplicableProducts"/> and <see cref="ApplicableCategories"/> are what it is for, or what has to be bought; empty: all.
/// <see cref="Weekdays"/>, <see cref="AvailableFrom"/> and <see cref="AvailableUntil"/> are happy hours by the shop's clock (HH:MM), which
/// may go over midnight. <see cref="Steps"/> are a markdown's, which ends at <see cref="AvailableUntil"/> and never goes below what an item
/// costs to make, unless <see cref="BelowCost"/>. <see cref="UsageLimit"/> and <see cref="UsageLimitPerCustomer"/>: 0 is none.
/// <see cref="Combinable"/>: whether others may be given with it. <see cref="IsListed"/>: whether guests see it.
/// </summary>
public sealed record PromotionInput : IMadeAgainst
{
    [AtMost(100)]
    public string? Title { get; init; }

    [AtMost(2000)]
    [Text(TextKind.Lines)]
    [NullClears]
    public string? Description { get; init; }

    [AtMost(500)]
    [NullClears]
    public string? Image { get; init; }

    [Words<DiscountType>]
    public string? DiscountType { get; init; }

    public decimal? DiscountValue { get; init; }

    [AtMost(40)]
    [NullClears]
    public string? Code { get; init; }

    [NullClears(0)]
    public decimal? MinimumOrderValue { get; init; }

    /// <summary>The most that it takes off an order; 0: no most.</summary>
    [NullClears(0)]
    public decimal? MaximumDiscount { get; init; }

    [AtMost(40)]
    [NullClears]
    public string? StartDate { get; init; }

    [AtMost(40)]
    [NullClears]
    public string? EndDate { get; init; }

    public bool? IsActive { get; init; }

    public long[]? ApplicableProducts { get; init; }

    public long[]? ApplicableCategories { get; init; }

    /// <summary>How a line is consumed: dine-in, takeaway, online, delivery; empty: however.</summary>
    public string[]? Ways { get; init; }

    /// <summary>sun, mon, tue, wed, thu, fri, sat; empty: every day.</summary>
    public string[]? Weekdays { get; init; }

    [NullClears]
    public string? AvailableFrom { get; init; }

    [NullClears]
    public string? AvailableUntil { get; init; }

    public int? BuyQuantity { get; init; }

    public int? GetQuantity { get; init; }

    /// <summary>What is given; empty: the same as is bought.</summary>
    public long[]? GetProducts { get; init; }

    public long[]? GetCategories { get; init; }

    public IReadOnlyList<ComboSetInput>? Combo { get; init; }

    /// <summary>Of a markdown: each later and cheaper than the one before.</summary>
    public IReadOnlyList<MarkdownStepInput>? Steps { get; init; }

    public bool? BelowCost { get; init; }

    /// <summary>Only for a customer's first order.</summary>
    public bool? FirstOrder { get; init; }

    [NullClears(0)]
    public int? UsageLimit { get; init; }

    [NullClears(0)]
    public int? UsageLimitPerCustomer { get; init; }

    public bool? Combinable { get; init; }

    /// <summary>Of several that want the same pieces, the higher has them.</summary>
    public int? Priority { get; init; }

    public bool? IsListed { get; init; }

    public long? Version { get; init; }

    /// <summary>These terms with what a change gives in their place.</summary>
    public PromotionInput With(PromotionInput change) => new()
    {
        Title = change.Title ?? Title,
        Description = change.Description ?? Description,
        Image = change.Image ?? Image,
        DiscountType = change.DiscountType ?? DiscountType,
        DiscountValue = change.DiscountValue ?? DiscountValue,
        Code = change.Code ?? Code,
        MinimumOrderValue = change.MinimumOrderValue ?? MinimumOrderValue,
        MaximumDiscount = change.MaximumDiscount ?? MaximumDiscount,
        StartDate = change.StartDate ?? StartDate,
        EndDate = change.EndDate ?? EndDate,
        IsActive = change.IsActive ?? IsActive,
        ApplicableProducts = change.ApplicableProducts ?? ApplicableProducts,
        ApplicableCategories = change.ApplicableCategories ?? ApplicableCategories,
        Ways = change.Ways ?? Ways,
        Weekdays = change.Weekdays ?? Weekdays,
        AvailableFrom = change.AvailableFrom ?? AvailableFrom,
        AvailableUntil = change.AvailableUntil ?? AvailableUntil,
        BuyQuantity = change.BuyQuantity ?? BuyQuantity,
        GetQuantity = change.GetQuantity ?? GetQuantity,
        GetProducts = change.GetProducts ?? GetProducts,
        GetCategories = change.GetCategories ?? GetCategories,
        Combo = change.Combo ?? Combo,
        Steps = change.Steps ?? Steps,
        BelowCost = change.BelowCost ?? BelowCost,
        FirstOrder = change.FirstOrder ?? FirstOrder,
        UsageLimit = change.UsageLimit ?? UsageLimit,
        UsageLimitPerCustomer = change.UsageLimitPerCustomer ?? UsageLimitPerCustomer,
        Combinable = change.Combinable ?? Combinable,
        Priority = change.Priority ?? Priority,
        IsListed = change.IsListed ?? IsListed,
    };
}
