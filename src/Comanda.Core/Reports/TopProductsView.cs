using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// What one item of the menu sold in the period. <see cref="Sku"/> as the menu has it. <see cref="Cost"/> of what was sold and
/// <see cref="Margin"/> (what is left of it without tax, less refunds) are null where it has no recipe with costs. <see cref="Unit"/> is
/// what <see cref="Quantity"/> counts, only of what is sold by weight.
/// </summary>
public sealed record ProductSalesView(
    long MenuItemId,
    string Name,
    string Category,
    string? Sku,
    decimal Quantity,
    decimal Revenue,
    decimal? Cost,
    decimal? Margin,
    decimal? MarginPercent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit);

public sealed record TopProductsView(
    DateOnly From,
    DateOnly To,
    [property: Words("quantity", "revenue")] string By,
    string Currency,
    IReadOnlyList<ProductSalesView> Items);
