using Comanda.Data;
using Npgsql;

namespace Comanda.Notifications;

/// <summary>
/// Sends what waits in the table of messages, on any number of processes at once (each takes rows that no other holds, of providers that it
/// has). A failed one is tried again, later each time, for about a day. A message may go out twice if the process dies between sending and
/// noting it, never not at all. Of a sent message only the fact is kept: its text may hold a code.
/// </summary>
public sealed class SendMessages(
    NpgsqlDataSource database,
    Senders senders,
    TimeProvider clock,
    ILogger<SendMessages> log) : BackgroundService
{
    public const int LastTry = 12;

    private static readonly TimeSpan LookRound = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(Rounds.BeforeFirst, stoppingToken);
            await Task.WhenAll(senders.All.Select(s => Run(s, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // stopping
        }
    }

    /// <summary>Each sender for itself: a mail server that says nothing holds no code back.</summary>
    private async Task Run(IMessageSender sender, CancellationToken stoppingToken)
    {
        var outage = new Outage(log, $"sending messages by {sender.Name}");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SendNext(sender, stoppingToken))
                {
                }

                await sender.Rest(stoppingToken);
                outage.Works();
                await Task.Delay(LookRound, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                outage.Failed(failure);
                await Task.Delay(LookRound, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// Leases one message, by the clock that all processes share, sends it with no transaction open, and notes how that went.
    /// </summary>
    private async Task<bool> SendNext(IMessageSender sender, CancellationToken cancel)
    {
        if (await Claim(sender, cancel) is not { } claimed)
            return false;
        var (id, channel, to, subject, body, html, attempts) = claimed;
        try
        {
            await (html is null ? sender.Send(to, subject, body, cancel) : sender.SendPage(to, subject, body, html, cancel));
            await Note("update messages set sent_at = $2, next_try_at = null, body = '', html = null where id = $1", id, clock.GetUtcNow());
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            var final = failure is UndeliverableException || attempts >= LastTry;
            log.LogWarning(
                "message {Id} ({Channel}) was not sent: {Why}{Ending}",
                id,
                channel.ToWire(),
                failure.Message.ReplaceLineEndings(" "),
                final ? "; given up" : "");
            await Note(
                "update messages set leased_until = null, last_error = $3, failed_at = case when $4 then $2::timestamptz end, "
                    + "next_try_at = case when $4 then null else $5::timestamptz end where id = $1",
                id, clock.GetUtcNow(), failure.Message, final, clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Pow(2, attempts)));
        }

        return true;
    }

    private async Task<(long Id, MessageChannel Channel, string To, string? Subject, string Body, string? Html, int Attempts)?> Claim(
        IMessageSender sender,
        CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            with due as (
                select id from messages
                where next_try_at <= $1 and provider = $2 and (leased_until is null or leased_until < now())
                order by next_try_at limit 1 for update skip locked
            )
            update messages m set
                attempts = attempts + 1,
                leased_until = now() + interval '1 minute',
                next_try_at = case when expires_at < $1 then null else m.next_try_at end,
                failed_at = case when expires_at < $1 then $1::timestamptz end,
                last_error = case when expires_at < $1 then 'ran out before it could be sent' end
            from due where m.id = due.id
            returning m.id, channel, recipient, subject, body, html, attempts, failed_at is not null
            """,
            clock.GetUtcNow(), sender.Name);
        while (true)
        {
            var claimed = await command.List(
                r => (
                    r.GetInt64(0),
                    WireName<MessageChannel>.Parse(r.GetString(1)),
                    r.GetString(2),
                    r.TextOrNull(3),
                    senders.Open(r.GetString(4)),
                    senders.Open(r.TextOrNull(5)),
                    r.GetInt32(6),
                    RanOut: r.GetBoolean(7)), cancel);
            if (claimed.Count == 0)
                return null;
            var (id, channel, to, subject, body, html, attempts, ranOut) = claimed[0];
            if (!ranOut)
                return (id, channel, to, subject, body, html, attempts);
        }
    }

    /// <summary>Not given up when the server stops: what was sent is noted.</summary>
    private async Task Note(string update, params object?[] values)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await connection.Execute(update, CancellationToken.None, values);
    }
}
