using System.Data;
using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Registers;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// The one statement that writes a new order: parts in the order in which they take their locks. Its text lies in docs/sql. It moves
/// points, counted items and stock where the order does; the eight texts that this makes stay prepared.
/// </summary>
internal static class OrderStatement
{
    private static readonly Dictionary<(bool Points, bool Counted, bool Stock), Statement<OrderToWrite>> Texts =
        (from points in new[] { false, true }
         from counted in new[] { false, true }
         from stock in new[] { false, true }
         select (points, counted, stock)).ToDictionary(s => s, s => Compose(s.points, s.counted, s.stock));

    public static Statement<OrderToWrite> Plain => Texts[(false, false, false)];

    public static Statement<OrderToWrite> WithAll => Texts[(true, true, true)];

    public static Statement<OrderToWrite> For(OrderToWrite write) =>
        Texts[(write.Points.Count > 0, write.Counted.Count > 0, write.Used.Count > 0)];

    /// <summary>Runs it; the order then has its number.</summary>
    public static async Task Run(NpgsqlCommand command, Order order, CancellationToken cancel)
    {
        await using var reader = await command.Read(cancel, CommandBehavior.SingleRow);
        if (!await reader.ReadAsync(cancel))
            throw new InvalidOperationException($"register {order.RegisterId} has gone");
        order.Number = reader.GetInt64(0);
        order.OrderNumber = reader.GetString(1);
    }

    private static Statement<OrderToWrite> Compose(bool points, bool counted, bool stock) => Statement<OrderToWrite>.Compose(s =>
    {
        var at = new Shared(s);
        var tables = new List<string> { $"register as (\n{Register(s, at)}\n)" };
        var checks = new List<string>();
        var locked = "register";
        if (points)
        {
            tables.Add(MovePoints.Part(s, w => w.Points, new(at.Shop, at.Customer, at.Order, at.Cashier, at.SoldAt), after: locked));
            checks.Add(MovePoints.Moved);
            locked = "moved";
        }

        if (counted)
        {
            var items = s.Each("counted.id", w => w.Counted, c => c.Key);
            tables.Add(Countdown.Take(
                items,
                s.Each("counted.n", w => w.Counted, c => c.Value),
                at.Shop,
                at.SoldAt,
                at.Actor,
                after: locked));
            checks.Add(Countdown.AllTaken(items));
        }

        if (stock)
            tables.Add($"used as (\n{StockMovement.Sold(s, w => w.Used, (at.Shop, at.Order, at.Cashier, at.SoldAt, at.Day))}\n)");
        tables.Add($"placed as (\n{Placed(s, at)}\n)");
        tables.Add($"lines as (\n{Lines(s, at)}\n)");
        tables.Add($"paid as (\n{Paid(s, at)}\n)");
        tables.Add($"entry as (\n{FiscalJournal.Entry(
            JournalKind.Sale,
            (at.Register, at.Shop, at.Order, at.Known, $"replace({at.Content}, {at.Slot}, order_number)"))}\n)");
        tables.Add($"announced as (\n{ShopEvent.Announce(
            s,
            w => w.Events,
            (at.Shop, at.Known, at.Actor, s.Value("guest", w => w.Order.GuestAccount)),
            e => $"replace({e}, {at.Slot}, order_number)")}\n)");
        tables.Add($"kept as (\n{IdempotentWrite.Kept(
            s,
            w => (w.Key, w.Location, w.Body),
            at.Shop,
            b => $"replace({b}, {at.Slot}, order_number)")}\n)");
        var answer = string.Join(", ", ["number", "order_number", .. checks]);
        return $"with {string.Join(",\n", tables)}\nselect {answer} from register";
    });

    /// <summary>
    /// The register's row gives the number and the journal's next hash; all else hangs on it, so a failure leaves no hole.
    /// </summary>
    private static string Register(Statement<OrderToWrite> s, Shared at) => RegisterNumbers.Next(
        (at.Register, at.Shop, at.Prefix, s.Value("late_drawer", w => w.LateDrawer)),
        number => FiscalJournal.Chain($"'{JournalKind.Sale}'", $"replace({at.Content}, {at.Slot}, {number})"));

    private static string Placed(Statement<OrderToWrite> s, Shared at) => Insert.Into(
        "orders",
        OrderRows.Order(s, at, new(at.Register, "number", "order_number", at.Customer, at.Received)),
        from: "register");

    private static string Lines(Statement<OrderToWrite> s, Shared at)
    {
        var l = s.Rows("l", w => w.Order.Items);
        var columns = OrderRows.Lines(l, at);
        return Insert.Into("order_items", columns, from: l.Table);
    }

    private static string Paid(Statement<OrderToWrite> s, Shared at)
    {
        var p = s.Rows("p", w => w.Order.Payments);
        var columns = OrderRows.Payments(p, at);
        return Insert.Into("payments", columns, from: $"register, {p.Table}");
    }

    /// <summary>
    /// Values that several parts use; <see cref="Known"/> is when we learned of it, <see cref="SoldAt"/> when it was sold.
    /// </summary>
    private sealed class Shared(Statement<OrderToWrite> s) : OrderRows.IShared
    {
        public string Shop { get; } = s.Value("shop", w => w.Order.ShopId);

        public string Register { get; } = s.Value("register", w => w.Order.RegisterId);

        public string Order { get; } = s.Value("order", w => w.Order.Id);

        public string Day { get; } = s.Value("day", w => w.Order.BusinessDay);

        public string SoldAt { get; } = s.Value("sold_at", w => w.Order.CreatedAt);

        public string Received { get; } = s.Value("received_at", w => w.Order.ReceivedAt);

        public string Cashier { get; } = s.Value("cashier", w => w.Order.CashierId);

        public string Customer { get; } = s.Value("customer", w => w.Order.CustomerId);

        public string Actor { get; } = s.Value("actor", w => w.ActorJson);

        public string Content { get; } = s.Value("content", w => JournalContent.OfSale(w.Order));

        public string Slot { get; } = s.Value("slot", w => w.Slot);

        public string Prefix { get; } = s.Value("prefix", w => w.Prefix);

        public string Drawer => "register.drawer_id";

        public string Known => $"coalesce({Received}::timestamptz, {SoldAt})";
    }
}
