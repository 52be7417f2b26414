using System.Globalization;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// One line of the ledger: so many thousandths more (or less, below 0) of an item at a place. It is written and never changed. Nothing
/// is locked by it: what there is follows from the sum.
/// </summary>
public sealed record StockMovement(long ItemId, long LocationId, long Quantity, MovementReason Reason, decimal UnitCost)
{
    /// <summary>Of a count: what was there.</summary>
    public long? Counted { get; init; }

    public long? OrderId { get; init; }

    public long? OrderItemId { get; init; }

    public long? PurchaseId { get; init; }

    public string? Note { get; init; }

    /// <summary>
    /// What a new item begins with: as if it had been delivered, so that no report takes it for what a count found. Below 0 it is a count.
    /// </summary>
    public static StockMovement Opening(long item, long location, long quantity, decimal unitCost) => quantity > 0
        ? new(item, location, quantity, MovementReason.Delivery, unitCost) { Note = "opening stock" }
        : new(item, location, quantity, MovementReason.Count, unitCost) { Counted = quantity, Note = "opening stock" };

    /// <summary>
    /// The part of a statement that takes off stock what a sale uses, as rows of their own, which wait for nobody and which no other
    /// sale waits for.
    /// </summary>
    /// <param name="statement">Which the part belongs to.</param>
    /// <param name="movements">What the sale uses.</param>
    /// <param name="at">Parameters of the statement.</param>
    public static string Sold<T>(
        Statement<T> statement,
        Func<T, IReadOnlyList<StockMovement>> movements,
        (string Shop, string Order, string User, string At, string Day) at)
    {
        var u = statement.Rows("u", movements);
        (string Name, string Value)[] columns =
        [
            ("shop_id", at.Shop),
            ("item_id", u.Column("item_id", m => m.ItemId)),
            ("location_id", u.Column("location_id", m => m.LocationId)),
            ("quantity", u.Column("quantity", m => m.Quantity)),
            ("reason", $"'{MovementReason.Sale.ToWire()}'"),
            ("unit_cost", $"{u.Column("unit_cost", m => m.UnitCost.ToString(CultureInfo.InvariantCulture))}::numeric"),
            ("order_id", at.Order),
            ("order_item_id", u.Column("line", m => m.OrderItemId!.Value)),
            ("user_id", at.User),
            ("at", at.At),
            ("day", at.Day),
        ];
        return Insert.Into("stock_movements", columns, from: u.Table);
    }

    /// <summary>Writes them in the caller's transaction; answers their ids, in their order.</summary>
    public static async Task<List<long>> Write(
        NpgsqlConnection connection,
        IReadOnlyList<StockMovement> movements,
        long shop,
        long? user,
        DateTimeOffset at,
        DateOnly day,
        CancellationToken cancel)
    {
        if (movements.Count == 0)
            return [];
        T[] Each<T>(Func<StockMovement, T> value) => [.. movements.Select(value)];
        await using var command = connection.Command(
            """
            insert into stock_movements (shop_id, item_id, location_id, quantity, reason, unit_cost, counted, order_id, order_item_id,
                purchase_id, note, user_id, at, day)
            select $1, m.item_id, m.location_id, m.quantity, m.reason, m.unit_cost, m.counted, m.order_id, m.order_item_id, m.purchase_id,
                m.note, $2::bigint, $3, $4
            from unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::numeric[], $10::bigint[], $11::bigint[], $12::bigint[],
                $13::bigint[], $14::text[]) with ordinality
                as m(item_id, location_id, quantity, reason, unit_cost, counted, order_id, order_item_id, purchase_id, note, place)
            order by m.place returning id
            """,
            shop,
            user,
            at,
            day,
            Each(m => m.ItemId),
            Each(m => m.LocationId),
            Each(m => m.Quantity),
            Each(m => m.Reason.ToWire()),
            Each(m => m.UnitCost),
            Each(m => m.Counted),
            Each(m => m.OrderId),
            Each(m => m.OrderItemId),
            Each(m => m.PurchaseId),
            Each(m => m.Note));
        return await command.List(r => r.GetInt64(0), cancel);
    }
}

/// <summary>What a stock_updated event of an item tells. <see cref="Changed"/>: level, item or recipe.</summary>
public sealed record StockChanged(long InventoryId, string Name, string Unit, decimal CurrentStock, string Changed)
{
    public const string Level = "level", Item = "item", Recipe = "recipe";

    public static Task Write(
        NpgsqlConnection connection,
        Here here,
        StockItem item,
        string changed,
        DateTimeOffset at,
        CancellationToken cancel) =>
        ShopEvent.Of(
            here,
            EventNames.StockUpdated,
            at,
            new StockChanged(item.Id, item.Name, item.Unit, Quantity.Of(item.Level), changed)).Write(connection, cancel);
}
