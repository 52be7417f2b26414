using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// When and by whom a till sold it without us. <see cref="Total"/> is what the guest was told; <see cref="Register"/> where it was sold, if
/// not where the request comes from; <see cref="SetAside"/> the row that it waited in.
/// </summary>
internal sealed record EarlierSale
{
    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? TillClock { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required bool HandedOver { get; init; }

    public required Caller Seller { get; init; }

    public required decimal? Total { get; init; }

    public long? Register { get; init; }

    public long? SetAside { get; init; }
}

/// <summary>
/// POST /api/orders/sync: a till's queue. Each sale is placed for itself, in its own transaction and once for its key, whichever tab
/// or till sends it how often. One that cannot be placed is set aside with its reason, and the others go through.
/// </summary>
public sealed class SyncOrders(
    PlaceOrder place,
    SetSalesAside aside,
    IdempotentWrite retries,
    NpgsqlDataSource database,
    BodyRules rules,
    ILogger<SyncOrders> log,
    Moment moment)
{
    private const int MostSales = 100;

    /// <summary>Older ones are set aside: the answer to a try of that time is no longer kept, so they may be here already.</summary>
    private const int MostDays = IdempotentWrite.DaysKept - 1;

    public async Task<Answer<SyncResult>> Handle(RawBody body, CancellationToken cancel)
    {
        var queue = await SyncQueue.Read(body, MostSales, cancel);
        if ((queue.Refusal ?? moment.Till.Refusal) is { } refusal)
            return refusal;
        var now = moment.Now;
        var results = new List<SyncedSale>();
        foreach (var (i, sale) in queue.Value.Sales.Index())
            results.Add(await One(i, sale, now - (queue.Value.SentAt ?? now), cancel));
        return new SyncResult(results);
    }

    private async Task<SyncedSale> One(int index, SentSale sent, TimeSpan tillIsBehind, CancellationToken cancel)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        // What cannot be read is known by its bytes; a sale that can is known as the same request to POST /api/orders is.
        var kept = new KeptSale(sent);
        var key = retries.KeyOf(sent.Key, $"orders[{index}].key", PlaceOrder.Operation, kept.Known);
        if (key.Refusal is { } noKey)
            return new(index, sent.Key, "refused", null, null, noKey.Errors);
        var register = moment.Till.Value ?? shop.RegisterOf(RegisterKind.Counter).Id;
        var waiting = new SaleToSetAside
        {
            Key = key.Value,
            Register = register,
            SoldAt = now,
            ReceivedAt = now,
            HandedOver = true,
            Seller = moment.Caller,
            Sent = kept,
        };
        try
        {
            var read = await ReadJson.As<QueuedSale>(sent.Head, "", rules, cancel);
            if (read.Refusal is { } unreadable)
                return await SetAside(index, waiting, unreadable, cancel);
            var sale = read.Value;
            var seller = await Seller(sale, cancel);
            waiting = Known(waiting, sale, seller, Instant(sale, tillIsBehind, now), shop);
            var order = await OrderOf(sent, rules, cancel);
            if (order.Refusal is { } bad)
                return await SetAside(index, waiting, bad, cancel);
            waiting = waiting with { Key = place.KeyOf(sale.Key, "key", order.Value).Value };
            if (await retries.FirstAnswer(waiting.Key, cancel) is { } first)
                return await Became(index, first, waiting, cancel);
            if (Refuse(sale, seller, now - waiting.SoldAt) is { } refusal)
                return await SetAside(index, waiting, refusal, cancel);
            var earlier = new EarlierSale
            {
                At = waiting.SoldAt,
                TillClock = waiting.TillClock,
                ReceivedAt = now,
                HandedOver = waiting.HandedOver,
                Seller = waiting.Seller,
                Total = sale.TotalAmount,
            };
            return await Became(index, await place.Run(order.Value, waiting.Key, earlier, cancel), waiting, cancel);
        }
        catch (Exception bug) when (IsOfTheSale(bug))
        {
            log.LogError(bug, "sale {Key} of a till's queue failed and is set aside", waiting.Key.Key);
            return await SetAsideOrRefuse(index, waiting, cancel);
        }
    }

    /// <summary>Not the database's being away or the caller's having gone: those pass, and the queue comes again.</summary>
    private static bool IsOfTheSale(Exception bug) =>
        bug is PostgresException { IsTransient: false }
            or not (NpgsqlException or OperationCanceledException or TimeoutException or TooManyWaitException);

