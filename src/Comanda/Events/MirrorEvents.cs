using System.Diagnostics;
using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>Something outside that is told every event of every shop, in order, each at least once.</summary>
public interface IEventMirror
{
    /// <summary>The name of its durable position; never changes.</summary>
    string Name { get; }

    /// <summary>Connects, where it is not connected; nothing of ours is held meanwhile.</summary>
    Task Reach(CancellationToken cancel);

    /// <summary>Returns when the event is safely there; throws where that is not known.</summary>
    Task Tell(HeardEvent happened, CancellationToken cancel);
}

/// <summary>
/// Tells each mirror the event log, from its position on, one event after another: the next only when the one before is safely there, so
/// that it has them in order whatever happens. What fails holds up this mirror and nothing else; it goes on from where it was. One process
/// at a time serves a mirror (whoever holds the row of its position).
/// </summary>
public sealed class MirrorEvents(
    NpgsqlDataSource database,
    EventFeed feed,
    IEnumerable<IEventMirror> mirrors,
    ILogger<MirrorEvents> log)
    : BackgroundService
{
    private const int PageSize = 200, LargestPage = 1024 * 1024;

    private static readonly TimeSpan LookRound = TimeSpan.FromMilliseconds(250), Rest = TimeSpan.FromSeconds(1);

    /// <summary>A page is told for so long, and then its position written: a transaction is open meanwhile.</summary>
    private static readonly TimeSpan LongestPage = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await feed.Started.WaitAsync(stoppingToken);
            await Task.WhenAll(mirrors.Select(m => Run(m, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task Run(IEventMirror mirror, CancellationToken cancel)
    {
        var outage = new Outage(log, $"{mirror.Name} is told of events");
        while (!cancel.IsCancellationRequested)
        {
            var more = false;
            try
            {
                await mirror.Reach(cancel);
                more = await Step(mirror, cancel);
                outage.Works();
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                outage.Failed(failure);
                await Task.Delay(Rest, cancel);
            }

            if (!more)
                await Task.Delay(LookRound, cancel);
        }
    }

    /// <summary>Tells what comes next, and notes how far that went, also where it went wrong. Answers whether there is more.</summary>
    private async Task<bool> Step(IEventMirror mirror, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("insert into consumers (name) values ($1) on conflict do nothing", cancel, mirror.Name);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar(
            "select position from consumers where name = $1 for update skip locked", cancel, mirror.Name) is not long position)
            return false; // another process tells it

        var upTo = feed.Settled;
        var page = await Page(connection, position, upTo, cancel);
        var told = position;
        try
        {
            var begun = Stopwatch.GetTimestamp();
            foreach (var happened in page)
            {
                if (Stopwatch.GetElapsedTime(begun) > LongestPage)
                    break;
                await mirror.Tell(happened, cancel);
                told = happened.Seq;
            }
        }
        finally
        {
            if (told > position)
                await Note(connection, transaction, mirror.Name, told);
        }

        return page.Count > 0 && told < upTo;
    }

    /// <summary>Also while the process stops: what is confirmed need not be told again.</summary>
    private static async Task Note(NpgsqlConnection connection, NpgsqlTransaction transaction, string name, long told)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await connection.Execute("update consumers set position = $2, updated_at = now() where name = $1", patience.Token, name, told);
        await transaction.CommitAsync(patience.Token);
    }

    private static async Task<List<HeardEvent>> Page(NpgsqlConnection connection, long after, long upTo, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select seq, shop_id, event, at, actor, data, customer_id from events
            where seq > $1 and seq <= $2 order by seq limit $3
            """,
            after, upTo, PageSize);
        var (page, bytes) = (new List<HeardEvent>(), 0);
        await using var reader = await command.Read(cancel);
        while (bytes < LargestPage && await reader.ReadAsync(cancel))
        {
            page.Add(EventFeed.Heard(reader));
            bytes += page[^1].Envelope.Length;
        }

        return page;
    }
}
