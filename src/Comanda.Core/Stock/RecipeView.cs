namespace Comanda.Stock;

/// <summary>
/// So much of a stock item, in its own <see cref="Unit"/> or another of its kind. Of an option it may take the place of another
/// (<see cref="Replaces"/>), as much of it where no quantity is said.
/// </summary>
public sealed record RecipeLineInput(
    long? InventoryId,
    decimal? Quantity,
    [property: AtMost(30)] string? Unit = null,
    long? Replaces = null);

/// <summary>A line of a recipe. <see cref="Cost"/> of it now, in the shop's currency.</summary>
public sealed record RecipeLineView(
    long InventoryId,
    string Name,
    decimal? Quantity,
    string Unit,
    decimal UnitCost,
    decimal? Cost,
    long? Replaces);

/// <summary>
/// How a stock item is made: ahead (with a stock of its own, by …/make) or to_order (as its parts, when what it is in is sold).
/// <see cref="Items"/> make <see cref="Yield"/> of it; none, and it is bought.
/// </summary>
public sealed record MadeRecipeInput(
    [property: Words("bought", "ahead", "to_order")] string? Made,
    decimal? Yield,
    [property: AtMost(30)] string? Unit,
    IReadOnlyList<RecipeLineInput>? Items) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

public sealed record MadeRecipeView(
    [property: Words("bought", "ahead", "to_order")] string Made,
    decimal? Yield,
    string Unit,
    decimal UnitCost,
    IReadOnlyList<RecipeLineView> Items);
