using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// What is known of a session: whether it lives, and whom it makes of its person in the shop asked for; null where they do not belong
/// there.
/// </summary>
public readonly record struct SessionAnswer(bool Lives, Caller? Caller);

/// <summary>
/// Tells whether a session lives and who it is, from the database at every request: a logout, a deactivation or a new
/// role counts at once on every process, with nothing cached that could be stale. It stays cheap because requests that
/// ask while a query is under way share the next one. An answer is always read after the question was asked.
/// </summary>
public sealed class SessionGate : BackgroundService
{
    private const int LargestBatch = 200;

    /// <summary>How exact "last seen" is.</summary>
    private static readonly TimeSpan SeenInterval = TimeSpan.FromSeconds(20);

    private readonly Channel<Question> questions = Channel.CreateUnbounded<Question>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<long, bool> seen = [];
    private readonly Dictionary<long, HashSet<Lookout>> lookouts = [];
    private readonly NpgsqlDataSource database;
    private readonly ShopDirectory shops;
    private readonly TimeProvider clock;
    private readonly ILogger<SessionGate> log;

    public SessionGate(NpgsqlDataSource database, ShopDirectory shops, EventFeed feed, TimeProvider clock, ILogger<SessionGate> log)
    {
        (this.database, this.shops, this.clock, this.log) = (database, shops, clock, log);
        feed.OnEvent(heard =>
        {
            if (heard.Name is EventNames.UserActivity or EventNames.SettingsChanged)
                Alarm(heard);
        });
    }

    /// <summary>The session's person in a shop.</summary>
    /// <param name="sessionId">As the access token names it.</param>
    /// <param name="shopId">The shop that the request names; 0 is the session's own.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<SessionAnswer> Ask(long sessionId, long shopId, CancellationToken cancel)
    {
        var question = new Question(sessionId, shopId, new(TaskCreationOptions.RunContinuationsAsynchronously));
        questions.Writer.TryWrite(question);
        return question.Answer.Task.WaitAsync(cancel);
    }

    /// <summary>The person of a session, where they may still follow the events of this shop.</summary>
    public async Task<Caller?> Follower(long sessionId, long shopId, CancellationToken cancel) =>
        (await Ask(sessionId, shopId, cancel)).Caller is { } caller && caller.May(Permission.FollowEvents) ? caller : null;

