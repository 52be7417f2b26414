using Comanda.Kernel;

namespace Comanda.Reports;

/// <summary>
/// What was earned and what it cost to make. <see cref="NetSales"/>: without tax, less refunds; <see cref="UncostedSales"/>: the part of
/// it whose items have no recipe. <see cref="Cost"/> is exact and not rounded, so that rows sum to the total; <see cref="Margin"/> =
/// net_sales − uncosted_sales − cost, and null where nothing has a cost. Quantities are as sold; <see cref="Key"/> is the day or the item's
/// id.
/// </summary>
public sealed record CostRow(
    string Key,
    string Name,
    string? Category,
    string? Sku,
    long Quantity,
    decimal NetSales,
    decimal UncostedSales,
    decimal Cost,
    decimal? Margin,
    decimal? MarginPercent);

public sealed record CostReportView(
    DateOnly From,
    DateOnly To,
    string GroupBy,
    string Currency,
    CostRow Total,
    IReadOnlyList<CostRow> Rows);
