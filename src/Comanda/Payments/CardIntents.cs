using Comanda.Data;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Payments;

/// <summary>
/// POST /api/payments/create-intent and confirm. Whatever says that a payment came (the guest's device, the provider, both,
/// in any order, more than once), it is booked once: under the order's row, from a status that never goes back. Where the order was
/// paid otherwise meanwhile, the provider is asked to give it back.
/// </summary>
public sealed class CardIntents(
    OwnOrders own,
    OrderChanges orders,
    ICardProvider provider,
    Ids ids,
    NpgsqlDataSource database,
    Moment moment,
    ILogger<CardIntents> log)
{
    public async Task<Answer<IntentView>> Create(CreateIntentRequest request, CancellationToken cancel)
    {
        if (request.OrderId is not { } orderId)
            return Refusal.OfField("order_id", "is required");
        if (await own.Find(orderId, cancel) is not { } order)
            return Refusal.OfField("order_id", "is no order of this shop");
        var currency = Currency.Of(order.Currency);
        if (order.Status == OrderStatus.Cancelled)
            return Refusal.Conflict("order_cancelled", "The order is cancelled; it takes no payment.");
        if (order.Training)
            return Refusal.Conflict("training_order", "This is a trainee's practice; it takes no money.");
        if (order.BalanceDue <= Money.Zero)
            return OrderRefusals.Overpayment(Money.Zero, currency);

        // What is due, and how many payments of it are over, name the payment: two who ask at once get the same one.
        var over = (long)(await database.Scalar(
            "select count(*) from card_intents where order_id = $1 and (settled_at is not null or status = 'canceled')",
            cancel,
            orderId))!;
        // Where the whole of what is owed is rounded, a card is charged that.
        var charged = order.DueIn(PaymentMethod.Card);
        var made = await provider.Create(
            charged,
            currency,
            order.Id,
            order.OrderNumber,
            $"{orderId}-{charged.Minor}-{over}",
            cancel);
        var now = moment.Now;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await connection.Execute(
                """
                insert into card_intents (id, shop_id, order_id, provider, provider_ref, client_secret, amount, currency, status,
                    created_at, updated_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict (provider, provider_ref) do nothing
                """,
                cancel,
                await ids.Payments.Next(cancel),
                moment.Here.ShopId,
                orderId,
                provider.Name,
                made.Reference,
                made.ClientSecret,
                charged.Minor,
                order.Currency,
                made.Status,
                now);
        }

        var intent = (await Find("provider_ref = $2 and shop_id = $3", made.Reference, cancel, moment.Here.ShopId))!;
        return Answer.Created(View(intent, order), $"/api/orders/{orderId}");
    }

    public async Task<Answer<IntentView>> Confirm(ConfirmIntentRequest request, CancellationToken cancel)
    {
        if (request.PaymentId is not { } id)
            return Refusal.OfField("payment_id", "is required");
        if (await Find("id = $2 and shop_id = $3", id, cancel, moment.Here.ShopId) is not { } intent
            || await own.Find(intent.OrderId, cancel) is null)
            return Refusal.OfField("payment_id", "is no card payment of this shop");
        if (intent.SettledAt is null)
            await Book(intent, (await provider.Confirm(intent.Reference, cancel)).Status, cancel);
        var order = (await own.Find(intent.OrderId, cancel))!;
        return View((await Find("id = $2 and shop_id = $3", id, cancel, moment.Here.ShopId))!, order);
    }

    /// <summary>Books what the provider says of a payment of ours, in whichever shop; false where it is none.</summary>
    public async Task<bool> Hear(string reference, string status, CancellationToken cancel)
    {
        if (await Find("provider_ref = $2", reference, cancel) is not { } intent)
            return false;
        (moment.Here.ShopId, moment.Here.Visitor) = (intent.ShopId, null); // the provider speaks, whoever else signs in with it
        await Book(intent, status, cancel);
        return true;
    }

    /// <summary>Notes the status, if it is a step forward; books the payment the first time that it has succeeded.</summary>
    private async Task Book(Intent intent, string status, CancellationToken cancel)
    {
        await using var change = await orders.Begin(intent.OrderId, cancel, anyVersion: true);
        var (order, now) = (change.Order, change.Now);
        var current = (await Find("id = $2", intent.Id, cancel, on: change.Connection))!; // under the order's row: nobody else books it
        if (current.SettledAt is not null || Rank(status) < Rank(current.Status))
            return;
        var trouble = current.Trouble;
        if (status == "succeeded" && trouble is null)
        {
            var tender = Tender.Charged(order, new(current.Amount), current.Reference);
            var taken = order.Take(tender, current.Id, moment.Here.Visitor, now, change.Today);
            if (taken.Refusal is { } refusal)
                trouble = refusal.Code;
            else
                await change.Pay(taken.Value, order.RegisterId);
        }

        await change.Connection.Execute(
            "update card_intents set status = $2, updated_at = $3, settled_at = case when $4 then $3::timestamptz end, trouble = $5::text "
                + "where id = $1",
            cancel, current.Id, status, now, status == "succeeded" && trouble is null, trouble);
        await change.Commit();
        if (trouble is null)
            return;
        log.LogWarning(
            "card payment {Reference} of order {Order} came when it was not due any more ({Trouble}); it goes back",
            current.Reference,
            order.OrderNumber,
            trouble);
        // Noted as settled once that is done: until then whoever asks or tells again makes it happen.
        await provider.GiveBack(current.Reference, null, "back-" + current.Reference, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("update card_intents set settled_at = $2 where id = $1", cancel, current.Id, now);
    }

    /// <summary>How far a status is: what has succeeded stays so, what was given up can only still succeed.</summary>
    private static int Rank(string status) => status switch
    {
        "succeeded" => 3,
        "canceled" => 2,
        "processing" => 1,
        _ => 0,
    };

    private IntentView View(Intent intent, Order order) => new(
        intent.Id,
        intent.ClientSecret,
        provider.PublishableKey,
        intent.Provider,
        intent.Status,
        new Money(intent.Amount).In(Currency.Of(intent.Currency)),
        intent.Currency,
        PaidOrderView.Of(order, Currency.Of(intent.Currency)));

    private async Task<Intent?> Find(string which, object value, CancellationToken cancel, long? shop = null, NpgsqlConnection? on = null)
    {
        var sql = "select id, shop_id, order_id, provider, provider_ref, client_secret, amount, currency, status, settled_at, trouble "
            + "from card_intents where provider = $1 and " + which;
        object?[] values = shop is { } id ? [provider.Name, value, id] : [provider.Name, value];
        await using var command = on is null ? database.Command(sql, values) : on.Command(sql, values);
        return (await command.List(
            r => new Intent
            {
                Id = r.GetInt64(0),
                ShopId = r.GetInt64(1),
                OrderId = r.GetInt64(2),
                Provider = r.GetString(3),
                Reference = r.GetString(4),
                ClientSecret = r.GetString(5),
                Amount = r.GetInt64(6),
                Currency = r.GetString(7),
                Status = r.GetString(8),
                SettledAt = r.ValueOrNull<DateTimeOffset>(9),
                Trouble = r.TextOrNull(10),
            }, cancel)).FirstOrDefault();
    }

    private sealed record Intent
    {
        public required long Id { get; init; }

        public required long ShopId { get; init; }

        public required long OrderId { get; init; }

        public required string Provider { get; init; }

        public required string Reference { get; init; }

        public required string ClientSecret { get; init; }

        public required long Amount { get; init; }

        public required string Currency { get; init; }

        public required string Status { get; init; }

        public required DateTimeOffset? SettledAt { get; init; }

        public required string? Trouble { get; init; }
    }
}
