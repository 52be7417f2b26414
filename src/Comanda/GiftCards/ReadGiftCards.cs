using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.GiftCards;

/// <summary>Gift cards as they stand.</summary>
public static class ReadGiftCards
{
    private const string Status = "case when g.voided_at is not null then 'void' when g.balance = 0 then 'empty' else 'active' end";

    private const string Select = $"select g.id, g.code, g.balance, g.amount, {Status}, g.sold_at, u.name, g.kind, "
        + "g.tax_class, g.way from gift_cards g left join users u on u.id = g.sold_by where g.shop_id = $1 and not g.held";

    /// <summary>GET /api/gift-cards: the newest first.</summary>
    public static async Task<Answer<PageOf<GiftCardView>>> List(
        NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [Words("active", "empty", "void")] string? status = null,
        int? limit = null,
        string? cursor = null)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.OneOf("status", status, "active", "empty", "void");
        if (errors.Any)
            return errors.ToRefusal();
        var currency = moment.Currency;
        // All codes on one page are all the money on the cards: only for those who may give money away.
        var whole = moment.Caller.May(Permission.RefundOrders);
        await using var command = database.Command(
            $"{Select} and g.id < $2 and ($3 = '' or {Status} = $3) order by g.id desc limit $4",
            moment.Shop.Id,
            page.Before,
            status ?? "",
            page.ToRead);
        return page.Of(await command.List(r => Row(r, currency, whole), cancel), c => c.Id);
    }

    /// <summary>GET /api/gift-cards/{code}: one, with its movements.</summary>
    public static async Task<Answer<GiftCardHistory>> One(string code, NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        if (GiftCardCode.Read(code) is not { } plain)
            return Refusal.NotFound("gift card");
        var currency = moment.Currency;
        // One snapshot: the balance is what its movements add up to.
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await using var command = connection.Command(Select + " and g.code = $2", moment.Shop.Id, plain);
        if ((await command.List(r => Row(r, currency, whole: true), cancel)) is not [var card])
            return Refusal.NotFound("gift card");
        await using var movements = connection.Command(
            """
            select m.kind, m.amount, m.balance, m.order_id, o.order_number, m.method, m.reason, u.name, m.at
            from gift_card_movements m left join orders o on o.id = m.order_id left join users u on u.id = m.user_id
            where m.card_id = $1 order by m.id
            """,
            card.Id);
        return new GiftCardHistory(
            card.Id, card.Code, card.Balance, card.Amount, card.Status, card.Currency, card.SoldAt, card.SoldBy, card.Kind, card.TaxClass,
            card.Way,
            await movements.List(
                r => new GiftCardMovementView(
                    r.GetString(0),
                    new Money(r.GetInt64(1)).In(currency),
                    new Money(r.GetInt64(2)).In(currency),
                    r.ValueOrNull<long>(3),
                    r.TextOrNull(4),
                    r.TextOrNull(5),
                    r.TextOrNull(6),
                    r.TextOrNull(7),
                    r.GetFieldValue<DateTimeOffset>(8)),
                cancel));
    }

    private static GiftCardView Row(NpgsqlDataReader r, Currency currency, bool whole) => new(
        r.GetInt64(0),
        whole ? GiftCardCode.ToText(r.GetString(1)) : GiftCardCode.Mask(r.GetString(1)),
        new Money(r.GetInt64(2)).In(currency),
        new Money(r.GetInt64(3)).In(currency),
        r.GetString(4),
        currency.Code,
        r.GetFieldValue<DateTimeOffset>(5),
        r.TextOrNull(6),
        r.GetString(7),
        r.TextOrNull(8),
        r.TextOrNull(9));
}
