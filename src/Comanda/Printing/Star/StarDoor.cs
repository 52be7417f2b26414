using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Printing;

/// <summary>
/// Star CloudPRNT over HTTP: the printer asks (POST), is told that there is a job, fetches it (GET), prints, and says how it went (DELETE).
/// A job is offered under one token until the printer says what became of it. Source: Star CloudPRNT Protocol Guide 2.4.0; what a printer
/// does with faults: Developer Guide Rev 1.4.
/// </summary>
public sealed class StarDoor(
    NpgsqlDataSource database,
    PrinterStates states,
    PrintQueue queue,
    DrawJob draw,
    ILogger<StarDoor> log)
{
    /// <summary>What a printer is asked about itself, when it is idle and first heard of, and then once a day.</summary>
    private static readonly string[] Questions = ["ClientType", "ClientVersion", "Encodings", "GetPollInterval", "PageInfo"];

    private static readonly TimeSpan AskAgain = TimeSpan.FromDays(1), AfterTwoPolls = TimeSpan.FromSeconds(5);

    /// <summary>When a printer that could not fetch is offered the job again.</summary>
    private static readonly int[] SecondsAfterFailure = [5, 15, 60];

    private static DoorAnswer NotFound => new(StatusCodes.Status404NotFound);

    internal async Task<DoorAnswer> Poll(string secret, HttpRequest request, CancellationToken cancel)
    {
        if (await states.FindAsking(secret, cancel) is not { } at)
            return NotFound;
        if (at.Printer.Kind != PrinterKind.CloudPrnt)
            return NotFound;
        if (await PrinterDoors.Read(request, cancel) is not { } body)
            return new(StatusCodes.Status413PayloadTooLarge);
        if (StarPoll.Read(body) is not { } poll)
            return new(StatusCodes.Status400BadRequest);
        var printer = await states.Note(at.Printer, StarStatus.Hear(poll, at.Printer), cancel);
        if (poll.Actions.Count > 0)
            printer = await Learn(printer, poll, cancel);
        if (!printer.Enabled)
            return Nothing;
        if (await ToOffer(at.Job, poll, printer.Now, cancel) is { } job)
            return Offer(printer, job);
        // Actions and a job in one answer: the printer would do the actions alone.
        var isIdle = at.Job is null && StarStatus.IsWell(StarStatus.CodeOf(poll.Status)) && !poll.IsPrinting;
        return isIdle && poll.Mac is not null && !(printer.AskedAt > printer.Now - AskAgain) ? await Ask(printer, cancel) : Nothing;
    }

    /// <summary>The job that the printer is told of; null where it is to wait.</summary>
    private async Task<PrintJob?> ToOffer(PrintJob? job, StarPoll poll, DateTimeOffset now, CancellationToken cancel)
    {
        var code = StarStatus.CodeOf(poll.Status);
        if (job is null || poll.IsPrinting || StarStatus.IsOccupied(code))
            return null;
        if (job.Status != PrintStatus.Sent)
        {
            if (job.ExpiresAt <= now || job.NextTryAt > now)
                return null; // it is swept, and the next one is offered at the next poll
            return job.Status == PrintStatus.Offered
                ? job
                : await queue.Move(job.Id, new(PrintStatus.Offered, PrintStatus.Queued), cancel);
        }

        if (!StarStatus.IsWell(code))
        {
            // No fault of the data: it says so here and not by DELETE, and once mended fetches the same job again.
            await queue.Hold(job, StarStatus.Hear(poll, Nobody).Condition, cancel);
            return job;
        }

        if (job.Held is not null)
            return job;
        await CountQuiet(job, now, cancel);
        return null;
    }

    /// <summary>It is well, does not print and does not say how it went: after two polls and a while that is in doubt.</summary>
    private async Task CountQuiet(PrintJob job, DateTimeOffset now, CancellationToken cancel)
    {
        if (job.DoubtAt <= now)
            await queue.Doubt(job, "no_confirmation", cancel);
        else if (job.DoubtAt is null)
            await queue.Quiet(job, job.QuietPolls + 1, job.QuietPolls >= 1 ? AfterTwoPolls : null, cancel);
    }

    internal async Task<DoorAnswer> Fetch(string secret, IQueryCollection query, CancellationToken cancel)
    {
        if (query.ContainsKey("delete"))
            return await Confirm(secret, query, cancel);
        if (await states.Find(secret, cancel) is not { Printer.Kind: PrinterKind.CloudPrnt } at)
            return NotFound;
        var job = Given(query, "token") is { } token ? await queue.Find(at.Printer.Id, token, cancel) : at.Job;
        if (job is not { IsOut: true, Done: false })
            return NotFound;
        var offered = StarMedia.For(at.Printer, job);
        var type = Given(query, "type") is { } wanted ? StarMedia.Bare(wanted) : offered.FirstOrDefault();
        if (type is null || !offered.Contains(type, StringComparer.Ordinal))
            return new(StatusCodes.Status415UnsupportedMediaType);
        var answer = StarMedia.Draw(await draw.Paper(job, cancel), job.Kind, at.Printer, type);
        // Before a byte leaves it is known that it may be out.
        var step = new Step(PrintStatus.Sent, PrintStatus.Offered, PrintStatus.Sent) { Media = type, Code = type };
        return await queue.Move(job.Id, step, cancel) is null ? NotFound : answer;
    }

    internal async Task<DoorAnswer> Confirm(string secret, IQueryCollection query, CancellationToken cancel)
    {
        if (await states.Find(secret, cancel) is not { Printer.Kind: PrinterKind.CloudPrnt } at)
            return NotFound;
        var (token, said) = (Given(query, "token"), Given(query, "code") ?? "");
        var job = token is null ? at.Job : await queue.Find(at.Printer.Id, token, cancel);
        if (job is null || !await Take(job, said, at.Printer, cancel))
            await Warn(at.Printer, "confirmed_unknown_job", cancel);
        if (Given(query, "mac") is { } mac && at.Printer.Mac is { } known && mac != known)
            await Warn(at.Printer, "mac_changed", cancel);
        return new(StatusCodes.Status200OK);
    }

    /// <summary>What the printer says became of a job. False where that job was never out.</summary>
    private async Task<bool> Take(PrintJob job, string said, Printer printer, CancellationToken cancel)
    {
        var code = StarStatus.CodeOf(said);
        if (said.Equals("OK", StringComparison.OrdinalIgnoreCase) || (code > 0 && StarStatus.IsWell(code)))
        {
            if (StarStatus.IsPaperLow(code))
                await Warn(printer, "paper_low", cancel);
            return await queue.Succeed(job, Short(said), cancel) is not null || job.SentAt is not null;
        }

        if (!job.IsOut)
            return job.SentAt is not null;
        switch (code)
        {
            case 510 or 511 or 512:
                var others = StarMedia.For(printer, job with { RefusedMedia = [.. job.RefusedMedia, job.Media ?? ""] });
                await End(job, said, again: job.RefusedMedia.Length == 0 && others.Length > 0, job.Media, null, cancel);
                if (code != 511) // that may be this one's data; the others are of its kind
                    await Unlearn(printer, job.Media, cancel);
                break;
            case 520:
                var seconds = job.Tries < SecondsAfterFailure.Length ? SecondsAfterFailure[job.Tries] : 0;
                await End(job, said, again: seconds > 0, null, TimeSpan.FromSeconds(seconds), cancel);
                break;
            case 521:
                await End(job, said, again: false, null, null, cancel);
                break;
            case >= 400 and < 500:
                await queue.Hold(job, Conditions.Fault, cancel);
                break;
            default:
                await queue.Move(job.Id, new(PrintStatus.Unconfirmed, PrintStatus.Sent) { Code = Short(said) }, cancel);
                break;
        }

        return true;
    }

    /// <summary>Nothing was printed: again, or called off where somebody asked for that, or failed.</summary>
    private Task End(PrintJob job, string said, bool again, string? refused, TimeSpan? nextTry, CancellationToken cancel)
    {
        log.LogInformation("print job {Id}: the printer said {Code}", job.Id, Short(said));
        var to = job.CancelRequested ? PrintStatus.Cancelled : again ? PrintStatus.Queued : PrintStatus.Failed;
        return queue.Move(
            job.Id,
            new(to, PrintStatus.Sent, PrintStatus.Offered)
            {
                Code = Short(said),
                RefusedMedia = refused,
                NextTryIn = again ? nextTry : null,
                CountsAsTry = true,
            },
            cancel);
    }

    private async Task<Printer> Learn(Printer printer, StarPoll poll, CancellationToken cancel)
    {
        string? Result(string request) => poll.Actions.Where(a => a.Request == request).Select(a => a.Result).LastOrDefault();
        var media = Result("Encodings")?.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(StarMedia.Bare).ToArray();
        var interval = int.TryParse(Result("GetPollInterval"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 1 and <= 3600 ? seconds : printer.PollSeconds;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "update printers set media = coalesce($2::text[], media), poll_seconds = $3 where id = $1",
            cancel,
            printer.Id,
            media,
            interval);
        states.Forget(printer.ShopId);
        return printer with { Media = media ?? printer.Media, PollSeconds = interval };
    }

    /// <summary>It does not take what it was thought to take, and is offered it no more: as long as it has something left.</summary>
    private async Task Unlearn(Printer printer, string? media, CancellationToken cancel)
    {
        var rest = Array.FindAll(StarMedia.TakenBy(printer), t => t != media);
        if (rest.Length == 0)
            return;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("update printers set media = $2 where id = $1", cancel, printer.Id, rest);
        states.Forget(printer.ShopId);
    }

    private async Task<DoorAnswer> Ask(Printer printer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("update printers set asked_at = now() where id = $1", cancel, printer.Id);
        states.Forget(printer.ShopId);
        var actions = string.Join(',', Questions.Select(q => $$"""{"request":"{{q}}","options":""}"""));
        return InJson($$"""{"jobReady":false,"clientAction":[{{actions}}]}""");
    }

    private Task<Printer> Warn(Printer printer, string warning, CancellationToken cancel) => states.Note(
        printer,
        new(printer.Condition, printer.Code)
        {
            Warning = warning,
            Paper = warning == "paper_low" ? PaperLevel.Low : printer.Paper,
            Cover = printer.Cover,
        },
        cancel);

    private static DoorAnswer Nothing => InJson("""{"jobReady":false}""");

    private static Printer Nobody { get; } = new()
    {
        Id = 0,
        ShopId = 0,
        Name = "",
        Kind = PrinterKind.CloudPrnt,
        PaperColumns = 0,
        Prints = [],
        Stations = [],
        OnDoubt = PrintOnDoubt.Ask,
        Enabled = true,
        Condition = Conditions.Unknown,
    };

    private static DoorAnswer Offer(Printer printer, PrintJob job) => InJson(Json.Write(new Dictionary<string, object>
    {
        ["jobReady"] = true,
        ["mediaTypes"] = StarMedia.For(printer, job),
        ["jobToken"] = job.Token,
    }));

    private static DoorAnswer InJson(string json) =>
        new(StatusCodes.Status200OK, System.Text.Encoding.UTF8.GetBytes(json), "application/json");

    private static string? Given(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static string Short(string said) => PlainText.Line(said[..Math.Min(said.Length, 100)]);
}
