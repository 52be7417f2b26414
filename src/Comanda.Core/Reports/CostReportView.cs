using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// What was earned and what it cost to make. <see cref="NetSales"/>: without tax, less refunds; <see cref="UncostedSales"/>: the part of
/// it whose items have no recipe. <see cref="Cost"/> is exact and not rounded, so that rows sum to the total; <see cref="Margin"/> =
/// net_sales − uncosted_sales − cost, and null where nothing has a cost. Quantities are as sold: of an item that is sold by weight in
/// its unit; of a day, and in total, pieces, of which a weighed line is one. <see cref="Key"/> is the day or the item's id.
/// </summary>
public sealed record CostRow(
    string Key,
    string Name,
    string? Category,
    string? Sku,
    decimal Quantity,
    decimal NetSales,
    decimal UncostedSales,
    decimal Cost,
    decimal? Margin,
    decimal? MarginPercent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit = null);

public sealed record CostReportView(
    DateOnly From,
    DateOnly To,
    string GroupBy,
    string Currency,
    CostRow Total,
    IReadOnlyList<CostRow> Rows);
