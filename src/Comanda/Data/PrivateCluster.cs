using Npgsql;

namespace Comanda.Data;

/// <summary>
/// Comanda's own PostgreSQL: a cluster under the data folder, reached by a unix socket only, started with the first
/// process that uses the folder and stopped with the last. Started as root, it runs as the ordinary user "postgres".
/// A cluster that a killed process left running is taken over; one that crashed recovers as PostgreSQL does.
/// </summary>
public sealed class PrivateCluster : IAsyncDisposable
{
    private readonly string binaries;
    private readonly string folder;
    private readonly string home;
    private readonly int connections;
    private string sockets = "";
    private FileStream? presence;

    private PrivateCluster(string binaries, string folder, string home, int connections)
    {
        this.connections = connections;
        this.binaries = binaries;
        this.folder = folder;
        this.home = home;
    }

    public string ConnectionString => $"Host={sockets};Database=comanda;Username=comanda";

    /// <summary>The folder of the socket, for tools such as psql (<c>psql -h FOLDER -U comanda comanda</c>).</summary>
    public string SocketFolder => sockets;

    private string LockFile => Path.Combine(home, "in-use.lock");

    private string TurnFile => Path.Combine(home, "starting.lock");

    private string PidFile => Path.Combine(folder, "postmaster.pid");

