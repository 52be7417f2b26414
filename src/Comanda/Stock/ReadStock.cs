using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What GET /api/inventory is asked.</summary>
public sealed record StockFilter
{
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    [FromQuery(Name = "supplier_id")]
    public long? SupplierId { get; init; }

    [FromQuery(Name = "location_id")]
    public long? LocationId { get; init; }

    [FromQuery(Name = "low")]
    public bool? Low { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/inventory and what belongs to it: what there is, what is low, and how it came to that.</summary>
public sealed class ReadStock(NpgsqlDataSource database, Moment moment)
{
    private const string MovementSelect =
        """
        select m.id, m.item_id, m.quantity, i.unit, m.reason, m.unit_cost, m.counted, l.name, l.id, m.order_id, o.order_number,
            m.purchase_id, m.note, m.user_id, u.name, m.at
        from stock_movements m join stock_items i on i.id = m.item_id left join stock_locations l on l.id = m.location_id
        left join orders o on o.id = m.order_id left join users u on u.id = m.user_id
        """;

    public async Task<Answer<PageOf<StockItemView>>> List(StockFilter asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit, asked.Cursor, errors);
        errors.Check(asked.Q is null or { Length: <= 100 }, "q", "must have at most 100 characters");
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"""
            {StockItem.Select} and i.id < $2 and ($3 = '' or position(lower($3) in lower(i.name)) > 0)
            and ($4::bigint is null or i.supplier_id = $4)
            and ($5::bigint is null or i.location_id = $5)
                and ($6::boolean is null or ({StockItem.IsLowSql}) = $6) order by i.id desc limit $7
            """,
            moment.Shop.Id, page.Before, asked.Q?.Trim() ?? "", asked.SupplierId, asked.LocationId, asked.Low, page.ToRead);
        return page.Of((await command.List(StockItem.Row, cancel)).ConvertAll(i => i.View()), i => i.Id);
    }

    public async Task<Answer<StockItemView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await StockItem.Find(connection, moment.Shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        return item.View();
    }

    /// <summary>The audit trail, the newest first, with the order that each came of.</summary>
    public async Task<Answer<PageOf<MovementView>>> Movements(
        long id,
        string? reason,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.Check(
            reason is null || WireName<MovementReason>.All.Contains(reason),
            "reason",
            "must be " + string.Join(", ", WireName<MovementReason>.All));
        if (errors.Any)
            return errors.ToRefusal();
        if (await database.Scalar("select id from stock_items where id = $1 and shop_id = $2", cancel, id, moment.Shop.Id) is null)
            return Refusal.NotFound("stock item");
        // Sales are most of them; whatever else is asked for has an index of its own, which the condition on sales makes the planner see.
        var of = reason switch { null => "", "sale" => " and m.reason = $4", _ => " and m.reason = $4 and m.reason <> 'sale'" };
        object[] values = reason is null ? [id, page.Before, page.ToRead] : [id, page.Before, page.ToRead, reason];
        await using var command = database.Command(
            $"{MovementSelect} where m.item_id = $1 and m.id < $2{of} order by m.id desc limit $3",
            values);
        return page.Of(await command.List(Row, cancel), m => m.Id);
    }

    internal static async Task<List<MovementView>> MovementsBy(
        NpgsqlConnection connection,
        long item,
        List<long> ids,
        CancellationToken cancel)
    {
        await using var command = connection.Command(
            MovementSelect + " where m.item_id = $1 and m.id = any($2) order by m.id",
            item,
            ids.ToArray());
        return await command.List(Row, cancel);
    }

    private static MovementView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetInt64(1),
        Quantity.Of(r.GetInt64(2)),
        r.GetString(3),
        r.GetString(4),
        Quantity.Cost(r.GetDecimal(5)),
        Quantity.Cost(r.GetInt64(2) * r.GetDecimal(5) / 1000),
        r.ValueOrNull<long>(6) is { } counted ? Quantity.Of(counted) : null,
        r.TextOrNull(7),
        r.ValueOrNull<long>(8),
        r.ValueOrNull<long>(9),
        r.TextOrNull(10),
        r.ValueOrNull<long>(11),
        r.TextOrNull(12),
        r.ValueOrNull<long>(13),
        r.TextOrNull(14),
        r.GetFieldValue<DateTimeOffset>(15));
}
