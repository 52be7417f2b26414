using Comanda.Data;

namespace Comanda.Printing;

/// <summary>What is noted of a job that is out, while its printer has not said how it went.</summary>
public sealed partial class PrintQueue
{
    /// <summary>Something holds up a job that is out: it is known, and no time runs meanwhile.</summary>
    internal async Task Hold(PrintJob job, string? condition, CancellationToken cancel)
    {
        if (job.Held == condition)
            return;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = connection.Command(
            $"""
            update print_jobs j set held = $2::text, doubt_at = null, quiet_polls = 0, changed_at = now()
            where j.id = $1 and j.status = 'sent' and not j.done returning {PrintJob.Columns}
            """,
            job.Id, condition);
        if ((await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault() is not { } held)
            return;
        await Note(connection, held, new(held.Status) { Code = condition }, cancel);
        await transaction.CommitAsync(cancel);
        Committed(job.ShopId);
    }

    /// <summary>A job that is out has not been heard of at so many polls, and after some time it is in doubt.</summary>
    internal async Task Quiet(PrintJob job, int polls, TimeSpan? doubtIn, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "update print_jobs set quiet_polls = $2, doubt_at = now() + $3::interval where id = $1 and status = 'sent' and not done",
            cancel,
            job.Id,
            polls,
            doubtIn);
    }

    /// <summary>One that is queued waits for a time, for its printer's sake. That uses up no try, and is told once.</summary>
    internal async Task Wait(PrintJob job, string? condition, TimeSpan? time, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = connection.Command(
            $"""
            update print_jobs j set held = $2::text, next_try_at = now() + $3::interval where j.id = $1 and j.status = 'queued'
            returning {PrintJob.Columns}
            """,
            job.Id, condition, time);
        if ((await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault() is not { } waiting)
            return;
        if (job.Held != condition)
            await Note(connection, waiting, new(waiting.Status) { Code = condition }, cancel);
        await transaction.CommitAsync(cancel);
        if (job.Held != condition)
            Committed(job.ShopId);
    }

    /// <summary>
    /// The job that a printer which names none means: the one that is out, or one whose answer may still come, so late as it is. Null where
    /// that may be one of several: what it says must not go to another's.
    /// </summary>
    internal async Task<PrintJob?> OnlyOneOut(long printer, CancellationToken cancel)
    {
        await using var command = database.Command(
            $"""
            select {PrintJob.Columns} from print_jobs j
            where j.printer_id = $1
                and (j.status = 'sent' or (j.status = 'unconfirmed' and j.changed_at > now() - interval '60 seconds' and exists (
                    select 1 from print_job_changes c where c.job_id = j.id and c.status = 'unconfirmed' and c.code = 'no_result')))
            order by j.id
            """,
            printer);
        var mayBe = await command.List(r => PrintJob.Read(r), cancel);
        return mayBe.Count == 1 ? mayBe[0] : null;
    }
}
