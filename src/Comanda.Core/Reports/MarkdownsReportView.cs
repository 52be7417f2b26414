using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// What was sold at a step of a markdown, from what sold lines froze, less what came back. <see cref="Quantity"/>: pieces, and what is
/// weighed in its unit. <see cref="Discount"/> is what the step took off, in the shop's prices; <see cref="NetSales"/> is without tax, and
/// <see cref="UncostedSales"/> the part of it whose items have no recipe. <see cref="Cost"/>: what was made for it, what came back and is
/// in stock again left out; <see cref="WasteAvoided"/>: what of it stayed sold, and would have been thrown away.
/// <see cref="Margin"/> = net_sales − uncosted_sales − cost; null where nothing has a cost.
/// </summary>
public sealed record MarkdownStepRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? PromotionId,
    string Title,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Percent,
    long Orders,
    decimal Quantity,
    decimal Discount,
    decimal NetSales,
    decimal UncostedSales,
    decimal Cost,
    decimal WasteAvoided,
    decimal? Margin,
    decimal? MarginPercent);

/// <summary>
/// What markdowns did in a period, by step. <see cref="Wasted"/> and <see cref="GivenAway"/> are what the goods cost that were thrown away
/// or went to a food bank.
/// </summary>
public sealed record MarkdownsReportView(
    DateOnly From,
    DateOnly To,
    string Currency,
    MarkdownStepRow Total,
    IReadOnlyList<MarkdownStepRow> Steps,
    decimal Wasted,
    decimal GivenAway);
