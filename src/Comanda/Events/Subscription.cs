using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Comanda.Events;

/// <summary>
/// One device's place in the feed. Its buffer is bounded: a device that reads too slowly is dropped, not waited for, and
/// comes back with the last seq it has.
/// </summary>
public sealed class Subscription : IDisposable
{
    private const int Buffer = 2_000;

    private readonly EventFeed feed;
    private readonly Func<HeardEvent, bool> wanted;
    private readonly Channel<HeardEvent> channel = Channel.CreateBounded<HeardEvent>(
        new BoundedChannelOptions(Buffer) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    internal Subscription(EventFeed feed, long shopId, long from, Func<HeardEvent, bool> wanted)
    {
        this.feed = feed;
        this.wanted = wanted;
        ShopId = shopId;
        From = from;
    }

    public long ShopId { get; }

    /// <summary>The account of the guest who follows; null for staff.</summary>
    public long? Guest { get; init; }

    /// <summary>Live events are those after this seq; up to it the log is read in pages.</summary>
    public long From { get; }

    /// <summary>True when the device fell more than the buffer behind.</summary>
    public bool TooSlow { get; private set; }

    /// <summary>The events after <paramref name="after"/>: first from the log, then live, each once and in order.</summary>
    public async IAsyncEnumerable<HeardEvent> Follow(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        const int pageSize = 100;
        while (after < From)
        {
            // One page at a time, in turns, and the next only when the device has taken this one.
            using var turn = await feed.Turns.Take(ShopId, cancel);
            var (page, more) = await feed.Page(ShopId, after, From, pageSize, cancel, Guest);
            turn.EndSoon();
            foreach (var heard in page)
            {
                after = heard.Seq;
                if (wanted(heard))
                    yield return heard;
            }

            if (!more)
                break;
        }

        await foreach (var heard in channel.Reader.ReadAllAsync(cancel))
        {
            if (heard.Seq > after)
                yield return heard;
        }
    }

    public void Dispose() => feed.Leave(this);

    internal void Offer(HeardEvent heard)
    {
        if (!wanted(heard) || TooSlow)
            return;
        if (!channel.Writer.TryWrite(heard))
        {
            TooSlow = true;
            channel.Writer.TryComplete();
        }
    }
}
