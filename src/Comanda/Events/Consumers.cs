using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>An event as consumers read it, of any shop.</summary>
public sealed record LoggedEvent(long Seq, long ShopId, string Name, DateTimeOffset At, string Data);

/// <summary>
/// Something that follows the event log at its own pace and never misses an event: notifications, roll-ups, webhooks.
/// What it does through the given connection commits together with its position, so that part happens exactly once;
/// what it does elsewhere (a mail, a call) happens at least once.
/// </summary>
public interface IEventConsumer
{
    /// <summary>The name of its durable position; never changes.</summary>
    string Name { get; }

    /// <summary>In SQL, which events <c>e</c> it asks for; it hears of no others.</summary>
    string Wants => "true";

    /// <summary>Somebody stands and waits for what it does of this: it is not left for the next look round. Must be quick.</summary>
    bool IsPressing(HeardEvent heard) => false;

    /// <summary>What it did of some events is committed.</summary>
    void Committed()
    {
    }

    Task Handle(LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel);
}

/// <summary>
/// Runs every consumer, each in one process at a time (whoever holds the row of its position). An event that a consumer
/// fails on is set aside with its error and tried again, later each time; it does not hold up those behind it, and after
/// the last try it stays in consumer_failures for a person to see.
/// </summary>
public sealed class Consumers(
    NpgsqlDataSource database,
    EventFeed feed,
    IEnumerable<IEventConsumer> consumers,
    TimeProvider clock,
    ILogger<Consumers> log)
    : BackgroundService
{
    public const int LastTry = 10;

    private const int PageSize = 200;

    private static readonly TimeSpan LookRound = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Where nothing has happened the database is asked so often whether something is to be tried again, or was left by a process that
    /// is gone: a shop that is closed costs its server next to nothing.
    /// </summary>
    private static readonly TimeSpan WhenQuiet = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> pressed = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var consumer in consumers)
            pressed[consumer.Name] = new(0, 1);
        feed.OnEvent(Press);
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        foreach (var waiting in pressed.Values)
            waiting.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feed.Started.WaitAsync(stoppingToken);
            await Task.Delay(Rounds.BeforeFirst, stoppingToken);
            await Task.WhenAll(consumers.Select(c => Run(c, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task Run(IEventConsumer consumer, CancellationToken cancel)
    {
        var outage = new Outage(log, $"consumer {consumer.Name} follows the log");
        var (seen, since) = (-1L, Stopwatch.GetTimestamp());
        while (!cancel.IsCancellationRequested)
        {
            if (seen == feed.Settled && Stopwatch.GetElapsedTime(since) < WhenQuiet)
            {
                if (await pressed[consumer.Name].WaitAsync(LookRound, cancel))
                    seen = -1; // it was heard of before it counted as settled
                continue;
            }

            var (handled, upTo) = (0, feed.Settled);
            try
            {
                since = Stopwatch.GetTimestamp();
                handled = await Step(consumer, cancel);
                seen = handled == 0 ? upTo : -1;
                outage.Works();
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                outage.Failed(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }

            if (handled > 0)
                consumer.Committed();
            if (handled < PageSize)
                await pressed[consumer.Name].WaitAsync(LookRound, cancel);
        }
    }

    private void Press(HeardEvent heard)
    {
        foreach (var consumer in consumers)
        {
            if (consumer.IsPressing(heard))
                pressed[consumer.Name].Ring();
        }
    }

    /// <summary>One transaction: the events of one page, what was due again, and the position after them.</summary>
    private async Task<int> Step(IEventConsumer consumer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var upTo = feed.Settled;
        if (await Lock(connection, consumer, cancel) is not { } position)
            return 0;

        var due = await Read(
            connection,
            """
            select e.seq, e.shop_id, e.event, e.at, e.data from consumer_failures f join events e on e.seq = f.seq
            where f.consumer = $1 and not f.gave_up and f.next_try_at <= $2 order by f.seq limit 20
            """,
            cancel, consumer.Name, clock.GetUtcNow());
        var page = await Read(
            connection,
            $"select e.seq, e.shop_id, e.event, e.at, e.data from events e where e.seq > $1 and e.seq <= $2 and {consumer.Wants} "
                + $"order by e.seq limit {PageSize}",
            cancel, position, upTo);
        foreach (var happened in due.Concat(page))
            await HandleOne(consumer, happened, connection, transaction, cancel);

        // What it does not want is behind it too.
        var seen = page.Count == PageSize ? page[^1].Seq : Math.Max(position, upTo);
        if (seen > position)
            await connection.Execute(
                "update consumers set position = $2, updated_at = now() where name = $1",
                cancel,
                consumer.Name,
                seen);
        await transaction.CommitAsync(cancel);
        return due.Count + page.Count;
    }

    private async Task HandleOne(
        IEventConsumer consumer, LoggedEvent happened, NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancel)
    {
        const string before = "before_event";
        await transaction.SaveAsync(before, cancel);
        try
        {
            await consumer.Handle(happened, connection, cancel);
            await connection.Execute("delete from consumer_failures where consumer = $1 and seq = $2", cancel, consumer.Name, happened.Seq);
            await transaction.ReleaseAsync(before, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && connection.State == System.Data.ConnectionState.Open)
        {
            await transaction.RollbackAsync(before, cancel);
            log.LogWarning(failure, "consumer {Consumer} failed on event {Seq}", consumer.Name, happened.Seq);
            await connection.Execute($"""
                insert into consumer_failures (consumer, seq, attempts, last_error, next_try_at)
                values ($1, $2, 1, $3, $4::timestamptz + interval '1 second')
                on conflict (consumer, seq) do update set
                    attempts = consumer_failures.attempts + 1,
                    last_error = excluded.last_error,
                    next_try_at = $4::timestamptz + interval '1 second' * (2 ^ consumer_failures.attempts),
                    gave_up = consumer_failures.attempts + 1 >= {LastTry}
                """,
                cancel, consumer.Name, happened.Seq, failure.Message, clock.GetUtcNow());
        }
    }

    /// <summary>The consumer's position, locked for this process; null where another process has it.</summary>
    private static async Task<long?> Lock(NpgsqlConnection connection, IEventConsumer consumer, CancellationToken cancel)
    {
        await connection.Execute("insert into consumers (name) values ($1) on conflict do nothing", cancel, consumer.Name);
        return await connection.Scalar(
            "select position from consumers where name = $1 for update skip locked",
            cancel,
            consumer.Name) as long?;
    }

    private static async Task<List<LoggedEvent>> Read(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancel,
        params object[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.List(
            r => new LoggedEvent(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(4)), cancel);
    }
}
