using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>
/// What the lines of some orders had taken off stock before they changed. What is written after the change is the difference, line by
/// line: the movements of a line always sum to what one of it uses, as it was frozen, times how many of it are sold and not put back.
/// </summary>
internal sealed class StockMemory(List<Order> orders)
{
    private readonly Dictionary<long, OrderUse> before = Of(orders);

    /// <summary>The difference, to be written.</summary>
    /// <param name="after">The same orders as they are now, and those that came of them.</param>
    public IEnumerable<StockMovement> Since(List<Order> after)
    {
        var lines = Of(after);
        return before.Keys.Union(lines.Keys).Order().SelectMany(line =>
        {
            var use = lines.GetValueOrDefault(line) ?? before[line];
            var (had, has) = (before.GetValueOrDefault(line)?.Quantity ?? 0, lines.GetValueOrDefault(line)?.Quantity ?? 0);
            return Movements(use, line, had, has);
        });
    }

    /// <summary>What a new order takes.</summary>
    public static List<StockMovement> Taken(Order order) =>
        [.. order.Items.Where(l => l.Uses is not null).SelectMany(l => LineUse.Of(l.Uses!).Movements(order.Id, l.Id, 0, l.Quantity))];

    /// <summary>What comes back with so many of some lines of an order.</summary>
    public static IEnumerable<StockMovement> Back(Order order, IEnumerable<PutBack> back) => back.SelectMany(
        b => order.Items.Find(l => l.Id == b.Line) is { Uses: { } uses }
            ? Movements(new(order.Id, uses, 0), b.Line, -b.Before, -(b.Before + b.Quantity))
            : []);

    /// <summary>What a line uses is read only where something of it moves.</summary>
    private static IEnumerable<StockMovement> Movements(OrderUse use, long line, Measure had, Measure has) =>
        had == has ? [] : LineUse.Of(use.Uses).Movements(use.Order, line, had, has);

    private static Dictionary<long, OrderUse> Of(List<Order> orders) => orders
        .SelectMany(o => o.Items.Where(l => l.Uses is not null).Select(l => (Line: l.Id, Use: new OrderUse(o.Id, l.Uses!, l.Quantity))))
        .ToDictionary(l => l.Line, l => l.Use);

    private sealed record OrderUse(long Order, string Uses, Measure Quantity);
}

/// <summary>So much of a line is not sold after all, after so much of it that was put back before.</summary>
public readonly record struct PutBack(long Line, Measure Before, Measure Quantity);
