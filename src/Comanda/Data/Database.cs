using Npgsql;

namespace Comanda.Data;

/// <summary>Opens the database that a connection string names, with what Comanda needs of a connection.</summary>
public static class Database
{
    /// <summary>A pool of connections, tried once.</summary>
    /// <exception cref="StartupException">One line: the string is no connection string, or nobody answers there.</exception>
    public static async Task<NpgsqlDataSource> Open(string connectionString, CancellationToken cancel)
    {
        // Its name stands for the connection string in figures and traces.
        var builder = new NpgsqlDataSourceBuilder(Read(connectionString).ConnectionString) { Name = "comanda" };
        builder.ConfigureTracing(traces => traces.ConfigureCommandSpanNameProvider(command => SqlName.Of(command.CommandText)));
        var source = builder.Build();
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            if (connection.PostgreSqlVersion.Major < 14)
                throw new StartupException($"the database is PostgreSQL {connection.PostgreSqlVersion}; Comanda needs 14 or newer");
        }
        catch (NpgsqlException failure)
        {
            await source.DisposeAsync();
            throw new StartupException("the database cannot be opened: " + Why(failure));
        }

        return source;
    }

    /// <summary>The string in the form that the driver takes, with what we need.</summary>
    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            var settings = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "postgres" or "postgresql"
                ? FromUri(uri)
                : new NpgsqlConnectionStringBuilder(text);
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
            // A process that vanishes in the middle of a transaction must not hold a till's row for hours.
            settings.TcpKeepAlive = true;
            // One plan of a statement does for all values: left to choose, PostgreSQL makes many anew each time (ADR 54). And none is
            // compiled, which takes longer (0.1 s of a report) than any of these runs.
            settings.Options ??= "-c idle_in_transaction_session_timeout=60s -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 "
                + "-c plan_cache_mode=force_generic_plan -c jit=off";
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
                "sslmode" =>
                "SSL Mode",
                "channel_binding" => "Channel Binding",
                "host" => "Host",
                var other => other
            }] =
                value switch { "verify-full" => "VerifyFull", "verify-ca" => "VerifyCA", _ => value };
        }

        return settings;
    }

    private static string Why(NpgsqlException failure) =>
        (failure is PostgresException said ? said.MessageText : failure.InnerException?.Message ?? failure.Message).ReplaceLineEndings(" ");
}
