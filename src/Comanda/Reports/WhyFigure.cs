using System.Globalization;
using System.Runtime.CompilerServices;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// GET /api/reports/why: any figure of the reports leads to the orders, payments and refunds that it is made of. The figure is read as the
/// reports read it; days that have something of it are then counted apart, a few at a time, until the page is full.
/// </summary>
public sealed class WhyFigure(NpgsqlDataSource database, RequestHead head, Moment moment)
{
    private const int UsualLimit = 50;

    private static readonly string[] Columns = ["date", "kind", "id", "order_id", "order_number", "at", "cashier_name", "share"];

    private sealed record Row(WhyPlace Place, DateTimeOffset? At, string? OrderNumber, string? Cashier, decimal Share);

    public async Task<Answer<WhyView>> Read(AskedPeriod period, WhyQuery query, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(query.Date is null || (period.From ?? period.To) is null, "date", "cannot be asked together with from and to");
        var (start, end) = query.Date is { } day ? (day, day) : period.Read(moment.Today, errors);
        var format = ReportTable.FormatOf(query.Format, head, errors);
        errors.CheckLimit(query.Limit);
        var after = WhyPlace.Read(query.Cursor, errors);
        var asked = AskedFigure.Read(query, errors);
        if (errors.Any || asked is null)
            return errors.ToRefusal();

        if (format != "json")
            return Answer.InOtherForm<WhyView>(new ReportTable(format, "why", Columns, Everything(asked, start, end, cancel)));
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await Books.Open(connection, moment.Shop, start, end, cancel);
        var days = await Days(books, asked, cancel);
        var limit = query.Limit ?? UsualLimit;
        var rows = await Page(connection, asked, Expanded(days, start, end), after, limit + 1, cancel);
        return new WhyView(
            start,
            end,
            asked.Name,
            asked.Of,
            asked.Figure.Unit switch { FigureUnit.Count => "count", FigureUnit.Measure => "quantity", _ => "money" },
            moment.Shop.Currency.Code,
            Amount(asked, days.Sum(d => d.Value)),
            rows.Take(limit).Select(r => View(asked, r)).ToList(),
            rows.Count > limit ? rows[limit - 1].Place.Cursor : null);
    }

    /// <summary>All pages, one at a time, of one moment.</summary>
    private async IAsyncEnumerable<object?[]> Everything(
        AskedFigure asked, DateOnly start, DateOnly end, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await Books.Open(connection, moment.Shop, start, end, cancel);
        var days = Expanded(await Days(books, asked, cancel), start, end);
        foreach (var day in days)
        {
            foreach (var r in await Page(connection, asked, [day], null, int.MaxValue, cancel))
            {
                var v = View(asked, r);
                yield return [v.Date, v.Kind, v.SubjectId, v.OrderId, v.OrderNumber, v.At, v.CashierName, v.Share];
            }
        }
    }

    private static List<DateOnly> Expanded(List<(DateOnly Day, decimal Value)> days, DateOnly start, DateOnly end) =>
        [.. days.Where(d => d.Value != 0 || start == end).Select(d => d.Day)];

    /// <summary>The figure of each day, as the reports have it.</summary>
    private static Task<List<(DateOnly Day, decimal Value)>> Days(Books books, AskedFigure asked, CancellationToken cancel)
    {
        var (from, to) = books.Period;
        var all = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(n => from.AddDays(n)).ToArray();
        var terms = asked.Figure.Terms.Select(t =>
        {
            var source = t.Facet.Table.Length == 0 ? $"({t.Facet.CountedOf("$7")})" : t.Facet.Source;
            return $"select day, {t.Sign} * {t.Column} as value from {source} f where {asked.Where(8)}";
        });
        return books.List(
            $"select day, sum(value)::numeric from (\n{string.Join("\nunion all\n", terms)}\n) t group by 1 order by 1",
            r => (r.GetFieldValue<DateOnly>(0), r.GetDecimal(1)),
            cancel,
            [all, .. asked.Values]);
    }

    private async Task<List<Row>> Page(
        NpgsqlConnection connection, AskedFigure asked, List<DateOnly> days, WhyPlace? after, int most, CancellationToken cancel)
    {
        var rows = new List<Row>();
        var left = days.SkipWhile(d => d < after?.Day).ToList();
        for (var piece = 1; left.Count > 0 && rows.Count < most; piece = Math.Min(piece * 2, 64))
        {
            rows.AddRange(await Shares(connection, asked, [.. left.Take(piece)], after, most - rows.Count, cancel));
            left.RemoveRange(0, Math.Min(piece, left.Count));
        }

        return rows;
    }

