using System.Threading.Channels;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Tells whether a session lives and who it is, from the database at every request: a logout, a deactivation or a new
/// role counts at once on every process, with nothing cached that could be stale. It stays cheap because requests that
/// ask while a query is under way share the next one. An answer is always read after the question was asked.
/// </summary>
public sealed class SessionGate(NpgsqlDataSource database, TimeProvider clock) : BackgroundService, ISessionWatch
{
    private const int LargestBatch = 200;

    private readonly Channel<Question> questions = Channel.CreateUnbounded<Question>(new() { SingleReader = true });

    /// <summary>The session's person, or null where the session or the person's account has ended.</summary>
    public Task<Caller?> Ask(long sessionId, CancellationToken cancel)
    {
        var question = new Question(sessionId, new(TaskCreationOptions.RunContinuationsAsynchronously));
        questions.Writer.TryWrite(question);
        return question.Answer.Task.WaitAsync(cancel);
    }

    public async Task<bool> IsLive(long sessionId, CancellationToken cancel) => await Ask(sessionId, cancel) is not null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Question>();
        try
        {
            while (await questions.Reader.WaitToReadAsync(stoppingToken))
            {
                batch.Clear();
                while (batch.Count < LargestBatch && questions.Reader.TryRead(out var question))
                    batch.Add(question);
                await AnswerAll(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    private async Task AnswerAll(List<Question> batch, CancellationToken cancel)
    {
        try
        {
            var callers = await Read([.. batch.Select(q => q.SessionId).Distinct()], cancel);
            foreach (var question in batch)
                question.Answer.TrySetResult(callers.GetValueOrDefault(question.SessionId));
        }
        catch (Exception failure)
        {
            foreach (var question in batch)
                question.Answer.TrySetException(failure);
        }
    }

    private async Task<Dictionary<long, Caller>> Read(long[] sessions, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select s.id, u.id, u.username, u.name, u.role, u.home_shop_id
            from sessions s join users u on u.id = s.user_id
            where s.id = any($1) and s.ended_at is null and s.expires_at > $2 and u.active
            """,
            sessions, clock.GetUtcNow());
        return (await command.List(
            r => new Caller(r.GetInt64(1), r.GetInt64(0), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), Permissions.Of(r.GetString(4))),
            cancel)).ToDictionary(c => c.SessionId);
    }

    private sealed record Question(long SessionId, TaskCompletionSource<Caller?> Answer);
}
