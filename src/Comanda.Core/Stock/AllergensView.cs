namespace Comanda.Stock;

/// <summary>
/// What is in an ingredient, or in a lot of it: of the fourteen, in any of their spellings. Null says nothing (of a lot: as its item has
/// it), an empty list that none is.
/// </summary>
public sealed record StockAllergensRequest(string[]? Allergens);

/// <summary>What is said of an ingredient; null where nothing is.</summary>
public sealed record StockAllergensView(long InventoryId, string[]? Allergens);

/// <summary>What is said of a lot, or null: as its item has it.</summary>
public sealed record LotAllergensView(long LotId, string? Lot, long InventoryId, string[]? Allergens);

/// <summary>Whence an allergen is: the ingredient, and those of its lots that say so themselves and are in the house.</summary>
public sealed record AllergenSourceView(string Allergen, long InventoryId, string Name, IReadOnlyList<string> Lots);

/// <summary>
/// What an item of the menu declares: what is said of it by hand, and what follows from its recipe and from what is in the house.
/// <see cref="Since"/>: since when it declares this; null where its recipe never changed it.
/// </summary>
public sealed record DeclaredAllergensView(
    long MenuItemId,
    string Name,
    string[] Allergens,
    string[] ByHand,
    string[] ByRecipe,
    DateTimeOffset? Since,
    IReadOnlyList<AllergenSourceView> Because);

/// <summary>
/// A shelf label: what it is, what is in it by weight, what it costs. <see cref="PricePerKilogram"/> where it is sold by weight;
/// <see cref="Ingredients"/> as the shop wrote them, or else as the recipe has them.
/// </summary>
public sealed record ShelfLabelView(
    long MenuItemId,
    string Name,
    decimal Price,
    string Currency,
    string? Unit,
    decimal? PricePerKilogram,
    string[] Allergens,
    IReadOnlyList<LabelPartView> Ingredients,
    string? IngredientsText);

/// <summary>An ingredient; what an allergen is in stands out (<see cref="StandsOut"/>).</summary>
public sealed record LabelPartView(string Name, bool StandsOut);
