using System.Collections.Concurrent;
using Comanda.Data;
using Npgsql;

namespace Comanda.Events;

/// <summary>Somebody who follows events just now.</summary>
internal sealed record LiveDevice(Guid Id, Caller Caller, string? Screen, LiveDoor Door, DateTimeOffset Since)
{
    public const int LongestScreen = 100;

    /// <summary>What is wrong with the name of a screen.</summary>
    public static Refusal? Check(string? screen) =>
        screen is null || (screen.Length <= LongestScreen && PlainText.Is(screen, TextKind.Line))
            ? null
            : Refusal.OfField("screen", $"must be one line of at most {LongestScreen} characters");
}

/// <summary>
/// Who follows events, and where: rows that any process can read, and the event <c>user_activity</c> when somebody comes or goes. No
/// connection waits for it: what changes is written a few times a second, in one piece. Who is away for a moment, as everybody is while a
/// process restarts, has not gone.
/// </summary>
public sealed class LiveDevices(NpgsqlDataSource database, EventBell bell, TimeProvider clock, ILogger<LiveDevices> log) : BackgroundService
{
    /// <summary>A process that has not been heard of for so long is gone, and those who were there with it.</summary>
    private const string Gone = "interval '60 seconds'";

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(300), Beat = TimeSpan.FromSeconds(10);

    private readonly Guid process = Guid.NewGuid();
    private readonly ConcurrentDictionary<Guid, LiveDevice> here = [];
    private readonly ConcurrentQueue<LiveDevice> came = [];
    private readonly ConcurrentQueue<(Guid Id, DateTimeOffset At)> went = [];

    /// <summary>How long somebody may be away before it is said that they have gone.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Somebody is there, until disposed. Of guests nothing is kept.</summary>
    public IDisposable Enter(Caller caller, string? screen, LiveDoor door)
    {
        if (caller.IsCustomer)
            return Nobody.Is;
        var device = new LiveDevice(Guid.NewGuid(), caller, string.IsNullOrWhiteSpace(screen) ? null : screen, door, clock.GetUtcNow());
        here[device.Id] = device;
        came.Enqueue(device);
        return new Presence(this, device.Id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "telling who follows events");
        var lastBeat = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                await Task.Delay(Round, stoppingToken);
                try
                {
                    if (clock.GetUtcNow() - lastBeat >= Beat)
                    {
                        await TellThatWeLive(stoppingToken);
                        lastBeat = clock.GetUtcNow();
                    }

                    await WriteChanges(stoppingToken);
                    outage.Works();
                }
                catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
                {
                    outage.Failed(failure);
                    lastBeat = DateTimeOffset.MinValue;
                    await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await TellThatWeStop();
        }
    }

    /// <summary>Where we were taken for dead meanwhile, everybody here is written anew. And who is dead takes theirs along.</summary>
    private async Task TellThatWeLive(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await connection.Execute("update live_processes set seen_at = now() where id = $1", cancel, process) == 0)
        {
            await connection.Execute("insert into live_processes (id, seen_at) values ($1, now())", cancel, process);
            foreach (var device in here.Values)
                came.Enqueue(device);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute($"delete from live_processes where seen_at < now() - {Gone}", cancel);
        var gone = await connection.Execute(Leaving("not exists (select 1 from live_processes p where p.id = d.process_id)"), cancel);
        await transaction.CommitAsync(cancel);
        if (gone > 0)
            bell.Ring();
    }

