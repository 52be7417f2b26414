using Comanda.Data;
using Npgsql;

namespace Comanda.Identity;

/// <summary>How many of something are too many. <see cref="InARow"/>: each one begins the window anew, and a success ends it.</summary>
public sealed record Limit(int Most, TimeSpan Window, TimeSpan Lock, bool InARow);

/// <summary>
/// Counts failures and uses by key, in the database, so that a limit holds over all processes together. Each count is one
/// atomic statement: a thousand at once are counted as a thousand.
/// <para>
/// A Redis beside it is told until when a key has to wait, where nothing can end that sooner; whoever knocks meanwhile is refused by it,
/// and costs the database nothing. What it does not know, the database says.
/// </para>
/// </summary>
public sealed class Attempts(NpgsqlDataSource database, TimeProvider clock, RedisLink redis)
{
    /// <summary>
    /// Counts at once. Those of one key wait for one another's row, each with a connection of the pool in hand: a stranger who sends
    /// thousands would keep all of them from the tills. So they wait here, and a key for which too many wait is refused.
    /// </summary>
    private readonly FairSeats seats = new(8, mostWaitingAtOnePlace: 250);

    /// <summary>How long the first locked of these keys stays locked; null where none is.</summary>
    public async Task<(string Key, TimeSpan Wait)?> Locked(CancellationToken cancel, params string[] keys)
    {
        var now = clock.GetUtcNow();
        if (keys.FirstOrDefault(EndsByItself) is { } place && await Remembered(place) is { } known)
            return (place, known);
        await using var command = database.Command(
            "select key, locked_until from attempts where key = any($1) and locked_until > $2",
            keys,
            now);
        var found = await command.List(r => (Key: r.GetString(0), Wait: r.GetFieldValue<DateTimeOffset>(1) - now), cancel);
        return found.Count == 0 ? null : found.MinBy(f => Array.IndexOf(keys, f.Key));
    }

    /// <summary>Counts one; answers how many that are in the window, and how long the key is locked if that was one too many.</summary>
    public async Task<(int Count, TimeSpan? Lock)> Count(string key, Limit limit, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Over when the window or a lock has run out: then counting begins again. A lock that stands is not made longer
        // by those who go on knocking.
        const string over = "(a.locked_until <= $2 or (a.locked_until is null and a.window_ends <= $2))";
        await using var command = database.Command(
            $"""
            insert into attempts as a (key, count, window_ends, locked_until)
            values ($1, 1, $2::timestamptz + $4, case when $3 <= 1 then greatest($2::timestamptz + $5,
                case when $6 then null else $2::timestamptz + $4 end) end)
            on conflict (key) do update set
                count = case when {over} then 1 else a.count + 1 end,
                window_ends = case when {over} or $6 then $2::timestamptz + $4 else a.window_ends end,
                locked_until = case
                    when a.locked_until > $2 then a.locked_until
                    when case when {over} then 1 else a.count + 1 end >= $3
                        then greatest($2::timestamptz + $5,
                            case when $6 then null when {over} then $2::timestamptz + $4 else a.window_ends end)
                end
            returning count, locked_until
            """,
            key, now, limit.Most, limit.Window, limit.Lock, limit.InARow);
        await seats.Take(key, cancel);
        try
        {
            var counted = await command.List(r => (r.GetInt32(0), r.ValueOrNull<DateTimeOffset>(1)), cancel);
            var (count, until) = counted[0];
            if (until is { } end && EndsByItself(key))
                Remember(key, end);
            return (count, until - now);
        }
        finally
        {
            seats.Release();
        }
    }

    /// <summary>
    /// Counts one use of what may be used so many times in a window; null where it may, else how long to wait.
    /// </summary>
    public async Task<TimeSpan?> Use(string key, int most, TimeSpan window, CancellationToken cancel)
    {
        if (await Remembered(key) is { } known)
            return known;
        // The lock begins with the one after the last that is allowed.
        var (count, wait) = await Count(key, new(most + 1, window, TimeSpan.Zero, InARow: false), cancel);
        if (count <= most)
            return null;
        Remember(key, clock.GetUtcNow() + (wait ?? window));
        return wait ?? window;
    }

    /// <summary>An address's: neither a success nor a reset lifts it (<see cref="Clear"/>, <see cref="Forget"/>).</summary>
    private static bool EndsByItself(string key) => key.StartsWith("address:", StringComparison.Ordinal);

    private void Remember(string key, DateTimeOffset until) =>
        redis.Put(RedisLink.NameOf("wait", key), BitConverter.GetBytes(until.UtcTicks), until - clock.GetUtcNow());

    private async Task<TimeSpan?> Remembered(string key)
    {
        if (!redis.IsThere || await redis.Get(RedisLink.NameOf("wait", key)) is not { Length: sizeof(long) } kept)
            return null;
        var wait = new DateTimeOffset(BitConverter.ToInt64(kept), TimeSpan.Zero) - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>
    /// Forgets the failures of a key after a success; false where the key was locked in the meantime, and the success comes
    /// too late. So of many guesses at once no more count than the limit allows.
    /// </summary>
    public async Task<bool> Clear(string key, CancellationToken cancel)
    {
        return await database.Scalar(
            """
            with mine as (select key, locked_until > $2 as locked from attempts where key = $1 for update),
            gone as (delete from attempts a using mine m where a.key = m.key and m.locked is not true)
            select coalesce(bool_or(locked), false) from mine
            """,
            cancel, key, clock.GetUtcNow()) is false;
    }

    /// <summary>Forgets a key, and those like another, locked or not: whoever asks has proved who they are in another way.</summary>
    public static Task Forget(NpgsqlConnection connection, string key, string like, CancellationToken cancel) =>
        connection.Execute("delete from attempts where key = $1 or key like $2", cancel, key, like);
}
