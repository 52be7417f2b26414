using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/cakes: what was ordered for the days of a period, how far it is, and what was paid ahead.</summary>
public static class CakesReport
{
    public static async Task<Answer<CakesReportView>> Handle(
        [AsParameters] AskedTable period, NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        var (shop, errors) = (moment.Shop, new FieldErrors());
        var (start, end) = period.Read(moment.Today, errors);
        var format = period.ReadFormat(errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        await using var command = connection.Command(
            """
            select menu_item_id, max(name), count(*) filter (where stage <> 'cancelled'),
                coalesce(sum(quantity) filter (where stage <> 'cancelled'), 0)::bigint,
                coalesce(sum(total) filter (where stage <> 'cancelled'), 0)::bigint,
                coalesce(sum(total) filter (where stage = 'collected'), 0)::bigint, count(*) filter (where stage = 'cancelled'),
                coalesce(sum(kept), 0)::bigint
            from cake_orders where shop_id = $1 and day between $2 and $3
            group by grouping sets ((menu_item_id), ()) order by menu_item_id nulls last
            """,
            shop.Id,
            start,
            end);
        var rows = await command.List(r => Row(r, shop.Currency), cancel);
        if (format != "json")
            return Answer.InOtherForm<CakesReportView>(ReportTable.Of(format, "cakes", rows));
        await using var staged = connection.Command(
            "select stage, count(*) from cake_orders where shop_id = $1 and day between $2 and $3 group by 1 order by 1",
            shop.Id,
            start,
            end);
        var stages = await staged.List(r => new CakesAtStage(r.GetString(0), r.GetInt64(1)), cancel);
        var held = (long)(await connection.Scalar(
            """
            select coalesce(sum(deposit_paid), 0)::bigint from cake_orders
            where shop_id = $1 and stage in ('accepted', 'baked', 'decorated')
            """,
            cancel,
            shop.Id))!;
        return new CakesReportView(
            start, end, shop.Currency.Code, rows[^1], rows[..^1], stages, new Money(held).In(shop.Currency));
    }

    private static CakesRow Row(NpgsqlDataReader row, Currency currency) => new(
        row.ValueOrNull<long>(0),
        row.IsDBNull(0) ? "Total" : row.GetString(1),
        row.GetInt64(2),
        row.GetInt64(3),
        new Money(row.GetInt64(4)).In(currency),
        new Money(row.GetInt64(5)).In(currency),
        row.GetInt64(6),
        new Money(row.GetInt64(7)).In(currency));
}
