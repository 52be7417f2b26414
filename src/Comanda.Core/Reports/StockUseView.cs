namespace Comanda.Reports;

/// <summary>
/// One ingredient in a period, in its <see cref="Unit"/>. <see cref="TheoreticalUse"/>: what recipes say that sales took, less what came
/// back. <see cref="CountDifference"/>: what counts found more (or less, below 0) than the books had. <see cref="ActualUse"/>: what left
/// for good by all that is known = theoretical_use + waste − corrected − count_difference. <see cref="Variance"/> = actual_use −
/// theoretical_use, and <see cref="VarianceCost"/> what it cost then. Opening + delivered + transferred + made − actual_use = closing.
/// </summary>
public sealed record StockUseRow(
    long InventoryId,
    string Name,
    string Unit,
    decimal Opening,
    decimal Delivered,
    decimal Transferred,
    decimal Made,
    decimal TheoreticalUse,
    decimal Waste,
    decimal Corrected,
    decimal CountDifference,
    decimal ActualUse,
    decimal Closing,
    decimal Variance,
    decimal? VariancePercent,
    decimal UseCost,
    decimal WasteCost,
    decimal VarianceCost);

public sealed record StockUseView(
    DateOnly From,
    DateOnly To,
    string Currency,
    decimal UseCost,
    decimal WasteCost,
    decimal VarianceCost,
    IReadOnlyList<StockUseRow> Items);
