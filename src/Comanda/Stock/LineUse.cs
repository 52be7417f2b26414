using System.Text.Json;

namespace Comanda.Stock;

/// <summary>So many thousandths of an item, from a place, and what one unit of it cost then.</summary>
public readonly record struct Used(long ItemId, long Quantity, decimal UnitCost, long LocationId);

/// <summary>
/// What one of a line uses, frozen when it was ordered: whatever becomes of the line, and of the recipes, what it took and what comes back
/// is told by this alone. Kept as JSON: [[item, thousandths, unit cost, location], …].
/// </summary>
public sealed record LineUse(IReadOnlyList<Used> Items)
{
    /// <summary>What one of the line cost to make.</summary>
    public decimal Cost => Items.Sum(u => u.Quantity * u.UnitCost) / 1000;

    public string ToJson() =>
        JsonSerializer.Serialize(Items.Select(u => new[] { u.ItemId, u.Quantity, u.UnitCost, u.LocationId }), Json.Options);

    public static LineUse Of(string json) =>
        new(JsonSerializer.Deserialize<decimal[][]>(json, Json.Options)!
            .Select(u => new Used((long)u[0], (long)u[1], u[2], (long)u[3]))
            .ToList());

    /// <summary>
    /// The movements of a line that had so much and has so much now: out of stock where that is more, back into it where it is less. What a
    /// weight takes is rounded half up as a whole, so that whatever happens to the line, its movements sum to what it has.
    /// </summary>
    public IEnumerable<StockMovement> Movements(long order, long line, Measure had, Measure has) => Items
        .Select(u => new StockMovement(
            u.ItemId,
            u.LocationId,
            had.Of(u.Quantity) - has.Of(u.Quantity),
            has > had ? MovementReason.Sale : MovementReason.Return,
            u.UnitCost)
        { OrderId = order, OrderItemId = line })
        .Where(m => m.Quantity != 0);
}
