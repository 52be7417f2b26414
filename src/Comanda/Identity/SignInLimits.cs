using System.Security.Cryptography;
using System.Text;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// How often somebody may guess. Failures count by account (5 in a row lock it for 15 minutes; a name that no account has
/// locks alike) and by the place they come from (an address, 100 in 15 minutes). An enrolled device of the shop is a
/// place of its own, with a lock of its own on each account: a stranger who guesses from outside closes no cafe, and a
/// device does not get more guesses for it.
/// </summary>
public sealed class SignInLimits(Attempts attempts, IdentityOptions options, NpgsqlDataSource database, TimeProvider clock)
{
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    private static readonly Limit OnAccount = new(5, TimeSpan.FromHours(24), LockTime, InARow: true);

    /// <summary>
    /// PINs name nobody, so a colleague's right PIN would begin the five anew: this bounds what a patient insider gets out of that.
    /// </summary>
    private static readonly Limit PinsInAnHour = new(20, TimeSpan.FromHours(1), LockTime, InARow: false);

    private Limit OnPlace => new(options.FailuresPerAddress, TimeSpan.FromMinutes(15), TimeSpan.Zero, InARow: false);

    /// <summary>One try to sign in: what it counts against.</summary>
    /// <param name="Locks">Keys whose lock refuses it as <c>account_locked</c>, each with its limit.</param>
    /// <param name="Place">The key of where it comes from.</param>
    /// <param name="Who">Whose account it is about, where it is about one.</param>
    public sealed record Try((string Key, Limit Limit)[] Locks, string Place, Person? Who);

    public Try ByPassword(Person? person, string name, EnrolledDevice? device, Here here)
    {
        var account = person is null ? "name:" + Fold(name) : AccountKey(person.Id);
        return device is null ? new([(account, OnAccount)], PlaceOf(here), person) : new([($"device:{device.Id}:{account}", OnAccount)], $"device:{device.Id}", person);
    }

    public Try ByPin(EnrolledDevice device) => new([($"pin:device:{device.Id}", OnAccount), ($"pins:device:{device.Id}", PinsInAnHour)], $"device:{device.Id}", null);

    /// <summary>An approval's PIN: typed at the till of whoever asks for it.</summary>
    public Try ByApproval(Caller asking, Here here)
    {
        var at = asking.DeviceId is { } device ? $"device:{device}" : $"user:{asking.UserId}";
        return new([($"pin:{at}", OnAccount), ($"pins:{at}", PinsInAnHour)], PlaceOf(here), null);
    }

    /// <summary>A code or a link: what it is worth is bounded where it is kept, so only the place counts.</summary>
    public static Try BySecret(Here here) => new([], PlaceOf(here), null);

    /// <summary>The refusal where this one has to wait; asked before anything costly is done.</summary>
    public async Task<Refusal?> Refuse(Try attempt, CancellationToken cancel) =>
        await attempts.Locked(cancel, [attempt.Place, .. attempt.Locks.Select(l => l.Key)]) is not { } locked ? null
        : locked.Key == attempt.Place ? Refusal.TooMany("Too many failed sign-ins from here; wait, and try again.", locked.Wait)
        : Locked(locked.Wait);

    /// <summary>Counts a failure, and writes it down.</summary>
    public async Task Failed(Try attempt, string action, object about, Here here, CancellationToken cancel)
    {
        var locked = false;
        foreach (var (key, limit) in attempt.Locks)
            locked |= (await attempts.Count(key, limit, cancel)) is { Lock: not null } counted && counted.Count == limit.Most;
        await attempts.Count(attempt.Place, OnPlace, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var there = attempt.Who is { } person ? here.Stranger(person.ShopId) : here;
        var (subject, id) = attempt.Who is { } known ? ("user", (object?)known.Id) : ("sign_in", null);
        await new AuditEntry(action, subject, id, After: about).Write(connection, there, clock.GetUtcNow(), cancel);
        if (locked)
            await new AuditEntry(AuditActions.AccountLocked, subject, id, After: new { minutes = (int)LockTime.TotalMinutes }).Write(connection, there, clock.GetUtcNow(), cancel);
    }

    /// <summary>
    /// Forgets the failures in a row after a success. The refusal where a lock began while this one was being checked: of
    /// a thousand guesses at once, only the first five count.
    /// </summary>
    public async Task<Refusal?> Succeeded(Try attempt, CancellationToken cancel)
    {
        foreach (var (key, limit) in attempt.Locks)
        {
            if (limit.InARow ? !await attempts.Clear(key, cancel) : await attempts.Locked(cancel, key) is not null)
                return Locked(LockTime);
        }

        return null;
    }

    /// <summary>Opens an account that was locked, for somebody who has proved to be its person in another way.</summary>
    public static Task Open(NpgsqlConnection connection, long userId, CancellationToken cancel) => Attempts.Forget(connection, AccountKey(userId), cancel);

    private static Refusal Locked(TimeSpan wait) =>
        new(403, "account_locked", "Too many failed sign-ins; sign-in is locked for a quarter of an hour. An enrolled device of the shop, or a reset of the password, gets in before.") { RetryAfter = wait };

    private static string AccountKey(long userId) => $"user:{userId}";

    private static string PlaceOf(Here here) => $"address:{here.Address}";

    /// <summary>Names that are no account's are not kept as text: people type passwords into the wrong field.</summary>
    private static string Fold(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.Trim().ToLowerInvariant())));
}
