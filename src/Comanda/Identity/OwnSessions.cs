using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Where am I signed in? And out of there.</summary>
public sealed class OwnSessions(Sessions sessions, NpgsqlDataSource database, Moment moment)
{
    public async Task<Answer<PageOf<SessionView>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            """
            select s.id, s.method, d.name, s.address, s.user_agent, s.created_at, s.last_seen_at, s.expires_at
            from sessions s left join devices d on d.id = s.device_id
            where s.user_id = $1 and s.ended_at is null and s.expires_at > $2 and s.id < $3 order by s.id desc limit $4
            """,
            moment.Caller.UserId, moment.Now, page.Before, page.ToRead);
        return page.Of(
            await command.List(
                r => new SessionView(
                    r.GetInt64(0),
                    r.GetString(1),
                    r.TextOrNull(2),
                    r.TextOrNull(3),
                    r.TextOrNull(4),
                    r.GetFieldValue<DateTimeOffset>(5),
                    r.GetFieldValue<DateTimeOffset>(6),
                    r.GetFieldValue<DateTimeOffset>(7),
                    r.GetInt64(0) == moment.Caller.SessionId),
                cancel),
            s => s.Id);
    }

    public async Task<Answer> End(long id, CancellationToken cancel)
    {
        if (await database.Scalar(
            "select id from sessions where id = $1 and user_id = $2 and ended_at is null",
            cancel,
            id,
            moment.Caller.UserId) is null)
            return Refusal.NotFound("session");
        await sessions.EndOne(id, "ended_by_person", moment.Here, cancel);
        return Answer.Done;
    }
}
