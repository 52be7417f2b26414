using Comanda.Data;
using Npgsql;

namespace Comanda.Printing;

/// <summary>
/// Epson Server Direct Print: the printer asks (GetRequest), is handed one job, says how it went (SetResponse); and Status Notification.
/// Nothing to say is an answer without a body. A job is handed out once: what becomes of it is the printer's to say, however late.
/// Source: Epson Server Direct Print manual M00062909 Rev. J.
/// </summary>
public sealed class EpsonDoor(
    NpgsqlDataSource database,
    PrinterStates states,
    PrintQueue queue,
    DrawJob draw,
    ILogger<EpsonDoor> log)
{
    private const string Xml = "text/xml; charset=utf-8";

    /// <summary>The bit of a result's status that says that it is on paper.</summary>
    private const long HasPrinted = 0x2;

    /// <summary>The bits of a result's status: near the end of the paper, and no paper at all.</summary>
    private const long PaperNear = 0x20000, PaperOut = 0x80000, CoverOpen = 0x20, Offline = 0x8, FaultBits = 0x400 | 0x800 | 0x2000;

    private static readonly TimeSpan WhileBusy = TimeSpan.FromSeconds(10), WhileMended = TimeSpan.FromSeconds(5);

    private static DoorAnswer Nothing => new(StatusCodes.Status200OK, Type: Xml);

    internal async Task<DoorAnswer> Serve(string secret, HttpRequest request, CancellationToken cancel)
    {
        if (await states.FindAsking(secret, cancel) is not { Printer.Kind: PrinterKind.EpsonSdp } at)
            return new(StatusCodes.Status404NotFound);
        if (await PrinterDoors.Read(request, cancel) is not { } body)
            return new(StatusCodes.Status413PayloadTooLarge);
        var post = EpsonPost.Read(body);
        if (post.HasDtd)
            return new(StatusCodes.Status400BadRequest);
        switch (post.Type)
        {
            case "GetRequest":
                return await HandOut(at, post, cancel);
            case "SetResponse":
                await Take(at, post, cancel);
                return Nothing;
            default:
                return new(StatusCodes.Status400BadRequest);
        }
    }

    internal async Task<DoorAnswer> Status(string secret, HttpRequest request, CancellationToken cancel)
    {
        if (await states.Find(secret, cancel) is not { Printer.Kind: PrinterKind.EpsonSdp } at)
            return new(StatusCodes.Status404NotFound);
        if (await PrinterDoors.Read(request, cancel) is not { } body)
            return new(StatusCodes.Status413PayloadTooLarge);
        var post = EpsonPost.Read(body);
        if (post.HasDtd || post.Type.Length == 0)
            return new(StatusCodes.Status400BadRequest);
        if (post.Asb() is { } bits)
        {
            var heard = HearBits(bits, null);
            await states.Note(at.Printer, heard, cancel);
            // Mended: what was held up by that need not wait.
            if (heard.Condition == Conditions.Ready && at.Job is { Status: PrintStatus.Queued, Held: not null } held)
                await queue.Wait(held, null, null, cancel);
        }

        return Nothing;
    }

    private async Task<DoorAnswer> HandOut(AtTheDoor at, EpsonPost post, CancellationToken cancel)
    {
        // It does not say how it is: a fault that it told of lasts until it tells otherwise.
        var isFault = at.Printer.Condition is not (Conditions.Unknown or Conditions.Offline);
        var printer = await states.Note(
            at.Printer,
            isFault
                ? new(at.Printer.Condition, at.Printer.Code) { Paper = at.Printer.Paper, Cover = at.Printer.Cover }
                : new(Conditions.Ready),
            cancel);
        if (post.Name is { } model && printer.Model is null)
            await Learn("update printers set model = $2 where id = $1 and model is null", printer, model, cancel);
        if (!printer.Enabled || at.Job is not { Status: PrintStatus.Queued } job)
            return Nothing;
        if (job.ExpiresAt <= printer.Now || job.NextTryAt > printer.Now)
            return Nothing;
        // Its results name no job: until it is sure that none is on its way, nothing else goes out.
        if (printer.Protocol == "1.00" && await queue.OnlyOneOut(printer.Id, cancel) is not null)
            return Nothing;
        byte[] bytes;
        try
        {
            bytes = EposXml.Request(await draw.Paper(job, cancel), job.Kind, printer, printer.Protocol == "1.00" ? null : job.Token);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or NpgsqlException))
        {
            log.LogError(failure, "print job {Id} cannot be drawn", job.Id);
            await queue.Move(job.Id, new(PrintStatus.Failed, PrintStatus.Queued) { Code = "cannot_draw" }, cancel);
            return Nothing;
        }

        // Before a byte leaves it is known that it may be out.
        var step = new Step(PrintStatus.Sent, PrintStatus.Queued)
        {
            DoubtIn = TimeSpan.FromMilliseconds(EposXml.TimeoutMilliseconds)
                + TimeSpan.FromSeconds((2 * printer.PollSeconds) + 10),
            Media = "epos-print",
        };
        return await queue.Move(job.Id, step, cancel) is null ? Nothing : new(StatusCodes.Status200OK, bytes, Xml);
    }

    private async Task Take(AtTheDoor at, EpsonPost post, CancellationToken cancel)
    {
        var (version, results) = post.Results();
        if (version is "1.00" && at.Printer.Protocol != version)
            await Learn("update printers set protocol = $2 where id = $1", at.Printer, version, cancel);
        if (results.Count == 0 && at.Job is { Status: PrintStatus.Sent } unheard)
        {
            // It said something that nobody can read: kept, and in doubt.
            var text = PlainText.Line(post.Xml[..Math.Min(post.Xml.Length, 500)]);
            await queue.Move(
                unheard.Id, new(PrintStatus.Unconfirmed, PrintStatus.Sent) { Code = "unreadable_result", Note = text }, cancel);
        }

        foreach (var result in results)
            await Take(at.Printer, result, cancel);
    }

    private async Task Take(Printer printer, EpsonResult result, CancellationToken cancel)
    {
        var job = result.Token is { } token ? await queue.Find(printer.Id, token, cancel) : await queue.OnlyOneOut(printer.Id, cancel);
        if (job is null)
        {
            log.LogWarning("printer {Id} told of a job that is not its own, or of one of several: {Code}", printer.Id, result.Code);
            await states.Note(printer, new(printer.Condition, printer.Code) { Warning = "result_for_unknown_job" }, cancel);
            return;
        }

        if (result.Succeeded)
        {
            await states.Note(printer, HearBits(result.Status, null) with { Condition = Conditions.Ready }, cancel);
            if (result.Status != 0 && (result.Status & HasPrinted) == 0)
            {
                // Its spooler is on: it has taken the job, and will not say that it printed it. It holds up nobody.
                await queue.Move(job.Id, new(PrintStatus.Sent, PrintStatus.Sent) { Code = "spooled", IsLast = true }, cancel);
                return;
            }

            await queue.Succeed(job, result.Code.Length > 0 ? result.Code : "success", cancel);
            return;
        }

        if (job.Status != PrintStatus.Sent)
            return; // it is settled, or in doubt already
        var code = result.Code;
        var mark = job.Kind == PrintKind.Drawer ? (PrintMark?)null
            : job.Kind == PrintKind.Kitchen ? PrintMark.SecondPrint : PrintMark.Copy;
        switch (code)
        {
            case "EPTR_COVER_OPEN" or "EPTR_REC_EMPTY" or "EPTR_AUTOMATICAL":
                // Whether something of it came out is not known: what is handed out next is marked.
                await Again(printer, job, new(Condition(code), code), WhileMended, mark, cancel);
                break;
            case "EX_DEVICE_BUSY" or "TooManyRequests":
                await Again(printer, job, new(Conditions.Busy, code), WhileBusy, null, cancel);
                break;
            case "DeviceNotFound" or "EX_BADPORT":
                await Again(printer, job, new(Conditions.WrongDevice, code), WhileBusy, null, cancel);
                break;
            case "SchemaError" or "RequestEntityTooLarge":
                await queue.Move(job.Id, new(PrintStatus.Failed, PrintStatus.Sent) { Code = code }, cancel);
                break;
            default:
                if (code is "EPTR_MECHANICAL" or "EPTR_CUTTER" or "EPTR_UNRECOVERABLE" or "EPTR_BATTERY_LOW" or "ERROR_WAIT_EJECT")
                    await states.Note(printer, new(Conditions.Fault, code), cancel);
                await queue.Move(job.Id, new(PrintStatus.Unconfirmed, PrintStatus.Sent) { Code = code }, cancel);
                break;
        }
    }

    private async Task Again(Printer printer, PrintJob job, Heard heard, TimeSpan wait, PrintMark? mark, CancellationToken cancel)
    {
        var (condition, code) = (heard.Condition, heard.Code);
        await states.Note(
            printer,
            heard with
            {
                Paper = condition == Conditions.PaperOut ? PaperLevel.Out : null,
                Cover = condition == Conditions.CoverOpen ? CoverPosition.Open : null,
            },
            cancel);
        var step = job.CancelRequested
            ? new Step(PrintStatus.Cancelled, PrintStatus.Sent) { Code = code }
            : new Step(PrintStatus.Queued, PrintStatus.Sent) { Code = code, Held = condition, NextTryIn = wait, Marked = mark };
        await queue.Move(job.Id, step, cancel);
    }

    private static string Condition(string code) => code switch
    {
        "EPTR_COVER_OPEN" => Conditions.CoverOpen,
        "EPTR_REC_EMPTY" => Conditions.PaperOut,
        _ => Conditions.Fault,
    };

    private static Heard HearBits(long bits, string? code) =>
        new(
            (bits & PaperOut) != 0 ? Conditions.PaperOut
                : (bits & CoverOpen) != 0 ? Conditions.CoverOpen
                : (bits & (FaultBits | Offline)) != 0 ? Conditions.Fault
                : Conditions.Ready,
            code)
        {
            Paper = (bits & PaperOut) != 0 ? PaperLevel.Out : (bits & PaperNear) != 0 ? PaperLevel.Low : PaperLevel.Ok,
            Cover = (bits & CoverOpen) != 0 ? CoverPosition.Open : CoverPosition.Closed,
        };

    private async Task Learn(string sql, Printer printer, string what, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(sql, cancel, printer.Id, what);
        states.Forget(printer.ShopId);
    }
}
