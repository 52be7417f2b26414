using Comanda.Data;
using Npgsql;

namespace Comanda.Payments;

/// <summary>
/// Has the provider give back what was refunded of payments that it took, on any number of processes at once. A failed one is tried
/// again, later each time, up to once an hour, until it is done; the refund's id is the key, so that none goes back twice.
/// </summary>
public sealed class SendCardRefunds(
    NpgsqlDataSource database,
    ICardProvider provider,
    TimeProvider clock,
    ILogger<SendCardRefunds> log) : Rounds(log, "refunds by the card provider", TimeSpan.FromSeconds(1))
{
    protected override async Task Round(CancellationToken cancel)
    {
        while (await SendNext(cancel))
        {
        }
    }

    /// <summary>Leases one, by the clock that all processes share, asks with no transaction open, and notes how that went.</summary>
    private async Task<bool> SendNext(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var command = database.Command(
            """
            with due as (
                select r.refund_id from card_refunds r join card_intents i on i.id = r.intent_id
                where r.next_try_at <= $1 and i.provider = $2 and (r.leased_until is null or r.leased_until < now())
                order by r.next_try_at limit 1 for update of r skip locked
            )
            update card_refunds r set attempts = attempts + 1, leased_until = now() + interval '1 minute' from due, card_intents i
            where r.refund_id = due.refund_id and i.id = r.intent_id
            returning r.refund_id, i.provider_ref, r.amount, r.attempts
            """,
            now, provider.Name);
        var claimed = await command.List(
            r => (Id: r.GetInt64(0), Reference: r.GetString(1), Amount: new Money(r.GetInt64(2)), Attempts: r.GetInt32(3)),
            cancel);
        if (claimed.Count == 0)
            return false;
        var (id, reference, amount, attempts) = claimed[0];
        string? error = null;
        try
        {
            await provider.GiveBack(reference, amount, $"refund-{id}", cancel);
        }
        catch (CardProviderException failure)
        {
            error = failure.Message;
            log.LogWarning("refund {Id} was not given back by the card provider: {Why}", id, failure.Message.ReplaceLineEndings(" "));
        }

        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await connection.Execute(
            "update card_refunds set leased_until = null, done_at = case when $2::text is null then $3::timestamptz end, "
                + "last_error = $2::text, next_try_at = case when $2::text is not null then $4::timestamptz end where refund_id = $1",
            CancellationToken.None,
            id,
            error,
            clock.GetUtcNow(),
            clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(3600, Math.Pow(2, attempts))));
        return true;
    }
}
