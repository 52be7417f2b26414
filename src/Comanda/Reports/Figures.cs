namespace Comanda.Reports;

/// <summary>
/// What a figure counts; the column of its facets is in minor units, pieces, thousandths, or a number of the currency as it is.
/// </summary>
internal enum FigureUnit
{
    Money,
    Count,
    Measure,
    Cost,
}

/// <summary>A column that a figure adds, or takes off.</summary>
internal sealed record FigureTerm(Facet Facet, string Column, int Sign = 1)
{
    public static FigureTerm operator -(FigureTerm term) => term with { Sign = -term.Sign };
}

/// <summary>A figure as it stands in a report.</summary>
internal sealed record Figure(FigureUnit Unit, params IReadOnlyList<FigureTerm> Terms)
{
    /// <summary>Its shares are told by order, since an order has several that come to nothing together.</summary>
    public bool IsByOrder { get; init; }
}

/// <summary>
/// The figures that lead to what they are made of, by the side from which the books are looked at ("" is the whole shop) and by their names
/// in the reports. Averages and percentages are not among them: nobody has a share in one.
/// </summary>
internal static class Figures
{
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, Figure>> BySide { get; } =
        new Dictionary<string, IReadOnlyDictionary<string, Figure>>(StringComparer.Ordinal)
        {
            [""] = Whole(),
            ["method"] = Of(
                ("payment_methods", new(FigureUnit.Money, Tender("amount"), Card("amount"))),
                ("refund_methods", new(FigureUnit.Money, Tender("back"), Tender("back_rounding"))),
                ("cash_rounding", Rounding())),
            ["tax"] = Of(
                ("net", Money(Facets.Taxes, "base")),
                ("tax", Money(Facets.Taxes, "tax")),
                ("refunded_net", Money(Facets.Taxes, "back_base")),
                ("refunded_tax", Money(Facets.Taxes, "back_tax")),
                ("declared_net", new(FigureUnit.Money, new(Facets.Taxes, "base"), new(Facets.Taxes, "back_base", -1))),
                ("declared_tax", new(FigureUnit.Money, new(Facets.Taxes, "tax"), new(Facets.Taxes, "back_tax", -1)))),
            ["hour"] = OfPart(),
            ["category"] = OfPart(),
            ["type"] = OfPart(),
            ["product"] = Of(
                ("quantity", new(FigureUnit.Measure, new FigureTerm(Facets.Products, "measure"))),
                ("revenue", Money(Facets.Products, "revenue")),
                ("net", Money(Facets.Products, "net")),
                ("cost", new(FigureUnit.Cost, new FigureTerm(Facets.Products, "cost")))),
            ["person"] = Of(
                ("orders", Count(Facets.Staff, "orders")),
                ("sales", Money(Facets.Staff, "sales")),
                ("tips", Money(Facets.Staff, "tips")),
                ("discounts", Money(Facets.Staff, "discounts")),
                ("refunds", Money(Facets.Staff, "refunds")),
                ("refund_count", Count(Facets.Staff, "refund_count")),
                ("cancelled", Count(Facets.Staff, "cancelled"))),
            ["discount_reason"] = Of(("amount", Money(Facets.Reasons, "amount")), ("count", Count(Facets.Reasons, "count"))),
            ["void_reason"] = Of(("amount", Money(Facets.Reasons, "amount")), ("count", Count(Facets.Reasons, "count"))),
            ["promotion"] = Of(
                ("discount", Money(OtherFacets.Promotions, "discount")),
                ("uses", Count(OtherFacets.Promotions, "uses"))),
        };

    private static Dictionary<string, Figure> Whole() => Of(
        ("sales", Day("sales")),
        ("total_sales", Day("sales")),
        ("net_sales", new(FigureUnit.Money, new(Facets.Days, "sales"), new(Facets.Days, "tax", -1))),
        ("orders", Count(Facets.Days, "orders")),
        ("order_count", Count(Facets.Days, "orders")),
        ("lines", Count(Facets.Days, "lines")),
        ("units", Count(Facets.Days, "units")),
        ("tax", Day("tax")),
        ("tips", Day("tips")),
        ("discounts", Day("discounts")),
        ("service_charges", Day("service_charges")),
        ("refunds", new(FigureUnit.Money, Tender("back"))),
        ("refunded.amount", Day("refunded")),
        ("refunded.tax", Day("refunded_tax")),
        ("refunded_tax", Day("refunded_tax")),
        ("refunded.tips", Day("refunded_tips")),
        ("refunded.service_charge", Day("refunded_service_charges")),
        ("refunded.discounts", Day("refunded_discounts")),
        ("voids", Count(Facets.Days, "voids")),
        ("voided", Day("voided")),
        ("cash_rounding", Rounding()),
        ("gift_cards_sold", new(FigureUnit.Money, Card("sold"))),
        ("cost_of_goods", new(FigureUnit.Cost, new FigureTerm(Facets.Products, "cost"))),
        // As DayBook.Unpaid: what was sold less what came for it, whoever owes it. A gift card is paid for when it is sold.
        (
            "unpaid",
            new(
                FigureUnit.Money,
                new(Facets.Days, "sales"),
                new(Facets.Days, "tips"),
                new(Facets.Days, "back_of_cancelled"),
                Tender("rounding"),
                -Tender("amount"),
                Card("rounding"),
                Card("sold"),
                -Card("amount"))
            {
                IsByOrder = true,
            }));

    private static Dictionary<string, Figure> OfPart() => Of(
        ("orders", Count(Facets.Sales, "orders")),
        ("lines", Count(Facets.Sales, "lines")),
        ("units", Count(Facets.Sales, "units")),
        ("sales", Money(Facets.Sales, "sales")),
        ("tax", Money(Facets.Sales, "tax")),
        ("discounts", Money(Facets.Sales, "discounts")));

    private static Dictionary<string, Figure> Of(params (string Name, Figure Figure)[] figures) =>
        figures.ToDictionary(f => f.Name, f => f.Figure, StringComparer.Ordinal);

    private static Figure Rounding() => new(FigureUnit.Money, Tender("rounding"), -Tender("back_rounding"), Card("rounding"));

    private static Figure Day(string column) => Money(Facets.Days, column);

    private static Figure Money(Facet facet, string column) => new(FigureUnit.Money, new FigureTerm(facet, column));

    private static Figure Count(Facet facet, string column) => new(FigureUnit.Count, new FigureTerm(facet, column));

    private static FigureTerm Tender(string column) => new(Facets.Tenders, column);

    private static FigureTerm Card(string column) => new(OtherFacets.Cards, column);
}
