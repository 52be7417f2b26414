namespace Comanda.Reports;

/// <summary>What was sold in some days, or in a part of them.</summary>
internal readonly record struct PeriodSales(Money Sales, long Orders)
{
    public Money Average => Orders > 0 ? Sales.Times(1, Orders) : Money.Zero;

    public static PeriodSales operator +(PeriodSales a, PeriodSales b) => new(a.Sales + b.Sales, a.Orders + b.Orders);

    public static PeriodSales Of(IEnumerable<DayBook> books) =>
        books.Aggregate(default(PeriodSales), (sum, b) => sum + new PeriodSales(b.Sales, b.Orders));

    /// <summary>In percent of what was sold before; null where that was nothing, or less.</summary>
    public decimal? ChangeFrom(PeriodSales before) => before.Sales > Money.Zero
        ? decimal.Round((Sales.Minor - before.Sales.Minor) * 100m / before.Sales.Minor, 1, MidpointRounding.AwayFromZero)
        : null;

    public PeriodSalesView ToView(Currency currency) => new(Sales.In(currency), Orders, Average.In(currency));
}

/// <summary>Days of reports.</summary>
internal static class ReportDays
{
    extension(DateOnly day)
    {
        /// <summary>The first day of its week.</summary>
        public DateOnly Monday => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

        /// <summary>The first day of its month.</summary>
        public DateOnly MonthStart => new(day.Year, day.Month, 1);
    }

    /// <summary>A day that has others before and after it.</summary>
    public static DateOnly? Day(this FieldErrors errors, string field, DateOnly? given)
    {
        var good = given is null or { Year: >= 1902 and <= 9990 };
        errors.Check(good, field, "must be between the years 1902 and 9990");
        return good ? given : null;
    }
}
