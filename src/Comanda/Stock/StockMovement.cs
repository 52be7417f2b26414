using System.Globalization;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
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

    /// <summary>The lot that it is of, where that is said. What a sale takes is worked out after it.</summary>
    public long? LotId { get; init; }

    /// <summary>Of what was used to make something: the lot that came of it.</summary>
    public long? IntoLotId { get; init; }

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
        var columns = SoldColumns(u, at);
        return Insert.Into("stock_movements", columns, from: u.Table);
    }

    /// <summary>The statement that takes off stock what several sales use.</summary>
    public static string SoldTogether<T>(Statement<T> statement, Func<T, IReadOnlyList<SoldMovement>> movements)
    {
        var u = statement.Rows("u", movements);
        var columns = SoldColumns(
            u.As(m => m.Movement),
            (u.Column("shop", m => m.At.Shop),
                u.Column("order_id", m => m.Movement.OrderId),
                u.Column("user_id", m => m.At.User),
                u.Column("at", m => m.At.At),
                u.Column("day", m => m.At.Day)));
        return Insert.Into("stock_movements", columns, from: u.Table);
    }

    private static (string Name, string Value)[] SoldColumns(
        IStatementValues<StockMovement> u,
        (string Shop, string Order, string User, string At, string Day) at) =>
    [
        .. Columns(u, at.Shop, $"'{MovementReason.Sale.ToWire()}'"),
        ("order_id", at.Order),
        ("order_item_id", u.Value("line", m => m.OrderItemId!.Value)),
        ("user_id", at.User),
        ("at", at.At),
        ("day", at.Day),
    ];

    /// <summary>Writes them in the caller's transaction; answers their ids, in their order.</summary>
    public static async Task<List<long>> Write(
        NpgsqlConnection connection,
        IReadOnlyList<StockMovement> movements,
        MovedAt at,
        CancellationToken cancel)
    {
        if (movements.Count == 0)
            return [];
        await using var command = Alone.Command((movements, at));
        command.Connection = connection;
        return await command.List(r => r.GetInt64(0), cancel);
    }

    private static readonly Statement<(IReadOnlyList<StockMovement> Movements, MovedAt At)> Alone =
        Statement<(IReadOnlyList<StockMovement> Movements, MovedAt At)>.Compose(s =>
        {
            var m = s.Rows("m", w => w.Movements);
            (string Name, string Value)[] columns =
            [
                .. Columns(m, s.Value("shop", w => w.At.Shop), m.Column("reason", x => x.Reason.ToWire())),
                ("counted", m.Column("counted", x => x.Counted)),
                ("order_id", m.Column("order_id", x => x.OrderId)),
                ("order_item_id", m.Column("order_item_id", x => x.OrderItemId)),
                ("purchase_id", m.Column("purchase_id", x => x.PurchaseId)),
                ("note", m.Column("note", x => x.Note)),
                ("lot_id", m.Column("lot_id", x => x.LotId)),
                ("into_lot_id", m.Column("into_lot_id", x => x.IntoLotId)),
                ("user_id", s.Value("user", w => w.At.User)),
                ("at", s.Value("at", w => w.At.At)),
                ("day", s.Value("day", w => w.At.Day)),
            ];
            return Insert.Into("stock_movements", columns, from: m.TableInOrder) + " returning id";
        });

    /// <summary>What every movement says of itself.</summary>
    private static (string Name, string Value)[] Columns(IStatementValues<StockMovement> rows, string shop, string reason) =>
    [
        ("shop_id", shop),
        ("item_id", rows.Value("item_id", m => m.ItemId)),
        ("location_id", rows.Value("location_id", m => m.LocationId)),
        ("quantity", rows.Value("quantity", m => m.Quantity)),
        ("reason", reason),
        ("unit_cost", $"{rows.Value("unit_cost", m => m.UnitCost.ToString(CultureInfo.InvariantCulture))}::numeric"),
    ];
}

/// <summary>What one of several sales takes off stock.</summary>
public sealed record SoldMovement(StockMovement Movement, MovedAt At);

/// <summary>In which shop and by whom stock is moved, when, and on which business day of the shop.</summary>
public sealed record MovedAt(long Shop, long? User, DateTimeOffset At, DateOnly Day)
{
    public static MovedAt Of(Moment moment) => new(moment.Shop.Id, moment.Here.Visitor?.UserId, moment.Now, moment.Today);
}

/// <summary>What a stock_updated event of an item tells. <see cref="Changed"/>: level, item or recipe.</summary>
public sealed record StockChanged(long InventoryId, string Name, string Unit, decimal CurrentStock, string Changed)
{
    public const string Level = "level", Item = "item", Recipe = "recipe";

    /// <summary>Tells of it where it was changed by hand.</summary>
    public static async Task Write(
        NpgsqlConnection connection,
        Here here,
        StockItem item,
        string changed,
        DateTimeOffset at,
        CancellationToken cancel)
    {
        await Tell(connection, here, item, changed, at, cancel);
        await TellLevels.Note(connection, here.ShopId, item, cancel);
    }

    public static Task Tell(
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
