using Comanda.Data;

namespace Comanda.Operations;

/// <summary>How many requests a minute are answered; 0 bounds nothing.</summary>
/// <param name="PerAddress">Of strangers and guests at one address (COMANDA_REQUESTS_PER_ADDRESS).</param>
/// <param name="PerPerson">Of one person who is signed in, on however many devices (COMANDA_REQUESTS_PER_PERSON).</param>
public sealed record RequestLimitOptions(int PerAddress = 0, int PerPerson = 0)
{
    /// <summary>What a flood reaches, and no cafe: 500 a second from one address.</summary>
    public static readonly RequestLimitOptions OfProduction = new(30_000, 60_000);

    public bool Any => PerAddress > 0 || PerPerson > 0;

    /// <summary>From COMANDA_… variables; production has limits of its own.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public static RequestLimitOptions FromEnvironment(Func<string, string?> variable, bool production)
    {
        var otherwise = production ? OfProduction : new();
        return new(
            Number(variable, "COMANDA_REQUESTS_PER_ADDRESS", otherwise.PerAddress),
            Number(variable, "COMANDA_REQUESTS_PER_PERSON", otherwise.PerPerson));
    }

    private static int Number(Func<string, string?> variable, string name, int otherwise) =>
        variable(name) is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, out var number) && number is >= 0 and <= 10_000_000 ? number
        : throw new StartupException($"{name} must be a whole number of requests a minute, from 1 to 10000000; 0 bounds nothing");
}
