using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using Comanda.Data;

namespace Comanda.Events;

/// <summary>Ids that nobody guesses.</summary>
internal static class EngineIds
{
    public static string New() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
}

/// <summary>The clock of intervals, which nobody sets.</summary>
internal static class LiveClock
{
    public static long Now => Stopwatch.GetTimestamp();

    public static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}

/// <summary>
/// Every Socket.IO connection of this process, and its clock: one round over all of them a few times a second in the place of timers
/// for each.
/// </summary>
internal sealed class SocketIoServer(
    EventFeed feed,
    EventDialects dialects,
    IEventVisitors visitors,
    LiveDevices devices,
    SocketIoOptions options,
    IHostApplicationLifetime life,
    ILogger<SocketIoServer> log)
    : BackgroundService
{
    private readonly ConcurrentDictionary<string, EngineConnection> connections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> strangers = new(StringComparer.Ordinal);
    private readonly Outage outage = new(log, "letting devices in over Socket.IO");

    private int strangersInAll;

    public EventFeed Feed => feed;

    public EventDialects Dialects => dialects;

    public IEventVisitors Visitors => visitors;

    public LiveDevices Devices => devices;

    public SocketIoOptions Options => options;

    public int Count => connections.Count;

    public EngineConnection? Find(string sid) => connections.GetValueOrDefault(sid);

    public void Forget(EngineConnection connection) => connections.TryRemove(connection.Sid, out _);

    public void Note(Exception failure) => outage.Failed(failure);

    /// <summary>A new connection, which has its first packet to send; null where too many strangers are here already.</summary>
    public EngineConnection? Open(EngineVisit visit, bool canUpgrade)
    {
        if (IsCrowded(visit.Address) || life.ApplicationStopping.IsCancellationRequested)
            return null;
        var connection = new EngineConnection(this, visit, EngineIds.New());
        connection.Send([(byte)'0', .. JsonSerializer.SerializeToUtf8Bytes(new
        {
            sid = connection.Sid,
            upgrades = canUpgrade ? new[] { "websocket" } : [],
            pingInterval = (long)options.PingInterval.TotalMilliseconds,
            pingTimeout = (long)options.PingTimeout.TotalMilliseconds,
            maxPayload = options.MaxPayload,
        })]);
        connections[connection.Sid] = connection;
        return connection;
    }

    /// <summary>Lets somebody in whose token holds; or says why not.</summary>
    public async Task<(LiveSocket? Live, Refusal? Refusal)> LetIn(EngineConnection connection, SocketIoAsk asked)
    {
        if (asked.Refusal is not null)
            return (null, asked.Refusal);
        var (caller, refusal) = await visitors.Recognise(asked.Token, asked.Shop, life.ApplicationStopping);
        if (caller is null)
            return (null, refusal);
        await feed.Started.WaitAsync(life.ApplicationStopping);
        await feed.CatchUp(life.ApplicationStopping); // what happened before is no news
        outage.Works();
        return (new LiveSocket(this, connection, caller, asked), null);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var shortest = options.PingInterval < options.PingTimeout ? options.PingInterval : options.PingTimeout;
        var round = TimeSpan.FromMilliseconds(Math.Clamp(shortest.TotalMilliseconds / 10, 20, 250));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, life.ApplicationStopping);
        try
        {
            while (true)
            {
                await Task.Delay(round, stop.Token);
                var now = LiveClock.Now;
                foreach (var (_, connection) in connections)
                    connection.LookAtClock(now);
                CountStrangers();
            }
        }
        catch (OperationCanceledException)
        {
            // Without a goodbye that would keep clients away: they come back to whoever serves next.
            foreach (var (_, connection) in connections)
                connection.End(WebSocketCloseStatus.EndpointUnavailable, "the server stops");
        }
    }

    private bool IsCrowded(string address)
    {
        lock (strangers)
        {
            var here = strangers.GetValueOrDefault(address);
            if (here >= options.MostStrangers.PerAddress || strangersInAll >= options.MostStrangers.All)
                return true;
            strangers[address] = here + 1;
            strangersInAll++;
            return false;
        }
    }

    /// <summary>Counts anew those who have not said who they are: some have since, some are gone.</summary>
    private void CountStrangers()
    {
        lock (strangers)
        {
            strangers.Clear();
            strangersInAll = 0;
            foreach (var (_, connection) in connections)
            {
                if (!connection.IsStranger)
                    continue;
                strangers[connection.Visit.Address] = strangers.GetValueOrDefault(connection.Visit.Address) + 1;
                strangersInAll++;
            }
        }
    }
}
