namespace Comanda.Shops;

/// <summary>
/// How much of what guests order ahead a shop takes on at once. A slot is <see cref="Minutes"/> long; in each there is room for so many
/// orders that are fetched, so many that are brought, and so many minutes of work in the kitchen. Null bounds nothing.
/// </summary>
public sealed record SlotSettings(int Minutes, int? Pickup, int? Delivery, int? Kitchen, int DaysAhead)
{
    public static readonly SlotSettings Unbounded = new(15, null, null, null, 30);

    /// <summary>How many orders of a kind fit into a slot.</summary>
    public int? Most(bool delivery) => delivery ? Delivery : Pickup;

    /// <summary>
    /// Whether one more fits beside what a slot has. What is more work than a whole slot has room for is taken on by an empty one: else
    /// nobody could ever order it.
    /// </summary>
    public bool Fits(SlotLoad has, bool delivery, int work) =>
        (Most(delivery) is not { } most || has.Of(delivery) < most)
        && (Kitchen is not { } minutes || has.Minutes == 0 || has.Minutes + work <= minutes);
}

/// <summary>What a slot has: orders that are fetched, orders that are brought, minutes of work of both.</summary>
public readonly record struct SlotLoad(int Pickup, int Delivery, int Minutes)
{
    public int Of(bool delivery) => delivery ? Delivery : Pickup;

    public static SlotLoad operator +(SlotLoad one, SlotLoad other) =>
        new(one.Pickup + other.Pickup, one.Delivery + other.Delivery, one.Minutes + other.Minutes);
}

/// <summary>A slot: from an instant to just before another.</summary>
public readonly record struct Slot(DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// The slots of a shop around some time: each span of its opening hours cut into equal pieces from its beginning, over midnight and over
/// changes of the clock, the last one as short as it comes. Where spans overlap, the one that began last counts.
/// </summary>
public sealed class SlotGrid
{
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)> spans;
    private readonly TimeSpan length;

    public SlotGrid(ShopSettings settings, DateTimeOffset from, DateTimeOffset until)
    {
        length = TimeSpan.FromMinutes(settings.Slots.Minutes);
        spans = [.. settings.Opening.Between(from, until, settings.BusinessDay.Zone)];
    }

    /// <summary>The slot that an instant is in; null where the shop is closed then.</summary>
    public static Slot? At(ShopSettings settings, DateTimeOffset when) => new SlotGrid(settings, when, when.AddTicks(1)).At(when);

    /// <summary>All that begin between two instants, in order.</summary>
    public IEnumerable<Slot> Between(DateTimeOffset from, DateTimeOffset until) =>
        spans.SelectMany(Cut).Where(s => s.From >= from && s.From < until && At(s.From) == s).Order(ByStart).DistinctBy(s => s.From);

    private static readonly Comparer<Slot> ByStart = Comparer<Slot>.Create((a, b) => a.From.CompareTo(b.From));

    private Slot? At(DateTimeOffset when)
    {
        (DateTimeOffset From, DateTimeOffset Until)? open = null;
        foreach (var span in spans)
        {
            if (span.From <= when && when < span.Until && (open is null || span.From > open.Value.From))
                open = span;
        }

        if (open is not { } within)
            return null;
        var from = within.From + (length * Math.Floor((when - within.From) / length));
        return new(from, Earlier(from + length, within.Until));
    }

    private IEnumerable<Slot> Cut((DateTimeOffset From, DateTimeOffset Until) span)
    {
        for (var from = span.From; from < span.Until; from += length)
            yield return new(from, Earlier(from + length, span.Until));
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
