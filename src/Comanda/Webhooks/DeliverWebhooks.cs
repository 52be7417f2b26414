using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Webhooks;

/// <summary>
/// Calls webhooks for what happens: each has its place in the event log and goes on from there, in order, at one process at a time (a
/// lease, so that a process that dies is followed by another). While an address does not answer its place stays, and the log keeps what
/// waits; an event that they do not want is set aside and tried again by itself. At least once: whoever gets an event twice sees it by
/// its id.
/// </summary>
public sealed class DeliverWebhooks : BackgroundService
{
    /// <summary>Webhooks called at once by one process.</summary>
    private const int AtOnce = 16;

    private const int PageSize = 50;

    private static readonly TimeSpan LookRound = TimeSpan.FromMilliseconds(500), Lease = TimeSpan.FromSeconds(60);

    /// <summary>However much happens, it is looked for this far apart at least.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    private readonly NpgsqlDataSource database;
    private readonly EventFeed feed;
    private readonly EventDialects dialects;
    private readonly CallWebhook call;
    private readonly TimeProvider clock;
    private readonly ILogger<DeliverWebhooks> log;
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly Guid process = Guid.NewGuid();

    public DeliverWebhooks(
        NpgsqlDataSource database,
        EventFeed feed,
        EventDialects dialects,
        CallWebhook call,
        TimeProvider clock,
        ILogger<DeliverWebhooks> log)
    {
        (this.database, this.feed, this.dialects, this.call, this.clock, this.log) = (database, feed, dialects, call, clock, log);
        feed.OnEvent(_ => Wake());
    }

    /// <summary>Looks for what is due at once.</summary>
    public void Wake() => news.Ring();

