using Comanda.Data;
using Comanda.Storefront;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Takes away what nobody needs any more, in small pieces: retry keys after eight days, refresh tokens and sessions a month or two after
/// they ended, limits, codes and links that ran out, messages and
/// baskets after a month.
/// </summary>
public sealed class Housekeeping(NpgsqlDataSource database, TimeProvider clock, ILogger<Housekeeping> log) : BackgroundService
{
    private const int Piece = 5_000;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, clock, stoppingToken);
                await Sweep(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    public async Task Sweep(CancellationToken cancel)
    {
        try
        {
            var now = clock.GetUtcNow();
            await Drain(
                "delete from idempotency_keys where ctid = any(array(select ctid from idempotency_keys where created_at < $1 limit $2))",
                now.AddDays(-IdempotentWrite.DaysKept),
                cancel);
            await Drain(
                "delete from refresh_tokens where ctid = any(array(select ctid from refresh_tokens where expires_at < $1 limit $2))",
                now.AddDays(-30),
                cancel);
            await Drain(
                """
                delete from sessions where ctid = any(array(
                    select ctid from sessions s
                    where expires_at < $1 and not exists (select 1 from refresh_tokens t where t.session_id = s.id) limit $2))
                """,
                now.AddDays(-60), cancel);
            await Drain(
                "delete from attempts where ctid = any(array(select ctid from attempts where window_ends < $1 and coalesce(locked_until, "
                    + "window_ends) < $1 limit $2))",
                now,
                cancel);
            await Drain(
                "delete from one_time_codes where ctid = any(array(select ctid from one_time_codes where expires_at < $1 limit $2))",
                now.AddDays(-1),
                cancel);
            await Drain(
                "delete from password_resets where ctid = any(array(select ctid from password_resets where expires_at < $1 limit $2))",
                now.AddDays(-1),
                cancel);
            await Drain(
                "delete from request_counts where ctid = any(array(select ctid from request_counts where minute < $1 limit $2))",
                now.AddMinutes(-10),
                cancel);
            await Drain(
                "delete from storefront_visits where ctid = any(array(select ctid from storefront_visits where changed_at < $1 limit $2))",
                now.AddDays(-StoreVisits.DaysKept),
                cancel);
            await Drain(
                "delete from messages where ctid = any(array(select ctid from messages where created_at < $1 and next_try_at is null "
                    + "limit $2))",
                now.AddDays(-30),
                cancel);
        }
        catch (NpgsqlException failure)
        {
            log.LogWarning(failure, "could not sweep; trying again in an hour");
        }
    }

    private async Task Drain(string delete, DateTimeOffset before, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        while (await connection.Execute(delete, cancel, before, Piece) == Piece)
        {
        }
    }
}
