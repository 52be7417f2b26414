using System.Globalization;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What GET /api/recall is asked: of a lot, or of a receipt.</summary>
public sealed record RecallQuery
{
    [FromQuery(Name = "lot")]
    public string? Lot { get; init; }

    [FromQuery(Name = "inventory_id")]
    public long? InventoryId { get; init; }

    [FromQuery(Name = "order_id")]
    public long? OrderId { get; init; }

    [FromQuery(Name = "receipt")]
    public string? Receipt { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>
/// GET /api/recall: forwards from a lot (?lot=) to the doughs, the bakes, the receipts and the guests; backwards from a receipt
/// (?order_id= or ?receipt=, its number) to the deliveries. POST /api/recall/messages tells the guests.
/// </summary>
public sealed class Recall(NpgsqlDataSource database, IdempotentWrite retries, Senders senders, Moment moment)
{
    private const int PageSize = 200;

    public async Task<Answer<RecallView>> Read(RecallQuery asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit ?? PageSize, asked.Cursor, errors);
        var ways = new[] { asked.Lot is not null, asked.OrderId is not null, asked.Receipt is not null }.Count(w => w);
        errors.Check(ways == 1, "lot", "say either lot, order_id or receipt");
        errors.Check(
            asked.Lot is null or { Length: > 0 and <= SaidLot.Longest },
            "lot",
            $"must have 1 to {SaidLot.Longest} characters");
        errors.Check(asked.Receipt is null or { Length: > 0 and <= 50 }, "receipt", "must have 1 to 50 characters");
        errors.Check(asked.InventoryId is null || asked.Lot is not null, "inventory_id", "goes with lot");
        if (errors.Any)
            return errors.ToRefusal();
        await GiveLots.CatchUp(database, moment.Shop.Id, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        if (asked.Lot is not { } code)
            return await Backwards(connection, asked, cancel);
        var lots = await Named(connection, code, asked.InventoryId, cancel);
        return lots.Count == 0 ? Refusal.NotFound("lot") : await Forwards(connection, lots, page, cancel);
    }

    /// <summary>POST /api/recall/messages.</summary>
    public async Task<Answer<ToldGuestsView>> Tell(TellGuestsRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(request);
        if (key.Refusal is { } badKey)
            return badKey;
        if (string.IsNullOrWhiteSpace(request.Lot))
            return Refusal.OfField("lot", "is required");
        await GiveLots.CatchUp(database, moment.Shop.Id, cancel);
        return await retries.Once(key.Value, connection => Tell(connection, request, cancel), cancel);
    }

    private async Task<Answer<ToldGuestsView>> Tell(NpgsqlConnection connection, TellGuestsRequest request, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var lots = await Named(connection, request.Lot!, request.InventoryId, cancel);
        if (lots.Count == 0)
            return Refusal.OfField("lot", "is no lot of this shop");
        // Two who press at once take turns.
        await connection.Execute("select 1 from lots where id = any($1) order by id for no key update", cancel, (object)lots.ToArray());
        var (sent, before, unreachable) = (0, 0, 0);
        var reached = await TraceLots.Into(connection, lots, cancel);
        foreach (var guest in await Guests(connection, (lots, reached), cancel))
        {
            if (guest.ToldAt is not null)
            {
                before++;
                continue;
            }

            if (guest is { Email: null, Phone: null })
            {
                unreachable++;
                continue;
            }

            var subject = string.IsNullOrWhiteSpace(request.Subject) ? guest.Subject : request.Subject.Trim();
            var body = string.IsNullOrWhiteSpace(request.Message) ? guest.Message : request.Message.Trim();
            await new Message(
                guest.Email is null ? MessageChannel.Sms : MessageChannel.Email,
                guest.Email ?? guest.Phone!,
                guest.Email is null ? null : subject,
                body).Write(senders, connection, shop.Id, moment.Now, cancel);
            await connection.Execute(
                "insert into recall_messages (shop_id, lot_id, customer_id, at, user_id) "
                    + "select $1, unnest($2::bigint[]), $3, $4, $5::bigint on conflict do nothing",
                cancel,
                shop.Id,
                lots.ToArray(),
                guest.CustomerId,
                moment.Now,
                moment.Caller.UserId);
            sent++;
        }

        await new AuditEntry(
            AuditActions.RecallSent,
            "lot",
            lots[0],
            null,
            new { lot = request.Lot!.Trim(), sent, told_before = before, unreachable }).Write(connection, moment.Here, moment.Now, cancel);
        return new ToldGuestsView(sent, before, unreachable);
    }

    private async Task<List<long>> Named(NpgsqlConnection connection, string code, long? item, CancellationToken cancel)
    {
        await using var find = connection.Command(
            "select id from lots where shop_id = $1 and lower(code) = lower($2) and ($3::bigint is null or item_id = $3) order by id",
            moment.Shop.Id,
            code.Trim(),
            item);
        return await find.List(r => r.GetInt64(0), cancel);
    }

    private async Task<Answer<RecallView>> Forwards(
        NpgsqlConnection connection,
        List<long> lots,
        AskedPage page,
        CancellationToken cancel)
    {
        var shop = moment.Shop.Id;
        var reached = await TraceLots.Into(connection, lots, cancel);
        var views = await TraceLots.Views(connection, (shop, moment.Today), reached, lots.ToHashSet(), cancel);
        await using var count = connection.Command(TraceLots.CountSql, reached.ToArray(), shop);
        var (orders, nobody) = (await count.List(r => (r.GetInt64(0), r.GetInt64(1)), cancel))[0];
        await using var read = connection.Command(TraceLots.ReceiptsSql, reached.ToArray(), shop, page.Before, page.Limit + 1);
        var lines = await read.List(
            r => (
                Order: r.GetInt64(0),
                Number: r.GetString(1),
                Day: r.GetFieldValue<DateOnly>(2),
                At: r.GetFieldValue<DateTimeOffset>(3),
                Customer: r.ValueOrNull<long>(4),
                Name: r.TextOrNull(5),
                Line: new RecallLineView(r.GetInt64(6), r.GetString(7), Quantity.Cost(r.GetDecimal(8)), r.GetFieldValue<long[]>(9))),
            cancel);
        var receipts = lines
            .GroupBy(l => l.Order)
            .Select(g => new RecallReceiptView(
                g.Key,
                g.First().Number,
                g.First().Day,
                g.First().At,
                g.First().Customer,
                g.First().Name,
                [.. g.Select(l => l.Line)]))
            .ToList();
        var some = page.Of(receipts, r => r.OrderId);
        return new RecallView(
            views,
            views.Exists(v => v.Lot.Remaining > 0),
            orders,
            nobody,
            some.Items,
            await Guests(connection, (lots, reached), cancel),
            some.NextCursor);
    }

    private async Task<Answer<RecallView>> Backwards(NpgsqlConnection connection, RecallQuery asked, CancellationToken cancel)
    {
        var shop = moment.Shop.Id;
        // A receipt's number ends with that of its register, by which it is found; what was taken over from elsewhere may have another.
        var order = asked.OrderId is { } id
            ? await One("o.id = $2 and $3 = ''", id, "")
            : await One(
                "o.register_id in (select id from registers where shop_id = $1) and o.number = $2 and o.order_number = $3",
                NumberOf(asked.Receipt!.Trim()),
                asked.Receipt.Trim())
            ?? await One("$2 = 0 and o.order_number = $3", 0, asked.Receipt.Trim());
        if (order is null)
            return Refusal.NotFound("order");
        await using var read = connection.Command(
            """
            select i.id, i.name, coalesce(i.weight / 1000.0, i.quantity), m.lot_id
            from order_items i left join lateral (
                select lot_id from lot_moves where order_item_id = i.id and lot_id <> 0 group by 1 having sum(quantity) < 0
            ) m on true
            where i.order_id = $1 order by i.position, i.id, m.lot_id
            """,
            order.OrderId);
        var lines = await read.List(
            r => (Line: r.GetInt64(0), Name: r.GetString(1), Quantity: r.GetDecimal(2), Lot: r.ValueOrNull<long>(3)),
            cancel);
        var own = lines.Select(l => l.Lot).OfType<long>().ToHashSet();
        var views = await TraceLots.Views(
            connection,
            (shop, moment.Today),
            await TraceLots.From(connection, own, cancel),
            own,
            cancel);
        return new RecallView(
            views,
            views.Exists(v => v.Lot.Remaining > 0),
            1,
            order.CustomerId is null ? 1 : 0,
            [
                order with
                {
                    Items =
                    [
                        .. lines.GroupBy(l => l.Line).Select(g => new RecallLineView(
                            g.Key,
                            g.First().Name,
                            Quantity.Cost(g.First().Quantity),
                            [.. g.Select(l => l.Lot).OfType<long>()])),
                    ],
                },
            ],
            [],
            null);

        async Task<RecallReceiptView?> One(string which, long number, string receipt)
        {
            await using var find = connection.Command(
                $"""
                select o.id, o.order_number, o.business_day, o.created_at, o.customer_id, coalesce(c.name, o.customer_name)
                from orders o left join customers c on c.id = o.customer_id
                where o.shop_id = $1 and not o.training and {which} order by o.id desc limit 1
                """,
                shop,
                number,
                receipt);
            return (await find.List(
                r => new RecallReceiptView(
                    r.GetInt64(0),
                    r.GetString(1),
                    r.GetFieldValue<DateOnly>(2),
                    r.GetFieldValue<DateTimeOffset>(3),
                    r.ValueOrNull<long>(4),
                    r.TextOrNull(5),
                    []),
                cancel)).FirstOrDefault();
        }
    }

    private static long NumberOf(string receipt) => long.TryParse(
        receipt.AsSpan()[(receipt.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)..],
        NumberStyles.None,
        CultureInfo.InvariantCulture,
        out var number)
        ? number
        : -1;

    private async Task<List<RecallGuestView>> Guests(
        NpgsqlConnection connection, (List<long> Asked, List<long> Reached) lots, CancellationToken cancel)
    {
        await using var read = connection.Command(
            TraceLots.GuestsSql, lots.Reached.ToArray(), moment.Shop.Id, lots.Asked.ToArray());
        return await read.List(
            r =>
            {
                var what = string.Join(", ", r.GetFieldValue<string[]>(5));
                var (name, from, to) = (r.GetString(1), r.GetFieldValue<DateOnly>(6), r.GetFieldValue<DateOnly>(7));
                return new RecallGuestView(
                    r.GetInt64(0),
                    name,
                    r.TextOrNull(2),
                    r.TextOrNull(3),
                    r.GetInt64(4),
                    r.ValueOrNull<DateTimeOffset>(8),
                    $"{moment.Shop.Name}: please do not eat what you bought",
                    RecallLetter.Write(moment.Shop.Name, name, what, (from, to)));
            },
            cancel);
    }
}
