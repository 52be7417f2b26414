using Comanda.Events;

namespace Comanda.Orders;

/// <summary>The tickets of an order, which the stations hear.</summary>
public static class KitchenTickets
{
    /// <summary>What the stations hear of a change: the whole order where it comes to them or leaves them, else the difference.</summary>
    internal static List<KitchenTicket> Since(KitchenMemory before, Order order) =>
        order.Status == OrderStatus.Cancelled ? (before.IsMaking ? Cancel(order) : [])
        : !before.HasIt ? (order.IsInKitchen ? New(order) : [])
        : !order.IsInKitchen ? Cancel(order)
        : Change(before, order);

    /// <summary>All of an order, for the first time.</summary>
    public static List<KitchenTicket> New(Order order) => Of(order, "new", order.Items.Select(l => (l, Item(l, l.Quantity))));

    /// <summary>Nothing of an order is to be made any more.</summary>
    public static List<KitchenTicket> Cancel(Order order) => Of(order, "cancel", order.Items.Select(l => (l, Item(l, -l.Quantity))));

    /// <summary>Lines that were another order's, each with its former id.</summary>
    public static List<KitchenTicket> Move(Order order, IEnumerable<(OrderLine Line, long From)> lines) =>
        Of(order, "move", lines.Select(m => (m.Line, Item(m.Line, m.Line.Quantity) with { FromItemId = m.From })));

    /// <summary>The whole order is at another table.</summary>
    public static List<KitchenTicket> Move(Order order) =>
        [.. order.Items.Where(l => !l.IsDeposit).GroupBy(l => l.Station).Select(s => Of(order, s.Key, "move", []))];

    /// <summary>For each station what it has to make more or less of; all of them where the order's notes or table changed.</summary>
    private static List<KitchenTicket> Change(KitchenMemory before, Order order)
    {
        var changes = new List<(OrderLine Line, KitchenItem Item)>();
        foreach (var line in order.Items)
        {
            var (had, wish) = before.Find(line.Id) is { } known ? (known.Quantity, known.Wish) : (Measure.Zero, null);
            if (line.Quantity != had || line.SpecialInstructions != wish)
                changes.Add((line, Item(line, line.Quantity - had)));
        }

        changes.AddRange(before.Lines.Where(l => order.Items.TrueForAll(i => i.Id != l.Line.Id)).Select(l => (
            l.Line,
            Item(l.Line, -l.Quantity))));
        var tickets = Of(order, "change", changes);
        if (before.Notes != order.Notes || before.Table != order.Table)
            tickets.AddRange(order.Items.Where(l => !l.IsDeposit).Select(l => l.Station)
                .Distinct()
                .Except(tickets.Select(t => t.Station))
                .Select(s => Of(order, s, "change", [])));
        return tickets;
    }

    /// <summary>The order's event: the order as it is now, and in <c>kitchen</c> what the stations hear with it.</summary>
    internal static ShopEvent Event(Here here, string name, DateTimeOffset at, Order order, IReadOnlyCollection<KitchenTicket> tickets) =>
        new()
        {
            ShopId = here.ShopId,
            Event = name,
            At = at,
            Actor = ShopEvent.ActorJson(here.Visitor),
            Data = With(Json.Write(OrderView.From(order)), tickets),
            CustomerId = order.GuestAccount,
        };

    /// <summary>An order's JSON with the tickets in it.</summary>
    internal static string With(string order, IReadOnlyCollection<KitchenTicket> tickets) =>
        tickets.Count == 0 ? order : string.Concat(order.AsSpan(0, order.Length - 1), ",\"kitchen\":", Json.Write(tickets), "}");

    private static List<KitchenTicket> Of(Order order, string kind, IEnumerable<(OrderLine Line, KitchenItem Item)> items) =>
        [.. items.Where(i => !i.Line.IsDeposit).GroupBy(i => i.Line.Station)
            .OrderBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => Of(order, s.Key, kind, [.. s.Select(i => Warned(order, i.Line, i.Item))]))];

    /// <summary>The guest who gets it must not eat what is in it: whoever makes it has to know.</summary>
    private static KitchenItem Warned(Order order, OrderLine line, KitchenItem item) =>
        order.WarningsOf(line) is { Count: > 0 } warnings ? item with { AllergenWarnings = warnings } : item;

    private static KitchenTicket Of(Order order, string station, string kind, IReadOnlyList<KitchenItem> items) =>
        new(
            order.Id,
            order.OrderNumber,
            station,
            kind,
            order.Type.ToWire(),
            order.Table is null ? null : PlainText.Line(order.Table),
            order.CustomerName is null ? null : PlainText.Line(order.CustomerName),
            order.Notes is null ? null : PlainText.Lines(order.Notes),
            order.ScheduledFor,
            items);

    internal static KitchenItem Item(OrderLine line, Measure quantity) => new(
        line.Id,
        null,
        PlainText.Line(line.Name),
        quantity.Number,
        line.Modifiers == "[]" ? [] : [.. OrderView.Thaw(line).Select(m => new KitchenOption(PlainText.Line(m.Name), m.Quantity))],
        line.SpecialInstructions is null ? null : PlainText.Lines(line.SpecialInstructions),
        line.Allergens?.Split(',', StringSplitOptions.RemoveEmptyEntries),
        line.ComboName is null ? null : PlainText.Line(line.ComboName),
        line.Unit?.ToWire());
}

/// <summary>What the kitchen has of an order, remembered before the order is changed.</summary>
public sealed class KitchenMemory
{
    public KitchenMemory(Order order)
    {
        Lines = order.Items.ConvertAll(l => (l, l.Quantity, l.SpecialInstructions));
        HasIt = order.IsInKitchen;
        IsMaking = HasIt && order.Status is (OrderStatus.Pending or OrderStatus.Preparing);
        (Notes, Table) = (order.Notes, order.Table);
    }

    internal bool HasIt { get; }

    /// <summary>It has it and is not done with it.</summary>
    internal bool IsMaking { get; }

    internal string? Notes { get; }

    internal string? Table { get; }

    internal List<(OrderLine Line, Measure Quantity, string? Wish)> Lines { get; }

    internal (OrderLine Line, Measure Quantity, string? Wish)? Find(long id) =>
        Lines.FindIndex(l => l.Line.Id == id) is >= 0 and var at ? Lines[at] : null;
}
