using Comanda.Audit;
using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Identity;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>POST /api/cake-orders/{id}/deposit and …/stage: a cake is accepted, and goes on from stage to stage.</summary>
public sealed class MoveCake(
    ReadCakeOrders read, PriceCake pricing, CakeBook book, IdempotentWrite retries, Approvals approvals, Moment moment)
{
    /// <summary>Its place is taken anew where it was kept long enough.</summary>
    public async Task<Answer<CakeOrderView>> TakeDeposit(long id, CakeDeposit request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        if (await retries.FirstAnswer(key.Value, cancel) is { } done)
            return done;
        if (await read.Find(id, cancel) is not { } known)
            return CakeRefusals.NoCake;
        if (moment.Till.Refusal is { } stranger)
            return stranger;
        var priced = pricing.Price(known);
        if (priced.Refusal is { } wrong)
            return wrong;
        var paid = book.ReadDeposit(request, known.Deposit, known.Total, "");
        if (paid.Refusal is { } notPaid)
            return notPaid;
        var answer = await retries.Once<CakeOrderView>(
            key.Value,
            async connection =>
            {
                var order = await read.Find(connection, id, null, cancel, locked: true);
                if (order is not { Stage: CakeStage.Requested })
                    return CakeRefusals.CannotGo(order!.Stage, CakeStage.Accepted);
                if (order.Version != known.Version)
                    return Refusal.Stale(order.Version);
                var place = new CakePlace(moment.Shop.Id, order.Day, order.Quantity, id);
                if (order.HeldUntil <= moment.Now
                    && await CakePlaces.Take(connection, order.Of.Cake, place, moment.Now, cancel) is { } full)
                    return full;
                await book.TakeDeposit(connection, id, priced.Value, paid.Value, cancel);
                return Answer.Created(await book.Tell(connection, id, cancel), $"/api/cake-orders/{id}");
            },
            cancel);
        book.Ring();
        return answer;
    }

    public async Task<Answer<CakeOrderView>> Move(long id, CakeStageRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.OneOf("stage", request.Stage ?? "", "accepted", "baked", "decorated");
        await book.CheckPhoto(request.PhotoUrl, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var to = WireName<CakeStage>.Parse(request.Stage!);
        if (await read.Find(id, cancel) is not { } known)
            return CakeRefusals.NoCake;
        var isBack = CakeRules.IsBack(known.Stage, to) && !known.IsOver;
        if (isBack && string.IsNullOrWhiteSpace(request.Note))
            return Refusal.OfField("note", "is required: why it goes back");
        var approval = isBack
            ? await approvals.Check(Permission.RefundOrders, request.Approval, "put a cake back a stage", cancel)
            : (Approver?)null;
        if (approval.Refusal is { } forbidden)
            return forbidden;
        await using var change = await book.Begin(id, null, cancel);
        var order = change.Order!;
        if (order.Stage == to)
            return await read.View(change.Connection, order, cancel);
        if (order.Stage != known.Stage)
            return Refusal.Stale(order.Version);
        if (!isBack && CakeRules.After(order.Stage) != to)
            return CakeRefusals.CannotGo(order.Stage, to);
        if (order.Stage == CakeStage.Requested && order.DepositPaid < order.Deposit)
            return Refusal.Conflict(
                "deposit_due",
                $"{order.Deposit.ToText(moment.Currency)} are to be paid ahead: POST /api/cake-orders/{id}/deposit.");
        await change.Connection.Execute(
            "update cake_orders set stage = $2, updated_at = $3, version = version + 1 where id = $1",
            cancel,
            id,
            to.ToWire(),
            moment.Now);
        await book.Sign(change.Connection, id, new(to, OrderCake.TextOf(request.Note), request.PhotoUrl), cancel);
        if (isBack)
            await new AuditEntry(
                AuditActions.CakeOrderChanged,
                "cake_order",
                id,
                new { stage = order.Stage.ToWire() },
                new { stage = to.ToWire(), reason = request.Note, approved_by = approval.Value?.Name })
                .Write(change.Connection, moment.Here, moment.Now, cancel);
        var view = await book.Tell(change.Connection, id, cancel);
        await change.Commit(cancel);
        book.Ring();
        return view;
    }
}
