using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>
/// Follows the event log of all shops, in order of seq, and hands each event to this process's devices and snapshots.
/// <para>
/// Sequences commit out of order: seq 6 may be there while the transaction that took 5 is still open. So the feed goes
/// on over a gap only when it can no longer be filled: when every transaction that was writing to the event log when the
/// gap was seen has ended (they hold a lock on the table, which pg_locks shows) and the gap is still there. A long
/// transaction that writes no event, such as an import, holds nobody back. See docs/adr/0003.
/// </para>
/// </summary>
public sealed class EventFeed(NpgsqlDataSource database, EventBell bell, ILogger<EventFeed> log) : BackgroundService
{
    /// <summary>The row of the table "consumers" that keeps a recent settled seq, so that a new process starts near the end.</summary>
    private const string Mark = "(feed)";

    private const int PageSize = 500;

    /// <summary>Bytes after which a page ends, however many events it was to have: each device that reads its past holds one.</summary>
    private const int LargestPage = 128 * 1024;

    /// <summary>How long events of another process can stay unnoticed where a notification is lost.</summary>
    private static readonly TimeSpan LookRound = TimeSpan.FromMilliseconds(400);

    /// <summary>Events that come closer together than this are read together: 200 reads a second serve any number of events.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(5);

    /// <summary>In seconds: a page takes some milliseconds, and a database that is gone without a word is asked no longer.</summary>
    private const int Patience = 4;

    private readonly ConcurrentDictionary<long, HashSet<Subscription>> subscriptions = [];
    private readonly List<Action<HeardEvent>> listeners = [];
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource> waiting = [];
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long settled;
    private long marked;
    private long suspected;
    private Doubt? doubt;

    /// <summary>Every event up to and including this seq is final: nothing can still appear below it.</summary>
    public long Settled => Interlocked.Read(ref settled);

    /// <summary>Whose turn it is to read the log's past.</summary>
    public CatchUpTurns Turns { get; } = new();

    /// <summary>Completes when the feed has caught up with the log for the first time.</summary>
    public Task Started => started.Task;

    /// <summary>Hears every settled event of every shop in this process, in order; must be quick and must not throw.</summary>
    public void OnEvent(Action<HeardEvent> listener)
    {
        lock (gate)
            listeners.Add(listener);
    }

    /// <summary>Follows one shop from now on; what is older than <see cref="Subscription.From"/> is read with <see cref="Page"/>.</summary>
    /// <param name="shopId">Whose events.</param>
    /// <param name="follower">Who follows: they hear what they may.</param>
    /// <param name="arrived">Told after one has come, or can come no more; must be quick, and ask the feed for nothing.</param>
    public Subscription Subscribe(long shopId, Caller follower, Action? arrived = null)
    {
        lock (gate)
        {
            var subscription = new Subscription(this, shopId, Settled, follower, arrived);
            subscriptions.GetOrAdd(shopId, _ => []).Add(subscription);
            return subscription;
        }
    }

    /// <summary>
    /// A page of one shop's log after a seq, up to a settled one; and whether there may be more behind it. Take one of the
    /// <see cref="Turns"/> first. Of a <paramref name="guest"/> only what is theirs, by an index of its own.
    /// </summary>
    public async Task<(List<HeardEvent> Events, bool More)> Page(
        long shopId, long after, long upTo, int limit, CancellationToken cancel, long? guest = null)
    {
        await using var command = guest is { } own
            ? database.Command(
                """
                select seq, shop_id, event, at, actor, data, customer_id from events
                where shop_id = $1 and customer_id = $5 and seq > $2 and seq <= $3 order by seq limit $4
                """,
                shopId, after, upTo, limit, own)
            : database.Command(
                """
                select seq, shop_id, event, at, actor, data, customer_id from events
                where shop_id = $1 and seq > $2 and seq <= $3 order by seq limit $4
                """,
                shopId, after, upTo, limit);
        var (page, bytes) = (new List<HeardEvent>(), 0);
        await using var reader = await command.Read(cancel);
        while (bytes < LargestPage && await reader.ReadAsync(cancel))
        {
            page.Add(Heard(reader));
            bytes += page[^1].Envelope.Length;
        }

        return (page, page.Count == limit || bytes >= LargestPage);
    }

