using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// GET /api/reports/inventory: theoretical against counted use of each ingredient, from the ledger of stock. Costs are exact and not
/// rounded.
/// </summary>
public static class StockUse
{
    public static async Task<Answer<StockUseView>> Handle(
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

        // The level now less what happened since is what there was: no sum over years.
        await using var command = database.Command(
            """
            with moved as (
                select item_id,
                    sum(quantity) filter (where day > $3) as later,
                    coalesce(sum(quantity) filter (where day <= $3 and reason = 'delivery'), 0) as delivered,
                    coalesce(sum(quantity) filter (where day <= $3 and reason = 'transfer'), 0) as transferred,
                    coalesce(sum(quantity) filter (where day <= $3 and reason = 'make'), 0) as made,
                    -coalesce(sum(quantity) filter (where day <= $3 and reason in ('sale', 'return')), 0) as used,
                    -coalesce(sum(quantity) filter (where day <= $3 and reason in ('waste', 'food_bank')), 0) as waste,
                    coalesce(sum(quantity) filter (where day <= $3 and reason = 'correction'), 0) as corrected,
                    coalesce(sum(quantity) filter (where day <= $3 and reason = 'count'), 0) as found,
                    -coalesce(sum(cost) filter (where day <= $3 and reason in ('sale', 'return')), 0) as use_cost,
                    -coalesce(sum(cost) filter (where day <= $3 and reason in ('waste', 'food_bank')), 0) as waste_cost,
                    -coalesce(sum(cost) filter (where day <= $3 and reason in ('waste', 'food_bank', 'correction', 'count')), 0)
                        as variance_cost
                from stock_use where shop_id = $1 and day >= $2 group by item_id
            ),
            levels as (select item_id, sum(quantity) as now from stock_now where shop_id = $1 group by item_id)
            select i.id, i.name, i.unit, trim_scale((coalesce(l.now, 0) - coalesce(m.later, 0)) / 1000.0),
                trim_scale(m.delivered / 1000.0), trim_scale(m.transferred / 1000.0), trim_scale(m.made / 1000.0),
                    trim_scale(m.used / 1000.0), trim_scale(m.waste / 1000.0),
                trim_scale(m.corrected / 1000.0), trim_scale(m.found / 1000.0), trim_scale(m.use_cost / 1000.0),
                    trim_scale(m.waste_cost / 1000.0), trim_scale(m.variance_cost / 1000.0)
            from stock_items i left join moved m on m.item_id = i.id left join levels l on l.item_id = i.id
            where i.shop_id = $1 and i.made <> 'to_order' and (i.archived_at is null or m.item_id is not null) order by lower(i.name), i.id
            """,
            shop.Id, start, end);
        var rows = await command.List(Row, cancel);
        if (format != "json")
            return Answer.InOtherForm<StockUseView>(ReportTable.Of(format, "inventory", rows));
        return new StockUseView(
            start,
            end,
            shop.Currency.Code,
            rows.Sum(r => r.UseCost),
            rows.Sum(r => r.WasteCost),
            rows.Sum(r => r.VarianceCost),
            rows);
    }

    private static StockUseRow Row(NpgsqlDataReader r)
    {
        decimal Number(int column) => r.ValueOrNull<decimal>(column) ?? 0;
        var (closing, delivered, transferred, made) = (Number(3), Number(4), Number(5), Number(6));
        var (used, waste, corrected, found) = (Number(7), Number(8), Number(9), Number(10));
        var actual = used + waste - corrected - found;
        return new(
            r.GetInt64(0),
            r.GetString(1),
            r.GetString(2),
            closing - delivered - transferred - made + actual,
            delivered,
            transferred,
            made,
            used,
            waste,
            corrected,
            found,
            actual,
            closing,
            actual - used,
            used == 0 ? null : decimal.Round((actual - used) * 100 / used, 1, MidpointRounding.AwayFromZero),
            Number(11),
            Number(12),
            Number(13));
    }
}
