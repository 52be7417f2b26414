using Comanda.Data;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>
/// GET /api/kitchen/tickets: what a station sees now, the oldest first, in pages; a screen that was off starts from this and follows the
/// <c>kitchen</c> field of the orders' events from then on. Only what the kitchen got in the last 24 hours: a shop that marks nothing as
/// ready has all its old orders open, and would see the oldest of them for good. The station is asked of the orders before they are counted
/// into a page.
/// </summary>
public sealed class KitchenBoard(ComandaDb db, TimeProvider clock)
{
    private const int Most = 200;

    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public async Task<Answer<PageOf<BoardTicket>>> Tickets(
        string? station,
        string? status,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(status is null or "open" or "ready", "status", "must be open, ready");
        errors.CheckLimit(limit);
        var after = Place.Read(cursor);
        errors.Check(cursor is null || after is not null, "cursor", "must be a next_cursor that was answered before");
        if (errors.Any)
            return errors.ToRefusal();
        var (page, orders) = (limit ?? Most, InKitchen(Of(station), status == "ready", Clock.Now(clock) - Window));
        if (after is { } last)
            orders = orders.Where(o => o.FiredAt >= last.FiredAt && (o.FiredAt > last.FiredAt || o.Id > last.Id));
        var found = await orders.OrderBy(o => o.FiredAt).ThenBy(o => o.Id).Take(page + 1)
            .Include(o => o.Items.OrderBy(l => l.Position)).AsNoTracking().ToListAsync(cancel);
        var tickets = found.Take(page).Select(o => View(o, station)).ToList();
        var next = found.Count > page ? new Place(found[page - 1].FiredAt!.Value, found[page - 1].Id).ToString() : null;
        return new PageOf<BoardTicket>(tickets, next);
    }

    /// <summary>
    /// Orders with work for a station. "offset 0" keeps the question with each order that is in the kitchen, by the index of its lines:
    /// without it PostgreSQL 15 turns it round and reads the lines of all orders there ever were (EXPLAIN with 400,000 orders, of which
    /// 5,000 are open: a parallel scan of order_items, 17,000 pages, 250 to 500 ms).
    /// </summary>
    private IQueryable<Order> Of(string? station) => station is null ? db.Orders : db.Orders.FromSql(
        $"select * from orders o where exists (select 1 from order_items i where i.order_id = o.id and i.station = {station} offset 0)");

    private static IQueryable<Order> InKitchen(IQueryable<Order> orders, bool ready, DateTimeOffset since) => ready
        ? orders.Where(o => o.FiredAt > since && o.Status == OrderStatus.Ready)
        : orders.Where(o => o.FiredAt > since && (o.Status == OrderStatus.Pending || o.Status == OrderStatus.Preparing));

    /// <summary>The last ticket of a page: when the kitchen got it, and the order.</summary>
    private readonly record struct Place(DateTimeOffset FiredAt, long Id)
    {
        public static Place? Read(string? cursor) =>
            cursor?.Split('-') is [var ticks, var id] && long.TryParse(ticks, out var at) && long.TryParse(id, out var order)
                && at >= 0 && at <= DateTimeOffset.MaxValue.UtcTicks
                ? new(new(at, TimeSpan.Zero), order) : null;

        public override string ToString() => $"{FiredAt.UtcTicks}-{Id}";
    }

    private static BoardTicket View(Order order, string? station) => new(
        order.Id,
        order.OrderNumber,
        order.Status.ToWire(),
        order.Type.ToWire(),
        order.Table,
        order.CustomerName,
        order.Notes,
        order.ScheduledFor,
        order.FiredAt!.Value,
        order.Version,
        [.. order.Items.Where(l => !l.IsDeposit && (station is null || l.Station == station)).Select(l =>
        {
            var item = KitchenTickets.Item(l, l.Quantity);
            return new BoardItem(
                l.Id,
                l.Station,
                l.Name,
                item.Quantity,
                item.Modifiers,
                item.SpecialInstructions,
                item.Allergens,
                item.Combo,
                order.StateOf(l).ToWire(),
                l.StartedAt,
                l.ReadyAt,
                item.Unit)
            {
                AllergenWarnings = order.WarningsOf(l) is { Count: > 0 } warnings ? warnings : null,
            };
        })]);
}