    /// <summary>
    /// Waits until the feed has looked at the log once more, so that who has just written finds what was written;
    /// at most a second, since another's open transaction may hold the end of the log back.
    /// </summary>
    public async Task CatchUp(CancellationToken cancel)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (waiting)
            waiting.Add(seen);
        bell.RingHere();
        await Task.WhenAny(seen.Task, Task.Delay(TimeSpan.FromSeconds(1), cancel));
    }

    internal void Leave(Subscription subscription)
    {
        lock (gate)
        {
            if (subscriptions.TryGetValue(subscription.ShopId, out var ofShop))
                ofShop.Remove(subscription);
        }
    }

    internal void Restart(Subscription subscription)
    {
        lock (gate)
            subscription.BeginAnew(Settled);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "the event feed reads the log");
        var pause = TimeSpan.Zero;
        var begun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (pause > TimeSpan.Zero)
                    await bell.Wait(pause, stoppingToken);
                // Its own for good: in the pool's queue it would stand behind every request that waits for a locked row.
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                if (!begun)
                {
                    settled = marked = await ReadMark(connection, stoppingToken);
                    begun = true;
                }

                while (true)
                {
                    pause = await LookOnce(connection, stoppingToken);
                    outage.Works();
                    if (pause > TimeSpan.Zero)
                        await bell.Wait(pause, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                pause = TimeSpan.FromSeconds(1);
            }
        }
    }

    /// <summary>Reads what is new and passes on what is final. Answers how long there is nothing to do unless the bell rings.</summary>
    private async Task<TimeSpan> LookOnce(NpgsqlConnection connection, CancellationToken cancel)
    {
        TaskCompletionSource[] askers;
        lock (waiting)
            askers = [.. waiting];

        // What lies behind a gap is read once it is filled, or will stay one; not over and over meanwhile.
        if (doubt is { Cleared: false } && !await Examine(connection, doubt.UpTo, cancel))
        {
            await Task.Delay(doubt.Pause, cancel);
            return TimeSpan.Zero;
        }

        List<HeardEvent> page;
        await using (var command = connection.Command(
            "select seq, shop_id, event, at, actor, data, customer_id from events where seq > $1 order by seq limit $2", settled, PageSize))
        {
            command.CommandTimeout = Patience;
            page = await command.List(Heard, cancel);
        }

        foreach (var heard in page)
        {
            // A gap whose possible writers had all ended before this page was read will stay one.
            if (heard.Seq != settled + 1 && !(doubt is { Cleared: true } cleared && heard.Seq <= cleared.UpTo))
            {
                // Most gaps are a commit that is a moment late: look again before asking who may still fill it.
                if (suspected == settled + 1)
                    await Examine(connection, page[^1].Seq, cancel);
                suspected = settled + 1;
                await Task.Delay(Quiet, cancel);
                return TimeSpan.Zero;
            }

            PassOn(heard);
        }

        if (doubt is not null && settled >= doubt.UpTo)
            doubt = null;
        if (page.Count == PageSize)
            return TimeSpan.Zero;
        if (page.Count > 0)
            await Task.Delay(Quiet, cancel);

        started.TrySetResult();
        lock (waiting)
            waiting.RemoveAll(askers.Contains);
        foreach (var asker in askers)
            asker.TrySetResult();
        if (settled - marked >= PageSize)
            await WriteMark(connection, cancel);
        return LookRound;
    }

    /// <summary>
    /// Who may still fill the gap? The doubt is cleared when none of those who could when it was seen is left. Answers whether there is
    /// something to read: it is cleared, or filled.
    /// </summary>
    private async Task<bool> Examine(NpgsqlConnection connection, long lastSeen, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select exists (select from events where seq = $1), array(
                select virtualtransaction from pg_locks
                where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock'
                  and database = (select oid from pg_database where datname = current_database()))
            """,
            settled + 1);
        var (filled, writers) = (await command.List(r => (r.GetBoolean(0), r.GetFieldValue<string[]>(1)), cancel))[0];

        if (doubt is null || doubt.Cleared || doubt.UpTo <= settled)
            doubt = new Doubt(lastSeen, writers.ToHashSet(StringComparer.Ordinal), Stopwatch.GetTimestamp());
        else
            doubt.Writers.IntersectWith(writers);
        return filled || doubt.Cleared;
    }

    private void PassOn(HeardEvent heard)
    {
        lock (gate)
        {
            Interlocked.Exchange(ref settled, heard.Seq);
            foreach (var listener in listeners)
                listener(heard);
            if (subscriptions.TryGetValue(heard.ShopId, out var ofShop))
            {
                foreach (var subscription in ofShop)
                    subscription.Offer(heard);
            }
        }
    }

    private static async Task<long> ReadMark(NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.Scalar("select position from consumers where name = $1", cancel, Mark) is long position ? position : 0;

    private async Task WriteMark(NpgsqlConnection connection, CancellationToken cancel)
    {
        await connection.Execute(
            """
            insert into consumers (name, position) values ($1, $2)
            on conflict (name) do update set position = excluded.position, updated_at = now() where consumers.position < excluded.position
            """,
            cancel, Mark, settled);
        marked = settled;
    }

    internal static HeardEvent Heard(NpgsqlDataReader row) => HeardEvent.From(new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetString(2),
        row.GetFieldValue<DateTimeOffset>(3),
        row.GetString(4),
        row.GetString(5),
        row.ValueOrNull<long>(6)));

    /// <summary>A gap seen somewhere up to <see cref="UpTo"/>, and the transactions that could still fill it.</summary>
    private sealed record Doubt(long UpTo, HashSet<string> Writers, long Since)
    {
        public bool Cleared => Writers.Count == 0;

        /// <summary>Until the next look: soon where the gap is new, and never more than an eighth of what it has taken already.</summary>
        public TimeSpan Pause =>
            TimeSpan.FromMilliseconds(Math.Clamp(Stopwatch.GetElapsedTime(Since).TotalMilliseconds / 8, Quiet.TotalMilliseconds, 50));
    }
}
