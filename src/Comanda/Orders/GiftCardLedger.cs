using Comanda.Data;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Takes from gift cards for an order and puts back onto them, in the order's transaction. A card's row is locked after the order's and
/// before any register's, several in the order of their ids: a card is charged before anything is numbered, since what it has is what the
/// journal will say. (Selling cards is <c>Payments/SellGiftCard.cs</c>.)
/// </summary>
public static class GiftCardLedger
{
    /// <summary>Locks the cards with these codes, where more than one is to be charged.</summary>
    public static Task Hold(NpgsqlConnection connection, long shop, string[] codes, CancellationToken cancel) =>
        connection.Execute("select 1 from gift_cards where shop_id = $1 and code = any($2) order by id for update", cancel, shop, codes);

    /// <summary>Locks the cards that paid for an order, before something of it goes back.</summary>
    public static async Task HoldThoseOf(NpgsqlConnection connection, Order order, CancellationToken cancel)
    {
        var payments = order.Payments.Where(p => p.Method == PaymentMethod.GiftCard).Select(p => p.Id).ToArray();
        if (payments.Length > 0)
            await connection.Execute(
                "select 1 from gift_cards where id in (select card_id from gift_card_movements where payment_id = any($1)) order by id "
                    + "for update",
                cancel,
                payments);
    }

    /// <summary>
    /// Takes a tender from the card that its reference names, by one conditional update: all of it or, where no amount was named, the
    /// smaller of it and what the card has. Answers the tender as it was taken, with the code masked.
    /// </summary>
    /// <param name="connection">With the order's transaction open; a refusal rolls it back.</param>
    /// <param name="here">Who takes it.</param>
    /// <param name="order">What it is for.</param>
    /// <param name="tender">As it was read (<see cref="Tender.Read"/>).</param>
    /// <param name="clamp">No amount was named: what the card has will do.</param>
    /// <param name="paymentId">The payment that it will be.</param>
    /// <param name="at">The path of the payment, for field errors.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Outcome<Tender>> Charge(
        NpgsqlConnection connection,
        Here here,
        Order order,
        Tender tender,
        bool clamp,
        long paymentId,
        string at,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        if (GiftCardCode.Read(tender.Reference) is not { } code)
            return Refusal.OfField(
                at + "reference",
                tender.Reference is null ? "is required: the code of the gift card" : "is no gift card of this shop");
        if (order.Status == OrderStatus.Cancelled || order.Training || tender.Amount > order.DueBy(tender.Method))
            return tender; // which the order itself refuses, and why
        var taken = await connection.Scalar(
            """
            with card as (
                select id, balance from gift_cards where shop_id = $1 and code = $2 for update
            ),
            charged as (
                update gift_cards g set balance = g.balance - least(g.balance, $3) from card where g.id = card.id and g.balance >= $4
                returning g.id, g.balance, card.balance - g.balance as taken
            )
            insert into gift_card_movements (card_id, shop_id, kind, amount, balance, order_id, payment_id, user_id, at)
            select id, $1, 'payment', -taken, balance, $5, $6, $7::bigint, $8 from charged returning -amount
            """,
            cancel, order.ShopId, code, tender.Amount.Minor, clamp ? 1 : tender.Amount.Minor, order.Id, paymentId, here.Caller.UserId, now);
        if (taken is long amount)
            return tender with { Amount = new(amount), Reference = GiftCardCode.Mask(code) };
        var balance = await connection.Scalar(
            "select balance from gift_cards where shop_id = $1 and code = $2",
            cancel,
            order.ShopId,
            code);
        return balance is long left
            ? Refusal.Conflict("insufficient_balance", $"There is {new Money(left).ToText(Currency.Of(order.Currency))} on this gift card.")
            : Refusal.OfField(at + "reference", "is no gift card of this shop");
    }

    /// <summary>What the card of a tender has just now; nothing where there is no such card.</summary>
    public static async Task<Money> Balance(NpgsqlDataSource database, long shop, Tender tender, CancellationToken cancel) =>
        new(await database.Scalar(
            "select balance from gift_cards where shop_id = $1 and code = $2",
            cancel,
            shop,
            GiftCardCode.Read(tender.Reference) ?? "") as long? ?? 0);

    /// <summary>Puts back what goes back by gift card, each part onto the card that it came by, however empty that is.</summary>
    public static async Task GiveBack(NpgsqlConnection connection, Here here, IEnumerable<Refund> refunds, CancellationToken cancel)
    {
        // One by one: two payments of an order may have come by one card. Those of imported sales came by none.
        foreach (var refund in refunds.Where(r => r.Method == PaymentMethod.GiftCard))
        {
            await connection.Execute(
                """
                with back as (
                    update gift_cards g set balance = g.balance + $3 from gift_card_movements m
                    where m.payment_id = $2 and g.id = m.card_id returning g.id, g.balance
                )
                insert into gift_card_movements (card_id, shop_id, kind, amount, balance, order_id, refund_id, user_id, at)
                select id, $1, 'refund', $3, balance, $4, $5, $6::bigint, $7 from back
                """,
                cancel,
                refund.ShopId,
                refund.PaymentId,
                refund.Amount.Minor,
                refund.OrderId,
                refund.Id,
                here.Caller.UserId,
                refund.RefundedAt);
        }
    }
}
