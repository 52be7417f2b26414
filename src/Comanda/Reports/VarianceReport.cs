using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>Which differences GET /api/reports/variance is asked for: of one session, of one ingredient, or all of the period.</summary>
public sealed record VarianceQuery
{
    [FromQuery(Name = "drawer_id")]
    public long? DrawerId { get; init; }

    [FromQuery(Name = "inventory_id")]
    public long? InventoryId { get; init; }
}

/// <summary>
/// GET /api/reports/variance: drawers and ingredients whose counts were other than the books, and what may explain each. It shows what fits
/// and says how well; who was it, people have to find out.
/// </summary>
public static class VarianceReport
{
    private const int MostDrawers = 50;

    public static async Task<Answer<VarianceView>> Handle(
        [AsParameters] AskedPeriod period,
        [AsParameters] VarianceQuery query,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        errors.Check(query.DrawerId is null || query.InventoryId is null, "inventory_id", "cannot be asked together with drawer_id");
        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        if (query.InventoryId is { } item
            && await connection.Scalar("select 1 from stock_items where id = $1 and shop_id = $2", cancel, item, shop.Id) is null)
            return Refusal.NotFound("inventory item");
        var rows = query.InventoryId is null ? await Drawers() : [];
        if (query.DrawerId is not null && rows.Count == 0)
            return Refusal.NotFound("drawer session");
        var drawers = new List<DrawerVarianceView>();
        foreach (var row in rows.Where(r => r.Counted is not null))
        {
            var closed = new ClosedDrawer(
                row.Id,
                row.Register,
                row.ClosedAt!.Value,
                row.ClosedBy,
                new(row.Closed?.Expected(row.Float) ?? row.Float),
                new(row.Counted!.Value),
                row.Late);
            if (!closed.Difference.IsZero && drawers.Count < MostDrawers)
                drawers.Add(await ExplainDrawer.Read(connection, shop, row, closed, cancel));
        }

        var stock = new List<StockVarianceView>();
        foreach (var count in query.DrawerId is null
            ? await ExplainStock.Counts(connection, shop, (start, end), query.InventoryId, cancel)
            : [])
            stock.Add(await ExplainStock.Read(connection, count, cancel));
        return new VarianceView(
            start, end, shop.Currency.Code, [.. drawers.OrderByDescending(d => Math.Abs(d.Difference))], stock);

        async Task<List<DrawerRow>> Drawers()
        {
            await using var command = query.DrawerId is { } id
                ? connection.Command($"{DrawerRow.Select} and d.id = $2 and d.closed_at is not null", shop.Id, id)
                : connection.Command(
                    $"{DrawerRow.Select} and d.closed_at >= $2 and d.closed_at < $3 order by d.closed_at desc, d.id desc",
                    shop.Id,
                    shop.Settings.BusinessDay.StartOf(start),
                    shop.Settings.BusinessDay.EndOf(end));
            return await command.List(DrawerRow.Read, cancel);
        }
    }
}
