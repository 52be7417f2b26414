namespace Comanda.Stock;

/// <summary>
/// So much of it was made, of the parts that its recipe says. <see cref="Lot"/> and <see cref="BestBefore"/> of what came of it; where its
/// parts have lots it is given one that is named after the day.
/// </summary>
public sealed record MakeRequest(
    decimal? Quantity,
    [property: AtMost(30)] string? Unit,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note,
    [property: AtMost(50)] string? Lot = null,
    DateOnly? BestBefore = null);

/// <summary>The parts that went and what came of them. It costs what its parts cost.</summary>
public sealed record MadeView(IReadOnlyList<MovementView> Movements, decimal CurrentStock, decimal UnitCost, string? Lot = null);