    /// <summary>
    /// The folder of PostgreSQL's programs: COMANDA_POSTGRES_BIN, else those of the version that made the cluster, else the
    /// newest installed; null where there are none.
    /// </summary>
    public static string? FindBinaries(string? madeWith = null)
    {
        if (Environment.GetEnvironmentVariable("COMANDA_POSTGRES_BIN") is { Length: > 0 } given)
            return File.Exists(Path.Combine(given, "initdb")) ? given : null;
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var candidates = versions
            .OrderByDescending(v => Path.GetFileName(v) == madeWith)
            .ThenByDescending(v => int.TryParse(Path.GetFileName(v), out var n) ? n : 0)
            .Select(v => Path.Combine(v, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
        return candidates.FirstOrDefault(c => File.Exists(Path.Combine(c, "initdb")) && File.Exists(Path.Combine(c, "pg_ctl")));
    }

    /// <summary>Starts the cluster of a data folder, or joins it where it runs already. Says what takes long.
    /// <paramref name="connections"/> is how many it takes at once: two processes with pools of 100 each, unless told otherwise.</summary>
    /// <exception cref="StartupException">One line for the operator: what is missing or wrong.</exception>
    public static async Task<PrivateCluster> Start(string dataFolder, Action<string> say, CancellationToken cancel, int connections = 200)
    {
        _ = FindBinaries()
            ?? throw new StartupException("PostgreSQL is not installed here (no initdb): apt-get install postgresql, or set "
                + "COMANDA_DATABASE to use a server of yours.");
        Directory.CreateDirectory(dataFolder);
        var home = Path.GetFullPath(dataFolder);
        await using var turn = await TakeTurn(Path.Combine(home, "starting.lock"), cancel);
        var folder = Path.Combine(await ClusterPlace.Of(home, say, cancel), "main");
        var version = Path.Combine(folder, "PG_VERSION");
        var binaries = FindBinaries(File.Exists(version) ? (await File.ReadAllTextAsync(version, cancel)).Trim() : null)!;
        var cluster = new PrivateCluster(binaries, folder, home, connections);
        if (!File.Exists(version))
            await cluster.Create(say, cancel);
        cluster.presence = new FileStream(cluster.LockFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
        await cluster.StartOrJoin(cancel);
        return cluster;
    }

    /// <summary>Starts the cluster again when its server dies while this process lives; ends with the process.</summary>
    public async Task KeepRunning(Action<string> say, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
                if (IsAlive())
                    continue;
                await using var turn = await TakeTurn(TurnFile, cancel);
                if (IsAlive() || presence is null)
                    continue;
                say("the private PostgreSQL has died; starting it again");
                try
                {
                    await StartOrJoin(cancel);
                }
                catch (Exception failure) when (failure is StartupException or NpgsqlException)
                {
                    say("it did not start: " + failure.Message + "; trying again");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopping
        }
    }

    /// <summary>Leaves the cluster; the last to leave stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (presence is null)
            return;
        // In turn with those who start: nobody joins a cluster that is being stopped.
        await using var turn = await TakeTurn(TurnFile, CancellationToken.None);
        await presence.DisposeAsync();
        presence = null;
        FileStream alone;
        try
        {
            alone = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return; // another process uses it
        }

        await using (alone)
        {
            await ServiceUser.Run(Path.Combine(binaries, "pg_ctl"), ["-D", folder, "-m", "fast", "-w", "stop"], CancellationToken.None);
            if (sockets != folder && Directory.Exists(sockets) && !Directory.EnumerateFileSystemEntries(sockets).Any())
                Directory.Delete(sockets);
        }
    }

    private async Task StartOrJoin(CancellationToken cancel)
    {
        var status = await ServiceUser.Run(Path.Combine(binaries, "pg_ctl"), ["-D", folder, "status"], cancel);
        if (status.Exit != 0)
        {
            sockets = ClusterPlace.SocketsOf(folder);
            await WriteConfiguration(cancel);
            var log = Path.Combine(folder, "server.log");
            var start = await ServiceUser.Run(
                Path.Combine(binaries, "pg_ctl"),
                ["-D", folder, "-l", log, "-w", "-t", "120", "start"],
                cancel);
            if (start.Exit != 0)
                throw new StartupException($"the private PostgreSQL did not start; its own words are in {log}");
        }

        // Where the running server's socket is, its own file says: whoever started it may have had another environment.
        sockets = (await File.ReadAllLinesAsync(PidFile, cancel))[4];
        await using var maintenance = NpgsqlDataSource.Create($"Host={sockets};Database=postgres;Username=comanda;Pooling=false");
        await using var exists = maintenance.CreateCommand("select 1 from pg_database where datname = 'comanda'");
        if (await exists.ExecuteScalarAsync(cancel) is null)
        {
            await using var create = maintenance.CreateCommand("create database comanda");
            await create.ExecuteNonQueryAsync(cancel);
        }
    }

    private bool IsAlive()
    {
        try
        {
            return Directory.Exists("/proc/" + File.ReadLines(PidFile).First().Trim());
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Makes the cluster beside its place and moves it there when whole: a half-made one is never taken for one.</summary>
    private async Task Create(Action<string> say, CancellationToken cancel)
    {
        say("making a private PostgreSQL cluster in " + folder);
        var draft = folder + ".draft";
        await ServiceUser.Run("rm", ["-rf", draft], cancel);
        var made = await ServiceUser.Run(
            Path.Combine(binaries, "initdb"),
            ["-D", draft, "-U", "comanda", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"],
            cancel);
        if (made.Exit != 0)
            throw new StartupException("the private PostgreSQL cluster could not be made: " + LastLine(made.Output));
        var moved = await ServiceUser.Run("mv", ["-T", draft, folder], cancel);
        if (moved.Exit != 0)
            throw new StartupException("the private PostgreSQL cluster could not be put in place: " + LastLine(moved.Output));
    }

    private async Task WriteConfiguration(CancellationToken cancel)
    {
        var settings = $"""
            # Written by Comanda at each start; put settings of your own into own.conf beside this file.
            listen_addresses = ''
            unix_socket_directories = '{sockets}'
            unix_socket_permissions = 0700
            max_connections = {connections}
            jit = off
            random_page_cost = 1.1
            max_wal_size = 2GB
            checkpoint_timeout = 15min
            log_min_messages = warning
            log_min_error_statement = panic
            timezone = 'UTC'
            include_if_exists = 'own.conf'
            """;
        var written = await ServiceUser.Run(
            "sh",
            [
                "-c",
                "cd \"$1\" && printf '%s\\n' \"$2\" > comanda.conf && { grep -q comanda.conf postgresql.conf || echo \"include = "
                    + "'comanda.conf'\" >> postgresql.conf; }",
                "sh",
                folder,
                settings
            ],
            cancel);
        if (written.Exit != 0)
            throw new StartupException("the private PostgreSQL cluster's settings could not be written: " + LastLine(written.Output));
    }

    private static async Task<FileStream> TakeTurn(string file, CancellationToken cancel)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 600)
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private static string LastLine(string output) => output.Trim().Split('\n')[^1];
}
