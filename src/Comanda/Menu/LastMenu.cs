namespace Comanda.Menu;

/// <summary>
/// The last menu of a shop that was made, and which items have changed since it was read. A change that comes while a
/// menu is read stays noted: that reading may or may not have seen it.
/// </summary>
internal sealed class LastMenu
{
    /// <summary>With more changed items than this, the whole menu is read again.</summary>
    private const int MostReadOneByOne = 500;

    private readonly Lock gate = new();
    private readonly Dictionary<long, long> changed = [];
    private ServedMenu? menu;
    private SharedBody? body;
    private long changes;
    private long wholeChanged;
    private long readings;
    private long newest;
    private long items;

    /// <summary>How many items the last menu has.</summary>
    public long Items => Interlocked.Read(ref items);

    public sealed record Work(long Reading, long Seen, ServedMenu? Menu, IReadOnlyDictionary<long, long> Items);

    public void Changed(long? itemId)
    {
        lock (gate)
        {
            changes++;
            if (itemId is { } id && changed.Count < MostReadOneByOne)
            {
                changed[id] = changes;
                return;
            }

            (menu, wholeChanged) = (null, changes);
            changed.Clear();
        }
    }

    public Work Begin()
    {
        lock (gate)
            return new(++readings, changes, menu, new Dictionary<long, long>(changed));
    }

    /// <summary>Answers the body whose place is taken.</summary>
    public SharedBody? End(Work work, ServedMenu made)
    {
        lock (gate)
        {
            var before = body;
            (body, items) = (made.Body, made.Entries.Count());
            // An older reading that ends later tells nothing new; one that began before a change of the whole is no ground to build on.
            if (work.Reading < newest || wholeChanged > work.Seen)
                return before;
            (newest, menu) = (work.Reading, made);
            foreach (var (id, _) in changed.Where(c => c.Value <= work.Seen).ToList())
                changed.Remove(id);
            return before;
        }
    }
}