    private async Task<List<Row>> Shares(
        NpgsqlConnection connection, AskedFigure asked, DateOnly[] days, WhyPlace? after, int most, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var (since, offsets) = shop.Settings.BusinessDay.OffsetsBetween(days[0], days[^1]);
        var terms = asked.Figure.Terms.Select(t =>
        {
            var what = asked.Figure.IsByOrder
                ? "case when order_id is null then kind else 'order' end as kind, order_id, coalesce(order_id, origin_id) as origin_id"
                : "kind, order_id, origin_id";
            return $"select day, {t.Sign} * value as value, {what} from ({t.Facet.Traced(t.Column)}) t where {asked.Where(10)}";
        });
        await using var command = connection.Command(
            $"""
            with shares as (
                select day, kind, origin_id, order_id, sum(value)::numeric as share from (
            {string.Join("\nunion all\n", terms)}
                ) t group by 1, 2, 3, 4 having sum(value) <> 0
            ),
            page as (
                select * from shares
                where (day, coalesce(order_id, 0), kind collate "C", origin_id) > ($5, $6, $7 collate "C", $8)
                order by day, coalesce(order_id, 0), kind collate "C", origin_id limit $9
            )
            select p.day, p.kind, p.origin_id, p.order_id, o.order_number,
                coalesce(pay.paid_at, given.refunded_at, back.refunded_at, card.at,
                    case when p.kind = 'cancellation' then o.cancelled_at else o.created_at end), o.cashier_name, p.share
            from page p left join orders o on o.id = p.order_id and o.shop_id = $1
                left join payments pay on p.kind = 'payment' and pay.id = p.origin_id and pay.shop_id = $1
                left join order_refunds given on p.kind = 'refund' and given.id = p.origin_id and given.shop_id = $1
                left join refunds back on p.kind = 'money_back' and back.id = p.origin_id and back.shop_id = $1
                left join gift_card_movements card on p.kind = 'gift_card' and card.id = p.origin_id and card.shop_id = $1
            order by p.day, coalesce(p.order_id, 0), p.kind collate "C", p.origin_id
            """,
            [
                shop.Id, days, since, offsets, after?.Day ?? DateOnly.MinValue, after?.Order ?? 0, after?.Kind ?? "", after?.Id ?? 0,
                (long)most, .. asked.Values,
            ]);
        return await command.List(
            r => new Row(
                new(r.GetFieldValue<DateOnly>(0), r.ValueOrNull<long>(3) ?? 0, r.GetString(1), r.GetInt64(2)),
                r.ValueOrNull<DateTimeOffset>(5),
                r.TextOrNull(4),
                r.TextOrNull(6),
                r.GetDecimal(7)),
            cancel);
    }

    private WhyShareView View(AskedFigure asked, Row r) => new(
        r.Place.Day,
        r.Place.Kind,
        r.Place.Id.ToString(CultureInfo.InvariantCulture),
        r.Place.Order == 0 ? null : r.Place.Order,
        r.OrderNumber,
        r.At,
        r.Cashier,
        Amount(asked, r.Share));

    private decimal Amount(AskedFigure asked, decimal value) => asked.Figure.Unit switch
    {
        FigureUnit.Money => new Money((long)value).In(moment.Shop.Currency),
        FigureUnit.Measure => new Measure((long)value).Number,
        _ => value,
    };
}

/// <summary>Where a share stands among those of a figure.</summary>
internal sealed record WhyPlace(DateOnly Day, long Order, string Kind, long Id)
{
    public string Cursor => string.Create(CultureInfo.InvariantCulture, $"{Day:yyyy-MM-dd}.{Order}.{Kind}.{Id}");

    public static WhyPlace? Read(string? cursor, FieldErrors errors)
    {
        if (cursor is null)
            return null;
        var parts = cursor.Split('.');
        if (parts.Length == 4
            && DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            && parts[2].Length is > 0 and < 20
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            return new(day, order, parts[2], id);
        errors.Check(false, "cursor", "must be a next_cursor that was answered before");
        return null;
    }
}
