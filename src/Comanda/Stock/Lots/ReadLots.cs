using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What GET /api/lots is asked.</summary>
public sealed record LotFilter
{
    [FromQuery(Name = "inventory_id")]
    public long? InventoryId { get; init; }

    [FromQuery(Name = "lot")]
    public string? Lot { get; init; }

    [FromQuery(Name = "expiring_within")]
    public int? ExpiringWithin { get; init; }

    [FromQuery(Name = "left")]
    public bool? Left { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/lots: which there are, of what, until when they keep, and what is left of them.</summary>
public sealed class ReadLots(NpgsqlDataSource database, Moment moment)
{
    /// <summary>A lot that keeps so many days more is about to expire.</summary>
    public const int SoonDays = 3;

    /// <summary>$1 is the shop, $2 its business day.</summary>
    internal const string Select =
        """
        select l.id, l.code, l.item_id, i.name, i.unit, l.best_before, coalesce(l.best_before < $2, false), l.day, l.remaining, s.name,
            s.id, l.purchase_id
        from lots l join stock_items i on i.id = l.item_id left join suppliers s on s.id = l.supplier_id
        where l.shop_id = $1
        """;

    public async Task<Answer<PageOf<LotView>>> List(LotFilter asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit, asked.Cursor, errors);
        errors.Check(asked.Lot is null or { Length: > 0 and <= SaidLot.Longest }, "lot", $"must have 1 to {SaidLot.Longest} characters");
        errors.Check(asked.ExpiringWithin is null or (>= 0 and <= 3650), "expiring_within", "must be between 0 and 3650 days");
        if (errors.Any)
            return errors.ToRefusal();
        await GiveLots.CatchUp(database, moment.Shop.Id, cancel);
        await using var command = database.Command(
            $"""
            {Select} and l.id < $3 and ($4::bigint is null or l.item_id = $4) and ($5::text is null or lower(l.code) = lower($5))
            and ($6::date is null or (l.best_before <= $6 and l.remaining > 0)) and ($7::boolean is null or (l.remaining > 0) = $7)
            order by l.id desc limit $8
            """,
            moment.Shop.Id,
            moment.Today,
            page.Before,
            asked.InventoryId,
            asked.Lot?.Trim(),
            asked.ExpiringWithin is { } days ? moment.Today.AddDays(days) : (DateOnly?)null,
            asked.Left,
            page.ToRead);
        return page.Of(await command.List(Row, cancel), l => l.Id);
    }

    /// <summary>What of the shop's lots is over by a day and not used up, as far as the books have come.</summary>
    public static async Task<List<LotView>> Expiring(
        NpgsqlConnection connection,
        long shop,
        (DateOnly Today, DateOnly By) days,
        CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"{Select} and l.remaining > 0 and l.best_before <= $3 and i.archived_at is null order by l.best_before, l.id limit 200",
            shop,
            days.Today,
            days.By);
        return await command.List(Row, cancel);
    }

    internal static LotView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.TextOrNull(1),
        r.GetInt64(2),
        r.GetString(3),
        r.GetString(4),
        r.ValueOrNull<DateOnly>(5),
        r.GetBoolean(6),
        r.GetFieldValue<DateOnly>(7),
        Quantity.Of(r.GetInt64(8)),
        r.TextOrNull(9),
        r.ValueOrNull<long>(10),
        r.ValueOrNull<long>(11));
}
