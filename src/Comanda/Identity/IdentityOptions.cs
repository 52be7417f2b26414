using Comanda.Data;

namespace Comanda.Identity;

/// <summary>What an operator may choose about sign-in; from COMANDA_… variables.</summary>
public sealed record IdentityOptions
{
    /// <summary>Failed sign-ins from one address in 15 minutes before it has to wait. A whole cafe shares an address.</summary>
    public int FailuresPerAddress { get; init; } = 100;

    /// <summary>Codes that one address may have sent in an hour, to whatever phones: each costs the shop money.</summary>
    public int CodesPerAddress { get; init; } = 100;

    /// <summary>
    /// A secret of the operator's that is mixed into the keys of access tokens: who has the database alone can make none, and a new one
    /// ends those that are out. The same on every process.
    /// </summary>
    public string? TokenSecret { get; init; }

    /// <summary>Whether strangers may open a shop of their own here.</summary>
    public bool OwnerRegistration { get; init; } = true;

    /// <summary>Where people reach this server, for links in mails. Never taken from a request, whose Host anybody can write.</summary>
    public Uri PublicUrl { get; init; } = new("http://localhost:8080");

    /// <summary>Whether the operator said where that is; otherwise <see cref="PublicUrl"/> leads to this machine only.</summary>
    public bool HasPublicUrl { get; init; }

    /// <summary>From COMANDA_… variables.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public static IdentityOptions FromEnvironment(Func<string, string?> variable, int port) => new()
    {
        FailuresPerAddress = Number(variable, "COMANDA_SIGNIN_FAILURES_PER_ADDRESS", 100),
        CodesPerAddress = Number(variable, "COMANDA_OTP_SENDS_PER_ADDRESS", 100),
        TokenSecret = variable("COMANDA_JWT_SECRET") is { Length: > 0 } secret ? secret : null,
        OwnerRegistration = variable("COMANDA_OWNER_REGISTRATION") switch
        {
            null or "" or "on" => true,
            "off" => false,
            _ => throw new StartupException("COMANDA_OWNER_REGISTRATION must be on or off"),
        },
        HasPublicUrl = variable("COMANDA_PUBLIC_URL") is { Length: > 0 },
        PublicUrl = variable("COMANDA_PUBLIC_URL") is { Length: > 0 } text
            ? Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http"
                or "https" ? url : throw new StartupException("COMANDA_PUBLIC_URL must be an address such as https://cafe.example.com")
            : new UriBuilder("http", "localhost", port is > 0 and < 65536 ? port : 8080).Uri,
    };

    private static int Number(Func<string, string?> variable, string name, int otherwise) =>
        variable(name) is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, out var number) && number is >= 1 and <= 1_000_000 ? number
        : throw new StartupException($"{name} must be a whole number from 1 to 1000000");
}
