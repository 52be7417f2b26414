using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/costs: cost of goods and margin by day or by item of the menu, from what sold lines froze.</summary>
public static class CostReport
{
    /// <summary>What is left of what was earned with items that have a cost, and how much of it in percent.</summary>
    internal static (decimal? Margin, decimal? Percent) MarginOf(decimal net, decimal uncosted, decimal cost, bool costed) =>
        !costed ? (null, null)
            : (
                net - uncosted - cost,
                net == uncosted ? null : decimal.Round((net - uncosted - cost) * 100 / (net - uncosted), 1, MidpointRounding.AwayFromZero));

    public static async Task<Answer<CostReportView>> Handle(
        [AsParameters] AskedTable period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [FromQuery(Name = "group_by"), Words("day", "item")] string? groupBy = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var format = period.ReadFormat(errors);
        errors.Check(groupBy is null or "day" or "item", "group_by", "must be day or item");
        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await Books.Open(connection, shop, start, end, cancel);
        var byItem = groupBy == "item";
        var (key, unit) = byItem ? ("menu_item_id", "nullif(unit, '')") : ("day", "null::text");
        var (name, category) = byItem ? ("max(name)", "max(category)") : ("null::text", "null::text");
        var counted = await books.List(
            $"""
            with earned as (
                select {key} as key, {unit} as unit, {name} as name, {category} as category, sum(pieces)::bigint as pieces,
                    sum(measure)::bigint as measure, sum(net)::bigint as net, sum(uncosted)::bigint as uncosted,
                    trim_scale(sum(cost)) as cost, bool_or(costed) as costed
                from {(byItem ? CoarseProducts.ByItem : CoarseProducts.ByDay)} f group by 1, 2
            )
            select e.key::text, {(!byItem
                ? "e.key::text, null, null, null, e.pieces * 1000"
                : "coalesce(i.name, e.name), e.category, i.sku, e.unit, e.measure")}, e.net, e.uncosted, e.cost, e.costed, e.pieces
            from earned e {(!byItem ? "" : "left join menu_items i on i.id = e.key and i.shop_id = $1")} order by e.key, e.unit
            """,
            r => (Pieces: r.GetInt64(10), Row: WithMargin(
                new(
                    r.GetString(0),
                    r.GetString(1),
                    r.TextOrNull(2),
                    r.TextOrNull(3),
                    new Measure(r.GetInt64(5)).Number,
                    new Money(r.GetInt64(6)).In(shop.Currency),
                    new Money(r.GetInt64(7)).In(shop.Currency),
                    r.GetDecimal(8),
                    Margin: null,
                    MarginPercent: null,
                    r.TextOrNull(4)),
                costed: r.GetBoolean(9))),
            cancel,
            byItem ? [books.Months, books.DaysBeside] : []);
        var rows = counted.ConvertAll(c => c.Row);
        var total = WithMargin(
            new(
                "total",
                "Total",
                Category: null,
                Sku: null,
                counted.Sum(c => c.Pieces),
                rows.Sum(r => r.NetSales),
                rows.Sum(r => r.UncostedSales),
                rows.Sum(r => r.Cost),
                Margin: null,
                MarginPercent: null),
            costed: rows.Exists(r => r.Margin is not null));
        if (format != "json")
            return Answer.InOtherForm<CostReportView>(ReportTable.Of(format, "costs", rows.Append(total)));
        return new CostReportView(start, end, groupBy ?? "day", shop.Currency.Code, total, rows);
    }

    private static CostRow WithMargin(CostRow row, bool costed)
    {
        var (margin, percent) = MarginOf(row.NetSales, row.UncostedSales, row.Cost, costed);
        return row with { Margin = margin, MarginPercent = percent };
    }
}