    public override void Dispose()
    {
        news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "calling webhooks");
        var running = new List<Task>();
        try
        {
            await feed.Started.WaitAsync(stoppingToken);
            await Task.Delay(Rounds.BeforeFirst, stoppingToken);
            while (true)
            {
                try
                {
                    running.RemoveAll(t => t.IsCompleted);
                    foreach (var hook in await Claim(AtOnce - running.Count, stoppingToken))
                        running.Add(Serve(hook, stoppingToken));
                    outage.Works();
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    outage.Failed(failure);
                    await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
                }

                await Task.Delay(Quiet, stoppingToken);
                await news.WaitAsync(LookRound, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(running);
        }
    }

    /// <summary>Webhooks that have something to do and nobody who does it.</summary>
    private async Task<List<Webhook>> Claim(int most, CancellationToken cancel)
    {
        if (most <= 0)
            return [];
        await using var command = database.Command(
            """
            with due as (
                select id from webhooks w
                where w.disabled_at is null and (w.leased_until is null or w.leased_until < now())
                    and (
                        ((w.next_try_at is null or w.next_try_at <= now())
                            and exists (select 1 from events e where e.shop_id = w.shop_id and e.seq > w.position and e.seq <= $1))
                        or exists (select 1 from webhook_failures f where f.webhook_id = w.id and f.next_try_at <= now()))
                order by w.next_try_at nulls first, w.id limit $2 for update skip locked
            )
            update webhooks w set leased_by = $3, leased_until = now() + $4::interval from due where w.id = due.id
            returning w.id, w.shop_id, w.url, w.events, w.dialect, w.secret,
                case when w.old_secret_until > now() then w.old_secret end, w.position
            """,
            feed.Settled, most, process, Lease);
        return await command.List(
            r => new Webhook(
                r.GetInt64(0),
                r.GetInt64(1),
                new(r.GetString(2)),
                r.IsDBNull(3) ? null : r.GetFieldValue<string[]>(3),
                r.GetString(4),
                r.TextOrNull(6) is { } old ? [r.GetString(5), old] : [r.GetString(5)],
                r.GetInt64(7)),
            cancel);
    }

    private async Task Serve(Webhook hook, CancellationToken cancel)
    {
        try
        {
            await RetrySetAside(hook, cancel);
            await GoOn(hook, cancel);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("webhook {Id}: {Why}", hook.Id, failure.Message.ReplaceLineEndings(" "));
        }
        finally
        {
            await GiveBack(hook);
            Wake();
        }
    }

    /// <summary>A page of the log from its place on. Where it was moved meanwhile, or taken away, this ends.</summary>
    private async Task GoOn(Webhook hook, CancellationToken cancel)
    {
        var (page, _) = await feed.Page(hook.ShopId, hook.Position, feed.Settled, PageSize, cancel);
        var position = hook.Position;
        var begun = clock.GetTimestamp();
        foreach (var heard in page)
        {
            // Its lease is not forever; the next one goes on.
            if (clock.GetElapsedTime(begun) > Lease / 3)
                break;
            var outcome = IsFor(hook, heard) ? await Send(hook, heard, cancel) : (CallOutcome?)null;
            if (outcome is { Succeeded: false } failed && !await Failed(hook, position, heard.Seq, failed, cancel))
                return;
            if (!await Advance(hook, position, heard.Seq, outcome, cancel))
                return;
            position = heard.Seq;
        }
    }

    /// <summary>Not when guests sign in or out: that is theirs.</summary>
    private static bool IsFor(Webhook hook, HeardEvent heard) =>
        hook.Wants(heard.Name) && (heard.CustomerId is null || heard.Name != EventNames.UserActivity);

    private Task<CallOutcome> Send(Webhook hook, HeardEvent heard, CancellationToken cancel) =>
        call.Send(hook.Url, hook.Secrets, $"evt_{heard.Seq}", Body(heard, dialects.Find(hook.Dialect)), cancel);

    /// <summary>The envelope in the hook's dialect, with the members that Standard Webhooks recommends before its own.</summary>
    internal static byte[] Body(HeardEvent heard, EventDialect dialect)
    {
        using var envelope = JsonDocument.Parse(heard.Envelope);
        var at = envelope.RootElement.GetProperty("at").GetRawText();
        var before = Encoding.UTF8.GetBytes($$"""{"type":"{{heard.Name}}","timestamp":{{at}},""");
        return [.. before, .. heard.In(dialect, EventForm.Envelope).AsSpan(1)];
    }

    /// <summary>Notes a failure; true where the event is set aside and the rest may go on.</summary>
    private async Task<bool> Failed(Webhook hook, long position, long seq, CallOutcome outcome, CancellationToken cancel)
    {
        log.LogInformation("webhook {Id}, event {Seq}: {Status} {Why}", hook.Id, seq, outcome.Status, outcome.Error);
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (outcome.IsGone)
        {
            await Disable(connection, hook, outcome, "gone", cancel);
            return false;
        }

        if (outcome.RefusesEvent)
        {
            await SetAside(connection, hook, seq, outcome, cancel);
            return true;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var attempts = await connection.Scalar(
            """
            update webhooks set attempts = attempts + 1, last_status = $4::int, last_error = $5::text
            where id = $1 and leased_by = $2 and position = $3 returning attempts
            """,
            cancel, hook.Id, process, position, outcome.Status, outcome.Error);
        if (attempts is not int failed)
            return false;
        if (WebhookRetries.Wait(failed) is { } wait)
            await connection.Execute("update webhooks set next_try_at = now() + $2::interval where id = $1", cancel, hook.Id, wait);
        else
            await Disable(connection, hook, outcome, "failing", cancel);
        await transaction.CommitAsync(cancel);
        return false;
    }

    private Task<int> Disable(NpgsqlConnection connection, Webhook hook, CallOutcome outcome, string why, CancellationToken cancel) =>
        connection.Execute(
            """
            update webhooks set disabled_at = now(), disabled_because = $2, last_status = $3::int, last_error = $4::text, next_try_at = null
            where id = $1
            """,
            cancel, hook.Id, why, outcome.Status, outcome.Error);

    private async Task SetAside(NpgsqlConnection connection, Webhook hook, long seq, CallOutcome outcome, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var attempts = (int)(await connection.Scalar(
            """
            insert into webhook_failures (webhook_id, seq, shop_id, attempts, last_status, last_error)
            values ($1, $2, $3, 1, $4::int, $5::text)
            on conflict (webhook_id, seq) do update set attempts = webhook_failures.attempts + 1, last_status = excluded.last_status,
                last_error = excluded.last_error
            returning attempts
            """,
            cancel, hook.Id, seq, hook.ShopId, outcome.Status, outcome.Error))!;
        await connection.Execute(
            "update webhook_failures set next_try_at = now() + $3::interval where webhook_id = $1 and seq = $2",
            cancel,
            hook.Id,
            seq,
            WebhookRetries.Wait(attempts)); // none: it is tried no more
        await transaction.CommitAsync(cancel);
    }

    private async Task RetrySetAside(Webhook hook, CancellationToken cancel)
    {
        await using var due = database.Command(
            "select seq from webhook_failures where webhook_id = $1 and next_try_at <= now() order by seq limit 10",
            hook.Id);
        foreach (var seq in await due.List(r => r.GetInt64(0), cancel))
        {
            var (page, _) = await feed.Page(hook.ShopId, seq - 1, seq, 1, cancel);
            var outcome = page.Count == 0 ? new CallOutcome(200, null) : await Send(hook, page[0], cancel);
            await using var connection = await database.OpenConnectionAsync(cancel);
            if (outcome.Succeeded)
                await connection.Execute("delete from webhook_failures where webhook_id = $1 and seq = $2", cancel, hook.Id, seq);
            else
                await SetAside(connection, hook, seq, outcome, cancel);
        }
    }

    /// <summary>Its place after an event; false where somebody moved it, or took the lease, meanwhile.</summary>
    private async Task<bool> Advance(Webhook hook, long from, long to, CallOutcome? outcome, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.Execute(
            """
            update webhooks set position = $4, attempts = 0, next_try_at = null,
                last_status = coalesce($5::int, last_status),
                last_error = case when $6 then null else last_error end,
                last_delivered_at = case when $6 then now() else last_delivered_at end
            where id = $1 and leased_by = $2 and position = $3 and disabled_at is null
            """,
            cancel, hook.Id, process, from, to, outcome?.Status, outcome?.Succeeded == true) == 1;
    }

    private async Task GiveBack(Webhook hook)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await using var connection = await database.OpenConnectionAsync(patience.Token);
            await connection.Execute(
                "update webhooks set leased_by = null, leased_until = null where id = $1 and leased_by = $2",
                patience.Token,
                hook.Id,
                process);
        }
        catch (Exception gone) when (gone is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            // the lease runs out by itself
        }
    }
}
