using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Webhooks;

/// <summary>Adds, lists, turns over and takes away a shop's webhooks, and has them go on from an earlier event.</summary>
public sealed class EditWebhooks(
    NpgsqlDataSource database,
    WebhookUrl urls,
    EventFeed feed,
    EventDialects dialects,
    DeliverWebhooks deliver,
    Sealing sealing,
    Moment moment)
{
    public const int Most = 20;

    /// <summary>How long an old secret signs beside the new one.</summary>
    private static readonly TimeSpan BothHold = TimeSpan.FromHours(24);

    private Here Here => moment.Here;

    public async Task<Answer<WebhookList>> List(CancellationToken cancel) => new WebhookList(await Read(null, cancel), null);

    public async Task<Answer<WebhookView>> One(long id, CancellationToken cancel) =>
        (await Read(id, cancel)).FirstOrDefault() is { } found ? found : Refusal.NotFound("webhook");

    public async Task<Answer<NewWebhook>> Add(WebhookInput input, string? dialect, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        CheckSecret(input.Secret, errors);
        foreach (var (name, place) in (input.Events ?? []).Select((n, i) => (n, i)))
            errors.Check(EventNames.All.Contains(name), $"events[{place}]", "must be " + string.Join(", ", EventNames.All));
        errors.Check(input.Events is not { Count: 0 }, "events", "must name at least one, or be left out for all");
        if (await urls.Check(input.Url, cancel) is { } wrong)
            errors.Add("url", wrong);
        if (errors.Any)
            return errors.ToRefusal();

        await feed.CatchUp(cancel); // it begins with what happens from now on
        var secret = input.Secret ?? CallWebhook.NewSecret();
        var events = input.Events?.Distinct(StringComparer.Ordinal).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, Here.ShopId); // they are counted
        if ((long)(await connection.Scalar("select count(*) from webhooks where shop_id = $1", cancel, Here.ShopId))! >= Most)
            return Refusal.Conflict("too_many_webhooks", $"A shop has at most {Most} webhooks; take one away first.");
        var id = (long)(await connection.Scalar(
            """
            insert into webhooks (shop_id, url, events, dialect, secret, position, created_at, created_by)
            values ($1, $2, $3::text[], $4, $5, $6, $7, $8) returning id
            """,
            cancel,
            Here.ShopId,
            input.Url,
            events,
            dialects.Find(dialect).Name,
            sealing.Seal(secret, CallWebhook.SealedAs),
            feed.Settled,
            moment.Now,
            moment.Caller.UserId))!;
        await Audit(connection, AuditActions.WebhookAdded, id, new { url = input.Url, events }, cancel);
        await transaction.CommitAsync(cancel);
        var view = (await Read(id, cancel))[0];
        return Answer.Created(
            new NewWebhook(view.Id, view.Url, view.Events, view.Status, view.Position, view.CreatedAt, secret),
            $"/api/webhooks/{id}");
    }

    /// <summary>Another secret; for a day both sign, so that whoever checks may change over without missing one.</summary>
    public async Task<Answer<WebhookSecret>> Rotate(long id, RotateInput? input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        CheckSecret(input?.Secret, errors);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar("select true from webhooks where id = $1 and shop_id = $2 for update", cancel, id, Here.ShopId) is null)
            return Refusal.NotFound("webhook");
        if (errors.Any)
            return errors.ToRefusal();
        var (secret, until) = (input?.Secret ?? CallWebhook.NewSecret(), moment.Now + BothHold);
        await connection.Execute(
            "update webhooks set old_secret = secret, old_secret_until = $2, secret = $3 where id = $1", cancel, id, until,
            sealing.Seal(secret, CallWebhook.SealedAs));
        await Audit(connection, AuditActions.WebhookSecretChanged, id, new { old_until = until }, cancel);
        await transaction.CommitAsync(cancel);
        return new WebhookSecret(id, secret, until);
    }

    /// <summary>From an earlier event on, once more; one that was given up begins to be called again.</summary>
    public async Task<Answer<WebhookView>> Replay(long id, ReplayInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar("select true from webhooks where id = $1 and shop_id = $2 for update", cancel, id, Here.ShopId) is null)
            return Refusal.NotFound("webhook");
        if (input.After is not >= 0)
            return Refusal.OfField("after", input.After is null ? "is required" : "must be a seq, 0 or more");
        await feed.CatchUp(cancel);
        var after = Math.Min(input.After.Value, feed.Settled);
        await connection.Execute(
            """
            update webhooks set position = $2, attempts = 0, next_try_at = null, disabled_at = null, disabled_because = null,
                leased_by = null, leased_until = null
            where id = $1
            """,
            cancel, id, after);
        await connection.Execute("delete from webhook_failures where webhook_id = $1 and seq > $2", cancel, id, after);
        await Audit(connection, AuditActions.WebhookReplayed, id, new { after }, cancel);
        await transaction.CommitAsync(cancel);
        deliver.Wake();
        return Answer.Accepted((await Read(id, cancel))[0]);
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar("delete from webhooks where id = $1 and shop_id = $2 returning url", cancel, id, Here.ShopId)
            is not string url)
            return Refusal.NotFound("webhook");
        await connection.Execute("delete from webhook_failures where webhook_id = $1", cancel, id);
        await new AuditEntry(AuditActions.WebhookRemoved, "webhook", id, Before: new { url }).Write(connection, Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    private static void CheckSecret(string? secret, FieldErrors errors) => errors.Check(
        secret is null || CallWebhook.IsSecret(secret), "secret", "must be whsec_ and 24 to 64 bytes in Base64, or left out for a new one");

    private Task Audit(NpgsqlConnection connection, string action, long id, object after, CancellationToken cancel) =>
        new AuditEntry(action, "webhook", id, After: after).Write(connection, Here, moment.Now, cancel);

    private async Task<List<WebhookView>> Read(long? id, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select w.id, w.url, w.events, w.disabled_because, w.attempts, w.position, w.next_try_at, w.last_status, w.last_error,
                w.last_delivered_at, w.created_at,
                array(select f.seq from webhook_failures f where f.webhook_id = w.id order by f.seq limit 100)
            from webhooks w where w.shop_id = $1 and ($2::bigint is null or w.id = $2) order by w.id
            """,
            Here.ShopId, id);
        return await command.List(
            r => new WebhookView(
                r.GetInt64(0),
                r.GetString(1),
                r.IsDBNull(2) ? null : r.GetFieldValue<string[]>(2),
                r.TextOrNull(3) ?? (r.GetInt32(4) > 0 ? "retrying" : "active"),
                r.GetInt64(5),
                r.ValueOrNull<DateTimeOffset>(6),
                r.ValueOrNull<int>(7),
                r.TextOrNull(8),
                r.ValueOrNull<DateTimeOffset>(9),
                r.GetFieldValue<DateTimeOffset>(10),
                r.GetFieldValue<long[]>(11)),
            cancel);
    }
}
