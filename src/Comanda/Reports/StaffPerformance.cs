using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/performance: what each person sold and gave back, and how long their guests waited.</summary>
public static class StaffPerformance
{
    private sealed record Figures(long? Person, string? Name, long[] Values, decimal Seconds, long Timed);

    public static async Task<Answer<PerformanceView>> Handle(
        [AsParameters] AskedPeriod period, NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        if (errors.Any)
            return errors.ToRefusal();

        await using var command = database.Command(
            """
            with parts as (
                select cashier_id as person, sign as orders, sign * total as sales, sign * tip as tips, sign * discount as discounts,
                    0::bigint as refunds, 0 as refund_count, 0 as cancelled, 0::numeric as seconds, 0 as timed
                from sales where shop_id = $1 and day between $2 and $3
                union all
                select r.user_id, 0, 0, 0, 0, r.amount, 1, 0, 0, 0
                from order_refunds r join orders o on o.id = r.order_id
                where r.shop_id = $1 and r.business_day between $2 and $3 and not o.training
                union all
                select cashier_id, 0, 0, 0, 0, 0, 0, 1, 0, 0 from orders
                where shop_id = $1 and cancelled_day between $2 and $3 and not training
                union all
                select o.cashier_id, 0, 0, 0, 0, 0, 0, 0, extract(epoch from m.at - coalesce(o.fired_at, o.created_at)), 1
                from orders o cross join lateral (
                    select min(at) as at from order_moves
                    where order_id = o.id and status in ('ready', 'out_for_delivery', 'delivered', 'completed')
                ) m
                where o.shop_id = $1 and o.business_day between $2 and $3 and not o.training and o.cancelled_day is null
                    and m.at >= coalesce(o.fired_at, o.created_at)
            ),
            sums as (
                select person, sum(orders)::bigint as orders, sum(sales)::bigint as sales, sum(tips)::bigint as tips,
                    sum(discounts)::bigint as discounts, sum(refunds)::bigint as refunds, sum(refund_count)::bigint as refund_count,
                    sum(cancelled)::bigint as cancelled, sum(seconds) as seconds, sum(timed)::bigint as timed
                from parts group by person
            )
            select s.person, u.name, s.orders, s.sales, s.tips, s.discounts, s.refunds, s.refund_count, s.cancelled, s.seconds, s.timed
            from sums s left join users u on u.id = s.person order by s.sales desc, s.person
            """,
            shop.Id, start, end);
        var found = await command.List(
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
