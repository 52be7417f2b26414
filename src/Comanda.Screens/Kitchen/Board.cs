using System.Text.Json;
using Comanda.Client;
using Comanda.Events;
using Comanda.Orders;
using Comanda.Screens.Front;

namespace Comanda.Screens.Kitchen;

/// <summary>
/// What the kitchen has in hand. It is read whole when the door opens; from then on every event of an order says that it is to be read
/// again, and by its <c>kitchen</c> field what is not to be made any more: that stays in sight, struck through, until somebody has seen it.
/// </summary>
public sealed class Board(DeviceSession session)
{
    private readonly Dictionary<long, List<KitchenItem>> less = [];
    private readonly List<KitchenTicket> cancelled = [];
    private bool reading, again;

    /// <summary>To be made, the oldest first.</summary>
    public IReadOnlyList<BoardTicket> Open { get; private set; } = [];

    /// <summary>Made, and not handed over.</summary>
    public IReadOnlyList<BoardTicket> Ready { get; private set; } = [];

    /// <summary>Whether the board has been read.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Tickets that are not to be made any more and that nobody has seen.</summary>
    public IReadOnlyList<KitchenTicket> Cancelled => cancelled;

    /// <summary>The stations that have something in hand.</summary>
    public IEnumerable<string> Stations =>
        Open.Concat(Ready).SelectMany(t => t.Items).Select(i => i.Station).Distinct().Order(StringComparer.Ordinal);

    /// <summary>What is not to be made any more of an order that goes on.</summary>
    public IReadOnlyList<KitchenItem> LessOf(long order) => less.GetValueOrDefault(order) ?? [];

    /// <summary>Reads the whole board; asked again while it reads, it reads once more.</summary>
    public async Task Read()
    {
        again = true;
        if (reading)
            return;
        reading = true;
        try
        {
            while (again)
            {
                again = false;
                var open = await session.Ask(client => client.GetKitchenTickets());
                var ready = await session.Ask(client => client.GetKitchenTickets("ready"));
                (Open, Ready, IsRead) = (open.Items, ready.Items, true);
            }
        }
        finally
        {
            reading = false;
        }
    }

    /// <summary>Hears an event; answers whether something new is to be made.</summary>
    public async Task<bool> Hear(EventView heard)
    {
        if (!heard.Event.StartsWith("order_", StringComparison.Ordinal))
            return false;
        var tickets = heard.Data.TryGetProperty("kitchen", out var kitchen)
            ? kitchen.Deserialize<List<KitchenTicket>>(ComandaClient.Json) ?? []
            : [];
        foreach (var ticket in tickets)
            Note(ticket);
        await Read();
        return tickets.Exists(t => t.Kind is "new" or "change" && t.Items.Any(i => i.Quantity > 0));
    }

    /// <summary>Somebody has seen that it is not to be made.</summary>
    public void Seen(KitchenTicket ticket) => cancelled.Remove(ticket);

    /// <summary>Somebody has seen what is less of an order.</summary>
    public void SeenLess(long order) => less.Remove(order);

    /// <summary>How far a station is with lines.</summary>
    public async Task Prepare(IEnumerable<BoardItem> items, string status)
    {
        foreach (var item in items.Where(i => i.Status != status))
            await session.Ask(client => client.PrepareLine(item.OrderItemId, status));
        await Read();
    }

    /// <summary>It was made and is not: back to the stoves.</summary>
    public async Task Recall(BoardTicket ticket)
    {
        await session.Ask(client => client.RecallOrder(ticket.OrderId));
        await Read();
    }

    /// <summary>The guest has it.</summary>
    public async Task HandOver(BoardTicket ticket)
    {
        await session.Ask(client => client.MoveOrder(ticket.OrderId, "completed"));
        await Read();
    }

    private void Note(KitchenTicket ticket)
    {
        if (ticket.Kind == "cancel")
        {
            less.Remove(ticket.OrderId);
            if (ticket.Items.Count > 0)
                cancelled.Add(ticket);
        }
        else if (ticket.Kind == "change")
        {
            var gone = ticket.Items.Where(i => i.Quantity < 0).ToList();
            if (gone.Count > 0)
                less[ticket.OrderId] = [.. LessOf(ticket.OrderId), .. gone];
        }
    }
}