    /// <summary>Calls when the session is said to have ended, or what roles of the shop may was changed.</summary>
    public IDisposable Watch(long sessionId, long shopId, Action alarm)
    {
        var lookout = new Lookout(this, sessionId, shopId, alarm);
        lock (lookouts)
        {
            if (!lookouts.TryGetValue(sessionId, out var ofSession))
                lookouts[sessionId] = ofSession = [];
            ofSession.Add(lookout);
        }

        return lookout;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(AnswerQuestions(stoppingToken), NoteSeen(stoppingToken));

    private async Task AnswerQuestions(CancellationToken cancel)
    {
        var batch = new List<Question>();
        try
        {
            while (await questions.Reader.WaitToReadAsync(cancel))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && questions.Reader.TryRead(out var question))
                    batch.Add(question);
                await AnswerAll(batch, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task AnswerAll(List<Question> batch, CancellationToken cancel)
    {
        try
        {
            var answers = await Read([.. batch.Select(q => (q.SessionId, q.ShopId)).Distinct()], cancel);
            foreach (var question in batch)
                question.Answer.TrySetResult(answers.GetValueOrDefault((question.SessionId, question.ShopId)));
        }
        catch (Exception failure)
        {
            foreach (var question in batch)
                question.Answer.TrySetException(failure);
        }
    }

    private async Task<Dictionary<(long Session, long Shop), SessionAnswer>> Read(
        (long Session, long Shop)[] asked,
        CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select s.id, q.shop, u.id, coalesce(u.username, u.email, u.phone, 'guest ' || u.id), u.name, m.role, m.shop_id, s.method,
                s.device_id
            from unnest($1::bigint[], $2::bigint[]) as q(session, shop)
            join sessions s on s.id = q.session and s.ended_at is null and s.expires_at > $3
            join users u on u.id = s.user_id and u.active
            join shop_members mine on mine.user_id = u.id and mine.shop_id = s.shop_id and mine.active
            left join shop_members m on m.user_id = u.id and m.shop_id = case q.shop when 0 then s.shop_id else q.shop end and m.active
                -- A PIN is its shop's: it opens none of the person's other shops.
                and (s.method <> 'pin' or m.shop_id = s.shop_id)
            """,
            Array.ConvertAll(asked, a => a.Session), Array.ConvertAll(asked, a => a.Shop), clock.GetUtcNow());
        var rows = await command.List(
            r => (
                Asked: (r.GetInt64(0), r.GetInt64(1)),
                UserId: r.GetInt64(2),
                Username: r.GetString(3),
                Name: r.GetString(4),
                Role: r.TextOrNull(5),
                ShopId: r.ValueOrNull<long>(6),
                Method: r.GetString(7),
                DeviceId: r.ValueOrNull<long>(8)),
            cancel);
        var answers = new Dictionary<(long, long), SessionAnswer>();
        foreach (var row in rows)
        {
            seen[row.Asked.Item1] = true;
            var method = WireName<SignInMethod>.Parse(row.Method);
            answers[row.Asked] = new(true, row.Role is null ? null : new Caller
            {
                UserId = row.UserId,
                SessionId = row.Asked.Item1,
                Username = row.Username,
                Name = row.Name,
                Role = row.Role,
                ShopId = row.ShopId!.Value,
                Permissions = Permissions.In(method, Permissions.Of(row.Role, await shops.Find(row.ShopId.Value, cancel))),
                Method = method,
                DeviceId = row.DeviceId,
            });
        }

        return answers;
    }

    /// <summary>Writes who was seen, in one statement now and then: no request waits for it.</summary>
    private async Task NoteSeen(CancellationToken cancel)
    {
        var outage = new Outage(log, "noting which sessions were seen");
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(SeenInterval, cancel);
                await NoteSeenNow(cancel);
                outage.Works();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
            }
        }
    }

    internal async Task NoteSeenNow(CancellationToken cancel)
    {
        var sessions = seen.Keys.Order().ToArray();
        if (sessions.Length == 0)
            return;
        foreach (var session in sessions)
            seen.TryRemove(session, out _);
        // Each for itself, and past whatever somebody else holds just now: nobody waits for this, and it waits for nobody.
        await using var connection = await database.OpenConnectionAsync(cancel);
        var now = clock.GetUtcNow();
        await connection.Execute(
            "update sessions set last_seen_at = greatest(last_seen_at, $2) where id in (select id from sessions where id = any($1) order "
                + "by id for update skip locked)",
            cancel,
            sessions,
            now);
        await connection.Execute(
            """
            update shop_members m set last_seen_at = $2 where ctid in (
                select ctid from shop_members where (user_id, shop_id) in (select user_id,
                    shop_id from sessions where id = any($1)) for update skip locked)
            """,
            cancel, sessions, now);
        await connection.Execute(
            "update devices set last_seen_at = $2 where id in (select id from devices where id in (select device_id from sessions where "
                + "id = any($1)) order by id for update skip locked)",
            cancel,
            sessions,
            now);
    }

    /// <summary>Wakes the connections of the sessions that an event says have ended, or those of a shop whose roles it changes.</summary>
    private void Alarm(HeardEvent heard)
    {
        using var envelope = JsonDocument.Parse(heard.Envelope);
        if (envelope.RootElement.GetProperty("data") is not { ValueKind: JsonValueKind.Object } data)
            return;
        lock (lookouts)
        {
            if (data.TryGetProperty("ended_sessions", out var ended))
            {
                foreach (var session in ended.EnumerateArray())
                {
                    foreach (var lookout in lookouts.GetValueOrDefault(session.GetInt64()) ?? [])
                        lookout.Alarm();
                }
            }

            if (data.TryGetProperty("key", out var key) && key.GetString()?.StartsWith("role.", StringComparison.Ordinal) == true)
            {
                foreach (var lookout in lookouts.Values.SelectMany(l => l).Where(l => l.ShopId == heard.ShopId))
                    lookout.Alarm();
            }
        }
    }

    private void Leave(Lookout lookout)
    {
        lock (lookouts)
        {
            if (lookouts.TryGetValue(lookout.SessionId, out var ofSession) && ofSession.Remove(lookout) && ofSession.Count == 0)
                lookouts.Remove(lookout.SessionId);
        }
    }

    private sealed record Question(long SessionId, long ShopId, TaskCompletionSource<SessionAnswer> Answer);

    private sealed class Lookout(SessionGate gate, long sessionId, long shopId, Action alarm) : IDisposable
    {
        public long SessionId => sessionId;

        public long ShopId => shopId;

        public void Alarm() => alarm();

        public void Dispose() => gate.Leave(this);
    }
}
