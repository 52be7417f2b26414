using System.Security.Cryptography;
using System.Text;
using Comanda.Audit;
using Comanda.Data;
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
    /// PINs name nobody, so a colleague's right PIN would begin the five anew: this bounds what a patient insider gets out of
    /// that on one device, and the next one what somebody gets who enrols devices for it.
    /// </summary>
    private static readonly Limit PinsInAnHour = new(20, TimeSpan.FromHours(1), LockTime, InARow: false);

    private static readonly Limit PinsOfTheShopInAnHour = new(100, TimeSpan.FromHours(1), LockTime, InARow: false);

    /// <summary>Failures of one account by whatever devices together.</summary>
    private static readonly Limit OnDevicesInAnHour = new(20, TimeSpan.FromHours(1), LockTime, InARow: false);

    private Limit OnPlace => new(options.FailuresPerAddress, TimeSpan.FromMinutes(15), TimeSpan.Zero, InARow: false);

    /// <summary>One try to sign in: what it counts against.</summary>
    /// <param name="Locks">Keys whose lock refuses it as <c>account_locked</c>, each with its limit.</param>
    /// <param name="Place">The key of where it comes from.</param>
    /// <param name="Who">Whose account it is about, where it is about one.</param>
    /// <param name="DeviceId">The enrolled device that it comes from, where nobody is signed in on it yet.</param>
    public sealed record Try((string Key, Limit Limit)[] Locks, string Place, Person? Who, long? DeviceId = null)
    {
        /// <summary>True where a PIN is guessed: its locks are the device's, and no reset opens them.</summary>
        public bool IsPin => Locks.Length > 0 && Locks[0].Key.StartsWith("pin:", StringComparison.Ordinal);
    }

    /// <summary>By name and password.</summary>
    /// <param name="person">Whom the name names, if anybody.</param>
    /// <param name="name">The field and what stands in it, in its one spelling.</param>
    /// <param name="device">The enrolled device of the person's shop that it comes from.</param>
    /// <param name="here">Where it comes from else.</param>
    public Try ByPassword(Person? person, string name, EnrolledDevice? device, Here here)
    {
        var account = person is null ? "name:" + Fold(name) : AccountKey(person.Id);
        return device is null
            ? new([(account, OnAccount)], PlaceOf(here), person)
            : new(
                [($"device:{device.Id}:{account}", OnAccount), ($"devices:{account}", OnDevicesInAnHour)],
                $"device:{device.Id}",
                person,
                device.Id);
    }

    /// <summary>The current password, asked for in an open session: a count of its own, which no stranger can use up.</summary>
    public Try ByOwnPassword(Person person, Caller asking, Here here) =>
        new([($"session:{asking.SessionId}", OnAccount)], PlaceOf(asking, here), person);

    public Try ByPin(EnrolledDevice device) => new(Pins($"device:{device.Id}", device.ShopId), $"device:{device.Id}", null, device.Id);

    /// <summary>An approval's PIN: typed at the till of whoever asks for it.</summary>
    public Try ByApproval(Caller asking, Here here) =>
        new(Pins(asking.DeviceId is { } device ? $"device:{device}" : $"user:{asking.UserId}", here.ShopId), PlaceOf(asking, here), null);

    /// <summary>A code or a link: what it is worth is bounded where it is kept, so only the place counts.</summary>
    public static Try BySecret(Here here) => new([], PlaceOf(here), null);

    /// <summary>The refusal where this one has to wait; asked before anything costly is done.</summary>
    public async Task<Refusal?> Refuse(Try attempt, CancellationToken cancel) =>
        await attempts.Locked(cancel, [attempt.Place, .. attempt.Locks.Select(l => l.Key)]) is not { } locked ? null
        : locked.Key == attempt.Place ? PlaceWaits(locked.Wait)
        : Locked(attempt, locked.Wait);

    /// <summary>
    /// Counts a failure, writes it down, and answers what to say: the refusal given where it is among those that a limit
    /// allows; else that it has to wait, as a right one would at this moment. So a burst of guesses that were all let in
    /// before the first was counted tells no more than five of them one after another.
    /// </summary>
    public async Task<Refusal> Failed(Try attempt, string action, object about, Refusal wrong, Here here, CancellationToken cancel)
    {
        var (began, answer) = (false, wrong);
        foreach (var (key, limit) in attempt.Locks)
        {
            var (count, wait) = await attempts.Count(key, limit, cancel);
            began |= count == limit.Most;
            if (count > limit.Most)
                answer = Locked(attempt, wait ?? LockTime);
        }

        var (fromThere, placeWait) = await attempts.Count(attempt.Place, OnPlace, cancel);
        if (fromThere > OnPlace.Most)
            answer = PlaceWaits(placeWait ?? LockTime);
        await Log(attempt, action, about, began, here, cancel);
        return answer;
    }

    /// <summary>
    /// Forgets the failures in a row after a success. The refusal where a lock began while this one was being checked.
    /// </summary>
    public async Task<Refusal?> Succeeded(Try attempt, CancellationToken cancel)
    {
        if (await Refuse(attempt, cancel) is { } tooLate)
            return tooLate;
        foreach (var (key, limit) in attempt.Locks)
        {
            if (limit.InARow && !await attempts.Clear(key, cancel))
                return Locked(attempt, LockTime);
        }

        return null;
    }

    /// <summary>Opens an account that was locked, for somebody who has proved to be its person in another way.</summary>
    public static Task Open(NpgsqlConnection connection, long userId, CancellationToken cancel) =>
        Attempts.Forget(connection, AccountKey(userId), "device%:" + AccountKey(userId), cancel);

    /// <summary>
    /// Into the log of the shop that was asked, as nobody's, unless the person is of that shop; and into the person's own.
    /// Whoever reads the log of a shop learns nothing of who is known in another.
    /// </summary>
    private async Task Log(Try attempt, string action, object about, bool began, Here here, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var now = clock.GetUtcNow();
        if (attempt.Who is null || attempt.Who.ShopId != here.ShopId)
            await new AuditEntry(action, "sign_in", After: about) { DeviceId = attempt.DeviceId }.Write(connection, here, now, cancel);
        if (attempt.Who is { } person)
            await new AuditEntry(action, "user", person.Id, After: about) { DeviceId = attempt.DeviceId }.Write(
                connection,
                Of(person),
                now,
                cancel);
        if (began)
        {
            await new AuditEntry(
                AuditActions.AccountLocked,
                attempt.Who is null ? "sign_in" : "user",
                attempt.Who?.Id,
                After: new { minutes = (int)LockTime.TotalMinutes })
                .Write(connection, attempt.Who is { } locked ? Of(locked) : here, now, cancel);
        }

        Here Of(Person who) => here.Visitor is { } visitor && visitor.ShopId == who.ShopId ? here : here.Stranger(who.ShopId);
    }

    private static (string, Limit)[] Pins(string at, long shopId) =>
        [($"pin:{at}", OnAccount), ($"pins:{at}", PinsInAnHour), ($"pins:shop:{shopId}", PinsOfTheShopInAnHour)];

    private static Refusal PlaceWaits(TimeSpan wait) => Refusal.TooMany("Too many failed sign-ins from here; wait, and try again.", wait);

    private static Refusal Locked(Try attempt, TimeSpan wait) => new(
        403, "account_locked",
        attempt.IsPin
            ? "Too many wrong PINs; they are locked here for now. Whoever has a password signs in by that."
            : "Too many failed sign-ins; sign-in is locked for now. An enrolled device of the shop, or a reset of the password, gets in "
                + "before.")
    {
        RetryAfter = wait
    };

    private static string AccountKey(long userId) => $"user:{userId}";

    private static string PlaceOf(Here here) => $"address:{here.Address}";

    /// <summary>Whoever is signed in on an enrolled device comes from there, whatever the guests' network does to the address.</summary>
    private static string PlaceOf(Caller asking, Here here) => asking.DeviceId is { } device ? $"device:{device}" : PlaceOf(here);

    /// <summary>Names that are no account's are not kept as text: people type passwords into the wrong field.</summary>
    private static string Fold(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.Trim().ToLowerInvariant())));
}
