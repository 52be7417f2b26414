using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Printing;

/// <summary>What a printer that asks us has to do: itself, and the job whose turn it is, if there is one.</summary>
internal sealed record AtTheDoor(Printer Printer, PrintJob? Job);

/// <summary>
/// How printers are. A change is written with its live event; that one was heard of again only now and then, since 500 of them ask
/// every few seconds.
/// </summary>
public sealed class PrinterStates(NpgsqlDataSource database, EventBell bell)
{
    /// <summary>So old may what is kept of when a printer was seen be.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The job whose turn it is: the one that is out, else one that its printer's condition holds up, else the first that is due. One
    /// that waits because of its own data lets others pass.
    /// </summary>
    private const string WithJob =
        $"""
        select {Printer.Columns}, {PrintJob.Columns} from printers p left join lateral (
            select * from print_jobs w
            where w.printer_id = p.id and not w.done
                and (w.status <> 'queued' or w.held is not null or w.next_try_at is null or w.next_try_at <= now())
            order by w.status <> 'queued' desc, w.held is not null desc, w.id limit 1) j on true
        where p.removed_at is null and 
        """;

    /// <summary>The printer that has this secret in its address, and its job.</summary>
    internal async Task<AtTheDoor?> Find(string secret, CancellationToken cancel)
    {
        await using var command = database.Command(WithJob + "p.secret_hash = $1", Shops.Shop.HashOf(secret));
        return (await command.List(AtDoor, cancel)).FirstOrDefault();
    }

    /// <summary>The same of one that we know.</summary>
    internal async Task<AtTheDoor?> Find(long id, CancellationToken cancel)
    {
        await using var command = database.Command(WithJob + "p.id = $1", id);
        return (await command.List(AtDoor, cancel)).FirstOrDefault();
    }

    /// <summary>Notes what was heard; nothing is written where that is nothing new.</summary>
    internal async Task<Printer> Note(Printer printer, Heard heard, CancellationToken cancel)
    {
        var now = printer.Now;
        var next = printer with
        {
            Condition = heard.Condition,
            Code = heard.Code,
            Paper = heard.Paper ?? (heard.Condition == Conditions.Ready ? PaperLevel.Ok : printer.Paper),
            Cover = heard.Cover ?? (heard.Condition == Conditions.Ready ? CoverPosition.Closed : printer.Cover),
            Mac = heard.Mac ?? printer.Mac,
            Warning = heard.Warning ?? printer.Warning,
            SeenAt = heard.WasSeen ? now : printer.SeenAt,
        };
        var changed = next with { SeenAt = printer.SeenAt } != printer;
        if (!changed && (!heard.WasSeen || printer.SeenAt > now - Fresh))
            return printer;
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (!changed)
        {
            await connection.Execute("update printers set seen_at = now() where id = $1", cancel, printer.Id);
            return next;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            """
            update printers set condition = $2, code = $3::text, paper = $4::text, cover = $5::text,
                seen_at = case when $6 then now() else seen_at end,
                mac = $7::text, warning = $8::text
            where id = $1
            """,
            cancel,
            next.Id,
            next.Condition,
            next.Code,
            next.Paper?.ToWire(),
            next.Cover?.ToWire(),
            heard.WasSeen,
            next.Mac,
            next.Warning);
        await Tell(connection, next, now, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return next;
    }

    /// <summary>Those that ask us and have not for longer than they may are off, or cut off.</summary>
    internal async Task FindSilent(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = connection.Command(
            $"""
            update printers p set condition = 'offline', code = null
            where p.removed_at is null and p.enabled and p.kind <> 'tcp9100' and p.condition not in ('offline', 'unknown')
                and p.seen_at < now() - interval '1 second' * (2 * p.poll_seconds + 5 + {Fresh.TotalSeconds:0})
                and not exists (
                    select 1 from print_jobs j
                    where j.printer_id = p.id and not j.done and j.sent_at > now() - interval '65 seconds')
            returning {Printer.Columns}
            """);
        var silent = await command.List(Printer.Read, cancel);
        foreach (var printer in silent)
            await Tell(connection, printer, printer.Now, cancel);
        await transaction.CommitAsync(cancel);
        if (silent.Count > 0)
            bell.Ring();
    }

    /// <summary>Everybody in the shop who follows events hears how it is.</summary>
    private static async Task Tell(NpgsqlConnection connection, Printer printer, DateTimeOffset at, CancellationToken cancel)
    {
        var waiting = (int)(long)(await connection.Scalar(
            "select count(*) from print_jobs where printer_id = $1 and not done", cancel, printer.Id))!;
        await ShopEvent.Of(new Here { ShopId = printer.ShopId }, EventNames.PrinterUpdated, at, printer.View(waiting))
            .Write(connection, cancel);
    }

    private static AtTheDoor AtDoor(NpgsqlDataReader row) =>
        new(Printer.Read(row), row.IsDBNull(Printer.Width) ? null : PrintJob.Read(row, Printer.Width));
}
