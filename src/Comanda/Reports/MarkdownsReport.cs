using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/markdowns: what each step of a markdown sold, from what lines froze; and what was left all the same.</summary>
public static class MarkdownsReport
{
    public static async Task<Answer<MarkdownsReportView>> Handle(
        [AsParameters] AskedTable period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel)
    {
        var (shop, errors) = (moment.Shop, new FieldErrors());
        var (start, end) = period.Read(moment.Today, errors);
        var format = period.ReadFormat(errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        // One more row for all steps together: an order that had two of them is one order.
        await using var command = connection.Command(
            """
            with lines as (
                select o.id as order_id, p.id, p.title, p.step, p.amount as discount,
                    coalesce(i.weight, i.quantity * 1000) - coalesce(b.measure, 0) as measure,
                    i.total - i.tax - tax_of_vouchers(i.taxes) - coalesce(b.net, 0) as net,
                    (coalesce(i.weight, i.quantity * 1000) - coalesce(b.restocked, 0)) * i.unit_cost / 1000 as cost,
                    (coalesce(i.weight, i.quantity * 1000) - coalesce(b.measure, 0)) * i.unit_cost / 1000 as avoided
                from orders o join order_items i on i.order_id = o.id
                    cross join lateral json_to_recordset(i.promotions::json) as p(id bigint, title text, amount bigint, step bigint)
                    left join lateral (
                        select sum(coalesce(l.weight, l.quantity * 1000)) as measure,
                            sum(coalesce(l.weight, l.quantity * 1000)) filter (where r.restocked) as restocked,
                            sum(l.amount - l.tax - tax_of_vouchers(l.taxes)) as net
                        from order_refund_lines l join order_refunds r on r.id = l.refund_id where l.order_item_id = i.id
                    ) b on true
                where o.shop_id = $1 and o.business_day between $2 and $3 and o.status <> 'cancelled' and not o.training
                    and i.promotions is not null and p.step is not null
            )
            select id, max(title), step, count(distinct order_id), coalesce(sum(measure), 0)::bigint, coalesce(sum(discount), 0)::bigint,
                coalesce(sum(net), 0)::bigint, coalesce(sum(net) filter (where cost is null), 0)::bigint,
                trim_scale(coalesce(sum(cost), 0)), coalesce(bool_or(cost is not null), false),
                trim_scale(coalesce(sum(avoided), 0))
            from lines group by grouping sets ((id, step), ()) order by id nulls last, step
            """,
            shop.Id,
            start,
            end);
        var rows = await command.List(r => Row(r, shop.Currency), cancel);
        await using var left = connection.Command(
            """
            select trim_scale(coalesce(-sum(cost) filter (where reason = 'waste'), 0) / 1000.0),
                trim_scale(coalesce(-sum(cost) filter (where reason = 'food_bank'), 0) / 1000.0)
            from stock_use where shop_id = $1 and day between $2 and $3
            """,
            shop.Id,
            start,
            end);
        var (wasted, givenAway) = (await left.List(r => (r.GetDecimal(0), r.GetDecimal(1)), cancel))[0];
        if (format != "json")
            return Answer.InOtherForm<MarkdownsReportView>(ReportTable.Of(format, "markdowns", rows));
        return new MarkdownsReportView(start, end, shop.Currency.Code, rows[^1], rows[..^1], wasted, givenAway);
    }

    private static MarkdownStepRow Row(NpgsqlDataReader row, Currency currency)
    {
        var (net, uncosted) = (new Money(row.GetInt64(6)).In(currency), new Money(row.GetInt64(7)).In(currency));
        var (margin, percent) = CostReport.MarginOf(net, uncosted, row.GetDecimal(8), row.GetBoolean(9));
        return new(
            row.ValueOrNull<long>(0),
            row.IsDBNull(0) ? "Total" : row.GetString(1),
            row.ValueOrNull<long>(2) is { } step ? TaxRate.FromTenThousandths(step).Percent : null,
            row.GetInt64(3),
            new Measure(row.GetInt64(4)).Number,
            new Money(row.GetInt64(5)).In(currency),
            net,
            uncosted,
            row.GetDecimal(8),
            row.GetDecimal(10),
            margin,
            percent);
    }
}
