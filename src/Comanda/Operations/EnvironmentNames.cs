using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// The environment as the five documents name it: where a variable of ours is not set, theirs is read. So a deployment that has their
/// <c>.env</c> starts as it is.
/// </summary>
public static class EnvironmentNames
{
    /// <summary>A variable's name with this names the file that its value lies in.</summary>
    private const string FileSuffix = "_FILE";

    /// <summary>Ours, and what the documents call it.</summary>
    private static readonly Dictionary<string, string> Theirs = new(StringComparer.Ordinal)
    {
        ["COMANDA_PORT"] = "PORT",
        ["COMANDA_DATABASE"] = "DATABASE_URL",
        ["COMANDA_DATABASE_DIRECT"] = "DIRECT_URL",
        ["COMANDA_ENVIRONMENT"] = "NODE_ENV",
        ["COMANDA_CORS_ORIGINS"] = "CORS_ORIGINS",
        ["COMANDA_JWT_SECRET"] = "JWT_SECRET",
        ["COMANDA_S3_BUCKET"] = "AWS_S3_BUCKET",
        ["COMANDA_S3_REGION"] = "AWS_REGION",
        ["COMANDA_S3_ACCESS_KEY"] = "AWS_ACCESS_KEY_ID",
        ["COMANDA_S3_SECRET_KEY"] = "AWS_SECRET_ACCESS_KEY",
        ["COMANDA_STRIPE_SECRET_KEY"] = "STRIPE_SECRET_KEY",
        ["COMANDA_STRIPE_WEBHOOK_SECRET"] = "STRIPE_WEBHOOK_SECRET",
        ["COMANDA_REDIS"] = "REDIS_URL",
        ["COMANDA_SENTRY_DSN"] = "SENTRY_DSN",
        ["COMANDA_OTLP_ENDPOINT"] = "OTEL_EXPORTER_OTLP_ENDPOINT",
        ["COMANDA_SMTP_HOST"] = "SMTP_SERVER",
        ["COMANDA_SMTP_PORT"] = "SMTP_PORT",
        ["COMANDA_SMTP_USERNAME"] = "SMTP_USERNAME",
        ["COMANDA_SMTP_PASSWORD"] = "SMTP_PASSWORD",
    };

    /// <summary>A variable of ours, of this process.</summary>
    public static string? Variable(string name) => Read(name, Environment.GetEnvironmentVariable);

    /// <summary>
    /// A variable of ours in an environment; what is empty is not set. Any of them may lie in a file instead, which the same name with
    /// _FILE names: a secret that is mounted there is in no process's environment, and in no list of processes.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read, or both are set.</exception>
    public static string? Read(string name, Func<string, string?> environment) => environment(name) switch
    {
        { Length: > 0 } ours when environment(name + FileSuffix) is not { Length: > 0 } => ours,
        _ when environment(name + FileSuffix) is { Length: > 0 } file => FromFile(name, file, environment),
        _ when Theirs.TryGetValue(name, out var theirs) && environment(theirs) is { Length: > 0 } said => Ours(name, said),
        _ when name == "COMANDA_DATABASE" => FromParts(environment),
        // Document 3 gives no sender: mails come from the mailbox that sends them.
        _ when name == "COMANDA_SMTP_FROM" => environment("SMTP_USERNAME"),
        _ => null,
    };

    private static string? FromFile(string name, string file, Func<string, string?> environment)
    {
        if (environment(name) is { Length: > 0 })
            throw new StartupException($"{name} and {name}{FileSuffix} are both set; only one of them can hold");
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n') is { Length: > 0 } text ? text : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartupException($"{name}{FileSuffix}: {failure.Message}");
        }
    }

    /// <summary>Node's words for where it runs: only production is one of ours.</summary>
    private static string Ours(string name, string said) =>
        name == "COMANDA_ENVIRONMENT" && said != "production" ? "development" : said;

    /// <summary>
    /// Document 3's POSTGRES_HOST, _PORT, _DB, _USER and _PASSWORD. Those of a database image alone, without a host, name none.
    /// </summary>
    private static string? FromParts(Func<string, string?> environment)
    {
        if (environment("POSTGRES_HOST") is not { Length: > 0 } host)
            return null;
        var parts = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Database = environment("POSTGRES_DB"),
            Username = environment("POSTGRES_USER"),
            Password = environment("POSTGRES_PASSWORD"),
        };
        if (int.TryParse(environment("POSTGRES_PORT"), out var port))
            parts.Port = port;
        return parts.ConnectionString;
    }
}
