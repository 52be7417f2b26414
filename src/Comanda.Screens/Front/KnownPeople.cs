using System.Security.Cryptography;
using Comanda.Client;
using Comanda.Identity;

namespace Comanda.Screens.Front;

/// <summary>
/// Who may sell at this till while the server is away: people who signed in here within the last days, each known by what their PIN comes
/// to (PBKDF2, of this device alone). It opens nothing but the till: the server asks for the PIN itself as soon as it is back.
/// </summary>
public sealed class KnownPeople(TillStore store, TimeProvider clock)
{
    private const int MostTries = 5;

    private static readonly TimeSpan Known = TimeSpan.FromDays(7), Locked = TimeSpan.FromMinutes(15);

    private sealed record KnownPerson(UserView User, string Pin, DateTimeOffset SeenAt);

    private sealed record People(string Salt, IReadOnlyList<KnownPerson> All);

    private sealed record Tries(int Wrong, DateTimeOffset Until);

    /// <summary>The server has just let them in by this PIN.</summary>
    public async Task Remember(UserView person, string pin)
    {
        var people = await store.Fact<People>("people") ?? new(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), []);
        if (await store.Derive(pin, people.Salt) is not { } kept)
            return;
        var now = clock.GetUtcNow();
        var others = people.All.Where(p => p.User.Id != person.Id && p.Pin != kept && now - p.SeenAt < Known);
        await store.PutFact("people", people with { All = [.. others, new(person, kept, now)] });
        await store.PutFact("tries", new Tries(0, now));
    }

    /// <summary>The server has just said that nobody may come in by this PIN.</summary>
    public async Task Forget(string pin)
    {
        if (await store.Fact<People>("people") is { } people && await store.Derive(pin, people.Salt) is { } kept)
            await store.PutFact("people", people with { All = [.. people.All.Where(p => p.Pin != kept)] });
    }

    /// <summary>Whose PIN it is, while the server cannot be asked.</summary>
    /// <param name="pin">As it was typed.</param>
    /// <param name="away">Why the server cannot be asked: thrown where nobody is known here.</param>
    public async Task<UserView> Find(string pin, Exception away)
    {
        var now = clock.GetUtcNow();
        var tries = await store.Fact<Tries>("tries") ?? new(0, now);
        if (tries.Wrong >= MostTries && now < tries.Until)
            throw Refused("account_locked");
        if (await store.Fact<People>("people") is not { All.Count: > 0 } people || await store.Derive(pin, people.Salt) is not { } typed)
            throw away;
        if (people.All.FirstOrDefault(p => p.Pin == typed && now - p.SeenAt < Known) is { } found)
        {
            await store.PutFact("tries", new Tries(0, now));
            return found.User;
        }

        var wrong = tries.Wrong >= MostTries ? 1 : tries.Wrong + 1;
        await store.PutFact("tries", new Tries(wrong, now + Locked));
        throw Refused("unknown_here");
    }

    private static ComandaException Refused(string code) => new(401, new(null, null, 401, null, code, null, null));
}
