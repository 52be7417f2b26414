using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>A line as its row has it, and how much of it has come: the sum of the movements that name the order.</summary>
public sealed record PurchaseLine
{
    public long PurchaseId { get; init; }

    public required long ItemId { get; init; }

    public required string Name { get; init; }

    public required string StockUnit { get; init; }

    public required long Thousandths { get; init; }

    public required decimal Amount { get; init; }

    public required string Unit { get; init; }

    public required decimal UnitCost { get; init; }

    public long Received { get; init; }

    public decimal ReceivedCost { get; init; }

    /// <summary>What one of the item's own unit costs.</summary>
    public decimal CostOfOne => decimal.Round(UnitCost * Amount * 1000 / Thousandths, Quantity.CostDecimals, MidpointRounding.AwayFromZero);

    public long Outstanding => Math.Max(Thousandths - Received, 0);

    public PurchaseLineView View() => new(
        ItemId,
        Name,
        Quantity.Cost(Amount),
        Unit,
        Quantity.Cost(UnitCost),
        Quantity.Cost(Amount * UnitCost),
        StockUnit,
        Quantity.Of(Thousandths),
        Quantity.Of(Received),
        Quantity.Of(Outstanding));
}

/// <summary>A purchase order as its rows have it.</summary>
public sealed record PurchaseOrder
{
    public required long Id { get; init; }

    public required PurchaseStatus Status { get; init; }

    public required long? SupplierId { get; init; }

    public required string? Supplier { get; init; }

    public required string? SupplierEmail { get; init; }

    public required DateOnly? ExpectedOn { get; init; }

    public required string Note { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required long? CreatedBy { get; init; }

    public required DateTimeOffset? OrderedAt { get; init; }

    public required long Version { get; init; }

    public IReadOnlyList<PurchaseLine> Lines { get; private init; } = [];

    /// <summary>$1 is the shop.</summary>
    private const string Select =
        """
        select p.id, p.status, s.id, s.name, s.email, p.expected_on, p.note, p.created_at, p.created_by, p.ordered_at, p.version
        from purchase_orders p left join suppliers s on s.id = p.supplier_id where p.shop_id = $1
        """;

    /// <summary>Those that the condition names, the newest first, with their lines.</summary>
    public static async Task<List<PurchaseOrder>> List(
        NpgsqlConnection connection,
        string condition,
        CancellationToken cancel,
        params object?[] values)
    {
        await using var command = connection.Command($"{Select} {condition}", values);
        var orders = await command.List(
            r => new PurchaseOrder
            {
                Id = r.GetInt64(0),
                Status = WireName<PurchaseStatus>.Parse(r.GetString(1)),
                SupplierId = r.ValueOrNull<long>(2),
                Supplier = r.TextOrNull(3),
                SupplierEmail = r.TextOrNull(4),
                ExpectedOn = r.ValueOrNull<DateOnly>(5),
                Note = r.GetString(6),
                CreatedAt = r.GetFieldValue<DateTimeOffset>(7),
                CreatedBy = r.ValueOrNull<long>(8),
                OrderedAt = r.ValueOrNull<DateTimeOffset>(9),
                Version = r.GetInt64(10),
            },
            cancel);
        await using var lines = connection.Command(
            """
            select l.purchase_id, l.item_id, i.name, i.unit, l.quantity, l.amount, l.unit, l.unit_cost, coalesce(r.quantity, 0),
                coalesce(r.cost, 0)
            from purchase_order_lines l join stock_items i on i.id = l.item_id
            left join lateral (
                select sum(m.quantity)::bigint as quantity, sum(m.quantity * m.unit_cost) / 1000 as cost from stock_movements m
                where m.purchase_id = l.purchase_id and m.item_id = l.item_id
            ) r on true
            where l.purchase_id = any($1) order by l.purchase_id, l.place
            """,
            (object)orders.Select(o => o.Id).ToArray());
        var byOrder = (await lines.List(
            r => new PurchaseLine
            {
                PurchaseId = r.GetInt64(0),
                ItemId = r.GetInt64(1),
                Name = r.GetString(2),
                StockUnit = r.GetString(3),
                Thousandths = r.GetInt64(4),
                Amount = r.GetDecimal(5),
                Unit = r.GetString(6),
                UnitCost = r.GetDecimal(7),
                Received = r.GetInt64(8),
                ReceivedCost = r.GetDecimal(9),
            }, cancel))
            .ToLookup(l => l.PurchaseId);
        return orders.ConvertAll(o => o with { Lines = [.. byOrder[o.Id]] });
    }

    public static async Task<PurchaseOrder?> Find(NpgsqlConnection connection, long shop, long id, CancellationToken cancel) =>
        (await List(connection, "and p.id = $2", cancel, shop, id)).FirstOrDefault();

    /// <summary>Holds the order's row: of two who receive one delivery at once the second sees what the first did.</summary>
    public static async Task<PurchaseOrder?> Hold(NpgsqlConnection connection, long shop, long id, CancellationToken cancel)
    {
        await connection.Execute("select 1 from purchase_orders where id = $1 and shop_id = $2 for update", cancel, id, shop);
        return await Find(connection, shop, id, cancel);
    }

    public PurchaseOrderView View(Currency currency) => new(
        Id,
        Status.ToWire(),
        SupplierId,
        Supplier,
        ExpectedOn,
        Note,
        [.. Lines.Select(l => l.View())],
        Quantity.Cost(Lines.Sum(l => l.Amount * l.UnitCost)),
        Quantity.Cost(Lines.Sum(l => l.ReceivedCost)),
        currency.Code,
        CreatedAt,
        CreatedBy,
        OrderedAt,
        Version);
}
