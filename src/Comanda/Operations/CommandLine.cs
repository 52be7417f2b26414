using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Identity;
using Comanda.Imports;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda &lt;verb&gt;: serve (also without a verb), migrate, normalise, open-shop, seed, verify, rebuild reports, consumers, rotate-keys,
/// backup, restore, health, import, export. Exit codes: 0 done, 1 could not (one line says why), 2 done but some rows were set aside, or a
/// journal does not hold.
/// </summary>
public static class CommandLine
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder of the private database (COMANDA_DATA)",
        DefaultValueFactory = _ => EnvironmentNames.Variable("COMANDA_DATA") is { Length: > 0 } folder ? folder : "data",
        Recursive = true,
    };

    private static readonly Option<string?> DatabaseOption = new("--database")
    {
        Description = "A PostgreSQL of yours instead of the private one (COMANDA_DATABASE)",
        DefaultValueFactory = _ => EnvironmentNames.Variable("COMANDA_DATABASE"),
        Recursive = true,
    };

    public static async Task<int> Run(string[] args)
    {
        var port = new Option<int>("--port")
        {
            Description = "Port to serve at (COMANDA_PORT)",
            DefaultValueFactory = _ => PortFromEnvironment()
        };
        var listen = new Option<string>("--listen")
        {
            Description = "localhost, * for every interface, or an address",
            DefaultValueFactory = _ => "localhost"
        };
        var noDemo = new Option<bool>("--no-demo") { Description = "Do not make the demo cafe in an empty database" };
        var root = new RootCommand("Comanda runs a cafe: till, kitchen, menu, stock, guests, payments, reports.")
        {
            Data,
            DatabaseOption,
            port,
            listen,
            noDemo
        };
        Func<ParseResult, CancellationToken, Task<int>> serve = (parsed, cancel) => Serve(
            new ServeOptions
            {
                Port = parsed.GetValue(port),
                Listen = parsed.GetValue(listen)!,
                DataFolder = parsed.GetValue(Data)!,
                Database = parsed.GetValue(DatabaseOption),
                DirectDatabase = Direct(parsed),
                Demo = !parsed.GetValue(noDemo),
            }.WithEnvironment(EnvironmentNames.Variable),
            cancel);
        root.SetAction((parsed, cancel) => Guarded(() => serve(parsed, cancel)));
        var serveVerb = new Command("serve", "Serves (the same as no verb).") { port, listen, noDemo };
        serveVerb.SetAction((parsed, cancel) => Guarded(() => serve(parsed, cancel)));
        root.Subcommands.Add(serveVerb);

        var migrate = new Command("migrate", "Brings the database's schema up to date.");
        migrate.SetAction((parsed, cancel) => Guarded(() => WithDatabase(parsed, (_, ran) =>
        {
            Console.WriteLine(ran == 0 ? "The schema is up to date." : $"Ran {ran} migration(s).");
            return Task.FromResult(0);
        }, cancel)));
        root.Subcommands.Add(migrate);
        root.Subcommands.Add(NormaliseVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(OpenShopVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(SeedVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(ConsumersVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(VerifyVerb.Make(
            (parsed, work, cancel) => WithUntouchedDatabase(parsed, (database, _) => work(database), cancel),
            Guarded));
        root.Subcommands.Add(RebuildVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(HealthVerb.Make(PortFromEnvironment));
        root.Subcommands.Add(RotateKeysVerb.Make(WithDatabase, Guarded));
        foreach (var verb in BackupVerbs.Make(WithUntouchedDatabase, parsed => parsed.GetValue(Data)!, Guarded))
            root.Subcommands.Add(verb);
        root.Subcommands.Add(ImportVerb.Make(WithDatabase, Guarded));
        root.Subcommands.Add(ExportVerb.Make(WithDatabase, Guarded));
        // Serving ends by the host's own handling of Ctrl-C; every other verb is cancelled by it.
        var parsedArgs = root.Parse(args);
        var serves = parsedArgs.CommandResult.Command == root || parsedArgs.CommandResult.Command == serveVerb;
        return await parsedArgs.InvokeAsync(new InvocationConfiguration
        {
            ProcessTerminationTimeout = serves ? null : TimeSpan.FromSeconds(30)
        });
    }

    /// <summary>A failure to start is one clear line and exit code 1; a bug keeps its stack trace.</summary>
    private static async Task<int> Guarded(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (StartupException failure)
        {
            await Console.Error.WriteLineAsync("comanda: " + failure.Message);
            return 1;
        }
        catch (UnauthorizedAccessException failure)
        {
            await Console.Error.WriteLineAsync($"comanda: {failure.Message} It belongs to another user, perhaps from a start as root.");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("comanda: stopped; what was not finished was not written");
            return 1;
        }
    }

    private static async Task<int> Serve(ServeOptions options, CancellationToken cancel)
    {
        CheckPort(options);
        // Both take as long, and each waits for a good part of it: the server is put together while PostgreSQL starts.
        (NpgsqlDataSource Shared, DirectDatabase Direct, NpgsqlDataSource Replica)? database = null;
        var putTogether = Task.Run(
            () => Program.PutTogether(options, services => services
                .AddSingleton(_ => database!.Value.Shared)
                .AddSingleton(_ => database!.Value.Direct)
                .AddKeyedSingleton(Replica.Key, (_, _) => database!.Value.Replica)),
            CancellationToken.None
        );
        await using var opened = await OpenedDatabase.Open(
            options.DataFolder,
            options.Database,
            options.DirectDatabase,
            cancel);
        await using var replica = options.Replica is { } second ? await Database.Open(second, cancel) : null;
        await Migrations.Run(opened.Direct, cancel);
        if (options.Demo && !options.Production && await DemoCafe.IsWanted(opened.Source, cancel))
        {
            Console.WriteLine("making the demo cafe");
            await DemoCafe.Make(opened.Source, "", cancel, withStock: true);
        }

        await CheckSecrets(opened.Source, options, cancel);
        database = (opened.Source, new(opened.Direct), replica ?? opened.Source);
        await using var app = await putTogether;
        Program.KeepSnapshots(app);
        await app.Services.GetRequiredService<Tokens>().LoadKeys(cancel);
        await app.Services.GetRequiredService<Uuids>().Ready(cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw PortTaken(options.Port);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new StartupException($"cannot listen at {options.Listen}, port {options.Port}: {failure.Message}");
        }

        await SayHello(options, opened, cancel);
        await SaySetup(options, app.Services.GetRequiredService<SetupDoor>(), cancel);
        Console.WriteLine("Ctrl-C stops it.");
        var life = app.Services.GetRequiredService<IHostApplicationLifetime>();
        var watching = opened.Cluster?.KeepRunning(Console.WriteLine, life.ApplicationStopping) ?? Task.CompletedTask;
        await app.WaitForShutdownAsync(cancel);
        await watching;
        return 0;
    }

    /// <summary>Production does not start while anybody could come in by what the README says.</summary>
    private static async Task CheckSecrets(NpgsqlDataSource database, ServeOptions options, CancellationToken cancel)
    {
        if (options.Production && await DemoCafe.OpenDoors(database, cancel) is { Count: > 0 } open)
            throw new StartupException($"production does not start with demo secrets: {string.Join(
                "; ",
                open)}. Change these passwords, deactivate these accounts, revoke that device; or start on another database.");
    }

    private static async Task SayHello(ServeOptions options, OpenedDatabase opened, CancellationToken cancel)
    {
        var address = $"http://localhost:{options.Port}";
        Console.WriteLine($"Comanda {FrontPage.Version} serves at {address}");
        Console.WriteLine($"  API reference  {address}/swagger");
        Console.WriteLine($"  live events    ws://localhost:{options.Port}/ws");
        Console.WriteLine($"  time zones     {TimeZoneData.Version}");
        if (opened.Cluster is { } cluster)
            Console.WriteLine($"  database       psql -h {cluster.SocketFolder} -U comanda comanda");
        if (!options.Production && await opened.Source.Scalar(
            "select exists (select 1 from users where active and username = 'cashier' and email = 'cashier@demo.example')",
            cancel) is true)
        {
            Console.WriteLine($"  demo sign-ins  {string.Join(
                ", ",
                DemoCafe.Staff.Select(s => s.Username))}; password {DemoCafe.Password}; device token {DemoCafe.TillToken}");
            if (options.Listen != "localhost" && (await DemoCafe.OpenDoors(opened.Source, cancel)).Count > 0)
                Console.WriteLine("  warning        everybody in this network can sign in by the demo's secrets; "
                    + "COMANDA_ENVIRONMENT=production refuses them");
        }

        if (options.Smtp is not null && options.Identity.PublicUrl.IsLoopback)
            Console.WriteLine("  note           COMANDA_PUBLIC_URL is not set: links in mails lead to " + options.Identity.PublicUrl);
        if (await opened.Source.Scalar("select exists (select 1 from upkeep)", cancel) is true)
            Console.WriteLine("  note           phones or search words are as an older version wrote them: run 'comanda normalise' once");
        foreach (var (channel, sender) in new[] { ("mail", (object?)options.Smtp), ("short messages", options.Twilio) })
        {
            if (sender is null && options.Production)
                Console.WriteLine($"  note           {channel} is not configured: messages stay in /api/outbox");
        }
    }

    private static async Task SaySetup(ServeOptions options, SetupDoor door, CancellationToken cancel)
    {
        if (!await door.IsOpen(cancel))
            return;
        Console.WriteLine($"  set-up         http://localhost:{options.Port}{SetupEndpoints.Page} opens the first shop, in a browser");
        Console.WriteLine($"  set-up code    {door.Code} (asked for from other machines and through a proxy)");
    }

    /// <summary>Where the database itself is, unless the command line names another one. What is done once needs no pooler.</summary>
    private static string? Direct(ParseResult parsed) =>
        parsed.GetResult(DatabaseOption) is { Implicit: false } ? null : EnvironmentNames.Variable("COMANDA_DATABASE_DIRECT");

    private static async Task<int> WithDatabase(ParseResult parsed, Func<NpgsqlDataSource, int, Task<int>> work, CancellationToken cancel)
    {
        await using var opened = await OpenedDatabase.Open(
            parsed.GetValue(Data)!,
            Direct(parsed) ?? parsed.GetValue(DatabaseOption),
            null,
            cancel);
        return await work(opened.Source, await Migrations.Run(opened.Source, cancel));
    }

    private static async Task<int> WithUntouchedDatabase(
        ParseResult parsed,
        Func<NpgsqlDataSource, string, Task<int>> work,
        CancellationToken cancel)
    {
        await using var opened = await OpenedDatabase.Open(
            parsed.GetValue(Data)!,
            Direct(parsed) ?? parsed.GetValue(DatabaseOption),
            null,
            cancel);
        return await work(opened.Source, opened.Connection);
    }

    /// <summary>Looks before a cluster is started for nothing.</summary>
    private static void CheckPort(ServeOptions options)
    {
        if (options.Port is < 1 or > 65535)
            throw new StartupException($"--port {options.Port} is no port; give one from 1 to 65535");
        if (options.Listen is not ("localhost" or "*") && !IPAddress.TryParse(options.Listen, out _))
            throw new StartupException($"--listen {options.Listen} is neither localhost, * nor an IP address");
        foreach (var port in options.Tls is { } tls ? [options.Port, tls.Port] : new[] { options.Port })
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
            }
            catch (SocketException failure)
            {
                throw failure.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? PortTaken(port)
                    : new StartupException($"port {port} cannot be used: {failure.Message}");
            }
        }
    }

    private static StartupException PortTaken(int port) => new($"port {port} is in use; stop what uses it, or give another with --port");

    /// <summary>What is no number becomes 0, which no port is: the check says so.</summary>
    private static int PortFromEnvironment() => EnvironmentNames.Variable("COMANDA_PORT") is { Length: > 0 } text
        ? int.TryParse(text, out var port) ? port : 0
        : 8080;
}
