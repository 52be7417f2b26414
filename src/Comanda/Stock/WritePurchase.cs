using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>A purchase order that is to be.</summary>
public sealed record NewPurchase(
    long? SupplierId, PurchaseStatus Status, DateOnly? ExpectedOn, string Note, IReadOnlyList<PurchaseLine> Lines);

/// <summary>Writes purchase orders, and what becomes of them into the audit log, in the caller's transaction.</summary>
public sealed class WritePurchase(Moment moment)
{
    /// <summary>A new one, typed in or suggested; answers its number.</summary>
    public async Task<long> Insert(NpgsqlConnection connection, NewPurchase given, CancellationToken cancel)
    {
        var id = (long)(await connection.Scalar(
            "insert into purchase_orders (shop_id, supplier_id, status, expected_on, note, created_by, created_at, ordered_at) values "
                + "($1, $2::bigint, $3, $4::date, $5, $6::bigint, $7, $8::timestamptz) returning id",
            cancel,
            moment.Shop.Id,
            given.SupplierId,
            given.Status.ToWire(),
            given.ExpectedOn,
            given.Note,
            moment.Caller.UserId,
            moment.Now,
            given.Status == PurchaseStatus.Draft ? (DateTimeOffset?)null : moment.Now))!;
        await PurchaseLines.Insert(connection, id, given.Lines, cancel);
        return id;
    }

    public Task Audit(NpgsqlConnection connection, PurchaseOrder? before, PurchaseOrder after, CancellationToken cancel)
    {
        static object Told(PurchaseOrder order) =>
            new { status = order.Status.ToWire(), order.Supplier, total = Quantity.Cost(order.Lines.Sum(l => l.Amount * l.UnitCost)) };
        return new AuditEntry(
            AuditActions.PurchaseOrderChanged,
            "purchase_order",
            after.Id,
            before is null ? null : Told(before),
            Told(after)).Write(connection, moment.Here, moment.Now, cancel);
    }
}
