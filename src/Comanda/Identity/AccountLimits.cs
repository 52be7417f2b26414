using Comanda.Audit;
using Comanda.Data;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Choosing a username, an address or a PIN tells whether somebody has it already. So how often somebody may find out is
/// bounded, and each time is in the audit log: a PIN that is taken is somebody's key. The same name or address again tells
/// nothing new and is not counted again; a change that chooses none of these tells nothing at all and is never refused.
/// </summary>
public sealed class AccountLimits(Attempts attempts, NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>PINs that one person may choose for others in an hour; for oneself it is fewer.</summary>
    private const int PinsForOthers = 30, PinsForOneself = 5;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private static readonly Limit TakenInAnHour = new(10, Window, Window, InARow: false);

    private static readonly Limit NoLimit = new(int.MaxValue, Window, Window, InARow: false);

    /// <summary>The refusal where the caller has found out too much, or chosen too many PINs, in the last hour.</summary>
    public async Task<Refusal?> Refuse(Caller caller, bool choosesName, bool setsPin, CancellationToken cancel, bool own = false)
    {
        if (!choosesName && !setsPin)
            return null;
        if (await attempts.Locked(cancel, TakenKey(caller)) is { } locked)
            return Refusal.TooMany("Too many names, addresses or PINs that others have; wait, and try again.", locked.Wait);
        return setsPin && await attempts.Use(
            $"pin-choice:{(own ? "own" : "others")}:{caller.UserId}",
            own ? PinsForOneself : PinsForOthers,
            Window,
            cancel) is { } wait
            ? Refusal.TooMany("Too many PINs were chosen; wait, and try again.", wait)
            : null;
    }

    /// <summary>Notes that something of what was chosen was taken.</summary>
    public async Task Taken(Here here, Refusal taken, ChosenNames chosen, CancellationToken cancel)
    {
        var field = taken.Errors!.Keys.First();
        if (!await IsKnown(here.Caller, chosen.Of(field), cancel))
            await attempts.Count(TakenKey(here.Caller), TakenInAnHour, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await new AuditEntry(AuditActions.FoundTaken, "account", After: new { field }).Write(connection, here, clock.GetUtcNow(), cancel);
    }

    /// <summary>
    /// Whether the caller has heard in this hour that somebody has this one. PINs (null) are counted each time: their hashes would be
    /// guessed at once.
    /// </summary>
    private async Task<bool> IsKnown(Caller caller, string? name, CancellationToken cancel) =>
        name is not null
        && (await attempts.Count(
            $"{TakenKey(caller)}:{Convert.ToHexStringLower(Sessions.HashOf(name.ToLowerInvariant()))}",
            NoLimit,
            cancel)).Count > 1;

    private static string TakenKey(Caller caller) => $"taken:{caller.UserId}";
}

/// <summary>The names that an account is to have; nobody else may have them.</summary>
public sealed record ChosenNames(string? Username, string? Email, string? Phone)
{
    public string? Of(string field) => field switch
    {
        "username" => Username,
        "email" => Email,
        "phone" => Phone,
        _ => null,
    };
}
