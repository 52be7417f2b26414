using Comanda.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Comanda.Menu;

/// <summary>A heading of the menu.</summary>
public sealed class Category : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public string? Image { get; set; }

    /// <summary>Who makes what is in it, such as kitchen or bar; tickets come by station.</summary>
    public string Station { get; set; } = MenuEntry.Kitchen;

    /// <summary>The tax class of items that have none of their own; null: the shop's.</summary>
    public string? TaxClass { get; set; }

    public bool IsActive { get; set; } = true;

    public int DisplayOrder { get; set; }

    public long Version { get; set; } = 1;

    public sealed class Mapping : IEntityTypeConfiguration<Category>
    {
        public void Configure(EntityTypeBuilder<Category> builder) => builder.ToTable("categories");
    }
}

/// <summary>Something a shop sells. Orders freeze what they need of it, so changing it changes no order.</summary>
public sealed class MenuItem : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public long CategoryId { get; set; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public required Money Price { get; set; }

    /// <summary>A rate of its own, which counts before any class; null: what its class bears.</summary>
    public TaxRate? TaxRate { get; set; }

    /// <summary>What it is for the tax office; null: its category's.</summary>
    public string? TaxClass { get; set; }

    /// <summary>JSON: the classes that share its price (<see cref="TaxSplit"/>); null: one has it all.</summary>
    public string? TaxSplit { get; set; }

    /// <summary>What it costs for now; null where it costs its price.</summary>
    public Money? DiscountPrice { get; set; }

    /// <summary>What its price is for where it is sold by weight; null: one piece.</summary>
    public WeightUnit? Unit { get; set; }

    /// <summary>A deposit on what comes back: a bottle, a crate, a cup.</summary>
    public bool IsDeposit { get; set; }

    /// <summary>The deposit that goes with each that leaves the shop.</summary>
    public long? DepositItemId { get; set; }

    public string? Sku { get; set; }

    public string? Barcode { get; set; }

    public string? ImageUrl { get; set; }

    public string[] Images { get; set; } = [];

    public bool IsVegetarian { get; set; }

    public bool IsVegan { get; set; }

    public string Ingredients { get; set; } = "";

    /// <summary>JSON, as given.</summary>
    public string? NutritionalInfo { get; set; }

    /// <summary>
    /// When it is sold, by the shop's clock; null is from the day's start, or to its end. From after until is over midnight.
    /// </summary>
    public TimeOnly? AvailableFrom { get; set; }

    public TimeOnly? AvailableUntil { get; set; }

    public string[] Allergens { get; set; } = [];

    /// <summary>What its recipe adds (<see cref="Menu.RecipeAllergens"/>); Stock works it out.</summary>
    public string[] RecipeAllergens { get; private set; } = [];

    /// <summary>What guests ask about besides the fourteen, in the shop's own words.</summary>
    public string[] OtherAllergens { get; set; } = [];

    /// <summary>Minutes of work for one.</summary>
    public int PreparationTime { get; set; }

    public bool InStock { get; set; } = true;

    /// <summary>How many are left; null is uncounted. Sales change it in SQL of their own.</summary>
    public int? StockQuantity { get; set; }

    public bool IsFeatured { get; set; }

    public int DisplayOrder { get; set; }

    /// <summary>An archived item has left the menu; past orders keep it.</summary>
    public DateTimeOffset? ArchivedAt { get; set; }

    public long Version { get; set; } = 1;
}

/// <summary>A choice that goes with items: "Milk", at least <see cref="Min"/> and at most <see cref="Max"/> of its options.</summary>
public sealed class ModifierGroup : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public required string Name { get; set; }

    public int Min { get; set; }

    public int Max { get; set; } = 1;

    public int DisplayOrder { get; set; }

    public List<ModifierOption> Options { get; } = [];

    public sealed class Mapping : IEntityTypeConfiguration<ModifierGroup>
    {
        public void Configure(EntityTypeBuilder<ModifierGroup> builder) =>
            builder.HasMany(g => g.Options).WithOne().HasForeignKey(o => o.GroupId);
    }
}

/// <summary>One option of a group: "Oat milk", +0.60. <see cref="Key"/> is its slug, usable in an order.</summary>
public sealed class ModifierOption : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public long GroupId { get; init; }

    public required string Key { get; set; }

    public required string Name { get; set; }

    public Money Price { get; set; }

    public bool InStock { get; set; } = true;

    public string[] AddsAllergens { get; set; } = [];

    public string[] RemovesAllergens { get; set; } = [];

    /// <summary>What it makes of a line for the tax office ("toasted": hot food); null: the line stays what it is.</summary>
    public string? TaxClass { get; set; }

    public int DisplayOrder { get; set; }
}

/// <summary>Which groups go with which item.</summary>
public sealed class MenuItemGroup : IShopOwned
{
    public long ShopId { get; init; }

    public long MenuItemId { get; init; }

    public long GroupId { get; init; }

    public int DisplayOrder { get; init; }

    public sealed class Mapping : IEntityTypeConfiguration<MenuItemGroup>
    {
        public void Configure(EntityTypeBuilder<MenuItemGroup> builder) => builder.HasKey(l => new { l.MenuItemId, l.GroupId });
    }
}

/// <summary>The menu's tables, in this room's words.</summary>
public static class MenuTables
{
    extension(ComandaDb db)
    {
        public DbSet<Category> Categories => db.Set<Category>();

        public DbSet<MenuItem> MenuItems => db.Set<MenuItem>();

        public DbSet<ModifierGroup> ModifierGroups => db.Set<ModifierGroup>();

        public DbSet<MenuItemGroup> MenuItemGroups => db.Set<MenuItemGroup>();
    }
}

/// <summary>Names as keys: "Oat milk" → <c>oat-milk</c>.</summary>
public static class Slug
{
    public static string Of(string name) => SearchText.Fold(name).Replace(' ', '-');
}
