using Comanda.Data;
using Comanda.Orders;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Printing;

/// <summary>GET /api/print-jobs: the newest first, each with its changes.</summary>
public sealed class ReadPrintJobs(NpgsqlDataSource database, PrinterStates states, DrawJob draw, Moment moment)
{
    public async Task<Answer<PageOf<PrintJobView>>> List(
        long? printerId, string? status, long? orderId, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (status is not null)
            errors.OneOf<PrintStatus>("status", status);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"""
            select {PrintJob.Columns} from print_jobs j
            where j.shop_id = $1 and j.id < $2 and ($3::bigint is null or j.printer_id = $3) and ($4::text is null or j.status = $4)
                and ($5::bigint is null or j.order_id = $5)
            order by j.id desc limit $6
            """,
            moment.Here.ShopId,
            page.Before,
            printerId,
            status,
            orderId,
            page.ToRead);
        var jobs = await command.List(r => PrintJob.Read(r), cancel);
        var shown = page.Of(jobs, j => j.Id);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var changes = await Changes(connection, [.. shown.Items.Select(j => j.Id)], cancel);
        return new PageOf<PrintJobView>([.. shown.Items.Select(j => j.View([.. changes[j.Id]]))], shown.NextCursor);
    }

    public async Task<Answer<PrintJobView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, moment.Here.ShopId, cancel) is { } job
            ? await Show(connection, job, cancel)
            : Refusal.NotFound("print job");
    }

    /// <summary>What it prints, for somebody who does not stand at the printer.</summary>
    public async Task<Answer<Document>> Paper(long id, string? format, CancellationToken cancel)
    {
        if (format is not (null or "png" or "text"))
            return Refusal.OfField("format", "must be png or text");
        PrintJob? job;
        await using (var connection = await database.OpenConnectionAsync(cancel))
            job = await Find(connection, id, moment.Here.ShopId, cancel);
        if (job is null || await states.Columns(job.PrinterId, cancel) is not { } columns)
            return Refusal.NotFound("print job");
        var paper = await draw.Paper(job, cancel);
        var document = format == "text"
            ? Document.Text(paper.Text(columns), "text/plain")
            : new Document(PngFile.Write(DrawPaper.Draw(paper.Rows, columns, PrinterMake.DotsOf(columns))), "image/png");
        return document with { MayBeKept = false };
    }

    internal static async Task<PrintJob?> Find(NpgsqlConnection connection, long id, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"select {PrintJob.Columns} from print_jobs j where j.id = $1 and j.shop_id = $2", id, shop);
        return (await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault();
    }

    internal static async Task<PrintJobView> Show(NpgsqlConnection connection, PrintJob job, CancellationToken cancel) =>
        job.View([.. (await Changes(connection, [job.Id], cancel))[job.Id]]);

    private static async Task<ILookup<long, PrintChangeView>> Changes(NpgsqlConnection connection, long[] jobs, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select job_id, status, at, code, note from print_job_changes where job_id = any($1) order by id", jobs);
        return (await command.List(
            r => (Job: r.GetInt64(0), Change: new PrintChangeView(
                r.GetString(1),
                r.GetFieldValue<DateTimeOffset>(2),
                r.TextOrNull(3),
                r.TextOrNull(4))),
            cancel)).ToLookup(c => c.Job, c => c.Change);
    }
}
