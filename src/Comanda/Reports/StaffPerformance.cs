using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/performance: what each person sold and gave back, and how long their guests waited.</summary>
public static class StaffPerformance
{
    private sealed record Figures(long? Person, string? Name, long[] Values, decimal Seconds, long Timed);

    public static async Task<Answer<PerformanceView>> Handle(
        [AsParameters] AskedTable period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var format = period.ReadFormat(errors);
        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await Books.Open(connection, shop, start, end, cancel);
        var found = await books.List(
            $"""
            with sums as (
                select person, sum(orders)::bigint as orders, sum(sales)::bigint as sales, sum(tips)::bigint as tips,
                    sum(discounts)::bigint as discounts, sum(refunds)::bigint as refunds, sum(refund_count)::bigint as refund_count,
                    sum(cancelled)::bigint as cancelled, sum(seconds) as seconds, sum(timed)::bigint as timed
                from {Facets.Staff.Source} f group by person
            )
            select s.person, u.name, s.orders, s.sales, s.tips, s.discounts, s.refunds, s.refund_count, s.cancelled, s.seconds, s.timed
            from sums s left join users u on u.id = s.person order by s.sales desc, s.person
            """,
            r => new Figures(
                r.ValueOrNull<long>(0),
                r.TextOrNull(1),
                [.. Enumerable.Range(2, 7).Select(r.GetInt64)],
                r.GetDecimal(9),
                r.GetInt64(10)),
            cancel);
        var total = new Figures(
            null,
            "Total",
            [.. Enumerable.Range(0, 7).Select(i => found.Sum(f => f.Values[i]))],
            found.Sum(f => f.Seconds),
            found.Sum(f => f.Timed));
        if (format != "json")
            return Answer.InOtherForm<PerformanceView>(
                ReportTable.Of(format, "performance", found.Append(total).Select(f => Row(f, shop.Currency))));
        return new PerformanceView(
            start, end, shop.Currency.Code, Row(total, shop.Currency), found.ConvertAll(f => Row(f, shop.Currency)));
    }

    private static PerformanceRow Row(Figures of, Currency currency)
    {
        decimal Amount(int place) => new Money(of.Values[place]).In(currency);
        var sold = new PeriodSales(new(of.Values[1]), of.Values[0]);
        return new(
            of.Person,
            of.Name ?? "Without staff",
            sold.Orders,
            Amount(1),
            sold.Average.In(currency),
            Amount(2),
            Amount(3),
            Amount(4),
            of.Values[5],
            of.Values[6],
            of.Timed == 0 ? null : decimal.Round(of.Seconds / of.Timed / 60, 1, MidpointRounding.AwayFromZero));
    }
}
