using System.Collections.Concurrent;
using System.Reflection;
using Comanda.Client;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Identity;
using Comanda.Operations;
using Comanda.Shops;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit.v3;

[assembly: Comanda.Tests.EndsItsProcesses]
[assembly: AssemblyFixture(typeof(Comanda.Tests.CafeApp))]

namespace Comanda.Tests;

/// <summary>
/// The real server on a real PostgreSQL, once for all tests: a private cluster in a folder of its own, migrated, and one
/// process serving. Each test makes a shop for itself, so tests run side by side.
/// </summary>
public sealed class CafeApp : IAsyncLifetime
{
    private static int suffixes;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "comanda-tests-" + Guid.NewGuid().ToString("N")[..8]);
    private readonly List<WebApplication> processes = [];
    private PrivateCluster? cluster;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public string ConnectionString => cluster!.ConnectionString;

    /// <summary>The first process's address.</summary>
    public Uri Address { get; private set; } = null!;

    public WebApplication FirstProcess => processes[0];

    /// <summary>The folder of data to test with, beside the repository; null where it is not there.</summary>
    public static string? Shared { get; } = FindShared();

    public async ValueTask InitializeAsync()
    {
        Bcrypt.Cost = 4; // the real cost is for attackers, not for a thousand test sign-ins
        Directory.CreateDirectory(folder, UnixFileMode.UserRead
            | UnixFileMode.UserWrite
            | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherExecute);
        // of all tests' processes together
        cluster = await PrivateCluster.Start(folder, _ => { }, CancellationToken.None, connections: 1500);
        Database = await Data.Database.Open(cluster.ConnectionString, CancellationToken.None);
        await Migrations.Run(Database, CancellationToken.None);
        await DemoCafe.Make(Database, "", CancellationToken.None);
        Address = await StartProcess();
    }

    /// <summary>A process that ends when its test does: one that sends messages must not send another test's.</summary>
    public async Task<PassingProcess> StartPassingProcess(Func<ServeOptions, ServeOptions> choose, TimeProvider? clock = null) =>
        new(await Start(clock is null ? null : services => services.Replace(clock), choose, passing: true));

    /// <summary>A process on a database of its own in which there is no shop yet, for the length of a test.</summary>
    public async Task<PassingProcess> StartInEmptyDatabase(Func<ServeOptions, ServeOptions> choose)
    {
        var name = "empty_" + Interlocked.Increment(ref suffixes);
        await using (var command = Database.CreateCommand($"create database {name}"))
            await command.ExecuteNonQueryAsync();
        var there = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
        await using (var source = await Data.Database.Open(there, CancellationToken.None))
            await Migrations.Run(source, CancellationToken.None);
        return new(await Start(null, choose, passing: true, connection: there));
    }

    /// <summary>Another server process's worth on the same database; answers its address.</summary>
    public async Task<Uri> StartProcess(
        Action<IServiceCollection>? replace = null,
        Func<ServeOptions, ServeOptions>? choose = null,
        bool prints = false) =>
        AddressOf(await Start(replace, choose, prints: prints));

    internal static Uri AddressOf(WebApplication process) =>
        new(process.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Ends the processes that this test has started: each polls, and holds connections, for as long as it lives.</summary>
    internal static void EndOf(string test)
    {
        if (StartedBy.TryRemove(test, out var theirs))
            Ending.Add(Task.WhenAll(theirs.Select(process => End(process).AsTask())));
    }

    private static readonly ConcurrentDictionary<string, ConcurrentBag<WebApplication>> StartedBy = [];

    private static readonly ConcurrentBag<Task> Ending = [];

    private async Task<WebApplication> Start(
        Action<IServiceCollection>? replace,
        Func<ServeOptions, ServeOptions>? choose,
        bool passing = false,
        bool prints = false,
        string? connection = null)
    {
        // All tests come from one address, and many of them fail to sign in on purpose.
        var options = new ServeOptions
        {
            Port = 0,
            Listen = "127.0.0.1",
            DataFolder = folder,
            Identity = new() { FailuresPerAddress = 1_000_000, CodesPerAddress = 1_000_000 }
        };
        // Small pools that give back what they do not use: dozens of these processes share one small database.
        var size = processes.Count == 0 ? 60 : 8;
        var source = await Data.Database.Open(
            $"{connection ?? ConnectionString};Maximum Pool Size={size};Connection Idle Lifetime=10;Connection Pruning Interval=5",
            CancellationToken.None);
        var app = Program.Build(source, choose is null ? options : choose(options), services =>
        {
            services.Configure<LoggerFilterOptions>(log =>
            {
                log.MinLevel = LogLevel.Error; // some tests make warnings on purpose
                log.AddFilter(typeof(Failures).FullName, LogLevel.Warning); // but what answered 503 here should not have
            });
            // One that ends with its test would leave other tests' papers half printed.
            if (processes.Count > 0 && !prints)
                services.Remove(services.Single(s => s.ImplementationType == typeof(global::Comanda.Printing.DrivePrinters)));
            replace?.Invoke(services);
        });
        await app.Services.GetRequiredService<Tokens>().LoadKeys(CancellationToken.None);
        await app.StartAsync();
        if (passing)
            return app;
        if (processes.Count > 0 && TestContext.Current.Test is { } test)
            StartedBy.GetOrAdd(test.UniqueID, _ => []).Add(app);
        else
            processes.Add(app);

        return app;
    }

    /// <summary>
    /// A demo cafe of the test's own, with settings of its own. Its day neither begins nor ends while the test runs, nor within the hour
    /// before: in the hours beside midnight by UTC it lies where it is evening or morning of the same day.
    /// </summary>
    public async Task<TestShop> NewShop(params (string Key, string Value)[] settings)
    {
        var suffix = "-" + Interlocked.Increment(ref suffixes);
        var id = await DemoCafe.Make(Database, suffix, CancellationToken.None);
        await using var connection = await Database.OpenConnectionAsync();
        var zone = DateTime.UtcNow.Hour switch
        {
            23 => "Etc/GMT+6", // 17 o'clock
            0 => "Etc/GMT-6", // 6 o'clock
            _ => "UTC",
        };
        foreach (var (key, value) in settings.Prepend(("time_zone", zone)))
            await ChangeSettings.Store(connection, id, key, value, CancellationToken.None);
        return new TestShop(this, id, suffix);
    }

    public ComandaClient Client(Uri? at = null) =>
        new(new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = at ?? Address,
            Timeout = TimeSpan.FromSeconds(60)
        });

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Ending);
        await Task.WhenAll(processes.Select(process => End(process).AsTask()));
        await Database.DisposeAsync();
        await cluster!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal static async ValueTask End(WebApplication process)
    {
        await process.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        var source = process.Services.GetRequiredService<NpgsqlDataSource>();
        await process.DisposeAsync();
        await source.DisposeAsync();
    }

    private static string? FindShared()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var shared = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(shared))
                return shared;
        }

        return null;
    }
}

