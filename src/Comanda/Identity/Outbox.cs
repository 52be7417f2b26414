using Comanda.Audit;
using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// GET /api/outbox: what would have been sent where no provider is configured. Messages of a provider are never shown. A code
/// or a link opens somebody's account: it is shown to that person and to who may manage them in all their shops, and that it
/// was read is in the audit log.
/// </summary>
public sealed class Outbox(Management management, Senders senders, NpgsqlDataSource database, Moment moment)
{
    private const string Hidden = "(This opens the account of somebody whom you may not manage everywhere; it is not shown.)";

    public async Task<Answer<PageOf<OutboxMessage>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            """
            select id, channel, recipient, subject, body, created_at, about_user_id from messages
            where shop_id = $1 and provider = 'local' and id < $2 order by id desc limit $3
            """,
            moment.Here.ShopId, page.Before, page.ToRead);
        var found = await command.List(
            r => (Message: new OutboxMessage(
                r.GetInt64(0),
                r.GetString(1),
                r.GetString(2),
                r.TextOrNull(3),
                senders.Open(r.GetString(4)),
                r.GetFieldValue<DateTimeOffset>(5)), About: r.ValueOrNull<long>(6)), cancel);

        var mayRead = new Dictionary<long, bool>();
        foreach (var person in found.Where(f => f.About is not null).Select(f => f.About!.Value).Distinct())
            mayRead[person] = person == moment.Caller.UserId
                || await management.IsInAll(await management.Memberships(person, moment.Caller, cancel), cancel);
        var read = mayRead.Where(m => m.Value && m.Key != moment.Caller.UserId).Select(m => m.Key).ToArray();
        if (read.Length > 0)
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await new AuditEntry(AuditActions.OutboxRead, "outbox", After: new { about_users = read }).Write(
                connection,
                moment.Here,
                moment.Now,
                cancel);
        }

        return page.Of(
            found.ConvertAll(f => f.About is { } about && !mayRead[about] ? f.Message with { Body = Hidden } : f.Message),
            m => m.Id);
    }
}
