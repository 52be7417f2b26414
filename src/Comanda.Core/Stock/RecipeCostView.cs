namespace Comanda.Stock;

/// <summary>
/// A menu item that has a recipe: what one costs to make now, what is left of its price without tax, and what is worth a look in the
/// recipe. <see cref="CostAtPrices"/>: what it costs at what its bought ingredients cost now, where what is made ahead of them still stands
/// in the books at what it cost then.
/// </summary>
public sealed record RecipeCostView(
    long MenuItemId,
    string Name,
    string Category,
    string? Sku,
    decimal Price,
    decimal Cost,
    decimal? Margin,
    IReadOnlyList<string> WorthALook,
    decimal CostAtPrices);
