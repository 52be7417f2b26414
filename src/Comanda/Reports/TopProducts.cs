using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>The best of a period, by quantity or revenue.</summary>
internal sealed record AskedTop(DateOnly From, DateOnly To, string By, int Limit);

/// <summary>GET /api/reports/products/top: what sells best, by number or by money.</summary>
public static class TopProducts
{
    public static async Task<Answer<TopProductsView>> Handle(
        [AsParameters] AskedTable period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [Words("quantity", "revenue")] string? by = null,
        int? limit = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var format = period.ReadFormat(errors);
        errors.Check(by is null or "quantity" or "revenue", "by", "must be quantity or revenue");
        errors.CheckLimit(limit);
        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var items = await Of(connection, shop, new(start, end, by ?? "quantity", limit ?? 10), cancel);
        if (format != "json")
            return Answer.InOtherForm<TopProductsView>(ReportTable.Of(format, "top-products", items));
        return new TopProductsView(start, end, by ?? "quantity", shop.Currency.Code, items);
    }

    /// <summary>On the caller's connection, and of its moment.</summary>
    internal static async Task<List<ProductSalesView>> Of(NpgsqlConnection connection, Shop shop, AskedTop asked, CancellationToken cancel)
    {
        // An item's name is the one that it has now, or had when it was last sold. What is weighed stands among the others by how often.
        var order = asked.By == "revenue" ? "revenue desc, pieces desc" : "pieces desc, revenue desc";
        var books = await Books.Open(connection, shop, asked.From, asked.To, cancel);
        return await books.List(
            $"""
            with s as (
                select menu_item_id, unit, max(name) as name, max(category) as category, sum(measure)::bigint as quantity,
                    sum(revenue)::bigint as revenue, sum(pieces) as pieces, sum(net)::bigint as net, sum(uncosted)::bigint as uncosted,
                    trim_scale(sum(cost)) as cost, bool_or(costed) as costed
                from {CoarseProducts.ByItem} f group by menu_item_id, unit having sum(sold) > 0
            )
            select s.menu_item_id, coalesce(i.name, s.name), s.category, i.sku, s.quantity, s.revenue, s.net, s.uncosted, s.cost, s.costed,
                nullif(s.unit, '')
            from s left join menu_items i on i.id = s.menu_item_id and i.shop_id = $1
            order by {order}, s.menu_item_id, s.unit limit $9
            """,
            r =>
            {
                var (margin, percent) = CostReport.MarginOf(
                    new Money(r.GetInt64(6)).In(shop.Currency),
                    new Money(r.GetInt64(7)).In(shop.Currency),
                    r.GetDecimal(8),
                    r.GetBoolean(9));
                return new ProductSalesView(
                    r.GetInt64(0),
                    r.GetString(1),
                    r.GetString(2),
                    r.TextOrNull(3),
                    new Measure(r.GetInt64(4)).Number,
                    new Money(r.GetInt64(5)).In(shop.Currency),
                    r.GetBoolean(9) ? r.GetDecimal(8) : null,
                    margin,
                    percent,
                    r.TextOrNull(10));
            },
            cancel,
            books.Months,
            books.DaysBeside,
            asked.Limit);
    }
}
