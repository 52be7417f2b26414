using System.Collections.Concurrent;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Counts requests by minute, each process in its own memory; of those who ask for much, the processes tell each other by a row of the
/// database every second, so that the limit holds for all together. Nobody waits for that.
/// </summary>
public sealed class RequestLimits(RequestLimitOptions options, NpgsqlDataSource database, TimeProvider clock, ILogger<RequestLimits> log)
    : BackgroundService
{
    /// <summary>Addresses and people of one minute that are counted; beyond that a flood has more addresses than we have room.</summary>
    private const int MostKeys = 200_000;

    /// <summary>From this share of a limit on the other processes are told.</summary>
    private const int Share = 10;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private volatile Minute now = new(DateTimeOffset.MinValue);

    public RequestLimitOptions Options => options;

    /// <summary>Counts one; how long to wait where that was one too many.</summary>
    public TimeSpan? Count(string key, int most)
    {
        var at = clock.GetUtcNow();
        var counts = MinuteOf(at).Counts;
        if (!counts.TryGetValue(key, out var count))
        {
            if (counts.Count >= MostKeys)
                return null;
            count = counts.GetOrAdd(key, _ => new(most));
        }

        return Interlocked.Increment(ref count.Here) + Volatile.Read(ref count.Elsewhere) > most ? WaitAt(at) : null;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "processes tell each other how much is asked for");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Round, stoppingToken);
                await Tell(stoppingToken);
                outage.Works();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
            }
        }
    }

    /// <summary>Adds what came here since the last time, and learns what came everywhere.</summary>
    internal async Task Tell(CancellationToken cancel)
    {
        var minute = now;
        var much = minute.Counts.Where(c => Volatile.Read(ref c.Value.Here) * Share >= c.Value.Most)
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .ToList();
        if (much.Count == 0)
            return;
        var news = much.ConvertAll(c => Volatile.Read(ref c.Value.Here));
        await using var command = database.Command(
            """
            insert into request_counts as r (key, minute, count)
            select key, $2, count from unnest($1::text[], $3::bigint[]) as n(key, count)
            on conflict (key, minute) do update set count = r.count + excluded.count returning key, count
            """,
            much.ConvertAll(c => c.Key).ToArray(),
            minute.Begins,
            much.Select((c, i) => news[i] - c.Value.Told).ToArray());
        var all = (await command.List(r => (r.GetString(0), r.GetInt64(1)), cancel)).ToDictionary(r => r.Item1, r => r.Item2);
        foreach (var ((key, count), told) in much.Zip(news))
        {
            count.Told = told;
            Volatile.Write(ref count.Elsewhere, Math.Max(0, all[key] - told));
        }
    }

    private static TimeSpan WaitAt(DateTimeOffset at) => TimeSpan.FromSeconds(60 - at.Second);

    private Minute MinuteOf(DateTimeOffset at)
    {
        var begins = new DateTimeOffset(at.Year, at.Month, at.Day, at.Hour, at.Minute, 0, TimeSpan.Zero);
        var minute = now;
        // Two that begin it at once: the counts of a moment are lost, which nobody misses.
        return minute.Begins == begins ? minute : (now = new(begins));
    }

    private sealed record Minute(DateTimeOffset Begins)
    {
        public ConcurrentDictionary<string, Counter> Counts { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Counter(int most)
    {
        public long Here, Elsewhere, Told;

        public int Most => most;
    }
}
