using Comanda.Data;
using Comanda.Events;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

public sealed record StatusRequest(string? Status);

public sealed record CancelRequest([property: AtMost(500)] string? Reason);

/// <summary>
/// Moves an order through its life, and cancels it. The order's row is locked while it moves, so of two who act on one
/// order at once the second sees what the first did.
/// </summary>
public sealed class ChangeStatus(ComandaDb db, ShopDirectory shops, Ids ids, EventBell bell, Here here, TimeProvider clock)
{
    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Move(long id, StatusRequest request, HttpContext http, CancellationToken cancel)
    {
        if (!WireName<OrderStatus>.TryParse(request.Status, out var next))
            return Refusal.OfField("status", "must be " + string.Join(", ", WireName<OrderStatus>.All)).ToProblem();

        return next == OrderStatus.Cancelled ? await Cancel(id, null, http, cancel) : await Act(id, http, (order, _, _) => Move(order, next), cancel);
    }

    public Task<Results<Ok<OrderView>, ProblemHttpResult>> Cancel(long id, CancelRequest? request, HttpContext http, CancellationToken cancel) =>
        Act(id, http, (order, shop, connection) => Cancel(order, request?.Reason, shop, connection, cancel), cancel);

    private Task<Outcome<string?>> Move(Order order, OrderStatus next)
    {
        var moved = order.MoveTo(next, Clock.Now(clock));
        Outcome<string?> outcome = moved.Refusal is { } refusal ? refusal
            : !moved.Value ? (string?)null
            : next == OrderStatus.Completed ? EventNames.OrderCompleted : EventNames.OrderUpdated;
        return Task.FromResult(outcome);
    }

    private async Task<Outcome<string?>> Cancel(Order order, string? reason, Shop shop, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (order.Status == OrderStatus.Cancelled)
            return (string?)null;
        if (!order.Paid.IsZero && !here.Caller.May(Permission.RefundOrders))
            return Refusal.Forbidden($"The order is paid; your role '{here.Caller.Role}' may not give money back.");
        var refundIds = await ids.Payments.Take(order.Payments.Count, cancel, connection);
        var refunds = order.Cancel(reason, here.Caller, Clock.Now(clock), shop.Settings.BusinessDay, refundIds);
        if (refunds.Refusal is { } refusal)
            return refusal;
        await FiscalJournal.Append(
            connection, order.ShopId, order.RegisterId, FiscalJournal.Cancellation, order.Id, order.CancelledAt!.Value,
            JournalContent.OfCancellation(order, refunds.Value, here.Caller.Name), cancel);
        db.AddRange(refunds.Value);
        return EventNames.OrderCancelled;
    }

    /// <summary>Locks the order, lets the act change it, and writes what changed with its event. No event, no change.</summary>
    private async Task<Results<Ok<OrderView>, ProblemHttpResult>> Act(
        long id, HttpContext http, Func<Order, Shop, NpgsqlConnection, Task<Outcome<string?>>> act, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.LockedOrder(id, here.ShopId, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var outcome = await act(order, shop, (NpgsqlConnection)db.Database.GetDbConnection());
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem();
        var view = OrderView.From(order);
        if (outcome.Value is { } happened)
        {
            db.Add(ShopEvent.Of(here, happened, Clock.Now(clock), view));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            bell.Ring();
        }

        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(view);
    }
}
