using System.Runtime.CompilerServices;

namespace Comanda.Events;

/// <summary>
/// One device's place in the feed. What waits for it is bounded, in events and in bytes: a device that falls further behind holds
/// nothing any more, is <see cref="TooSlow"/>, and has the rest from the log, where it is.
/// </summary>
public sealed class Subscription : IDisposable
{
    private const int MostEvents = 2_000, MostBytes = 4 * 1024 * 1024, PageSize = 100;

    private readonly EventFeed feed;
    private readonly Action? arrived;
    private readonly Lock gate = new();
    private Queue<HeardEvent>? queue;
    private long bytes;
    private TaskCompletionSource? waiting;

    internal Subscription(EventFeed feed, long shopId, long from, Caller follower, Action? arrived)
    {
        this.feed = feed;
        this.arrived = arrived;
        ShopId = shopId;
        From = from;
        Follower = follower;
    }

    public long ShopId { get; }

    /// <summary>Who follows, as what they are now.</summary>
    public Caller Follower { get; private set; }

    /// <summary>Live events are those after this seq; up to it the log is read in pages.</summary>
    public long From { get; internal set; }

    /// <summary>True when the device fell more than the buffer behind.</summary>
    public bool TooSlow { get; private set; }

    /// <summary>The events after <paramref name="after"/>: first from the log, then live, each once and in order.</summary>
    public async IAsyncEnumerable<HeardEvent> Follow(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var heard in Past(after, cancel))
        {
            after = heard.Seq;
            yield return heard;
        }

        while (await Next(cancel) is { } heard)
        {
            if (heard.Seq > after)
                yield return heard;
        }
    }

    /// <summary>
    /// What the log has after <paramref name="after"/>, up to where live events begin. Who is far behind may not get there before
    /// the buffer is full; then live events begin later, and the log is read up to there.
    /// </summary>
    public async IAsyncEnumerable<HeardEvent> Past(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        do
        {
            while (after < From)
            {
                // One page at a time, in turns, and the next only when the device has taken this one.
                using var turn = await feed.Turns.Take(ShopId, cancel);
                var upTo = From;
                var (page, more) = await feed.Page(ShopId, after, upTo, PageSize, cancel, EventsEndpoints.GuestOf(Follower));
                turn.EndSoon();
                foreach (var heard in page)
                {
                    after = heard.Seq;
                    if (EventsEndpoints.MayHear(Follower, heard))
                        yield return heard;
                }

                if (!more)
                    after = upTo;
            }
        }
        while (TooSlow && Restart());
    }

    /// <summary>The next live event, if one is there.</summary>
    public bool TryTake(out HeardEvent heard)
    {
        lock (gate)
        {
            if (queue is null || !queue.TryDequeue(out heard!))
            {
                heard = null!;
                return false;
            }

            bytes -= heard.Envelope.Length;
            if (queue.Count == 0)
                queue = null; // a device that has all holds nothing
            return true;
        }
    }

    /// <summary>From now on its person hears what they may now: it may be more, or less, than before.</summary>
    public void IsFor(Caller follower) => Follower = follower;

    public bool HasEvents => queue is not null;

    public void Dispose() => feed.Leave(this);

    internal void Offer(HeardEvent heard)
    {
        if (TooSlow || !EventsEndpoints.MayHear(Follower, heard))
            return;
        TaskCompletionSource? sleeper;
        lock (gate)
        {
            queue ??= new();
            if (queue.Count >= MostEvents || bytes >= MostBytes)
            {
                TooSlow = true;
                Forget();
            }
            else
            {
                queue.Enqueue(heard);
                bytes += heard.Envelope.Length;
            }

            (sleeper, waiting) = (waiting, null);
        }

        sleeper?.TrySetResult();
        arrived?.Invoke();
    }

    /// <summary>Called by the feed while it passes nothing on: live events begin anew, from where the feed is.</summary>
    internal void BeginAnew(long settled)
    {
        lock (gate)
        {
            Forget();
            From = settled;
            TooSlow = false;
        }
    }

    private bool Restart()
    {
        feed.Restart(this);
        return true;
    }

    private void Forget()
    {
        queue = null;
        bytes = 0;
    }

    /// <summary>Waits for the next live event; null where the device fell too far behind.</summary>
    private async Task<HeardEvent?> Next(CancellationToken cancel)
    {
        while (true)
        {
            if (TryTake(out var heard))
                return heard;
            Task sleep;
            lock (gate)
            {
                if (TooSlow)
                    return null;
                if (queue is not null)
                    continue;
                sleep = (waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await sleep.WaitAsync(cancel);
        }
    }
}
