using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Kernel;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A sale on its way to be set aside.</summary>
internal sealed record SaleToSetAside(
    RetryKey Key,
    long Register,
    DateTimeOffset SoldAt,
    DateTimeOffset? TillClock,
    DateTimeOffset ReceivedAt,
    bool HandedOver,
    Caller Seller,
    KeptSale Sent);

/// <summary>What of a sale is kept: not the PIN that approved it, since a short secret's hash is no secret either.</summary>
internal sealed class KeptSale
{
    public KeptSale(SentSale sent)
    {
        var json = SentSale.Without(sent.Json.Span, "approval");
        (Text, Bytes) = (Encoding.UTF8.GetString(json), Utf8.IsValid(json) ? null : json);
    }

    public string Text { get; }

    /// <summary>What came, where no text can hold it.</summary>
    public byte[]? Bytes { get; }

    /// <summary>What it is known by: the same for the same bytes.</summary>
    public string Known => Bytes is null ? Text : Convert.ToBase64String(Bytes);
}

/// <summary>
/// Sales of tills' queues that could not be placed as they came: kept, with why, until somebody who may give money back places
/// them, changed or as they are, or discards them.
/// </summary>
public sealed class SetAsideSales(
    NpgsqlDataSource database,
    IdempotentWrite retries,
    PlaceOrder place,
    IOptions<ValidationOptions> validation,
    Here here,
    TimeProvider clock)
{
    private const string Select =
        """
        select s.id, s.key, s.code, s.reason, s.errors, s.sold_at, s.till_clock, s.received_at, s.seller_name, s.sale,
            s.resolved_at, u.name, s.order_id, s.note, s.register_id, s.handed_over, s.seller_id, s.sale_bytes
        from sales_set_aside s left join users u on u.id = s.resolved_by where s.shop_id = $1
        """;

    public static readonly Refusal IsResolved = Refusal.Conflict("already_resolved", "Somebody decided about this sale already.");

    /// <summary>GET /api/orders/set-aside: the newest first.</summary>
    public async Task<IResult> List(string? status, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.Check(status is null or "open" or "resolved", "status", "must be open or resolved");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        await using var command = database.Command(
            Select + " and s.id < $2 and ($3 = '' or (s.resolved_at is null) = ($3 = 'open')) order by s.id desc limit $4",
            here.ShopId,
            page.Before,
            status ?? "",
            page.ToRead);
        return TypedResults.Ok(page.Of((await command.List(Row, cancel)).ConvertAll(r => r.View), v => v.Id));
    }

    /// <summary>POST …/{id}/place: it was sold, and here is how.</summary>
    public async Task<IResult> Place(long id, PlaceSetAsideRequest? request, HttpContext http, CancellationToken cancel)
    {
        if (await Find("s.id = $2", [here.ShopId, id], cancel) is not { } row)
            return Refusal.NotFound("sale").ToProblem();
        var order = request?.Order;
        if (order is null)
        {
            var read = await SyncOrders.OrderOf(SentSale.From(row.Sent), validation.Value, cancel);
            if (read.Refusal is { } unreadable)
                return unreadable.ToProblem();
            order = read.Value;
        }

        // The same for whoever presses it how often: the first who places it is answered, and all others alike.
        var key = retries.KeyOf($"set-aside:{id}", RetryKey.Header, "place_set_aside", id).Value with { Scope = "set-aside" };
        if (row.View.ResolvedAt is not null)
            return await retries.FirstAnswer(key, cancel) ?? IsResolved.ToProblem();
        var seller = here.Caller with
        {
            UserId = row.SellerId ?? here.Caller.UserId,
            Name = row.View.CashierName,
            Role = row.SellerId is null ? here.Caller.Role : await RoleOf(row.SellerId.Value, cancel)
        };
        var earlier = new EarlierSale(
            row.View.SoldAt,
            row.View.TillClock,
            row.View.ReceivedAt,
            row.HandedOver,
            seller,
            null,
            row.RegisterId,
            id);
        return await place.Run(order, key, earlier, http, cancel);
    }

    /// <summary>POST …/{id}/discard: there was no such sale, or it is here already.</summary>
    public async Task<IResult> Discard(long id, DiscardSaleRequest request, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Refusal.OfField("reason", "is required, at most 500 characters").ToProblem();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = Clock.Now(clock);
        var done = await connection.Execute(
            "update sales_set_aside set resolved_at = $3, resolved_by = $4, note = $5 where shop_id = $1 and id = $2 and resolved_at is "
                + "null",
            cancel,
            here.ShopId,
            id,
            now,
            here.Caller.UserId,
            request.Reason.Trim());
        var row = await Find("s.id = $2", [here.ShopId, id], cancel, connection);
        if (row is null)
            return Refusal.NotFound("sale").ToProblem();
        if (done == 0)
            return IsResolved.ToProblem();
        await new AuditEntry(
            AuditActions.SetAsideSaleDiscarded,
            "set_aside_sale",
            id,
            new { key = row.View.Key, code = row.View.Code, sold_at = row.View.SoldAt },
            new { reason = request.Reason.Trim() })
            .Write(connection, here, now, cancel);
        await transaction.CommitAsync(cancel);
        return TypedResults.Ok(row.View);
    }

    /// <summary>Notes in the transaction that places it that a sale was placed; false where somebody decided before.</summary>
    internal static async Task<bool> Settle(
        NpgsqlConnection connection,
        Here here,
        long id,
        Order order,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        if (await connection.Execute(
            "update sales_set_aside set resolved_at = $3, resolved_by = $4, order_id = $5 where shop_id = $1 and id = $2 and resolved_at "
                + "is null",
            cancel,
            here.ShopId,
            id,
            now,
            here.Caller.UserId,
            order.Id) == 0)
            return false;
        await new AuditEntry(AuditActions.SetAsideSalePlaced, "set_aside_sale", id, After: new { order_id = order.Id }).Write(
            connection,
            here,
            now,
            cancel);
        return true;
    }

    /// <summary>Keeps it, and its answer under its key; or answers what another who sent the same sale was answered first.</summary>
    internal async Task<(SetAsideView? View, IResult? First)> Keep(SaleToSetAside sale, Refusal why, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            try
            {
                await Insert(connection, sale, why, cancel);
                // A key that another sale has stays that sale's: both are kept.
                if (why.Code != "idempotency_key_reused")
                    await IdempotentWrite.Keep(connection, sale.Key, Answer(why), cancel);
                await transaction.CommitAsync(cancel);
            }
            catch (PostgresException failure) when (RetryKey.IsTaken(failure))
            {
                await transaction.RollbackAsync(cancel);
                if (await retries.FirstAnswer(sale.Key, cancel, connection) is FixedAnswer first)
                    return (null, first);
                await Insert(connection, sale, why, cancel);
            }
        }

        return (
            (await Find("s.key = $2 and s.request_hash = $3", [here.ShopId, sale.Key.Key, sale.Key.RequestHash], cancel, connection))!.View,
            null);
    }

    /// <summary>The sale that was set aside under a key.</summary>
    internal async Task<SetAsideView> Of(RetryKey key, CancellationToken cancel) =>
        (await Find("s.key = $2 and s.request_hash = $3", [here.ShopId, key.Key, key.RequestHash], cancel))!.View;

    private async Task Insert(NpgsqlConnection connection, SaleToSetAside sale, Refusal why, CancellationToken cancel) =>
        await connection.Execute(
            """
            insert into sales_set_aside (
                shop_id, register_id, key, request_hash, sold_at, till_clock, received_at, handed_over,
                seller_id, seller_name, sent_by, sale, sale_bytes, code, reason, errors)
            values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8, $9, $10, $11, $12, $13::bytea, $14, $15, $16::text)
            on conflict (shop_id, key, request_hash) do nothing
            """,
            cancel,
            here.ShopId,
            sale.Register,
            sale.Key.Key,
            sale.Key.RequestHash,
            sale.SoldAt,
            sale.TillClock,
            sale.ReceivedAt,
            sale.HandedOver,
            sale.Seller.UserId,
            sale.Seller.Name,
            here.Caller.UserId,
            sale.Sent.Text,
            sale.Sent.Bytes,
            why.Code,
            why.Detail,
            why.Errors is null ? null : Json.Write(why.Errors));

    /// <summary>What the same request to POST /api/orders is answered from now on.</summary>
    private static FixedAnswer Answer(Refusal why) => new(
        409,
        Json.Write(new
        {
            type = "/errors#set_aside",
            title = "Not possible as things stand",
            status = 409,
            detail = $"A till sent this sale, and it is set aside: {why.Detail}",
            code = "set_aside"
        }), null);

    /// <summary>Forgets in sales that wait, and in those that are decided, who a customer was.</summary>
    internal static async Task Forget(NpgsqlConnection connection, long shop, long customer, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select id, sale from sales_set_aside where shop_id = $1 and sale ~* ('\"customer_id\":' || $2 || '[,}]')",
            shop, customer.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (id, text) in await command.List(r => (r.GetInt64(0), r.GetString(1)), cancel))
        {
            var sale = SentSale.Without(Encoding.UTF8.GetBytes(text), "customer_id", "customer_name", "delivery_address", "notes");
            await connection.Execute(
                "update sales_set_aside set sale = $2, sale_bytes = null where id = $1", cancel, id, Encoding.UTF8.GetString(sale));
        }
    }

    private async Task<string> RoleOf(long user, CancellationToken cancel)
    {
        await using var command = database.Command("select role from shop_members where shop_id = $1 and user_id = $2", here.ShopId, user);
        return (await command.List(r => r.GetString(0), cancel)).FirstOrDefault() ?? here.Caller.Role;
    }

    private async Task<SetAsideRow?> Find(string which, object[] values, CancellationToken cancel, NpgsqlConnection? on = null)
    {
        await using var command = on is null
            ? database.Command($"{Select} and {which}", values)
            : on.Command($"{Select} and {which}", values);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static SetAsideRow Row(NpgsqlDataReader r)
    {
        var (sale, bytes) = (r.GetString(9), r.IsDBNull(17) ? null : r.GetFieldValue<byte[]>(17));
        var order = r.ValueOrNull<long>(12);
        var resolved = r.ValueOrNull<DateTimeOffset>(10);
        var view = new SetAsideView(
            r.GetInt64(0),
            r.GetString(1),
            resolved is null ? "open" : order is null ? "discarded" : "placed",
            r.GetString(2),
            r.GetString(3),
            r.TextOrNull(4) is { } errors ? JsonSerializer.Deserialize<Dictionary<string, string[]>>(errors, Json.Options) : null,
            r.GetFieldValue<DateTimeOffset>(5),
            r.ValueOrNull<DateTimeOffset>(6),
            r.GetFieldValue<DateTimeOffset>(7),
            r.GetString(8),
            SentSale.Show(sale),
            bytes is null ? null : Convert.ToBase64String(bytes),
            resolved,
            r.TextOrNull(11),
            order,
            r.TextOrNull(13));
        return new(view, bytes ?? Encoding.UTF8.GetBytes(sale), r.GetInt64(14), r.GetBoolean(15), r.ValueOrNull<long>(16));
    }

    private sealed record SetAsideRow(SetAsideView View, ReadOnlyMemory<byte> Sent, long RegisterId, bool HandedOver, long? SellerId);
}
