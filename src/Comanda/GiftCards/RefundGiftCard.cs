using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.GiftCards;

/// <summary>
/// POST /api/gift-cards/{code}/refund: a card of which nothing is used goes back, by the tender it was sold by and to the coin; it is void
/// then. What orders gave back onto it does not count as used. The card is taken by one conditional update, so of a payment and this at
/// once one finds it as it must be.
/// </summary>
public sealed class RefundGiftCard(IdempotentWrite retries, Approvals approvals, EventBell bell, Moment moment)
{
    public async Task<Answer<GiftCardGivenBack>> Handle(string code, RefundGiftCardRequest request, CancellationToken cancel)
    {
        // The PIN of an approval is no part of what is kept: a short secret's hash is no secret.
        var key = retries.KeyOf(new { code = GiftCardCode.Read(code), request = request with { Approval = null } });
        if (key.Refusal is { } badKey)
            return badKey;
        if (await retries.FirstAnswer(key.Value, cancel) is { } done)
            return done;
        if (string.IsNullOrWhiteSpace(request.Reason))
            return Refusal.OfField("reason", "is required, at most 500 characters"); // before anybody's PIN is asked for
        if (GiftCardCode.Read(code) is not { } plain)
            return Refusal.NotFound("gift card");
        var shop = moment.Shop;
        var till = moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        var approval = await approvals.Check(Permission.RefundOrders, request.Approval, "give money back", cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var answer = await retries.Once(
            key.Value, connection => Write(
                connection,
                new(plain, request.Reason.Trim(), approval.Value, till.Value ?? shop.RegisterOf(RegisterKind.Counter).Id),
                cancel), cancel);
        bell.Ring();
        return answer;
    }

    /// <summary>Gives a deposit back whole, in the caller's transaction.</summary>
    internal async Task<Answer<GiftCardGivenBack>> GiveBackHeld(
        NpgsqlConnection connection, long card, string reason, Approver? approver, CancellationToken cancel)
    {
        var code = (string)(await connection.Scalar("select code from gift_cards where id = $1", cancel, card))!;
        var register = moment.Till.Value ?? moment.Shop.RegisterOf(RegisterKind.Counter).Id;
        return await Write(connection, new(code, reason, approver, register) { IsHeld = true }, cancel);
    }

    private sealed record Back(string Code, string Reason, Approver? Approver, long Register)
    {
        /// <summary>It is the deposit on an order, which goes back with that alone.</summary>
        public bool IsHeld { get; init; }
    }

    private async Task<Answer<GiftCardGivenBack>> Write(NpgsqlConnection connection, Back asked, CancellationToken cancel)
    {
        var (shop, code, reason, approver, register) = (moment.Shop, asked.Code, asked.Reason, asked.Approver, asked.Register);
        var (now, currency) = (moment.Now, shop.Currency);
        await using var taken = connection.Command(
            """
            with card as (
                update gift_cards set balance = 0, voided_at = $3
                where shop_id = $1 and code = $2 and balance = amount and voided_at is null and held = $4 returning id, amount
            )
            select card.id, card.amount, m.method, m.rounding, m.taxes, m.tax
            from card join gift_card_movements m on m.card_id = card.id and m.kind = 'sale'
            """,
            shop.Id, code, now, asked.IsHeld);
        if ((await taken.List(
            r => (
                Id: r.GetInt64(0),
                Amount: new Money(r.GetInt64(1)),
                Method: r.GetString(2),
                Rounding: new Money(r.GetInt64(3)),
                Taxes: r.GetString(4),
                Tax: new Money(r.GetInt64(5))),
            cancel)) is not [var card])
        {
            var isVoid = await connection.Scalar(
                "select voided_at is not null from gift_cards where shop_id = $1 and code = $2 and held = $3",
                cancel,
                shop.Id,
                code,
                asked.IsHeld);
            return isVoid is null ? Refusal.NotFound("gift card")
                : isVoid is true ? Refusal.Conflict("gift_card_void", "This gift card was given back already.")
                : Refusal.Conflict("gift_card_used", "Something of this gift card is used; what is left of it pays for orders.");
        }

        var back = new GiftCardMovement
        {
            CardId = card.Id,
            Kind = "void",
            Amount = -card.Amount,
            Balance = Money.Zero,
            Method = card.Method,
            Rounding = -card.Rounding,
            Reason = reason,
            Taxes = [.. FrozenTaxes.Thaw(card.Taxes).Select(t => new BorneTax(t.Levy, -t.Base, -t.Tax))],
        };
        await back.Write(connection, moment.Here, shop, register, now, cancel);
        await FiscalJournal.Append(
            connection,
            new(shop.Id, register, JournalKind.GiftCard, now, back.Journal("given_back", code, currency, moment.Caller, now)),
            cancel);
        var (amount, masked) = (card.Amount.In(currency), GiftCardCode.Mask(code));
        await new AuditEntry(AuditActions.GiftCardRefunded, "gift_card", card.Id, After: new
        {
            code = masked,
            amount,
            method = card.Method,
            reason,
            approved_by = approver?.Name
        }).Write(connection, moment.Here, now, cancel);
        if (approver is not null)
            await approver.Of("gift_card", card.Id).Write(connection, moment.Here, now, cancel);
        await ShopEvent.Of(
            moment.Here,
            EventNames.GiftCardRefunded,
            now,
            new GiftCardChanged(card.Id, masked, amount, Money.Zero.In(currency), "void", card.Method)).Write(connection, cancel);
        var text = GiftCardCode.ToText(code);
        return Answer.Created(new GiftCardGivenBack(
            card.Id,
            text,
            amount,
            card.Method,
            card.Rounding.In(currency),
            reason,
            "void",
            currency.Code,
            now,
            card.Taxes == "[]" ? null : card.Tax.In(currency)), "/api/gift-cards/" + text);
    }
}
