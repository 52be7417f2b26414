using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>How far a consumer is, and how many events it has set aside: to be tried again, and given up.</summary>
internal sealed record ConsumerState(string Name, long Position, long Behind, long Waiting, long GaveUp);

/// <summary>An event that a consumer failed on.</summary>
internal sealed record ConsumerFailure(string Consumer, long Seq, long? Shop, string? Event, int Attempts, string Error, bool GaveUp);

/// <summary>What a person who looks after the server is told of the consumers of the event log.</summary>
internal static class ConsumerStates
{
    public static async Task<List<ConsumerState>> All(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select c.name, c.position, greatest(0, (select coalesce(max(seq), 0) from events) - c.position),
                count(f.seq) filter (where not f.gave_up), count(f.seq) filter (where f.gave_up)
            from consumers c left join consumer_failures f on f.consumer = c.name
            where c.name <> '(feed)' group by c.name, c.position order by c.name
            """);
        return await command.List(
            r => new ConsumerState(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)), cancel);
    }

    /// <summary>The newest failures, those that were given up first.</summary>
    public static async Task<List<ConsumerFailure>> Failures(NpgsqlDataSource database, int most, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select f.consumer, f.seq, e.shop_id, e.event, f.attempts, f.last_error, f.gave_up
            from consumer_failures f left join events e on e.seq = f.seq order by f.gave_up desc, f.seq desc limit $1
            """,
            most);
        return await command.List(
            r => new ConsumerFailure(
                r.GetString(0),
                r.GetInt64(1),
                r.ValueOrNull<long>(2),
                r.TextOrNull(3),
                r.GetInt32(4),
                r.GetString(5),
                r.GetBoolean(6)),
            cancel);
    }

    /// <summary>Has what a consumer gave up tried again, by the servers that are running. Answers how many events that are.</summary>
    public static async Task<int> Retry(NpgsqlDataSource database, string consumer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.Execute(
            "update consumer_failures set gave_up = false, attempts = 0, next_try_at = now() where consumer = $1 and gave_up",
            cancel,
            consumer);
    }
}
