using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Holds orders back from the kitchen, gives them to it, and takes its word on how far it is. The order's row is locked meanwhile, and
/// what the kitchen hears commits with it.
/// </summary>
public sealed class FireOrders(ComandaDb db, ShopDirectory shops, EventBell bell, Here here, TimeProvider clock)
{
    /// <summary>POST /api/orders/{id}/hold.</summary>
    public Task<Results<Ok<OrderView>, ProblemHttpResult>> Hold(long id, HttpContext http, CancellationToken cancel) => Act(id, http, (order, _, _) =>
    {
        var had = order.IsInKitchen ? KitchenTicket.Cancel(order) : [];
        var held = order.Hold();
        return held.Refusal is { } refusal ? refusal : (held.Value, had);
    }, cancel);

    /// <summary>POST /api/orders/{id}/resume.</summary>
    public Task<Results<Ok<OrderView>, ProblemHttpResult>> Resume(long id, HttpContext http, CancellationToken cancel) => Act(id, http, (order, shop, now) =>
    {
        var resumed = order.Resume(now, shop.Settings.KitchenHands);
        return resumed.Refusal is { } refusal ? refusal : (resumed.Value, resumed.Value && order.IsInKitchen ? KitchenTicket.New(order) : []);
    }, cancel);

    /// <summary>POST /api/orders/{id}/recall.</summary>
    public Task<Results<Ok<OrderView>, ProblemHttpResult>> Recall(long id, HttpContext http, CancellationToken cancel) => Act(id, http, (order, _, _) =>
    {
        var recalled = order.Recall();
        return recalled.Refusal is { } refusal ? refusal : (recalled.Value, []);
    }, cancel);

    /// <summary>PUT /api/kitchen/items/{id}.</summary>
    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Prepare(long lineId, PrepareRequest request, HttpContext http, CancellationToken cancel)
    {
        if (!WireName<LineState>.TryParse(request.Status, out var next))
            return Refusal.OfField("status", "must be " + string.Join(", ", WireName<LineState>.All)).ToProblem();
        if (await db.Set<OrderLine>().Where(l => l.Id == lineId && l.ShopId == here.ShopId).Select(l => (long?)l.OrderId).SingleOrDefaultAsync(cancel) is not { } id)
            return Refusal.NotFound("order line").ToProblem();
        return await Act(id, http, (order, _, now) =>
        {
            if (order.Items.Find(l => l.Id == lineId) is not { } line)
                return Refusal.NotFound("order line");
            var tickets = order.IsInKitchen ? [] : KitchenTicket.New(order);
            var prepared = order.Prepare(line, next, now);
            if (prepared.Refusal is { } refusal)
                return refusal;
            if (!order.IsInKitchen && prepared.Value)
                order.Fire(now);
            return (prepared.Value, prepared.Value ? tickets : []);
        }, cancel);
    }

    private async Task<Results<Ok<OrderView>, ProblemHttpResult>> Act(
        long id, HttpContext http, Func<Order, Shop, DateTimeOffset, Outcome<(bool Changed, List<KitchenTicket> Tickets)>> act, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.LockedOrder(id, here.ShopId, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var (now, was) = (Clock.Now(clock), order.Status);
        var outcome = act(order, shop, now);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem();
        var view = OrderView.From(order);
        if (outcome.Value.Changed)
        {
            if (order.Status != was)
                await TrackOrder.Note((NpgsqlConnection)db.Database.GetDbConnection(), order, now, cancel);
            db.Add(KitchenTicket.Event(here, EventNames.OrderUpdated, now, order, outcome.Value.Tickets));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            bell.Ring();
        }

        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(view);
    }
}

/// <summary><see cref="Status"/> is queued, started or ready.</summary>
public sealed record PrepareRequest(string? Status);
