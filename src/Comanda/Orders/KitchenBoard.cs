using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>A line on a station's screen. <see cref="Status"/> is queued, started or ready.</summary>
public sealed record BoardItem(
    long OrderItemId, string Station, string Name, int Quantity, IReadOnlyList<KitchenOption> Modifiers, string? SpecialInstructions, IReadOnlyList<string>? Allergens, string? Combo,
    string Status, DateTimeOffset? StartedAt, DateTimeOffset? ReadyAt);

/// <summary>An order on a station's screen, with the lines that the station makes.</summary>
public sealed record BoardTicket(
    long OrderId, string OrderNumber, string Status, string Type, string? Table, string? CustomerName, string? Notes, DateTimeOffset? ScheduledFor, DateTimeOffset FiredAt, long Version, IReadOnlyList<BoardItem> Items);

/// <summary>
/// GET /api/kitchen/tickets: what a station sees now, the oldest first; a screen that was off starts from this and follows the
/// <c>kitchen</c> field of the orders' events from then on. Only what the kitchen got in the last 24 hours: a shop that marks nothing as ready
/// has all its old orders open, and would see the oldest of them for good.
/// </summary>
public static class KitchenBoard
{
    private const int Most = 200;

    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public static async Task<Results<Ok<PageOf<BoardTicket>>, ProblemHttpResult>> Tickets(ComandaDb db, TimeProvider clock, CancellationToken cancel, string? station = null, string? status = null)
    {
        if (status is not (null or "open" or "ready"))
            return Refusal.OfField("status", "must be open, ready").ToProblem();
        var since = Clock.Now(clock) - Window;
        var orders = status == "ready"
            ? db.Orders.Where(o => o.FiredAt > since && o.Status == OrderStatus.Ready)
            : db.Orders.Where(o => o.FiredAt > since && (o.Status == OrderStatus.Pending || o.Status == OrderStatus.Preparing));
        var found = await orders.OrderBy(o => o.FiredAt).ThenBy(o => o.Id).Take(Most).Include(o => o.Items.OrderBy(l => l.Position)).AsNoTracking().ToListAsync(cancel);
        var tickets = found.ConvertAll(o => View(o, station)).FindAll(t => t.Items.Count > 0);
        return TypedResults.Ok(new PageOf<BoardTicket>(tickets, null));
    }

    private static BoardTicket View(Order order, string? station) => new(
        order.Id, order.OrderNumber, order.Status.ToWire(), order.Type.ToWire(), order.Table, order.CustomerName, order.Notes, order.ScheduledFor, order.FiredAt!.Value, order.Version,
        [.. order.Items.Where(l => station is null || l.Station == station).Select(l =>
        {
            var item = KitchenTicket.Item(l, l.Quantity);
            return new BoardItem(l.Id, l.Station, l.Name, l.Quantity, item.Modifiers, item.SpecialInstructions, item.Allergens, item.Combo, order.StateOf(l).ToWire(), l.StartedAt, l.ReadyAt);
        })]);
}
