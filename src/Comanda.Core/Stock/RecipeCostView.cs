namespace Comanda.Stock;

/// <summary>
/// A menu item that has a recipe: what one costs to make now, what is left of its price without tax, and what is worth a look in the
/// recipe.
/// </summary>
public sealed record RecipeCostView(
    long MenuItemId,
    string Name,
    string Category,
    string? Sku,
    decimal Price,
    decimal Cost,
    decimal? Margin,
    IReadOnlyList<string> WorthALook);
