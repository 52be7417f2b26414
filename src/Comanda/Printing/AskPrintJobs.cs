using Comanda.Audit;
using Comanda.Data;
using Comanda.Orders;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Printing;

/// <summary>
/// What people ask of print jobs: one more of an order, the same paper again (marked), that it is there, that it is not to be. A job that
/// is out is only asked to be called off: what its printer says of it holds.
/// </summary>
public sealed class AskPrintJobs(
    ComandaDb db,
    IdempotentWrite idempotency,
    ReadReceipt receipts,
    PrintQueue queue,
    NpgsqlDataSource database,
    Moment moment,
    RequestHead head)
{
    private static readonly PrintStatus[] InDoubt = [PrintStatus.Unconfirmed, PrintStatus.Sent];

    private long ShopId => moment.Here.ShopId;

    public async Task<Answer<PrintJobView>> Add(PrintJobInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var kind = errors.OneOf<PrintKind>("kind", input.Kind);
        var printer = await FindPrinter(input.PrinterId, cancel);
        errors.Check(printer is not null, "printer_id", "is no printer of this shop");
        var order = input.OrderId is { } id
            ? await db.Orders.Whole().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancel)
            : null;
        errors.Check(
            order is not null || (input.OrderId is null && kind is PrintKind.Drawer or PrintKind.Report),
            "order_id",
            "is no order of this shop");
        errors.Check(input.Drawer is null || kind == PrintKind.Drawer, "drawer", "is of a pulse alone");
        errors.Check(input.Drawer is null or 1 or 2, "drawer", "must be 1 or 2");
        if (errors.Any)
            return errors.ToRefusal();
        if (kind == PrintKind.Kitchen && order!.Training)
            return Refusal.Conflict("training_order", "This is a trainee's practice; no kitchen gets it.");
        var key = idempotency.KeyOf(input);
        if (key.Refusal is { } refusal)
            return refusal;
        var receipt = kind == PrintKind.Receipt ? await receipts.Sheet(order!, moment.Shop, head.Origin, cancel) : null;
        var answer = await idempotency.Once<PrintJobView>(
            key.Value,
            async connection =>
            {
                var paper = receipt is null
                    ? PaperOf(kind, printer!, order, input.Drawer)
                    : new Paper(PaperRow.Sheet(moment.Shop, receipt(await ReadReceipt.Count(connection, order!, cancel))));
                var wanted = new NewJob(ShopId, printer!.Id, kind, paper)
                {
                    OrderId = order?.Id,
                    OrderNumber = order?.OrderNumber,
                    Revision = order?.Version,
                    Marked = kind == PrintKind.Kitchen && await WasPrinted(connection, order!.Id, cancel) ? PrintMark.SecondPrint : null,
                };
                var job = (await queue.Add(connection, wanted, cancel))!;
                return Answer.Created(await ReadPrintJobs.Show(connection, job, cancel), $"/api/print-jobs/{job.Id}");
            },
            cancel);
        queue.Committed(ShopId);
        return answer;
    }

    /// <summary>The same paper again, as a job of its own, marked.</summary>
    public async Task<Answer<PrintJobView>> Reprint(long id, CancellationToken cancel)
    {
        if (await Find(id, cancel) is not { } job)
            return Refusal.NotFound("print job");
        var key = idempotency.KeyOf(new { id });
        if (key.Refusal is { } refusal)
            return refusal;
        var answer = await idempotency.Once<PrintJobView>(
            key.Value,
            async connection =>
            {
                var now = await ReadPrintJobs.Find(connection, id, ShopId, cancel);
                if (now is { Done: false })
                    return Refusal.Conflict("print_job_open", "It is still to be printed; call it off first, or wait for its end.");
                if (job.Kind == PrintKind.Drawer)
                    return Refusal.Conflict("drawer_pulse_over", "A pulse is not repeated; ask for another one.");
                var mark = job.Kind == PrintKind.Kitchen ? PrintMark.SecondPrint : PrintMark.Copy;
                var again = (await queue.Add(connection, PrintQueue.Again(job, mark) with { At = null }, cancel))!;
                await Note(connection, AuditActions.PrintedAgain, job, again.Id, cancel);
                return Answer.Created(await ReadPrintJobs.Show(connection, again, cancel), $"/api/print-jobs/{again.Id}");
            },
            cancel);
        queue.Committed(ShopId);
        return answer;
    }

    /// <summary>Somebody has looked: the paper is there.</summary>
    public async Task<Answer<PrintJobView>> Confirm(long id, CancellationToken cancel)
    {
        if (await Find(id, cancel) is not { } job)
            return Refusal.NotFound("print job");
        return await Take(
            job,
            new(PrintStatus.Printed, InDoubt) { Code = "seen", Note = moment.Caller.Name },
            "print_job_not_in_doubt",
            "Only what is in doubt can be confirmed.",
            cancel);
    }

    /// <summary>It is not to be printed. One that is out already may come all the same, and then it was printed.</summary>
    public async Task<Answer<PrintJobView>> Cancel(long id, CancellationToken cancel)
    {
        if (await Find(id, cancel) is not { } job)
            return Refusal.NotFound("print job");
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            if (await connection.Scalar(
                "update print_jobs set cancel_requested = true where id = $1 and status = 'sent' and not done returning id",
                cancel,
                id) is not null)
                return await ReadPrintJobs.Show(connection, (await ReadPrintJobs.Find(connection, id, ShopId, cancel))!, cancel);
        }

        return await Take(
            job,
            new(PrintStatus.Cancelled, PrintStatus.Queued, PrintStatus.Offered, PrintStatus.Unconfirmed) { Note = moment.Caller.Name },
            "print_job_ended",
            $"It is {job.Status.ToWire()} already.",
            cancel);
    }

    private async Task<Answer<PrintJobView>> Take(PrintJob job, Step step, string otherwise, string detail, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var moved = await queue.Move(connection, job.Id, step, cancel);
        if (moved is null)
        {
            // Asked twice, it is as it is to be.
            var now = (await ReadPrintJobs.Find(connection, job.Id, ShopId, cancel))!;
            return now.Status == step.To ? await ReadPrintJobs.Show(connection, now, cancel) : Refusal.Conflict(otherwise, detail);
        }

        var view = await ReadPrintJobs.Show(connection, moved, cancel);
        await transaction.CommitAsync(cancel);
        queue.Committed(ShopId);
        return view;
    }

    /// <summary>Of what is no receipt.</summary>
    private Paper PaperOf(PrintKind kind, Printer printer, Order? order, int? drawer)
    {
        var zone = moment.Shop.Settings.BusinessDay.Zone;
        if (kind == PrintKind.Drawer)
            return Paper.DrawerPulse(drawer ?? printer.Drawer);
        if (kind == PrintKind.Report)
            return TestPage.Of(printer, TimeZoneInfo.ConvertTime(moment.Now, zone));
        var ordered = TimeZoneInfo.ConvertTime(order!.CreatedAt, zone);
        var tickets = KitchenTickets.New(order)
            .Where(t => printer.Stations.Length == 0 || printer.Stations.Contains(t.Station, StringComparer.OrdinalIgnoreCase))
            .Select(t => DrawTicket.Of(t, order.Id, order.Version, ordered));
        return new([.. tickets.SelectMany(t => t.Rows)]);
    }

    private static async Task<bool> WasPrinted(NpgsqlConnection connection, long order, CancellationToken cancel) =>
        await connection.Scalar(
            "select 1 from print_jobs where order_id = $1 and kind = 'kitchen' and status not in ('cancelled', 'expired') limit 1",
            cancel,
            order) is not null;

    private async Task<PrintJob?> Find(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await ReadPrintJobs.Find(connection, id, ShopId, cancel);
    }

    private async Task<Printer?> FindPrinter(long? id, CancellationToken cancel)
    {
        if (id is null)
            return null;
        await using var command = database.Command(
            $"select {Printer.Columns} from printers p where p.id = $1 and p.shop_id = $2 and p.removed_at is null", id, ShopId);
        return (await command.List(Printer.Read, cancel)).FirstOrDefault();
    }

    private Task Note(NpgsqlConnection connection, string action, PrintJob job, long again, CancellationToken cancel) =>
        new AuditEntry(action, "print_job", job.Id, After: new { kind = job.Kind.ToWire(), order_id = job.OrderId, reprint = again })
            .Write(connection, moment.Here, moment.Now, cancel);
}
