using Comanda.Data;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.GiftCards;

/// <summary>
/// Takes from gift cards for an order and puts back onto them, in the order's transaction. A card's row is locked after the order's and
/// before any register's, several in the order of their ids: a card is charged before anything is numbered, since what it has is what the
/// journal will say. (Selling cards is <c>SellGiftCard.cs</c>.)
/// </summary>
public static class GiftCardLedger
{
    /// <summary>Locks the cards with these codes, where more than one is to be charged.</summary>
    public static Task Hold(NpgsqlConnection connection, long shop, string[] codes, CancellationToken cancel) =>
        connection.Execute("select 1 from gift_cards where shop_id = $1 and code = any($2) order by id for update", cancel, shop, codes);

    /// <summary>Locks the cards that these payments came from, before something of it goes back.</summary>
    public static async Task HoldThoseOf(NpgsqlConnection connection, long[] payments, CancellationToken cancel)
    {
        if (payments.Length > 0)
            await connection.Execute(
                "select 1 from gift_cards where id in (select card_id from gift_card_movements where payment_id = any($1)) order by id "
                    + "for update",
                cancel,
                payments);
    }

    /// <summary>
    /// Takes from a card by one conditional update: all that is asked for or, where less will do, the smaller of it and what the card has.
    /// Answers what was taken.
    /// </summary>
    /// <param name="connection">With the order's transaction open; a refusal rolls it back.</param>
    /// <param name="charge">What is to be taken, and for what.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Outcome<Money>> Charge(NpgsqlConnection connection, GiftCardCharge charge, CancellationToken cancel)
    {
        var taken = await connection.Scalar(
            """
            with card as (
                select id, balance from gift_cards where shop_id = $1 and code = $2 and held = $9 for update
            ),
            charged as (
                update gift_cards g set balance = g.balance - least(g.balance, $3) from card where g.id = card.id and g.balance >= $4
                returning g.id, g.balance, card.balance - g.balance as taken
            )
            insert into gift_card_movements (card_id, shop_id, kind, amount, balance, order_id, payment_id, user_id, at)
            select id, $1, 'payment', -taken, balance, $5, $6, $7::bigint, $8 from charged returning -amount
            """,
            cancel,
            charge.ShopId,
            charge.Code,
            charge.Amount.Minor,
            charge.OrLess ? 1 : charge.Amount.Minor,
            charge.OrderId,
            charge.PaymentId,
            charge.By,
            charge.At,
            charge.IsHeld);
        if (taken is long amount)
            return new Money(amount);
        var balance = await connection.Scalar(
            "select balance from gift_cards where shop_id = $1 and code = $2 and held = $3",
            cancel,
            charge.ShopId,
            charge.Code,
            charge.IsHeld);
        return balance is long left
            ? Refusal.Conflict("insufficient_balance", $"There is {new Money(left).ToText(charge.Currency)} on this gift card.")
            : Refusal.OfField(charge.Field, "is no gift card of this shop");
    }

    /// <summary>What a card is for, where its tax was certain when it was sold; null for all others, and where there is none.</summary>
    public static async Task<SinglePurpose?> PurposeOf(NpgsqlConnection connection, long shop, string code, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"select {Purpose} from gift_cards g {OfSale} where g.shop_id = $1 and g.code = $2 and g.kind = 'single'", shop, code);
        return (await command.List(r => ReadPurpose(r, 0), cancel)).SingleOrDefault();
    }

    /// <summary>What of these payments came by cards whose tax was certain, in their order.</summary>
    public static async Task<List<(SinglePurpose Purpose, Money Amount)>> PurposesOf(
        NpgsqlConnection connection, long[] payments, CancellationToken cancel)
    {
        if (payments.Length == 0)
            return [];
        await using var command = connection.Command(
            $"select m.amount, {Purpose} from gift_card_movements m join gift_cards g on g.id = m.card_id and g.kind = 'single' {OfSale} "
                + "where m.payment_id = any($1) order by m.id",
            (object)payments);
        return await command.List(r => (ReadPurpose(r, 1), -new Money(r.GetInt64(0))), cancel);
    }

    private const string Purpose = "g.tax_class, g.way, s.business_day, s.taxes";

    private const string OfSale = "join gift_card_movements s on s.card_id = g.id and s.kind = 'sale'";

    private static SinglePurpose ReadPurpose(NpgsqlDataReader r, int at) => new(
        r.GetString(at),
        WireName<Way>.Parse(r.GetString(at + 1)),
        r.GetFieldValue<DateOnly>(at + 2),
        FrozenTaxes.Thaw(r.GetString(at + 3)));

    /// <summary>What a card has just now; nothing where there is none with this code.</summary>
    public static async Task<Money> Balance(NpgsqlConnection connection, long shop, string code, CancellationToken cancel) =>
        new(await connection.Scalar(
            "select balance from gift_cards where shop_id = $1 and code = $2",
            cancel,
            shop,
            code) as long? ?? 0);

    /// <summary>
    /// Puts back what goes back by gift card, each part onto the card that it came by, however empty that is. A deposit whose order was
    /// paid with it is held for nothing any more: it is a card like any other then.
    /// </summary>
    public static async Task GiveBack(
        NpgsqlConnection connection, Here here, IEnumerable<GiftCardReturn> returns, CancellationToken cancel)
    {
        // One by one: two payments of an order may have come by one card. Those of imported sales came by none.
        foreach (var back in returns)
        {
            await connection.Execute(
                """
                with back as (
                    update gift_cards g set balance = g.balance + $3, held = false from gift_card_movements m
                    where m.payment_id = $2 and g.id = m.card_id returning g.id, g.balance
                )
                insert into gift_card_movements (card_id, shop_id, kind, amount, balance, order_id, refund_id, user_id, at)
                select id, $1, 'refund', $3, balance, $4, $5, $6::bigint, $7 from back
                """,
                cancel,
                back.ShopId,
                back.PaymentId,
                back.Amount.Minor,
                back.OrderId,
                back.RefundId,
                here.Visitor?.UserId,
                back.At);
        }
    }
}

/// <summary>What is to be taken off a card for a payment.</summary>
public sealed record GiftCardCharge
{
    public required long ShopId { get; init; }

    public required string Code { get; init; }

    public required Money Amount { get; init; }

    /// <summary>No amount was named: what the card has will do.</summary>
    public required bool OrLess { get; init; }

    public required Currency Currency { get; init; }

    public required long OrderId { get; init; }

    /// <summary>The payment that it will be.</summary>
    public required long PaymentId { get; init; }

    /// <summary>It is the deposit on this order.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Where the code was given, for a refusal.</summary>
    public required string Field { get; init; }

    /// <summary>Who takes it.</summary>
    public required long By { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>What goes back onto the card that a payment came from.</summary>
public sealed record GiftCardReturn(long ShopId, long OrderId, long PaymentId, long RefundId, Money Amount, DateTimeOffset At);
