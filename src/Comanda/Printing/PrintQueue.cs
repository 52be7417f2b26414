using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Printing;

/// <summary>A job that is to be.</summary>
internal sealed record NewJob(long ShopId, long PrinterId, PrintKind Kind, Paper Paper)
{
    public long? OrderId { get; init; }

    public string? OrderNumber { get; init; }

    public long? Revision { get; init; }

    /// <summary>What it comes of, once; null where somebody asked for it.</summary>
    public string? Source { get; init; }

    public PrintMark? Marked { get; init; }

    public long? ReprintOf { get; init; }

    public DateTimeOffset? FirstSentAt { get; init; }

    /// <summary>
    /// When what it tells of happened: from then on it is of use for so long (<see cref="PrintQueue.UseOf"/>). Null is now.
    /// </summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>A step of a job: where to, from where, and what the printer called it.</summary>
internal sealed record Step(PrintStatus To, params PrintStatus[] From)
{
    public string? Code { get; init; }

    public string? Note { get; init; }

    /// <summary>What holds it up; null where nothing does any more.</summary>
    public string? Held { get; init; }

    /// <summary>After which time nobody knows what became of it.</summary>
    public TimeSpan? DoubtIn { get; init; }

    public TimeSpan? NextTryIn { get; init; }

    /// <summary>In which form it goes out.</summary>
    public string? Media { get; init; }

    /// <summary>A media type that the printer could not take.</summary>
    public string? RefusedMedia { get; init; }

    public PrintMark? Marked { get; init; }

    public bool CountsAsTry { get; init; }

    /// <summary>Nothing more will be heard of it.</summary>
    public bool IsLast { get; init; }

    public bool IsDone => IsLast || To is not (PrintStatus.Queued or PrintStatus.Offered or PrintStatus.Sent);
}

/// <summary>
/// The jobs of all printers: the one place where one is made or moves. A step is taken from where the job stands or not at all, in one
/// transaction with its note and its live event; so two processes, or a late answer, never move it twice. Time is the database's: one
/// clock for all processes.
/// </summary>
public sealed partial class PrintQueue(NpgsqlDataSource database, EventBell bell, IdlePrinters idle)
{
    private readonly List<Action> listeners = [];

    private static readonly PrintStatus[] Open = [PrintStatus.Queued, PrintStatus.Offered, PrintStatus.Sent];

    /// <summary>Where a success may still come: also where it was doubted, or called off while it was on its way.</summary>
    private static readonly PrintStatus[] MayYetSucceed =
        [PrintStatus.Sent, PrintStatus.Unconfirmed, PrintStatus.Cancelled];

    /// <summary>So long a job that went out in time may be on its way.</summary>
    private static readonly TimeSpan StillPrinting = TimeSpan.FromSeconds(90);

    /// <summary>How long a job is of use.</summary>
    internal static TimeSpan UseOf(PrintKind kind) => kind switch
    {
        PrintKind.Kitchen => TimeSpan.FromMinutes(30),
        PrintKind.Drawer => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromMinutes(10),
    };

    /// <summary>
    /// Adds a job in the caller's transaction; null where what it comes of has one already. One that is of no use any more is listed as
    /// expired. Once that is committed, <see cref="Committed"/>.
    /// </summary>
    internal async Task<PrintJob?> Add(NpgsqlConnection connection, NewJob job, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            insert into print_jobs as j (
                token, shop_id, printer_id, kind, order_id, order_number, revision, source, document, status, marked, reprint_of,
                created_at, expires_at, changed_at, first_sent_at, done)
            values (
                $1, $2, $3, $4, $5::bigint, $6::text, $7::bigint, $8::text, $9,
                case when $12::timestamptz + $13 <= now() then 'expired' else 'queued' end, $10::text, $11::bigint, now(),
                coalesce($12::timestamptz, now()) + $13, now(), $14::timestamptz, coalesce($12::timestamptz + $13 <= now(), false))
            on conflict (printer_id, source) do nothing returning {PrintJob.Columns}
            """,
            PrintTokens.New(),
            job.ShopId,
            job.PrinterId,
            job.Kind.ToWire(),
            job.OrderId,
            job.OrderNumber,
            job.Revision,
            job.Source,
            job.Paper.Freeze(),
            job.Marked?.ToWire(),
            job.ReprintOf,
            job.At,
            UseOf(job.Kind),
            job.FirstSentAt);
        if ((await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault() is not { } added)
            return null;
        await Note(connection, added, new(added.Status), cancel);
        return added;
    }

    /// <summary>Shops' jobs were changed and committed: who prints looks for them, and who follows events hears of them.</summary>
    public void Committed(params ReadOnlySpan<long> shops)
    {
        foreach (var shop in shops)
            idle.Forget(shop);
        foreach (var listener in listeners)
            listener();
        bell.Ring();
    }

    /// <summary>Tells at each change of a job; must be quick. For start-up only.</summary>
    internal void OnNews(Action listener) => listeners.Add(listener);

    /// <summary>Takes a step, if the job stands where it is taken from. Null where it does not.</summary>
    internal async Task<PrintJob?> Move(long id, Step step, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var moved = await Move(connection, id, step, cancel);
        if (moved is null)
            return null;
        await transaction.CommitAsync(cancel);
        Committed(moved.ShopId);
        return moved;
    }

    /// <summary>The same in the caller's transaction.</summary>
    internal async Task<PrintJob?> Move(NpgsqlConnection connection, long id, Step step, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            update print_jobs j set status = $3, changed_at = now(), done = $4, held = $5::text, doubt_at = now() + $6::interval,
                next_try_at = now() + $7::interval, tries = j.tries + $8, quiet_polls = 0,
                refused_media = case when $9::text is null then j.refused_media else array_append(j.refused_media, $9::text) end,
                marked = coalesce($10::text, j.marked), media = coalesce($11::text, j.media),
                sent_at = case when $3 = 'sent' then now() else j.sent_at end,
                first_sent_at = case when $3 = 'sent' then coalesce(j.first_sent_at, now()) else j.first_sent_at end
            where j.id = $1 and j.status = any($2) returning {PrintJob.Columns}
            """,
            id,
            step.From.Select(s => s.ToWire()).ToArray(),
            step.To.ToWire(),
            step.IsDone,
            step.Held,
            step.DoubtIn,
            step.NextTryIn,
            step.CountsAsTry ? 1 : 0,
            step.RefusedMedia,
            step.Marked?.ToWire(),
            step.Media);
        if ((await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault() is not { } moved)
            return null;
        await Note(connection, moved, step, cancel);
        if (step.To == PrintStatus.Unconfirmed)
            await PrintAgain(connection, moved, cancel);
        return moved;
    }

