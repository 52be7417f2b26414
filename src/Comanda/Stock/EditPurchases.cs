using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET, POST and PUT of /api/purchase-orders. What came of one is booked by <see cref="ReceivePurchase"/>.</summary>
public sealed class EditPurchases(
    NpgsqlDataSource database, IdempotentWrite retries, Senders senders, Moment moment, WritePurchase write, RequestHead head)
{
    public async Task<Answer<PurchaseOrderView>> Add(PurchaseOrderInput input, CancellationToken cancel)
    {
        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        var status = PurchaseStatus.Draft;
        errors.Check(input.Status is null || (WireName<PurchaseStatus>.TryParse(input.Status, out status)
            && status is PurchaseStatus.Draft or PurchaseStatus.Ordered), "status", "must be draft or ordered");
        errors.Check(input.Items is { Count: > 0 }, "items", "is required: at least one");
        PurchaseLines.Check(input, errors);
        if (errors.Any)
            return errors.ToRefusal();
        return await retries.Once(key.Value, connection => Write(connection, input, status, cancel), cancel);
    }

    private async Task<Answer<PurchaseOrderView>> Write(
        NpgsqlConnection connection, PurchaseOrderInput input, PurchaseStatus status, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var lines = await PurchaseLines.Read(connection, shop.Id, input.Items!, errors, cancel);
        var supplier = await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var id = await write.Insert(
            connection, new(supplier, status, input.ExpectedOn, input.Note?.Trim() ?? "", lines), cancel);
        var added = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
        await write.Audit(connection, null, added, cancel);
        return Answer.Created(added.View(shop.Currency), $"/api/purchase-orders/{id}");
    }

    public async Task<Answer<PurchaseOrderView>> Change(
        long id,
        PurchaseOrderInput input,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(input.Status is null, "status", "is changed at …/status");
        errors.Check(input.Items is null or { Count: > 0 }, "items", "must be at least one");
        PurchaseLines.Check(input, errors);
        if (errors.Any)
            return errors.ToRefusal();
        return await Act(id, async (connection, known, shop, now) =>
        {
            if (known.Status is not (PurchaseStatus.Draft or PurchaseStatus.Ordered)
                && (input.Items is not null || input.Supplier is not null || input.SupplierId is not null))
                return Refusal.Conflict(
                    "purchase_order_received",
                    $"Purchase order {id} is {Words(known.Status)}; its items and supplier can no longer change.");
            var lines = input.Items is null ? null : await PurchaseLines.Read(connection, shop.Id, input.Items, errors, cancel);
            var supplier = input.Supplier is null && input.SupplierId is null
                ? known.SupplierId
                : await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
            if (errors.Any)
                return errors.ToRefusal();
            await connection.Execute(
                "update purchase_orders set supplier_id = $2::bigint, expected_on = $3::date, note = $4 where id = $1",
                cancel,
                id,
                supplier,
                input.ExpectedOn ?? known.ExpectedOn,
                input.Note?.Trim() ?? known.Note);
            if (lines is not null)
            {
                await connection.Execute("delete from purchase_order_lines where purchase_id = $1", cancel, id);
                await PurchaseLines.Insert(connection, id, lines, cancel);
            }

            return true;
        }, cancel, input);
    }

    public async Task<Answer<PurchaseOrderView>> Move(
        long id,
        PurchaseStatusRequest request,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var next = errors.OneOf<PurchaseStatus>("status", request.Status);
        if (errors.Any)
            return errors.ToRefusal();
        if (request.Send && next != PurchaseStatus.Ordered)
            return Refusal.OfField("send", "goes with ordered");
        return await Act(id, async (connection, known, shop, now) =>
        {
            if (request.Send && known.SupplierEmail is null)
                return Refusal.OfField(
                    "send",
                    known.Supplier is null ? "needs a supplier with an e-mail address" : $"needs an e-mail address of {known.Supplier}");
            if (next == known.Status)
                return false;
            var allowed = Next(known.Status);
            if (!allowed.Contains(next))
                return Refusal.Conflict("invalid_transition", $"Purchase order {id} is {Words(known.Status)}; it can become {(allowed.Length
                    == 0 ? "nothing else" : string.Join(" or ", allowed.Select(Words)))} by hand.");
            await connection.Execute(
                "update purchase_orders set status = $2, ordered_at = case when $2 = 'ordered' then $3 else ordered_at end where id = $1",
                cancel,
                id,
                next.ToWire(),
                now);
            if (request.Send)
                await new Message(
                    MessageChannel.Email,
                    known.SupplierEmail!,
                    $"{shop.Name}: purchase order {id}",
                    PurchaseLetter.Of(known, shop)).Write(senders, connection, shop.Id, now, cancel);
            return true;
        }, cancel);
    }

    /// <summary>What one may make of it by hand: what came makes it partly_received and received.</summary>
    private static PurchaseStatus[] Next(PurchaseStatus status) => status switch
    {
        PurchaseStatus.Draft => [PurchaseStatus.Ordered, PurchaseStatus.Cancelled],
        PurchaseStatus.Ordered => [PurchaseStatus.Cancelled],
        PurchaseStatus.PartlyReceived => [PurchaseStatus.Closed],
        _ => [],
    };

    /// <summary>One change of an order under its lock; false where there was nothing to change.</summary>
    private async Task<Answer<PurchaseOrderView>> Act(
        long id,
        Func<NpgsqlConnection, PurchaseOrder, Shop, DateTimeOffset, Task<Outcome<bool>>> change,
        CancellationToken cancel,
        PurchaseOrderInput? input = null)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await PurchaseOrder.Hold(connection, shop.Id, id, cancel) is not { } known)
            return Refusal.NotFound("purchase order");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var outcome = await change(connection, known, shop, now);
        if (outcome.Refusal is { } refusal)
            return refusal;
        var after = known;
        if (outcome.Value)
        {
            await connection.Execute("update purchase_orders set version = version + 1 where id = $1", cancel, id);
            after = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
            await write.Audit(connection, known, after, cancel);
            await transaction.CommitAsync(cancel);
        }

        return after.View(shop.Currency);
    }

    internal static string Words(PurchaseStatus status) => status.ToWire().Replace('_', ' ');
}
