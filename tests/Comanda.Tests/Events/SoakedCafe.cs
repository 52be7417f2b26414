using System.Diagnostics;
using Comanda.Demo;
using Comanda.Events;
using Comanda.Tests.Operations;

namespace Comanda.Tests.Events;

/// <summary>Two server processes on one private PostgreSQL and one Redis, each behind a line that can be cut.</summary>
internal sealed class SoakedCafe : IAsyncDisposable
{
    private readonly string folder;
    private readonly ServerProcess?[] processes = new ServerProcess?[2];
    private readonly int[] ports = [ServerProcess.FreePort(), ServerProcess.FreePort()];
    private readonly CuttableLine[] lines;
    private readonly ComandaClient[] sellers;
    private RedisServer redis = null!;

    private SoakedCafe()
    {
        folder = Path.Combine(Path.GetTempPath(), "comanda-soak-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder, (UnixFileMode)0b111_101_101); // PostgreSQL's own user goes through it
        lines = [new(ports[0]), new(ports[1])];
        sellers = [Client(0), Client(1)];
    }

    public static async Task<SoakedCafe> Open()
    {
        var cafe = new SoakedCafe();
        cafe.redis = await RedisServer.Start();
        await cafe.StartProcess(0);
        await cafe.StartProcess(1);
        return cafe;
    }

    public Uri Line(int n) => lines[n % 2].Address;

    public async Task<ComandaClient> Cashier()
    {
        var client = Client(0);
        await Until(() => client.SignIn("cashier", DemoCafe.Password));
        return client;
    }

    public ComandaClient Client(int n) => new(new HttpClient(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = Line(n),
        Timeout = TimeSpan.FromSeconds(20),
    });

    public Task Cut(int n)
    {
        lines[n].Cut();
        return Task.CompletedTask;
    }

    public async Task LineDown(int n, TimeSpan time)
    {
        lines[n].Down();
        await Task.Delay(time);
        lines[n].Up();
    }

    /// <summary>As the out-of-memory killer does it; the other goes on.</summary>
    public async Task KillProcess(int n)
    {
        await processes[n]!.KillHard();
        await StartProcess(n);
    }

    /// <summary>The postmaster, with all that was on its way; the servers start it again.</summary>
    public async Task KillDatabase()
    {
        var place = new DirectoryInfo(Path.Combine(folder, "postgres"));
        var pid = File.ReadLines(Path.Combine(place.LinkTarget ?? place.FullName, "main", "postmaster.pid")).First();
        using var kill = Process.Start("sh", ["-c", $"kill -QUIT {int.Parse(pid)}"]);
        await kill.WaitForExitAsync();
        await Answers.Eventually(() => Task.FromResult(!Directory.Exists("/proc/" + pid)), seconds: 20);
    }

    public async Task KillRedis()
    {
        await redis.Kill();
        await Task.Delay(500);
        await redis.StartAgain();
    }

    public async Task RedisHangs()
    {
        await redis.Pause();
        await Task.Delay(1000);
        await redis.GoOn();
    }

    /// <summary>As a till does it: with one key, until there is an answer.</summary>
    public async Task Sell(ComandaClient cashier, long item, int n)
    {
        var key = $"soak-{n}-{Guid.NewGuid():N}";
        await Until(() => ByTurns(cashier, n).PlaceOrder(new("takeaway", [new(item)], Payments: [new("card")]), key));
    }

    /// <summary>The shop's log after a seq, of what devices of the same session hear.</summary>
    public async Task<List<EventView>> Log(ComandaClient cashier, long after)
    {
        var log = new List<EventView>();
        while (true)
        {
            var page = await Until(() => ByTurns(cashier, log.Count).GetEvents(after));
            log.AddRange(page.Items.Where(e => e.Event != "user_activity"));
            after = page.LastSeq;
            if (page.NextCursor is null)
                return log;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            if (process is not null)
                await process.DisposeAsync();
        }

        foreach (var line in lines)
            await line.DisposeAsync();
        await redis.DisposeAsync();
        var place = new DirectoryInfo(Path.Combine(folder, "postgres"));
        if (place.LinkTarget is { } elsewhere)
            Directory.Delete(elsewhere, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    private ComandaClient ByTurns(ComandaClient cashier, int n)
    {
        sellers[n % 2].AccessToken = cashier.AccessToken;
        return sellers[n % 2];
    }

    private async Task StartProcess(int n) => processes[n] = await ServerProcess.Serve(
        folder, ports[n], new Dictionary<string, string?> { ["COMANDA_REDIS"] = $"127.0.0.1:{redis.Port}" });

    private static async Task<T> Until<T>(Func<Task<T>> what)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await what();
            }
            catch (Exception down) when (tries < 300 && (down is HttpRequestException or IOException or TaskCanceledException
                || (down is ComandaException refused && (refused.Status >= 500 || refused.Status is 409 or 429))))
            {
                await Task.Delay(100);
            }
        }
    }
}
