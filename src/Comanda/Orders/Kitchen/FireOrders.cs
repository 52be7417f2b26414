using Comanda.Data;
using Comanda.Events;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>Holds orders back from the kitchen, gives them to it, and takes its word on how far it is.</summary>
public sealed class FireOrders(ComandaDb db, OrderChanges orders, Here here)
{
    /// <summary>POST /api/orders/{id}/hold.</summary>
    public async Task<Answer<OrderView>> Hold(long id, CancellationToken cancel)
    {
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(change.Refusal ?? change.Order.Hold(), EventNames.OrderUpdated);
    }

    /// <summary>POST /api/orders/{id}/resume.</summary>
    public async Task<Answer<OrderView>> Resume(long id, CancellationToken cancel)
    {
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(
            change.Refusal ?? change.Order.Resume(change.Now, change.Shop.Settings.KitchenHands), EventNames.OrderUpdated);
    }

    /// <summary>POST /api/orders/{id}/recall.</summary>
    public async Task<Answer<OrderView>> Recall(long id, CancellationToken cancel)
    {
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(change.Refusal ?? change.Order.Recall(), EventNames.OrderUpdated);
    }

    /// <summary>PUT /api/kitchen/items/{id}.</summary>
    public async Task<Answer<OrderView>> Prepare(
        long lineId, PrepareRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var next = errors.OneOf<LineState>("status", request.Status);
        if (errors.Any)
            return errors.ToRefusal();
        var of = await db.Set<OrderLine>().Where(l => l.Id == lineId && l.ShopId == here.ShopId)
            .Select(l => (long?)l.OrderId).SingleOrDefaultAsync(cancel);
        if (of is not { } id)
            return Refusal.NotFound("order line");
        await using var change = await orders.Begin(id, cancel);
        return await change.Finish(change.Refusal ?? Prepare(change, lineId, next), EventNames.OrderUpdated);
    }

    /// <summary>Under the lock: meanwhile the line may have gone to another bill.</summary>
    private static Outcome<bool> Prepare(OrderChange change, long lineId, LineState next) =>
        change.Order.Items.Find(l => l.Id == lineId) is { } line
            ? change.Order.Prepare(line, next, change.Now)
            : Refusal.NotFound("order line");
}
