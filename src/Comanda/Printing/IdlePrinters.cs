using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Events;

namespace Comanda.Printing;

/// <summary>
/// Printers that ask us and have nothing to print, in memory: most of what 500 of them ask every few seconds needs no database. What is
/// known of a shop's printers is forgotten when something of it changes: here at once, at another process as soon as its event is heard.
/// </summary>
public sealed class IdlePrinters
{
    /// <summary>So long something may be taken for known; events that come late are no later than that.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const int MostKept = 20_000;

    private readonly EventFeed feed;
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, int> changes = [];

    public IdlePrinters(EventFeed feed)
    {
        this.feed = feed;
        feed.OnEvent(heard =>
        {
            if (heard.Name is EventNames.PrintJobUpdated or EventNames.PrinterUpdated or EventNames.SettingsChanged)
                Forget(heard.ShopId);
        });
    }

    /// <summary>Something of a shop's printers or their jobs has changed, and is committed.</summary>
    public void Forget(long shop) => changes.AddOrUpdate(shop, 1, (_, n) => n + 1);

    /// <summary>The printer of this hash, where it is known that it has nothing to do.</summary>
    internal AtTheDoor? Find(string hash)
    {
        if (!known.TryGetValue(hash, out var found)
            || found.Changes != changes.GetValueOrDefault(found.Printer.ShopId)
            || Stopwatch.GetElapsedTime(found.Since) is var age && age > Longest)
            return null;
        return new(found.Printer with { Now = found.Printer.Now + age }, null);
    }

    /// <summary>How often its shop has changed, asked before the printer is looked up; null where nobody knows the shop yet.</summary>
    internal int? Before(string hash) => feed.Started.IsCompleted && known.TryGetValue(hash, out var found)
        ? changes.GetValueOrDefault(found.Printer.ShopId)
        : null;

    /// <summary>Keeps a printer that has nothing to do, as it was when its shop had changed so often.</summary>
    internal void Keep(string hash, Printer printer, int? before)
    {
        if (known.Count >= MostKept)
            known.Clear();
        known[hash] = new(printer, before ?? -1, Stopwatch.GetTimestamp());
    }

    private sealed record Known(Printer Printer, int Changes, long Since);
}
