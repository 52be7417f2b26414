using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Runs imports beside the requests that ask for them. What a process began and did not end, since it was stopped or killed, another takes
/// up: nothing of it had been written.
/// </summary>
public sealed class RunImports(NpgsqlDataSource database, DoImport imports, MenuBoard menus, ILogger<RunImports> log)
    : Rounds(log, "imports", TimeSpan.FromSeconds(30))
{
    /// <summary>Progress is written down at most so often.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<long, Task> running = [];
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Runs it, unless this process does already; the task ends with it.</summary>
    public Task Begin(long id) => running.GetOrAdd(id, key => Task.Run(() => Run(key), CancellationToken.None));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    protected override async Task Round(CancellationToken cancel)
    {
        await using var command = database.Command("select id from imports where status = 'running' order by id limit 10");
        foreach (var id in await command.List(r => r.GetInt64(0), cancel))
            await Begin(id).WaitAsync(cancel);
    }

    private async Task Run(long id)
    {
        try
        {
            var (at, told) = (0L, Task.CompletedTask);
            await imports.Run(
                id,
                (done, whole) =>
                {
                    if (Environment.TickCount64 - at < TellEvery.TotalMilliseconds || !told.IsCompleted)
                        return;
                    at = Environment.TickCount64;
                    told = Tell(id, done, whole);
                },
                stopping.Token);
            await told;
            // Other processes hear of it by its event; whoever asked here sees the new menu at once.
            if (await database.Scalar("select shop_id from imports where id = $1", stopping.Token, id) is long shop)
                menus.Forget(shop);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Left as running: whoever starts next takes it up.
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Import {Id} could not be done", id);
            await imports.Fail(id, failure is PostgresException broken ? broken.MessageText : "It could not be done; nothing was changed.",
                CancellationToken.None);
        }
        finally
        {
            running.TryRemove(id, out _);
        }
    }

    /// <summary>On a connection of its own, so that it is seen before the import is.</summary>
    private async Task Tell(long id, long done, long whole)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stopping.Token);
            await connection.Execute(
                "update imports set done = $2, whole = $3 where id = $1 and status = 'running'", stopping.Token, id, done, whole);
        }
        catch (Exception missed) when (missed is NpgsqlException or OperationCanceledException)
        {
            // Progress is for the eye.
        }
    }
}
