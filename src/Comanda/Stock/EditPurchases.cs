using System.Globalization;
using System.Text;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Notifications;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET, POST and PUT of /api/purchase-orders. What came of one is booked by <see cref="ReceivePurchase"/>.</summary>
public sealed class EditPurchases(
    NpgsqlDataSource database,
    IdempotentWrite retries,
    ShopDirectory shops,
    Senders senders,
    Here here,
    TimeProvider clock)
{
    public const int MostLines = 200;

    public async Task<Results<Ok<PageOf<PurchaseOrderView>>, ProblemHttpResult>> List(
        string? status,
        bool? open,
        long? supplierId,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.Check(status is null || WireName<PurchaseStatus>.TryParse(status, out _), "status", StatusRule);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var shop = await shops.Of(here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var orders = await PurchaseOrder.List(
            connection,
            """
            and p.id < $2 and ($3 = '' or p.status = $3)
            and ($4::boolean is null or (p.status in ('draft', 'ordered', 'partly_received')) = $4)
            and ($5::bigint is null or p.supplier_id = $5)
            order by p.id desc limit $6
            """,
            cancel, shop.Id, page.Before, status ?? "", open, supplierId, page.ToRead);
        return TypedResults.Ok(page.Of(orders.ConvertAll(o => o.View(shop.Currency)), o => o.Id));
    }

    public async Task<Results<Ok<PurchaseOrderView>, ProblemHttpResult>> One(long id, HttpContext http, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await PurchaseOrder.Find(connection, shop.Id, id, cancel) is not { } order)
            return Refusal.NotFound("purchase order").ToProblem();
        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(order.View(shop.Currency));
    }

    public async Task<IResult> Add(PurchaseOrderInput input, HttpContext http, CancellationToken cancel)
    {
        var key = retries.KeyOf(http, input);
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();
        var errors = new FieldErrors();
        var status = PurchaseStatus.Draft;
        errors.Check(input.Status is null || (WireName<PurchaseStatus>.TryParse(input.Status, out status)
            && status is PurchaseStatus.Draft or PurchaseStatus.Ordered), "status", "must be draft or ordered");
        errors.Check(input.Items is { Count: > 0 }, "items", "is required: at least one");
        CheckLines(input, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var shop = await shops.Of(here, cancel);
        return await retries.Once(key.Value, connection => Write(connection, input, status, shop, cancel), cancel);
    }

    private async Task<Outcome<FixedAnswer>> Write(
        NpgsqlConnection connection,
        PurchaseOrderInput input,
        PurchaseStatus status,
        Shop shop,
        CancellationToken cancel)
    {
        var (errors, now) = (new FieldErrors(), Clock.Now(clock));
        var lines = await Lines(connection, shop.Id, input.Items!, errors, cancel);
        var supplier = await Suppliers.IdOf(connection, shop.Id, input.SupplierId, input.Supplier, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var id = await Insert(connection, shop.Id, supplier, status, input.ExpectedOn, input.Note?.Trim() ?? "", lines, now, cancel);
        var added = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
        await Audit(connection, null, added, now, cancel);
        return new FixedAnswer(201, Json.Write(added.View(shop.Currency)), $"/api/purchase-orders/{id}");
    }

    /// <summary>Its own part, so that the suggestion makes orders by the same statement.</summary>
    internal async Task<long> Insert(
        NpgsqlConnection connection,
        long shop,
        long? supplier,
        PurchaseStatus status,
        DateOnly? expectedOn,
        string note,
        IReadOnlyList<PurchaseLine> lines,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        var id = (long)(await connection.Scalar(
            "insert into purchase_orders (shop_id, supplier_id, status, expected_on, note, created_by, created_at, ordered_at) values "
                + "($1, $2::bigint, $3, $4::date, $5, $6::bigint, $7, $8::timestamptz) returning id",
            cancel,
            shop,
            supplier,
            status.ToWire(),
            expectedOn,
            note,
            here.Caller.UserId,
            now,
            status == PurchaseStatus.Draft ? (DateTimeOffset?)null : now))!;
        await InsertLines(connection, id, lines, cancel);
        return id;
    }

    internal Task Audit(
        NpgsqlConnection connection,
        PurchaseOrder? before,
        PurchaseOrder after,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        static object Told(PurchaseOrder order) =>
            new { status = order.Status.ToWire(), order.Supplier, total = Quantity.Cost(order.Lines.Sum(l => l.Amount * l.UnitCost)) };
        return new AuditEntry(
            AuditActions.PurchaseOrderChanged,
            "purchase_order",
            after.Id,
            before is null ? null : Told(before),
            Told(after)).Write(connection, here, now, cancel);
    }

    public async Task<Results<Ok<PurchaseOrderView>, ProblemHttpResult>> Change(
        long id,
        PurchaseOrderInput input,
        HttpContext http,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(input.Status is null, "status", "is changed at …/status");
        errors.Check(input.Items is null or { Count: > 0 }, "items", "must be at least one");
        CheckLines(input, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        return await Act(id, http, async (connection, known, shop, now) =>
        {
            if (known.Status is not (PurchaseStatus.Draft or PurchaseStatus.Ordered)
                && (input.Items is not null || input.Supplier is not null || input.SupplierId is not null))
                return Refusal.Conflict(
                    "purchase_order_received",
                    $"Purchase order {id} is {Words(known.Status)}; its items and supplier can no longer change.");
            var lines = input.Items is null ? null : await Lines(connection, shop.Id, input.Items, errors, cancel);
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
                await InsertLines(connection, id, lines, cancel);
            }

            return true;
        }, cancel);
    }

    public async Task<Results<Ok<PurchaseOrderView>, ProblemHttpResult>> Move(
        long id,
        PurchaseStatusRequest request,
        HttpContext http,
        CancellationToken cancel)
    {
        if (!WireName<PurchaseStatus>.TryParse(request.Status, out var next))
            return Refusal.OfField("status", StatusRule).ToProblem();
        if (request.Send && next != PurchaseStatus.Ordered)
            return Refusal.OfField("send", "goes with ordered").ToProblem();
        return await Act(id, http, async (connection, known, shop, now) =>
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
                    Letter(known, shop)).Write(senders, connection, shop.Id, now, cancel);
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
    private async Task<Results<Ok<PurchaseOrderView>, ProblemHttpResult>> Act(
        long id,
        HttpContext http,
        Func<NpgsqlConnection, PurchaseOrder, Shop, DateTimeOffset, Task<Outcome<bool>>> change,
        CancellationToken cancel)
    {
        var (shop, now) = (await shops.Of(here, cancel), Clock.Now(clock));
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await PurchaseOrder.Hold(connection, shop.Id, id, cancel) is not { } known)
            return Refusal.NotFound("purchase order").ToProblem();
        if (VersionTag.Check(http, known.Version) is { } stale)
            return stale.ToProblem();
        var outcome = await change(connection, known, shop, now);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem();
        var after = known;
        if (outcome.Value)
        {
            await connection.Execute("update purchase_orders set version = version + 1 where id = $1", cancel, id);
            after = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
            await Audit(connection, known, after, now, cancel);
            await transaction.CommitAsync(cancel);
        }

        http.Response.Headers.ETag = VersionTag.Of(after.Version);
        return TypedResults.Ok(after.View(shop.Currency));
    }

    private static string StatusRule => "must be " + string.Join(", ", WireName<PurchaseStatus>.All);

    internal static string Words(PurchaseStatus status) => status.ToWire().Replace('_', ' ');

    private static void CheckLines(PurchaseOrderInput input, FieldErrors errors)
    {
        errors.Check(input.Items is null or { Count: <= MostLines }, "items", $"must be at most {MostLines}");
        foreach (var (i, line) in (input.Items ?? []).Take(MostLines).Index())
        {
            errors.Check(line?.InventoryId is not null, $"items[{i}].inventory_id", "is required");
            errors.Check(line?.Quantity is > 0, $"items[{i}].quantity", line?.Quantity is null ? "is required" : "must be more than 0");
            errors.Check(
                line?.InventoryId is null || input.Items!.Take(i).All(l => l?.InventoryId != line.InventoryId),
                $"items[{i}].inventory_id",
                "is there already; order it in one line");
        }
    }

    private static async Task<List<PurchaseLine>> Lines(
        NpgsqlConnection connection,
        long shop,
        IReadOnlyList<PurchaseLineInput?> given,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var items = await StockItem.FindAll(connection, shop, given.Select(l => l!.InventoryId!.Value), cancel);
        var lines = new List<PurchaseLine>();
        foreach (var (i, line) in given.Index())
        {
            if (items.GetValueOrDefault(line!.InventoryId!.Value) is not { } item)
            {
                errors.Add($"items[{i}].inventory_id", "is no stock item of this shop");
                continue;
            }

            errors.Check(item.Made == "bought", $"items[{i}].inventory_id", $"is made here and not bought: {item.Name}");
            var thousandths = Quantity.Read(line.Quantity!.Value, line.Unit, item.Unit, item.Packs, $"items[{i}].quantity", errors);
            errors.Check(thousandths is not 0, $"items[{i}].quantity", "must be more than 0");
            if (thousandths is not > 0)
                continue;
            if (line.UnitCost is { } cost)
                Quantity.ReadCost(cost, line.Unit, item.Unit, item.Packs, $"items[{i}].unit_cost", errors);
            var unit = Quantity.NameOf(line.Unit, item.Unit, item.Packs);
            lines.Add(new(
                0,
                item.Id,
                item.Name,
                item.Unit,
                thousandths.Value,
                line.Quantity.Value,
                unit,
                line.UnitCost ?? decimal.Round(item.UnitCost * thousandths.Value / 1000 / line.Quantity.Value, Quantity.CostDecimals),
                0,
                0));
        }

        return lines;
    }

    private static Task InsertLines(NpgsqlConnection connection, long id, IReadOnlyList<PurchaseLine> lines, CancellationToken cancel)
    {
        T[] Each<T>(Func<PurchaseLine, T> value) => [.. lines.Select(value)];
        return connection.Execute(
            """
            insert into purchase_order_lines (purchase_id, item_id, place, quantity, amount, unit, unit_cost)
            select $1, l.item_id, l.place, l.quantity, l.amount, l.unit, l.unit_cost
            from unnest($2::bigint[], $3::bigint[], $4::numeric[], $5::text[], $6::numeric[]) with ordinality as l(item_id, quantity,
                amount, unit, unit_cost, place)
            """,
            cancel, id, Each(l => l.ItemId), Each(l => l.Thousandths), Each(l => l.Amount), Each(l => l.Unit), Each(l => l.UnitCost));
    }

    private static string Letter(PurchaseOrder order, Shop shop)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{shop.Name} orders:\n\n");
        foreach (var line in order.Lines)
        {
            var stock = Quantity.ToText(line.Thousandths, line.StockUnit);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Quantity.Cost(line.Amount)} {line.Unit}{(line.Unit == line.StockUnit ? "" : $" ({stock})")} {line.Name}\n");
        }

        if (order.ExpectedOn is { } day)
            text.Append(CultureInfo.InvariantCulture, $"\nTo be delivered on {day:yyyy-MM-dd}.\n");
        if (order.Note.Length > 0)
            text.Append('\n').Append(order.Note).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"\nOur number for it: {order.Id}.\n").ToString();
    }
}
