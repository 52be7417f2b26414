using Comanda.Data;
using Comanda.Kernel;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What the lines of some orders had taken off stock before they changed. What is written after the change is the difference, line by
/// line: the movements of a line always sum to what one of it uses, as it was frozen, times how many of it are sold and not put back.
/// </summary>
internal sealed class StockMemory(params List<Order> orders)
{
    private readonly Dictionary<long, OrderUse> before = Of(orders);

    /// <summary>Writes the difference in the caller's transaction.</summary>
    /// <param name="after">The same orders as they are now, and those that came of them.</param>
    /// <param name="here">Who changed them.</param>
    /// <param name="now">When.</param>
    /// <param name="day">The business day of that.</param>
    /// <param name="connection">With the transaction, and the rows of the orders locked.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task Write(List<Order> after, Here here, DateTimeOffset now, DateOnly day, NpgsqlConnection connection, CancellationToken cancel)
    {
        var lines = Of(after);
        var movements = before.Keys.Union(lines.Keys).Order().SelectMany(line =>
        {
            var use = lines.GetValueOrDefault(line) ?? before[line];
            return use.Of.Movements(use.Order, line, (lines.GetValueOrDefault(line)?.Quantity ?? 0) - (before.GetValueOrDefault(line)?.Quantity ?? 0));
        });
        await StockMovement.Write(connection, [.. movements], here.ShopId, here.Caller.UserId, now, day, cancel);
    }

    /// <summary>What a new order takes.</summary>
    public static List<StockMovement> Taken(Order order) =>
        [.. order.Items.Where(l => l.Uses is not null).SelectMany(l => LineUse.Of(l.Uses!).Movements(order.Id, l.Id, l.Quantity))];

    /// <summary>Puts so many of some lines back.</summary>
    public static Task GiveBack(Order order, IEnumerable<(long Line, int Quantity)> back, Here here, DateTimeOffset now, DateOnly day, NpgsqlConnection connection, CancellationToken cancel) =>
        StockMovement.Write(
            connection,
            [.. back.SelectMany(b => order.Items.Find(l => l.Id == b.Line) is { Uses: { } uses } ? LineUse.Of(uses).Movements(order.Id, b.Line, -b.Quantity) : [])],
            here.ShopId, here.Caller.UserId, now, day, cancel);

    /// <summary>Puts all of a cancelled order back, without what a refund put back already.</summary>
    public static async Task GiveBack(Order order, Here here, DateTimeOffset now, DateOnly day, NpgsqlConnection connection, CancellationToken cancel)
    {
        var out_ = order.Items.Where(l => l.Uses is not null).ToDictionary(l => l.Id, l => l.Quantity);
        if (out_.Count == 0)
            return;
        if (!order.Refunded.IsZero)
        {
            await using var command = connection.Command(
                "select l.order_item_id, sum(l.quantity)::int from order_refunds r join order_refund_lines l on l.refund_id = r.id where r.order_id = $1 and r.restocked group by 1", order.Id);
            foreach (var (line, back) in await command.List(r => (r.GetInt64(0), r.GetInt32(1)), cancel))
            {
                if (out_.ContainsKey(line))
                    out_[line] -= back;
            }
        }

        await GiveBack(order, out_.Select(o => (o.Key, o.Value)), here, now, day, connection, cancel);
    }

    private static Dictionary<long, OrderUse> Of(List<Order> orders) => orders
        .SelectMany(o => o.Items.Where(l => l.Uses is not null).Select(l => (Line: l.Id, Use: new OrderUse(o.Id, LineUse.Of(l.Uses!), l.Quantity))))
        .ToDictionary(l => l.Line, l => l.Use);

    private sealed record OrderUse(long Order, LineUse Of, int Quantity);
}
