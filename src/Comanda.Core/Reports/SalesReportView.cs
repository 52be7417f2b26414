namespace Comanda.Reports;

/// <summary>One row of a series. <see cref="Key"/> is a date, an hour, a category or an order type.</summary>
public sealed record SalesRow(string Key, long Orders, long Lines, long Units, decimal Sales, decimal Tax, decimal Discounts);

/// <summary>Sales of a period of business days, both ends included, grouped.</summary>
public sealed record SalesReportView(
    DateOnly From,
    DateOnly To,
    string GroupBy,
    string Currency,
    SalesRow Total,
    IReadOnlyList<SalesRow> Rows);
