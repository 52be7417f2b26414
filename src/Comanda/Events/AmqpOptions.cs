using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Events;

/// <summary>A RabbitMQ that is told every event, and how one gets in there.</summary>
/// <param name="Host">Where it is.</param>
/// <param name="Port">TCP port.</param>
/// <param name="VirtualHost">Which of its virtual hosts.</param>
/// <param name="User">Who we are there.</param>
/// <param name="Password">What proves it; never in a log.</param>
public sealed partial record AmqpOptions(string Host, int Port, string VirtualHost, string User, string Password)
{
    private const string UsualExchange = "comanda";

    /// <summary>Whether the line is encrypted, and the broker has to prove by a certificate that it is this host.</summary>
    public bool Encrypted { get; init; }

    /// <summary>The exchange that events are published to.</summary>
    public string Exchange { get; init; } = UsualExchange;

    /// <summary>How long the broker may take to confirm one event.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks what the operator says; null where there is no broker.</summary>
    /// <exception cref="StartupException">It is no address of one; what was said is not repeated, since it holds a password.</exception>
    public static AmqpOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_AMQP") is not { Length: > 0 } setting)
            return null;
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var url)
            || url is not { Scheme: "amqp" or "amqps", Host.Length: > 0, Query: "", Fragment: "" }
            || url.AbsolutePath.Trim('/').Contains('/', StringComparison.Ordinal))
            throw new StartupException("COMANDA_AMQP must be amqp://user:password@host:port/vhost, or amqps:// for an encrypted line; "
                + "what is no letter or digit in the password is written as %XX");
        var exchange = variable("COMANDA_AMQP_EXCHANGE") is { Length: > 0 } named ? named : UsualExchange;
        if (!ExchangeName().IsMatch(exchange) || exchange.StartsWith("amq.", StringComparison.Ordinal))
            throw new StartupException(
                "COMANDA_AMQP_EXCHANGE must be up to 127 letters, digits, '.', ':', '_' or '-', and not begin with amq.");
        var encrypted = url.Scheme == "amqps";
        var (user, password) = url.UserInfo.Split(':', 2) switch
        {
            [{ Length: > 0 } name, var secret] => (name, secret),
            [{ Length: > 0 } name] => (name, ""),
            _ => ("guest", "guest"), // a new broker's own, which it lets in from its machine alone
        };
        return new(
            url.Host.Trim('[', ']'),
            url.Port > 0 ? url.Port : encrypted ? 5671 : 5672,
            url.AbsolutePath.Trim('/') is { Length: > 0 } space ? Uri.UnescapeDataString(space) : "/",
            Uri.UnescapeDataString(user),
            Uri.UnescapeDataString(password))
        {
            Encrypted = encrypted,
            Exchange = exchange,
        };
    }

    /// <summary>For logs: without who we are.</summary>
    public override string ToString() => $"RabbitMQ at {Host}:{Port}";

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ExchangeName();
}
