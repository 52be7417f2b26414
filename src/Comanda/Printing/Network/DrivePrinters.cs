using System.Diagnostics;
using Comanda.Data;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Printing;

/// <summary>
/// Prints what waits for printers at TCP 9100: one process talks to a printer at a time (a lease, so that one that dies is followed by
/// another), one job after the other. Woken when something is queued.
/// </summary>
public sealed class DrivePrinters : BackgroundService
{
    private const int AtOnce = 32;

    /// <summary>How long what another process queued can stay unnoticed: what is queued here wakes us.</summary>
    private static readonly TimeSpan LookRound = TimeSpan.FromSeconds(1);

    /// <summary>
    /// So long a process that talks to a printer may be silent until another takes over: what it had out is a doubt, and people are to
    /// hear of doubts within ten seconds.
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    /// <summary>When one that was not well is asked again.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2);

    /// <summary>A job that is half printed when the server ends is given so long.</summary>
    private static readonly TimeSpan ToFinish = TimeSpan.FromSeconds(4);

    private readonly NpgsqlDataSource database;
    private readonly PrinterStates states;
    private readonly PrinterBoard board;
    private readonly PrintQueue queue;
    private readonly TalkEscPos talk;
    private readonly DrawJob draw;
    private readonly ILogger<DrivePrinters> log;
    private readonly SemaphoreSlim news = new(0, 1);
    private readonly Guid process = Guid.NewGuid();

    public DrivePrinters(
        NpgsqlDataSource database,
        PrinterStates states,
        PrinterBoard board,
        PrintQueue queue,
        TalkEscPos talk,
        DrawJob draw,
        ILogger<DrivePrinters> log)
    {
        (this.database, this.states, this.board, this.queue) = (database, states, board, queue);
        (this.talk, this.draw, this.log) = (talk, draw, log);
        queue.OnNews(news.Ring);
    }