    /// <summary>Else one sale that breaks us would keep the whole queue from us for ever.</summary>
    private async Task<SyncedSale> SetAsideOrRefuse(int index, SaleToSetAside sale, CancellationToken cancel)
    {
        try
        {
            var why = new Refusal(500, "internal_error", "Something went wrong here while it was placed; the log says what.");
            return await SetAside(index, sale, why, cancel);
        }
        catch (Exception bug) when (IsOfTheSale(bug))
        {
            log.LogError(bug, "sale {Key} of a till's queue could not be set aside", sale.Key.Key);
            var why = Refusal.OfField($"orders[{index}]", "could not be kept here; the till keeps it, and the log says why");
            return new(index, sale.Key.Key, "refused", null, null, why.Errors);
        }
    }

    /// <summary>What stands in <c>order</c>, as POST /api/orders would read it.</summary>
    internal static async Task<Outcome<OrderRequest>> OrderOf(SentSale sale, BodyRules rules, CancellationToken cancel) =>
        sale.HasTwoOrders ? Refusal.OfField("order", "must be given once")
        : sale.Order is { } order ? await ReadJson.As<OrderRequest>(order, "order.", rules, cancel)
        : Refusal.OfField("order", "is required");

    private static SaleToSetAside Known(
        SaleToSetAside waiting, QueuedSale sale, Caller? seller, DateTimeOffset at, Shop shop) => waiting with
        {
            SoldAt = at,
            TillClock = sale.MadeAt is { } said ? Clock.Cut(said) : null,
            Seller = seller ?? waiting.Seller,
            HandedOver = sale.HandedOver ?? shop.Settings.BusinessDay.Of(at) < shop.Settings.BusinessDay.Of(waiting.ReceivedAt),
        };

    /// <summary>By our clock: as long ago as the till says. A sale cannot come from the future, whatever the till's clock says.</summary>
    private static DateTimeOffset Instant(QueuedSale sale, TimeSpan tillIsBehind, DateTimeOffset now)
    {
        if (sale.MadeAt is not { Year: >= 2000 and <= 2200 } said)
            return now;
        var at = said + tillIsBehind;
        return Clock.Cut(at < now ? at : now);
    }

    private static Refusal? Refuse(QueuedSale sale, Caller? seller, TimeSpan age)
    {
        var errors = new FieldErrors();
        errors.Check(sale.MadeAt is not null, "made_at", "is required: when the till sold it, by its clock");
        errors.Check(sale.MadeAt is null or { Year: >= 2000 and <= 2200 }, "made_at", "must be between the years 2000 and 2200");
        errors.Check(seller is not null, "cashier_id", "is nobody of this shop's staff");
        return errors.Any
            ? errors.ToRefusal()
            : age > TimeSpan.FromDays(MostDays)
            ? Refusal.Conflict("too_old", $"It was sold more than {MostDays} days ago. Look whether it is here already.")
            : null;
    }

    private async Task<Caller?> Seller(QueuedSale sale, CancellationToken cancel)
    {
        if (sale.CashierId is not { } id || id == moment.Caller.UserId)
            return moment.Caller;
        await using var command = database.Command(
            "select u.name, m.role from shop_members m join users u on u.id = m.user_id where m.shop_id = $1 and u.id = $2 and not "
                + "u.is_customer",
            moment.Shop.Id,
            id);
        return (await command.List(
            r => moment.Caller with { UserId = id, Name = r.GetString(0), Role = r.GetString(1) },
            cancel)).FirstOrDefault();
    }

    private async Task<SyncedSale> Became(int index, Answer<OrderView> answer, SaleToSetAside sale, CancellationToken cancel)
    {
        if (answer.Refusal is { } refusal)
            return await SetAside(index, sale, InOrder(refusal), cancel);
        return answer.Fixed is { IsRefusal: false } placed
            ? new(index, sale.Key.Key, placed.Replayed ? "repeated" : "placed", JsonElement.Parse(placed.Body), null, null)
            : new(index, sale.Key.Key, "set_aside", null, await aside.Of(sale.Key, cancel), null); // so it was when it came first
    }

    /// <summary>Its fields as the queue has them.</summary>
    private static Refusal InOrder(Refusal refusal) => refusal with
    {
        Errors = refusal.Errors?.ToDictionary(e => "order." + e.Key, e => e.Value, StringComparer.Ordinal),
    };

    private async Task<SyncedSale> SetAside(int index, SaleToSetAside sale, Refusal why, CancellationToken cancel)
    {
        var kept = await aside.Keep(sale, why, cancel);
        return kept.View is { } view
            ? new(index, sale.Key.Key, "set_aside", null, view, null)
            : await Became(index, kept.First!, sale, cancel);
    }
}
