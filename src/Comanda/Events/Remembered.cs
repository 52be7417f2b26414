using System.Collections.Concurrent;
using System.Globalization;
using Comanda.Data;

namespace Comanda.Events;

/// <summary>
/// One object in memory for each shop, loaded once however many ask at once. Forgetting drops it, and a load that began
/// before the forgetting is never kept, so nobody who asks after a change gets what was before it. There is room for so much
/// and no more, however many shops are asked for: those that nobody has asked for the longest go.
/// </summary>
/// <param name="load">Reads a shop's; null where there is none.</param>
/// <param name="room">The weight of all that is kept together. What was asked for last is kept, whatever it weighs.</param>
/// <param name="weigh">What one of them weighs; 1 or more.</param>
/// <param name="dropped">Hears of a shop whose object made room for another.</param>
public sealed class Remembered<T>(Func<long, Task<T?>> load, long room, Func<T, long> weigh, Action<long>? dropped = null)
    where T : class
{
    private readonly ConcurrentDictionary<long, Entry> loaded = [];
    private readonly Lock making = new();
    private long asked;
    private long weight;

    /// <summary>What all that is kept weighs.</summary>
    public long Weight => Interlocked.Read(ref weight);

    public async ValueTask<T?> Get(long shopId, CancellationToken cancel)
    {
        var entry = loaded.GetOrAdd(shopId, id => new Entry(new Lazy<Task<T?>>(() => load(id))));
        entry.LastAsked = Interlocked.Increment(ref asked);
        var task = entry.Value;
        if (task.IsCompletedSuccessfully && entry.IsWeighed && await task is { } known)
            return known;
        try
        {
            var value = await task.WaitAsync(cancel);
            if (value is null)
                Remove(shopId, entry); // asked for what is not there: nothing to remember
            else
                MakeRoom(shopId, entry, weigh(value));
            return value;
        }
        catch when (task.IsFaulted)
        {
            Remove(shopId, entry);
            throw;
        }
    }

    public void Forget(long shopId)
    {
        if (loaded.TryGetValue(shopId, out var entry))
            Remove(shopId, entry);
    }

    private bool Remove(long shopId, Entry entry)
    {
        lock (making)
        {
            if (!loaded.TryRemove(new(shopId, entry)))
                return false;
            Interlocked.Add(ref weight, -entry.Weight);
            return true;
        }
    }

    /// <summary>Counts what has just been loaded; where there is no room for it, a tenth of the room is made at once.</summary>
    private void MakeRoom(long shopId, Entry entry, long itsWeight)
    {
        List<long> gone = [];
        lock (making)
        {
            if (entry.IsWeighed || !loaded.TryGetValue(shopId, out var kept) || kept != entry)
                return; // another was quicker, or it has been forgotten meanwhile
            entry.Weight = Math.Max(1, itsWeight);
            if (Interlocked.Add(ref weight, entry.Weight) <= room)
                return;
            foreach (var (id, old) in loaded.Where(e => e.Value.IsWeighed && e.Value != entry).OrderBy(e => e.Value.LastAsked).ToList())
            {
                if (Weight <= room - (room / 10))
                    break;
                if (Remove(id, old))
                    gone.Add(id);
            }
        }

        gone.ForEach(id => dropped?.Invoke(id));
    }

    private sealed class Entry(Lazy<Task<T?>> value)
    {
        private long lastAsked;

        public Task<T?> Value => value.Value;

        /// <summary>0 until it is loaded.</summary>
        public long Weight { get; set; }

        public bool IsWeighed => Weight > 0;

        public long LastAsked
        {
            get => Interlocked.Read(ref lastAsked);
            set => Interlocked.Exchange(ref lastAsked, value);
        }
    }
}

/// <summary>
/// How much of the shops is kept in memory at once. Beyond it they are read again when they are asked for, so that a server with
/// thousands of shops, or a stranger who asks for the menu of each, fills no memory.
/// </summary>
/// <param name="MenuItems">Of all menus together; one is some kilobytes, with its place in the answer and in the search index.</param>
/// <param name="RecipeLines">Of all recipes together, ingredients counted; some hundred bytes each.</param>
/// <param name="Shops">Shops with their settings, registers and devices; some kilobytes each.</param>
public sealed record RoomInMemory(long MenuItems, long RecipeLines, long Shops)
{
    private const long BytesOfAnItem = 4096;

    private const long LeastItems = 1000;

    private const long MostItems = 2_000_000;

    /// <summary>An eighth of this machine's memory for menus: 30,000 items for each gigabyte, and a quarter of that many shops.</summary>
    public static RoomInMemory OfThisMachine() =>
        Of(Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / BytesOfAnItem, 20_000, MostItems));

    /// <summary>As much as the operator gives it (COMANDA_MENU_ITEMS_IN_MEMORY), else what suits this machine.</summary>
    /// <exception cref="StartupException">It is no such number.</exception>
    public static RoomInMemory FromEnvironment(Func<string, string?> variable) => variable("COMANDA_MENU_ITEMS_IN_MEMORY") switch
    {
        null or "" => OfThisMachine(),
        var text when long.TryParse(text, CultureInfo.InvariantCulture, out var items) && items is >= LeastItems and <= MostItems
            => Of(items),
        _ => throw new StartupException($"COMANDA_MENU_ITEMS_IN_MEMORY must be a whole number from {LeastItems} to {MostItems}"),
    };

    private static RoomInMemory Of(long items) => new(items, items, Math.Max(items / 4, LeastItems));
}
