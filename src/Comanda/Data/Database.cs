using Npgsql;

namespace Comanda.Data;

/// <summary>Opens the database that a connection string names, with what Comanda needs of a connection.</summary>
public static class Database
{
    /// <summary>
    /// What a session is set to. Who is gone without a word (a cut line, a machine without power) holds a till's row for eight seconds, not
    /// for hours; who is there and does nothing, for a minute. And one plan of a statement does for all values: left to choose,
    /// PostgreSQL makes many anew each time (ADR 54).
    /// </summary>
    internal static readonly (string Name, string Value)[] Session =
    [
        ("idle_in_transaction_session_timeout", "60s"),
        ("tcp_keepalives_idle", "5s"),
        ("tcp_keepalives_interval", "1s"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "8s"),
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ];

    private static readonly string Options = string.Join(' ', Session.Select(s => $"-c {s.Name}={s.Value}"));

    /// <summary>A pool of connections, tried once.</summary>
    /// <param name="connectionString">In the driver's form or as an address.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="isShared">
    /// A pooler lends each transaction another session (<see cref="DirectDatabase"/>): it takes no options of a session.
    /// </param>
    /// <exception cref="StartupException">One line: the string is no connection string, or nobody answers there.</exception>
    public static async Task<NpgsqlDataSource> Open(string connectionString, CancellationToken cancel, bool isShared = false)
    {
        var settings = Read(connectionString);
        if (isShared && settings.Options == Options)
            settings.Options = null;
        var source = DatabaseHosts.Build(settings);
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            if (connection.PostgreSqlVersion.Major < 14)
                throw new StartupException($"the database is PostgreSQL {connection.PostgreSqlVersion}; Comanda needs 14 or newer");
        }
        catch (NpgsqlException failure)
        {
            await source.DisposeAsync();
            throw new StartupException("the database cannot be opened: " + Why(failure) + Hint(failure));
        }

        return source;
    }

    /// <summary>The string in the form that the driver takes, with what we need.</summary>
    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            // Several hosts with commas between are no address by the book; PostgreSQL's own programs take them.
            var (one, several) = DatabaseHosts.Split(text);
            var settings = Uri.TryCreate(one, UriKind.Absolute, out var uri) && uri.Scheme is "postgres" or "postgresql"
                ? FromUri(uri)
                : new NpgsqlConnectionStringBuilder(text);
            settings.Host = several ?? settings.Host;
            if (string.IsNullOrEmpty(settings.Host))
                throw new FormatException("it names no Host");
            settings.ApplicationName ??= "comanda";
            // PrepareStatements says which statements are prepared; the driver's own way loses their rows after some failures (ADR 25).
            settings.MaxAutoPrepare = 0;
            // Connections carry no state from one request to the next.
            settings.NoResetOnClose = true;
            // The feed and the bell keep one each for good; requests must have some besides.
            if (settings.MaxPoolSize < 5)
                throw new FormatException($"Maximum Pool Size is {settings.MaxPoolSize}, and must be at least 5");
            settings.MinPoolSize = Math.Max(settings.MinPoolSize, 2);
            // A server that is gone without a word is noticed too; how often it is asked before it counts as gone, the kernel says.
            settings.TcpKeepAlive = true;
            if (settings.TcpKeepAliveTime == 0 && settings.Host[0] is not ('/' or '@'))
                (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (3, 1);
            settings.Options ??= Options;
            DatabaseHosts.Complete(settings);
            return settings;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new StartupException("COMANDA_DATABASE (or --database) is not a connection string "
                + "(Host=…;Database=…;Username=…;Password=… or postgresql://…): " + wrong.Message);
        }
    }

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
        };
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            // libpq's spellings, as hosting providers print them.
            var value = Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : "");
            settings[pair[0] switch
            {
                "sslmode" => "SSL Mode",
                "channel_binding" => "Channel Binding",
                "host" => "Host",
                "target_session_attrs" => "Target Session Attributes",
                var other => other
            }] =
                value switch { "verify-full" => "VerifyFull", "verify-ca" => "VerifyCA", _ => value };
        }

        return settings;
    }

    /// <summary>PgBouncer refuses what only a session of one's own can be told.</summary>
    private static string Hint(NpgsqlException failure) =>
        failure is PostgresException said && said.MessageText.Contains("unsupported startup parameter", StringComparison.Ordinal)
            ? "; behind a pooler in transaction mode COMANDA_DATABASE_DIRECT has to say where the database itself is"
            : "";

    private static string Why(NpgsqlException failure) =>
        (failure is PostgresException said ? said.MessageText : failure.InnerException?.Message ?? failure.Message).ReplaceLineEndings(" ");
}
