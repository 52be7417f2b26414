using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Orders;

/// <summary>How many of each counted item some orders held before they changed.</summary>
internal sealed class CountedMemory(List<Order> orders)
{
    private readonly SortedDictionary<long, int> before = Of(orders);

    /// <summary>
    /// Takes what the orders hold more and gives back what they hold less, in the caller's transaction; false where too few are left, and
    /// then the caller must roll back.
    /// </summary>
    /// <param name="after">The same orders as they are now, and those that came of them.</param>
    /// <param name="back">Lines of the first of them that are not sold after all, and how many of each.</param>
    /// <param name="here">Who changed them.</param>
    /// <param name="now">When.</param>
    /// <param name="connection">With the transaction, and the rows of the orders locked.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<bool> Write(
        List<Order> after,
        IReadOnlyList<PutBack> back,
        Here here,
        DateTimeOffset now,
        NpgsqlConnection connection,
        CancellationToken cancel)
    {
        var (more, less) = (More(after), new SortedDictionary<long, int>());
        foreach (var (item, held) in before)
            Add(less, item, Math.Max(0, held - Of(after).GetValueOrDefault(item)));
        foreach (var (line, _, quantity) in back)
        {
            if (after[0].Items.Find(l => l.Id == line) is { Counted: true } counted)
                Add(less, counted.MenuItemId, quantity.Pieces);
        }

        // All of them first, in one order: taking some and then giving back others would lock them in two.
        if (more.Count > 0 && less.Count > 0)
        {
            var items = more.Keys.Union(less.Keys).ToArray();
            await connection.Execute("select 1 from menu_items where id = any($1) order by id for update", cancel, items);
        }

        if (!await Countdown.TakeMore(connection, here, more, now, cancel))
            return false;
        await Countdown.GiveBack(connection, here, less, now, cancel);
        return true;
    }

    /// <summary>Which items are short, for the refusal.</summary>
    public Task<Refusal> Short(List<Order> after, NpgsqlDataSource database, CancellationToken cancel) =>
        Countdown.Short(database, More(after), cancel);

    private SortedDictionary<long, int> More(List<Order> after)
    {
        var more = new SortedDictionary<long, int>();
        foreach (var (item, holds) in Of(after))
            Add(more, item, Math.Max(0, holds - before.GetValueOrDefault(item)));
        return more;
    }

    private static SortedDictionary<long, int> Of(List<Order> orders)
    {
        var counted = new SortedDictionary<long, int>();
        foreach (var (item, quantity) in orders.SelectMany(o => o.CountedItems()))
            Add(counted, item, quantity);
        return counted;
    }

    private static void Add(SortedDictionary<long, int> counts, long item, int more)
    {
        if (more > 0)
            counts[item] = counts.GetValueOrDefault(item) + more;
    }
}
