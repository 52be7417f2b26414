using System.Text.Json;
using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>A stock item as its row has it, and its level at that moment.</summary>
public sealed record StockItem
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public IReadOnlyList<Pack> Packs { get; init; } = [];

    public long? Threshold { get; init; }

    public long? SupplierId { get; init; }

    public string? Supplier { get; init; }

    public long? LocationId { get; init; }

    public string? Location { get; init; }

    public decimal UnitCost { get; init; }

    public int? LeadDays { get; init; }

    public required string Made { get; init; }

    public long? Yield { get; init; }

    public required long Version { get; init; }

    public long Level { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string Places { get; init; } = "[]";

    /// <summary>$1 is the shop. The level comes from the view of all movements: there is no other place where it stands.</summary>
    public const string Select =
        """
        select i.id, i.name, i.unit, i.packs, i.low_stock_threshold, s.id, s.name, l.id, l.name, i.unit_cost, i.lead_days, i.made, i.yield,
            i.version, coalesce(n.total, 0), coalesce(n.places, '[]'), i.created_at, i.updated_at
        from stock_items i left join suppliers s on s.id = i.supplier_id left join stock_locations l on l.id = i.location_id
        left join (
            select n.item_id, sum(n.quantity)::bigint as total,
                jsonb_agg(jsonb_build_object('location_id', p.id, 'location', p.name, 'thousandths',
                    n.quantity) order by p.name nulls first) filter (where n.quantity <> 0)::text as places
            from stock_now n left join stock_locations p on p.id = n.location_id where n.shop_id = $1 group by n.item_id
        ) n on n.item_id = i.id
        where i.shop_id = $1 and i.archived_at is null
        """;

    /// <summary>Where what has no threshold is low: below nothing.</summary>
    public const string IsLowSql = "i.made <> 'to_order' and coalesce(n.total, 0) <= coalesce(i.low_stock_threshold, -1)";

    public bool IsLow => Made != "to_order" && Level <= (Threshold ?? -1);

    public static StockItem Row(NpgsqlDataReader r) => new()
    {
        Id = r.GetInt64(0),
        Name = r.GetString(1),
        Unit = r.GetString(2),
        Packs = PacksOf(r.GetString(3)),
        Threshold = r.ValueOrNull<long>(4),
        SupplierId = r.ValueOrNull<long>(5),
        Supplier = r.TextOrNull(6),
        LocationId = r.ValueOrNull<long>(7),
        Location = r.TextOrNull(8),
        UnitCost = r.GetDecimal(9),
        LeadDays = r.ValueOrNull<int>(10),
        Made = r.GetString(11),
        Yield = r.ValueOrNull<long>(12),
        Version = r.GetInt64(13),
        Level = r.GetInt64(14),
        Places = r.GetString(15),
        CreatedAt = r.GetFieldValue<DateTimeOffset>(16),
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(17),
    };

    public static async Task<StockItem?> Find(NpgsqlConnection connection, long shop, long id, CancellationToken cancel)
    {
        // The item's id twice: the planner takes it into the view only where it is said of the view.
        await using var command = connection.Command(
            Select.Replace("n.shop_id = $1 group", "n.shop_id = $1 and n.item_id = $2 group", StringComparison.Ordinal) + " and i.id = $2",
            shop,
            id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    /// <summary>Those of the items that the shop has, by id.</summary>
    public static async Task<Dictionary<long, StockItem>> FindAll(
        NpgsqlConnection connection,
        long shop,
        IEnumerable<long> ids,
        CancellationToken cancel)
    {
        await using var command = connection.Command(Select + " and i.id = any($2)", shop, ids.ToArray());
        return (await command.List(Row, cancel)).ToDictionary(i => i.Id);
    }

    /// <summary>Holds the item's row, so that two who edit or count it take turns. Sales do not ask for it.</summary>
    public static async Task<StockItem?> Hold(NpgsqlConnection connection, long shop, long id, CancellationToken cancel)
    {
        await connection.Execute("select 1 from stock_items where id = $1 and shop_id = $2 for no key update", cancel, id, shop);
        return await Find(connection, shop, id, cancel);
    }

    public static IReadOnlyList<Pack> PacksOf(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize<List<Pack>>(json, Json.Options)!;

    public StockItemView View() => new(
        Id,
        Name,
        Unit,
        Quantity.Of(Level),
        Threshold is { } low ? Quantity.Of(low) : null,
        IsLow,
        Quantity.Cost(UnitCost),
        Supplier,
        SupplierId,
        Location,
        LocationId,
        LeadDays,
        Packs,
        Made,
        Yield is { } yield ? Quantity.Of(yield) : null,
        Places == "[]" ? [] : JsonSerializer.Deserialize<List<Place>>(
            Places,
            Json.Options)!.ConvertAll(p => new PlaceView(p.LocationId, p.Location, Quantity.Of(p.Thousandths))),
        Version)
    {
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    private sealed record Place(long? LocationId, string? Location, long Thousandths);
}