    public override void Dispose()
    {
        news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, "printing at TCP 9100");
        var running = new List<Task>();
        using var end = new CancellationTokenSource();
        await using var ending = stoppingToken.Register(() => end.CancelAfter(ToFinish));
        await Task.Delay(Rounds.BeforeFirst, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                running.RemoveAll(t => t.IsCompleted);
                if (board.HasNetworked)
                {
                    foreach (var printer in await Claim(AtOnce - running.Count, stoppingToken))
                        running.Add(Serve(printer, stoppingToken, end.Token));
                }

                outage.Works();
                await news.WaitAsync(LookRound, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(running);
    }

    /// <summary>Printers that have something to print and nobody who talks to them.</summary>
    private async Task<List<long>> Claim(int most, CancellationToken cancel)
    {
        if (most <= 0)
            return [];
        await using var command = database.Command(
            """
            with due as (
                select p.id from printers p
                where p.kind = 'tcp9100' and p.enabled and p.removed_at is null and (p.leased_until is null or p.leased_until < now())
                    and exists (select 1 from print_jobs j where j.printer_id = p.id and not j.done
                        and (j.status <> 'queued' or j.next_try_at is null or j.next_try_at <= now()))
                    and not exists (select 1 from print_jobs j where j.printer_id = p.id and not j.done
                        and j.status = 'queued' and j.held is not null and j.next_try_at > now())
                order by p.id limit $1 for update skip locked
            )
            update printers p set leased_by = $2, leased_until = now() + $3::interval from due where p.id = due.id returning p.id
            """,
            most, process, Lease);
        return await command.List(r => r.GetInt64(0), cancel);
    }

    private async Task Serve(long id, CancellationToken stopping, CancellationToken end)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(end);
        var renewing = Renew(id, mine);
        try
        {
            while (!stopping.IsCancellationRequested && await states.Find(id, mine.Token) is { Printer.Enabled: true, Job: { } job } at)
            {
                if (job.Status != PrintStatus.Queued)
                    // It was out when its process ended: nobody heard how it went.
                    await queue.Doubt(job, "restarted", mine.Token);
                else if (job.ExpiresAt <= at.Printer.Now || job.NextTryAt > at.Printer.Now || !await Print(at.Printer, job, mine.Token))
                    break;
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !end.IsCancellationRequested)
        {
            log.LogWarning(failure, "printer {Id}", id);
        }
        catch (OperationCanceledException)
        {
            // ending: the next process finds what is out
        }
        finally
        {
            await mine.CancelAsync();
            await renewing;
            await GiveBack(id);
        }
    }

    /// <summary>Prints a job. False where the printer is not well, and the others wait too.</summary>
    private async Task<bool> Print(Printer printer, PrintJob job, CancellationToken cancel)
    {
        byte[] body;
        try
        {
            var paper = await draw.Paper(job, cancel);
            body = paper.Pulse ? EscPosBytes.Pulse(paper.Drawer)
                : job.Kind == PrintKind.Kitchen && printer.Buzzer
                    ? [.. EscPosBytes.Buzz(printer.Make), .. EscPosBytes.Write(paper.Rows, printer.Make)]
                : EscPosBytes.Write(paper.Rows, printer.Make);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogError(failure, "print job {Id} cannot be drawn", job.Id);
            await queue.Move(job.Id, new(PrintStatus.Failed, PrintStatus.Queued) { Code = "cannot_draw" }, cancel);
            return true;
        }

        var (known, leaving) = (printer, job);
        var events = new TalkEvents(
            async () =>
            {
                if (await queue.Move(job.Id, new(PrintStatus.Sent, PrintStatus.Queued) { Media = "escpos" }, cancel) is not { } moved)
                    return false;
                leaving = moved;
                return true;
            },
            async heard =>
            {
                known = await states.Note(known, heard, cancel);
                var condition = heard.Condition == Conditions.Ready ? null : heard.Condition;
                await queue.Hold(leaving, condition, cancel);
                leaving = leaving with { Held = condition };
            });
        var talked = await talk.Print(printer, body, job.ExpiresAt - printer.Now, events, cancel);
        await states.Note(known, talked.Heard, cancel);
        if (talked.Answers is { } answers && answers != printer.Answers)
            await Learn(printer, answers, cancel);
        switch (talked.End)
        {
            case TalkEnd.Printed:
                await queue.Succeed(leaving, talked.Code, cancel);
                return true;
            case TalkEnd.Sent:
                await queue.Move(job.Id, new(PrintStatus.Sent, PrintStatus.Sent) { Code = talked.Code, IsLast = true }, cancel);
                return true;
            case TalkEnd.Doubt:
                await queue.Doubt(job, talked.Code, cancel);
                return talked.Heard.Condition == Conditions.Ready;
            default:
                if (talked.Heard.Condition == Conditions.Ready)
                    return true; // called off meanwhile
                await queue.Wait(job, talked.Heard.Condition, AskAgain, cancel);
                return false;
        }
    }

    private async Task Learn(Printer printer, bool answers, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("update printers set answers = $2 where id = $1", cancel, printer.Id, answers);
    }

    /// <summary>Keeps the lease while somebody talks; who has lost it stops, also one who cannot reach the database for so long.</summary>
    private async Task Renew(long id, CancellationTokenSource mine)
    {
        var renewed = Stopwatch.GetTimestamp();
        try
        {
            while (!mine.IsCancellationRequested)
            {
                await Task.Delay(Lease / 4, mine.Token);
                var since = Stopwatch.GetTimestamp();
                if (await Extend(id, mine.Token) is { } isMine)
                    renewed = since;
                else
                    isMine = Stopwatch.GetElapsedTime(renewed) < Lease;
                if (!isMine)
                    await mine.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // done
        }
    }

    /// <summary>Whether the lease is still this process's; null where that cannot be asked.</summary>
    private async Task<bool?> Extend(long id, CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await connection.Execute(
                "update printers set leased_until = now() + $3::interval where id = $1 and leased_by = $2", cancel, id, process, Lease) > 0;
        }
        catch (NpgsqlException failure)
        {
            log.LogWarning("printer {Id}: {Why}", id, failure.Message);
            return null;
        }
    }

    private async Task GiveBack(long id)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            await connection.Execute(
                "update printers set leased_by = null, leased_until = null where id = $1 and leased_by = $2",
                CancellationToken.None,
                id,
                process);
        }
        catch (Exception failure) when (failure is NpgsqlException or ObjectDisposedException or InvalidOperationException)
        {
            log.LogWarning("printer {Id}: {Why}", id, failure.Message); // its lease ends by itself
        }
    }
}
