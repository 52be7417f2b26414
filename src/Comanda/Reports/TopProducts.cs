using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/products/top: what sells best, by number or by money.</summary>
public static class TopProducts
{
    public static async Task<Answer<TopProductsView>> Handle(
        [AsParameters] AskedPeriod period,
        NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [Words("quantity", "revenue")] string? by = null,
        int? limit = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        errors.Check(by is null or "quantity" or "revenue", "by", "must be quantity or revenue");
        errors.CheckLimit(limit);
        if (errors.Any)
            return errors.ToRefusal();

        // An item's name is the one that it has now, or had when it was last sold. What is weighed stands among the others by how often.
        var order = by == "revenue" ? "revenue desc, pieces desc" : "pieces desc, revenue desc";
        await using var command = database.Command(
            $"""
            with sold as (
                select menu_item_id, sum(sign * measure)::bigint as quantity, sum(sign * total)::bigint as revenue,
                       sum(sign * quantity) as pieces, max(name) as name, max(category) as category, unit
                from sales_lines where shop_id = $1 and day between $2 and $3 and menu_item_id is not null
                group by menu_item_id, unit
            ),
            earned as (
                select menu_item_id, unit, sum(net)::bigint as net, coalesce(sum(net) filter (where not costed), 0)::bigint as uncosted,
                    trim_scale(coalesce(sum(cost), 0)) as cost, bool_or(costed) as costed
                from earned_lines where shop_id = $1 and day between $2 and $3 group by menu_item_id, unit
            )
            select s.menu_item_id, coalesce(i.name, s.name), s.category, i.sku, s.quantity, s.revenue, e.net, e.uncosted, e.cost, e.costed,
                s.unit
            from sold s left join menu_items i on i.id = s.menu_item_id and i.shop_id = $1
                join earned e on e.menu_item_id = s.menu_item_id and coalesce(e.unit, '') = coalesce(s.unit, '')
            order by {order}, s.menu_item_id, s.unit limit $4
            """,
            shop.Id, start, end, limit ?? 10);
        var items = await command.List(
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
            cancel);
        return new TopProductsView(start, end, by ?? "quantity", shop.Currency.Code, items);
    }
}