    /// <summary>Those who were here have a moment to be elsewhere before they are said to have gone.</summary>
    private async Task TellThatWeStop()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await using var connection = await database.OpenConnectionAsync(patience.Token);
            await connection.Execute(
                $"update live_processes set seen_at = now() - {Gone} + interval '10 seconds' where id = $1", patience.Token, process);
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            log.LogDebug(failure, "could not say that we stop; it will be noticed");
        }
    }

    private async Task WriteChanges(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (arrivals, departures) = (new List<LiveDevice>(), new List<Guid>());
        while (came.TryDequeue(out var device))
        {
            if (here.ContainsKey(device.Id))
                arrivals.Add(device);
        }

        while (went.TryPeek(out var next) && next.At + Grace <= now && went.TryDequeue(out next))
            departures.Add(next.Id);
        if (arrivals.Count == 0 && departures.Count == 0)
            return;
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var written = arrivals.Count == 0 ? 0 : await Arrive(connection, arrivals, cancel);
            if (departures.Count > 0)
                written += await connection.Execute(Leaving("d.id = any($1)"), cancel, departures.ToArray());
            await transaction.CommitAsync(cancel);
            if (written > 0)
                bell.Ring();
        }
        catch
        {
            arrivals.ForEach(came.Enqueue);
            departures.ForEach(id => went.Enqueue((id, now)));
            throw;
        }
    }

    /// <summary>Writes who came, and an event of each who was not there before with this session and screen. Answers how many.</summary>
    private Task<int> Arrive(NpgsqlConnection connection, List<LiveDevice> arrivals, CancellationToken cancel) => connection.Execute(
        """
        with came as (
            select distinct on (c.id) c.* from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                $8::text[], $9::timestamptz[], $10::text[], $11::text[], $12::text[])
                as c(id, shop_id, user_id, session_id, device_id, screen, door, since, name, role, actor)
        ), fresh as (
            select distinct on (session_id, coalesce(screen, '')) * from came c
            where not exists (
                select 1 from live_devices l where l.session_id = c.session_id and l.screen is not distinct from c.screen)
            order by session_id, coalesce(screen, ''), since
        ), written as (
            insert into live_devices (id, process_id, shop_id, user_id, session_id, device_id, screen, door, since)
            select id, $1, shop_id, user_id, session_id, device_id, screen, door, since from came
            on conflict (id) do nothing
        )
        insert into events (shop_id, event, at, actor, data)
        select f.shop_id, 'user_activity', f.since, f.actor, json_build_object(
            'action', 'online', 'session_id', f.session_id, 'user_id', f.user_id, 'name', f.name, 'role', f.role,
            'screen', f.screen, 'door', f.door,
            'device', case when v.id is not null then json_build_object('id', v.id, 'name', v.name) end)
        from fresh f left join devices v on v.id = f.device_id order by f.since
        """,
        cancel,
        process,
        arrivals.ConvertAll(d => d.Id).ToArray(),
        arrivals.ConvertAll(d => d.Caller.ShopId).ToArray(),
        arrivals.ConvertAll(d => d.Caller.UserId).ToArray(),
        arrivals.ConvertAll(d => d.Caller.SessionId).ToArray(),
        arrivals.ConvertAll(d => d.Caller.DeviceId).ToArray(),
        arrivals.ConvertAll(d => d.Screen).ToArray(),
        arrivals.ConvertAll(d => d.Door.ToWire()).ToArray(),
        arrivals.ConvertAll(d => d.Since).ToArray(),
        arrivals.ConvertAll(d => d.Caller.Name).ToArray(),
        arrivals.ConvertAll(d => d.Caller.Role).ToArray(),
        arrivals.ConvertAll(d => ShopEvent.ActorJson(d.Caller)).ToArray());

    /// <summary>Takes rows away, and writes an event of each who is nowhere else with the same session and screen.</summary>
    private static string Leaving(string which) =>
        $$"""
        with gone as (
            delete from live_devices d where {{which}} returning d.*
        ), left_behind as (
            select distinct on (session_id, coalesce(screen, '')) * from gone g
            where not exists (
                select 1 from live_devices l where l.session_id = g.session_id and l.screen is not distinct from g.screen
                    and l.id not in (select id from gone))
            order by session_id, coalesce(screen, ''), since
        )
        insert into events (shop_id, event, at, actor, data)
        select g.shop_id, 'user_activity', now(), '{}', json_build_object(
            'action', 'offline', 'session_id', g.session_id, 'user_id', g.user_id, 'name', u.name, 'screen', g.screen, 'door', g.door,
            'device', case when v.id is not null then json_build_object('id', v.id, 'name', v.name) end)
        from left_behind g join users u on u.id = g.user_id left join devices v on v.id = g.device_id
        """;

    private void Leave(Guid id)
    {
        if (here.TryRemove(id, out _))
            went.Enqueue((id, clock.GetUtcNow()));
    }

    private sealed class Presence(LiveDevices devices, Guid id) : IDisposable
    {
        public void Dispose() => devices.Leave(id);
    }

    private sealed class Nobody : IDisposable
    {
        public static readonly Nobody Is = new();

        public void Dispose()
        {
        }
    }
}
