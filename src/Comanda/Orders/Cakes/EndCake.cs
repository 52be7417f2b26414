using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/cake-orders/{id}/collect: the cake is handed over, and becomes an order like any other, at the price that was agreed: the
/// deposit pays it first, and what is left is paid now. POST …/cancel: it will not be; the deposit goes back whole, and what the rules
/// let the shop keep of it is a sale of its own.
/// </summary>
public sealed class EndCake(
    ReadCakeOrders read, PlaceOrder place, CakeBook book, RefundGiftCard cards, OwnOrders own, Approvals approvals, Moment moment)
{
    private const string NotSaid = "not said";

    public async Task<Answer<CakeOrderView>> Collect(long id, CollectCakeRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        await book.CheckPhoto(request.PhotoUrl, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        if (await read.Find(id, cancel) is not { } known)
            return CakeRefusals.NoCake;
        if (known.Stage == CakeStage.Collected)
            return await read.One(id, cancel);
        if (CakeRules.After(known.Stage) != CakeStage.Collected)
            return CakeRefusals.CannotGo(known.Stage, CakeStage.Collected);
        PaymentRequest[] ahead = known.CardCode is null ? [] : [new("gift_card", Reference: known.CardCode)];
        var sale = new AgreedSale
        {
            Item = known.Of.Item,
            Deposit = known.CardCode,
            Hold = async (connection, stop) => await Locked(connection, known, stop),
            Settle = async (connection, order, stop) => await Collected(connection, known, (order, request), stop),
        };
        var placed = await place.Run(
            new(
                "takeaway",
                [PriceCake.Line(known.Of.Item.Id, known.Asked, known.Chosen)],
                CustomerName: known.Asked.CustomerName,
                Notes: known.Asked.Notes,
                Tip: request.Tip,
                Payments: [.. ahead, .. request.Payments ?? []],
                CustomerId: known.Asked.CustomerId,
                Reference: $"cake {id}"),
            null,
            null,
            cancel,
            sale);
        if (placed.Refusal is { Code: "stale_version" })
            return await Collect(id, request, cancel); // somebody was faster: it is collected, or as it is now
        return placed.Refusal is { } refusal
            ? refusal.Naming(field => PaymentBefore(field, ahead.Length))
            : await read.One(id, cancel);
    }

    public async Task<Answer<CakeOrderView>> Cancel(long id, CancelCakeRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var keep = errors.MoneyOrNone("keep", request.Keep, moment.Currency);
        errors.Check(!own.IsGuest || request.Keep is null, "keep", "is for staff");
        errors.Check(!own.IsGuest || request.Approval is null, "approval", "is for staff");
        if (errors.Any)
            return errors.ToRefusal();
        if (await read.Find(id, cancel) is not { } known)
            return CakeRefusals.NoCake;
        if (known.Stage == CakeStage.Cancelled)
            return await read.One(id, cancel);
        if (known.Stage == CakeStage.Collected)
            return CakeRefusals.CannotGo(known.Stage, CakeStage.Cancelled);
        if (moment.Till.Refusal is { } stranger)
            return stranger;
        if (own.IsGuest && GuestMayNot(known) is { } ask)
            return ask;
        if (request.Keep is not null && keep > known.DepositPaid)
            return Refusal.OfField("keep", $"must be at most {known.DepositPaid.ToText(moment.Currency)}, the deposit that was paid");
        var approval = known.DepositPaid.IsZero
            ? (Approver?)null
            : await approvals.Check(Permission.RefundOrders, request.Approval, "give a deposit back", cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var kept = request.Keep is null ? known.KeptAt(moment.Now) : keep;
        var over = new Over(known, OrderCake.TextOf(request.Reason) ?? NotSaid, approval.Value, await own.Customer(cancel));
        return await (kept.IsZero ? Cancel(over, cancel) : CancelAndKeep(over, kept, cancel)) is { } refusal
            ? refusal
            : await read.One(id, cancel);
    }

    private Refusal? GuestMayNot(CakeOrder known) =>
        !known.DepositPaid.IsZero
            ? Refusal.Conflict("paid_in_the_shop", "The shop took a deposit for this cake; ask there to cancel it.")
            : known.Stage is CakeStage.Baked or CakeStage.Decorated
                || (known.Stage == CakeStage.Accepted && moment.Now > known.CancelUntil)
            ? Refusal.Conflict(
                "too_late_to_cancel",
                $"It may be cancelled until {known.Of.Cake.CancelHours} hours before it is collected; ask the shop.")
            : null;

    private sealed record Over(CakeOrder Known, string Reason, Approver? Approver, long? Guest);

    /// <summary>Nothing is kept of it.</summary>
    private async Task<Refusal?> Cancel(Over over, CancellationToken cancel)
    {
        await using var change = await book.Begin(over.Known.Id, over.Guest, cancel);
        if (change.Order?.Version != over.Known.Version)
            return Refusal.Stale(change.Order?.Version);
        if (await GiveBack(change.Connection, over, cancel) is { } refusal)
            return refusal;
        await Cancelled(change.Connection, over, null, cancel);
        await change.Commit(cancel);
        book.Ring();
        return null;
    }

    /// <summary>The deposit goes back, and so much of it is taken again, by the same tender, as a sale of what was cancelled.</summary>
    private async Task<Refusal?> CancelAndKeep(Over over, Money kept, CancellationToken cancel)
    {
        var (known, shop) = (over.Known, moment.Shop);
        var rate = known.Of.Cake.KeptTaxClass is null ? known.Of.Item.OwnTaxRate : null;
        var fee = known.Of.Item with
        {
            Name = $"Cancelled: {known.Name}",
            Groups = [],
            OwnTaxRate = rate,
            TaxRate = rate ?? shop.Settings.TaxRate,
            TaxClass = known.Of.Cake.KeptTaxClass ?? known.TaxClass,
        };
        fee = PricedFor(fee, kept);
        var sale = new AgreedSale
        {
            Item = fee,
            TakesStock = false,
            Hold = async (connection, stop) =>
                await Locked(connection, known, stop) ?? await GiveBack(connection, over, stop),
            Settle = async (connection, order, stop) =>
            {
                await Cancelled(connection, over, order, stop);
                return null;
            },
        };
        var placed = await place.Run(
            new(
                "takeaway",
                [new(fee.Id, 1)],
                CustomerName: known.Asked.CustomerName,
                Payments: [new(known.PaidBy)],
                Reference: $"cake {known.Id}"),
            null,
            null,
            cancel,
            sale);
        return placed.Refusal;
    }

    /// <summary>
    /// With the tax on top of it, it costs what is kept; where no price comes to that by a coin, the coin goes back to the guest.
    /// </summary>
    private MenuEntry PricedFor(MenuEntry fee, Money kept)
    {
        Money Total(Money price) => Pricing.Price(
            (_, _, _) => new(fee with { Price = price, DiscountPrice = null }),
            moment.Shop.Settings,
            new OrderRequest("takeaway", [new(fee.Id, 1)]),
            OrderType.Takeaway,
            moment.Today).Value.Total;
        var price = kept;
        if (Total(kept) > kept)
            price = kept.Times(kept.Minor, Total(kept).Minor) + new Money(2);
        while (price > Money.Zero && Total(price) > kept)
            price -= new Money(1);
        return fee with { Price = price, DiscountPrice = null };
    }

    private async Task<Refusal?> GiveBack(NpgsqlConnection connection, Over over, CancellationToken cancel) =>
        over.Known.CardId is { } card
            ? (await cards.GiveBackHeld(connection, card, over.Reason, over.Approver, cancel)).Refusal
            : null;

    private async Task<Refusal?> Locked(NpgsqlConnection connection, CakeOrder known, CancellationToken cancel)
    {
        var now = await read.Find(connection, known.Id, null, cancel, locked: true);
        return now?.Version == known.Version ? null : Refusal.Stale(now?.Version);
    }

    private async Task<Refusal?> Collected(
        NpgsqlConnection connection, CakeOrder known, (Order Order, CollectCakeRequest Asked) of, CancellationToken cancel)
    {
        var order = of.Order;
        if (!order.BalanceDue.IsZero)
            return Refusal.Conflict(
                "balance_due", $"{order.BalanceDue.ToText(moment.Currency)} are left to be paid when the cake is collected.");
        await connection.Execute(
            """
            update cake_orders set stage = 'collected', order_id = $2, total = $3, collected_at = $4, updated_at = $4, version = version + 1
            where id = $1
            """,
            cancel,
            known.Id,
            order.Id,
            (order.Total - order.Tip).Minor,
            moment.Now);
        await book.Sign(
            connection, known.Id, new(CakeStage.Collected, OrderCake.TextOf(of.Asked.Note), of.Asked.PhotoUrl), cancel);
        await book.Tell(connection, known.Id, cancel);
        return null;
    }

    private async Task Cancelled(NpgsqlConnection connection, Over over, Order? kept, CancellationToken cancel)
    {
        var known = over.Known;
        await connection.Execute(
            """
            update cake_orders set stage = 'cancelled', cancelled_at = $2, cancel_reason = $3, kept = $4, kept_order_id = $5::bigint,
                updated_at = $2, version = version + 1
            where id = $1
            """,
            cancel,
            known.Id,
            moment.Now,
            over.Reason,
            (kept?.Total ?? Money.Zero).Minor,
            kept?.Id);
        await book.Sign(connection, known.Id, new(CakeStage.Cancelled, over.Reason), cancel);
        await new AuditEntry(
            AuditActions.CakeOrderChanged,
            "cake_order",
            known.Id,
            new { stage = known.Stage.ToWire(), deposit_paid = known.DepositPaid.In(moment.Currency) },
            new
            {
                stage = CakeStage.Cancelled.ToWire(),
                reason = over.Reason,
                kept = (kept?.Total ?? Money.Zero).In(moment.Currency),
                approved_by = over.Approver?.Name,
            }).Write(connection, moment.Here, moment.Now, cancel);
        await book.Tell(connection, known.Id, cancel);
    }

    /// <summary>Payments are counted without the deposit, which comes before those that were sent.</summary>
    private static string PaymentBefore(string field, int ahead)
    {
        const string at = "payments[";
        if (!field.StartsWith(at, StringComparison.Ordinal) || field.IndexOf(']') is not (> 0 and var end))
            return field;
        return int.TryParse(field[at.Length..end], out var number) ? $"{at}{Math.Max(0, number - ahead)}{field[end..]}" : field;
    }
}
