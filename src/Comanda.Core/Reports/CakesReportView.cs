using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// Cakes for a period's days, of one kind: how many were ordered and not cancelled (<see cref="Pieces"/>, worth <see cref="Value"/>),
/// what of that is collected and so a sale, how many were cancelled, and what was kept of their deposits.
/// </summary>
public sealed record CakesRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MenuItemId,
    string Name,
    long Orders,
    long Pieces,
    decimal Value,
    decimal Collected,
    long Cancelled,
    decimal Kept);

/// <summary>How many are at a stage.</summary>
public sealed record CakesAtStage(string Stage, long Orders);

/// <summary>
/// Cakes by the day on which they are collected. <see cref="DepositsHeld"/> is what was paid ahead for all that are not collected yet, of
/// whichever day: it is owed, and no sale.
/// </summary>
public sealed record CakesReportView(
    DateOnly From,
    DateOnly To,
    string Currency,
    CakesRow Total,
    IReadOnlyList<CakesRow> Cakes,
    IReadOnlyList<CakesAtStage> Stages,
    decimal DepositsHeld);
