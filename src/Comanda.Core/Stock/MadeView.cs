namespace Comanda.Stock;

/// <summary>So much of it was made, of the parts that its recipe says.</summary>
public sealed record MakeRequest(
    decimal? Quantity,
    [property: AtMost(30)] string? Unit,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note);

/// <summary>The parts that went and what came of them. It costs what its parts cost.</summary>
public sealed record MadeView(IReadOnlyList<MovementView> Movements, decimal CurrentStock, decimal UnitCost);