    /// <summary>
    /// Its printer says that it is printed, however late. Null where it never went out, or nobody waits to hear it any more.
    /// </summary>
    internal async Task<PrintJob?> Succeed(PrintJob job, string? code, CancellationToken cancel) => job.SentAt is null
        ? null
        : await Move(job.Id, new(PrintStatus.Printed, MayYetSucceed) { Code = code }, cancel);

    /// <summary>Nobody knows whether it was printed: it says so, and what is to be done on doubt is done.</summary>
    internal Task<PrintJob?> Doubt(PrintJob job, string code, CancellationToken cancel) =>
        Move(job.Id, new(PrintStatus.Unconfirmed, PrintStatus.Sent) { Code = code }, cancel);

    /// <summary>
    /// It is a moment too late for what waits: it is listed and not printed. What is out by now is doubted. Answers how many.
    /// </summary>
    internal async Task<int> Expire(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var due = connection.Command(
            """
            select id, status, expires_at <= now(), shop_id from print_jobs
            where not done and (
                expires_at <= case when status = 'sent' then now() - $1::interval else now() end
                or (status = 'sent' and doubt_at <= now()))
            order by id limit 200
            """,
            StillPrinting);
        var late = await due.List(
            r => (Id: r.GetInt64(0), Status: WireName<PrintStatus>.Parse(r.GetString(1)), Expired: r.GetBoolean(2), Shop: r.GetInt64(3)),
            cancel);
        foreach (var (id, status, expired, _) in late)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var step = status == PrintStatus.Sent
                ? new Step(PrintStatus.Unconfirmed, PrintStatus.Sent) { Code = expired ? "expired" : "no_result" }
                : new Step(PrintStatus.Expired, PrintStatus.Queued, PrintStatus.Offered) { Code = "expired" };
            await Move(connection, id, step, cancel);
            await transaction.CommitAsync(cancel);
        }

        if (late.Count > 0)
            Committed([.. late.Select(l => l.Shop).Distinct()]);
        return late.Count;
    }

    /// <summary>A job of a printer by its token.</summary>
    internal async Task<PrintJob?> Find(long printer, string token, CancellationToken cancel)
    {
        await using var command = database.Command(
            $"select {PrintJob.Columns} from print_jobs j where j.token = $2 and j.printer_id = $1", printer, token);
        return (await command.List(r => PrintJob.Read(r), cancel)).FirstOrDefault();
    }

    /// <summary>Whether it may be called off, or has ended.</summary>
    internal static bool IsOpen(PrintStatus status) => Open.Contains(status);

    /// <summary>Notes a change, and tells it live; that a printer was told of a job tells nobody anything.</summary>
    private async Task Note(NpgsqlConnection connection, PrintJob job, Step step, CancellationToken cancel)
    {
        await connection.Execute(
            """
            insert into print_job_changes (shop_id, job_id, at, status, code, note) values ($1, $2, $3, $4, $5::text, $6::text)
            """,
            cancel,
            job.ShopId,
            job.Id,
            job.ChangedAt,
            job.Status.ToWire(),
            step.Code,
            step.Note);
        if (job.Status == PrintStatus.Offered)
            return;
        var change = new PrintChangeView(job.Status.ToWire(), job.ChangedAt, step.Code, step.Note);
        await ShopEvent.Of(new Here { ShopId = job.ShopId }, EventNames.PrintJobUpdated, job.ChangedAt, job.View([change]))
            .Write(connection, cancel);
    }

    /// <summary>A kitchen ticket in doubt is printed once more by itself, marked, while it is of use.</summary>
    private async Task PrintAgain(NpgsqlConnection connection, PrintJob job, CancellationToken cancel)
    {
        if (job.Kind != PrintKind.Kitchen || job.CancelRequested || job.ReprintOf is not null || job.Marked is not null)
            return;
        if (await connection.Scalar("select print_on_doubt from printers where id = $1", cancel, job.PrinterId)
            is not string wish || WireName<PrintOnDoubt>.Parse(wish) != PrintOnDoubt.ReprintMarked || job.ExpiresAt <= job.ChangedAt)
            return;
        await Add(connection, Again(job, PrintMark.SecondPrint) with { Source = "again:" + job.Token }, cancel);
    }

    /// <summary>The same paper as another job, marked.</summary>
    internal static NewJob Again(PrintJob job, PrintMark mark) => new(job.ShopId, job.PrinterId, job.Kind, Paper.Thaw(job.Document))
    {
        OrderId = job.OrderId,
        OrderNumber = job.OrderNumber,
        Revision = job.Revision,
        Marked = mark,
        ReprintOf = job.Id,
        FirstSentAt = job.FirstSentAt,
        At = job.ExpiresAt - UseOf(job.Kind),
    };
}
