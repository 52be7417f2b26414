using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>What an account is to be called by and to sign in with, as it was asked for and checked.</summary>
public sealed record AccountChoice(ChosenNames Names)
{
    /// <summary>What it was called by until now; null where it is new.</summary>
    public ChosenNames? SoFar { get; init; }

    /// <summary>Null leaves the PIN as it is, an empty one takes it away.</summary>
    public string? Pin { get; init; }

    public string? Password { get; init; }

    /// <summary>The account is the caller's own.</summary>
    public bool Own { get; init; }

    /// <summary>Nobody gave a username, so that it is the e-mail address.</summary>
    public bool NamedByEmail { get; init; }

    public bool SetsPin => !string.IsNullOrEmpty(Pin);
}

/// <summary>Hashes of what somebody is to sign in with; null where that stays as it is, or where the PIN goes.</summary>
public sealed record NewSecrets(bool ChangesPin, string? PinHash, string? PasswordHash);

/// <summary>
/// Writes what gives an account its names and secrets: refuses where the caller has found out too much, and says what of them
/// somebody has already.
/// </summary>
public sealed class AccountChoices(AccountLimits limits, People people, Moment moment)
{
    public async Task<Answer<T>> Write<T>(AccountChoice choice, Func<NewSecrets, Task<Answer<T>>> write, CancellationToken cancel)
    {
        if (await limits.Refuse(moment.Caller, choice.Names != choice.SoFar, choice.SetsPin, cancel, choice.Own) is { } wait)
            return wait;
        // Hashes first: nobody holds a transaction open for the quarter of a second that one takes.
        var secrets = new NewSecrets(
            choice.Pin is not null,
            choice.SetsPin ? await people.NewPinHash(choice.Pin!, moment.Here.ShopId, cancel) : null,
            choice.Password is null ? null : await Bcrypt.Hash(choice.Password, cancel));
        try
        {
            return await write(secrets);
        }
        catch (PostgresException failure) when (People.Taken(failure, choice.NamedByEmail) is { } taken)
        {
            await limits.Taken(moment.Here, taken, choice.Names, cancel);
            return taken;
        }
    }
}
