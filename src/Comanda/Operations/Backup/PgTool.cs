using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>Runs pg_dump and pg_restore on a database, with bytes in or out.</summary>
internal static class PgTool
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">pg_dump or pg_restore.</param>
    /// <param name="database">Whom it works on; the password goes by the environment: everybody reads a command line.</param>
    /// <param name="arguments">All but those of the connection.</param>
    /// <param name="through">Takes or gives its bytes; ends its input where it gave some.</param>
    /// <param name="cancel">Ends the program.</param>
    /// <exception cref="StartupException">It is not there, or failed; with its last words.</exception>
    public static async Task Run(
        string name,
        NpgsqlConnectionStringBuilder database,
        string[] arguments,
        Func<Process, Task> through,
        CancellationToken cancel)
    {
        var folder = PrivateCluster.FindBinaries();
        var program = folder is not null && File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : name;
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in Connection(database))
            start.Environment[variable] = value;
        using var process = Started(start, name);
        try
        {
            var words = process.StandardError.ReadToEndAsync(cancel);
            Exception? broken = null;
            try
            {
                await through(process);
            }
            catch (IOException pipe)
            {
                broken = pipe; // it has ended before it had all: its own words say why
            }

            process.StandardInput.Close();
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0 || broken is not null)
                throw new StartupException($"{name} failed: {LastLine(await words)}{(broken is null ? "" : $" ({broken.Message})")}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>libpq's own names.</summary>
    private static IEnumerable<(string Name, string? Value)> Connection(NpgsqlConnectionStringBuilder database)
    {
        yield return ("PGHOST", database.Host);
        yield return ("PGPORT", database.Port.ToString(CultureInfo.InvariantCulture));
        yield return ("PGDATABASE", database.Database);
        yield return ("PGUSER", database.Username);
        yield return ("PGPASSWORD", database.Password);
        yield return ("PGSSLMODE", database.SslMode switch
        {
            SslMode.Disable => "disable",
            SslMode.Require => "require",
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => "prefer",
        });
        yield return ("PGSSLROOTCERT", database.RootCertificate);
        yield return ("LC_ALL", "C.UTF-8");
    }

    private static Process Started(ProcessStartInfo start, string name)
    {
        try
        {
            return Process.Start(start) ?? throw new StartupException($"{name} could not be started");
        }
        catch (Win32Exception)
        {
            throw new StartupException(
                $"{name} is not installed here: apt-get install postgresql-client, of the server's version or newer");
        }
    }

    private static string LastLine(string words) =>
        words.Trim() is { Length: > 0 } said ? said.Split('\n')[^1] : "it said nothing";
}
