using Comanda.Taxes;

namespace Comanda.Menu;

/// <summary>One option as the menu shows and orders price it.</summary>
public sealed record MenuOption
{
    public required long Id { get; init; }

    public required string Key { get; init; }

    public required string Name { get; init; }

    public required Money Price { get; init; }

    public required bool InStock { get; init; }

    public string[] AddsAllergens { get; init; } = [];

    public string[] RemovesAllergens { get; init; } = [];

    public string? TaxClass { get; init; }
}

public sealed record MenuGroup(long Id, string Name, int Min, int Max, IReadOnlyList<MenuOption> Options);

/// <summary>
/// One item as the menu shows and orders price it. <see cref="TaxRate"/> is resolved: the item's own or the shop's.
/// <see cref="IsCounted"/> where a countdown runs; how many are left changes with each sale and is not kept here.
/// <see cref="Unit"/> is what the price is for where it is sold by weight; null: one piece.
/// </summary>
public sealed record MenuEntry
{
    /// <summary>The station that makes what nobody else is said to.</summary>
    public const string Kitchen = "kitchen";

    /// <summary>The station of what nobody makes.</summary>
    public const string Nobody = "none";

    /// <summary>Whether a category's items can be made there: what nobody makes are deposits, and nothing else is sold as one.</summary>
    public static bool IsStation(string name) =>
        name.Length > 0 && name != Nobody && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    public required long Id { get; init; }

    public required long CategoryId { get; init; }

    public required string Category { get; init; }

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    public required Money Price { get; init; }

    public Money? DiscountPrice { get; init; }

    public required TaxRate TaxRate { get; init; }

    public TaxRate? OwnTaxRate { get; init; }

    public string? TaxClass { get; init; }

    public string? OwnTaxClass { get; init; }

    public IReadOnlyList<ClassShare>? TaxSplit { get; init; }

    public WeightUnit? Unit { get; init; }

    public string? Sku { get; init; }

    public string? Barcode { get; init; }

    public string? ImageUrl { get; init; }

    public bool IsVegetarian { get; init; }

    public string[] Allergens { get; init; } = [];

    public int PreparationTime { get; init; }

    public required bool InStock { get; init; }

    public bool IsCounted { get; init; }

    public bool IsFeatured { get; init; }

    public IReadOnlyList<MenuGroup> Groups { get; init; } = [];

    public MenuCombo? Combo { get; init; }

    public MenuDetails? Details { get; init; }

    public TimeOnly? AvailableFrom { get; init; }

    public TimeOnly? AvailableUntil { get; init; }

    public int DisplayOrder { get; init; }

    public int RatingCount { get; init; }

    public long RatingSum { get; init; }

    public string Station { get; init; } = Kitchen;

    public long Version { get; init; }

    /// <summary>What it is for the tax office: its own class, its category's or the shop's; else the class of its rate.</summary>
    public string TaxedAs => TaxClass ?? TaxTable.ClassOf(TaxRate);

    /// <summary>A deposit on a bottle, a crate or a cup: it may come back, as a line of a negative quantity.</summary>
    public bool IsDeposit { get; init; }

    /// <summary>The deposit that goes with each that leaves the shop.</summary>
    public long? DepositItemId { get; init; }

    /// <summary>Of 5, to two decimals; 0 where nobody has rated it.</summary>
    public decimal AverageRating => RatingCount == 0 ? 0 : Math.Round((decimal)RatingSum / RatingCount, 2, MidpointRounding.AwayFromZero);

    /// <summary>What it costs now: the discount price where there is one.</summary>
    public Money PriceNow => DiscountPrice ?? Price;

    /// <summary>Whether it is sold at this time of the shop's day. A day part may go over midnight.</summary>
    public bool IsSoldAt(TimeOnly time)
    {
        if (AvailableFrom is null && AvailableUntil is null)
            return true;
        var (from, until) = (AvailableFrom ?? TimeOnly.MinValue, AvailableUntil ?? TimeOnly.MaxValue);
        return from <= until ? time >= from && (time < until || AvailableUntil is null) : time >= from || time < until;
    }

    /// <summary>"from 07:00 until 11:00"</summary>
    public string DayPart => (AvailableFrom is { } from
        ? $"from {from:HH:mm}"
        : "") + (AvailableUntil is { } until ? $"{(AvailableFrom is null ? "" : " ")}until {until:HH:mm}" : "");
}

/// <summary>What the menu tells of an item and orders need not know. <see cref="NutritionalInfo"/> is JSON as it was given.</summary>
public sealed record MenuDetails(string[] Images, bool IsVegan, string Ingredients, string? NutritionalInfo, string[] OtherAllergens)
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

public sealed record MenuSection
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string? Image { get; init; }

    public required bool IsActive { get; init; }

    public required int DisplayOrder { get; init; }

    public required string Station { get; init; }

    public required long Version { get; init; }

    public required IReadOnlyList<MenuEntry> Items { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string? TaxClass { get; init; }
}
