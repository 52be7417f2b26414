using System.Diagnostics;
using Npgsql;

namespace Comanda.Tests;

/// <summary>Debian's pgbouncer before the tests' database, for the length of one test.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-pgbouncer-").FullName;
    private readonly int port = Operations.ServerProcess.FreePort();
    private Process process = null!;

    private PgBouncer()
    {
    }

    /// <summary>In transaction mode, with so few sessions that those who ask share them.</summary>
    public static Task<PgBouncer> Start(CafeApp app, int sessions) =>
        Start(app, $"pool_mode = transaction\ndefault_pool_size = {sessions}");

    /// <summary>As a mere line to the database, which can be cut: to each who asks a session of their own.</summary>
    public static Task<PgBouncer> StartAsLine(CafeApp app) =>
        Start(app, "pool_mode = session\ndefault_pool_size = 200\nignore_startup_parameters = options");

    private static async Task<PgBouncer> Start(CafeApp app, string mode)
    {
        var bouncer = new PgBouncer();
        var sockets = new NpgsqlConnectionStringBuilder(app.ConnectionString).Host;
        await File.WriteAllTextAsync(Path.Combine(bouncer.folder, "users"), "\"comanda\" \"\"\n");
        await File.WriteAllTextAsync(
            Path.Combine(bouncer.folder, "pgbouncer.ini"),
            $"""
            [databases]
            * = host={sockets}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {bouncer.port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {bouncer.folder}/users
            {mode}
            max_client_conn = 500
            """);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(bouncer.folder, (UnixFileMode)0b111_101_101);
        await bouncer.StartAgain();
        return bouncer;
    }

    public string Host => $"127.0.0.1:{port}";

    public string ConnectionTo(string database) => $"Host={Host};Username=comanda;Database={database}";

    public async Task StartAgain()
    {
        string[] it = ["pgbouncer", Path.Combine(folder, "pgbouncer.ini")];
        // It refuses to run as root, and the private cluster's socket is the user's who runs that.
        string[] asUser = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--", .. it]
            : it;
        process = Process.Start(new ProcessStartInfo(asUser[0], asUser[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin" },
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Answers.Eventually(async () =>
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(ConnectionTo("postgres") + ";Pooling=false");
                await using var connection = await source.OpenConnectionAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