/// <summary>After each test: what it started ends with it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EndsItsProcessesAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => CafeApp.EndOf(test.UniqueID);
}

/// <summary>A server for the length of one test.</summary>
public sealed class PassingProcess(WebApplication process) : IAsyncDisposable
{
    public Uri Address { get; } = CafeApp.AddressOf(process);

    public IServiceProvider Services => process.Services;

    public ValueTask DisposeAsync() => CafeApp.End(process);
}

/// <summary>One test's cafe.</summary>
public sealed class TestShop(CafeApp app, long id, string suffix)
{
    public long Id => id;

    public string TillToken => DemoCafe.TillToken + suffix;

    /// <summary>A client that is signed in as one of the demo cafe's people: owner, admin, manager, cashier, barista, trainee.</summary>
    public async Task<ComandaClient> As(string username, Uri? at = null)
    {
        var client = app.Client(at);
        await client.SignIn(username + suffix, DemoCafe.Password);
        return client;
    }

    public string Username(string username) => username + suffix;

    /// <summary>The menu item with this name.</summary>
    public async Task<MenuItemView> Item(string name)
    {
        var client = app.Client();
        client.Http.DefaultRequestHeaders.Add("X-Shop-Id", id.ToString());
        return (await client.GetMenu()).Items.First(i => i.Name == name);
    }
}
