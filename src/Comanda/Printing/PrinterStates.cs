using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Printing;

/// <summary>What a printer that asks us has to do: itself, and the job whose turn it is, if there is one.</summary>
internal sealed record AtTheDoor(Printer Printer, PrintJob? Job);

/// <summary>
/// How printers are. A change is written with its live event; when they were seen last is written for all at once now and then, since
/// 500 of them ask every few seconds.
/// </summary>
public sealed class PrinterStates(NpgsqlDataSource database, EventBell bell, IdlePrinters idle)
{
    /// <summary>So old may what is written of when a printer was seen be, by whatever process it was seen.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Printers that were seen here, and when, since that was written last.</summary>
    private readonly ConcurrentDictionary<long, DateTimeOffset> seen = [];

    /// <summary>
    /// The job whose turn it is: the one that is out, else one that its printer's condition holds up, else the first that is due. One
    /// that waits because of its own data lets others pass.
    /// </summary>
    private const string WithJob =
        $"""
        select {Printer.Columns}, {PrintJob.Columns},
            exists (select 1 from print_jobs o where o.printer_id = p.id and not o.done) from printers p left join lateral (
            select * from print_jobs w
            where w.printer_id = p.id and not w.done
                and (w.status <> 'queued' or w.held is not null or w.next_try_at is null or w.next_try_at <= now())
            order by w.status <> 'queued' desc, w.held is not null desc, w.id limit 1) j on true
        where p.removed_at is null and 
        """;

    private static readonly string IsSilent =
        $"""
        p.removed_at is null and p.enabled and p.kind <> 'tcp9100' and p.condition not in ('offline', 'unknown')
            and p.seen_at < now() - interval '1 second' * (2 * p.poll_seconds + 5 + {Fresh.TotalSeconds:0})
            and not exists (
                select 1 from print_jobs j
                where j.printer_id = p.id and not j.done and j.sent_at > now() - interval '65 seconds')
        """;

    /// <summary>The printer that has this secret in its address, and its job.</summary>
    internal async Task<AtTheDoor?> Find(string secret, CancellationToken cancel)
    {
        await using var command = database.Command(WithJob + "p.secret_hash = $1", Shops.Shop.HashOf(secret));
        return (await command.List(AtDoor, cancel)).FirstOrDefault();
    }

    /// <summary>The same, from memory where it is known that there is nothing to do.</summary>
    internal async Task<AtTheDoor?> FindAsking(string secret, CancellationToken cancel)
    {
        var hash = Shops.Shop.HashOf(secret);
        if (idle.Find(hash) is { } known)
            return known;
        var before = idle.Before(hash);
        await using var command = database.Command(WithJob + "p.secret_hash = $1", hash);
        var found = (await command.List(r => (At: AtDoor(r), HasOpen: r.GetBoolean(Printer.Width + PrintJob.Width)), cancel))
            .FirstOrDefault();
        if (found is { At: { } at, HasOpen: false })
            idle.Keep(hash, at.Printer, before);
        return found.At;
    }

    /// <summary>What is kept of a shop's printers is not so any more.</summary>
    internal void Forget(long shop) => idle.Forget(shop);

    /// <summary>The same of one that we know.</summary>
    internal async Task<AtTheDoor?> Find(long id, CancellationToken cancel)
    {
        await using var command = database.Command(WithJob + "p.id = $1", id);
        return (await command.List(AtDoor, cancel)).FirstOrDefault();
    }

    /// <summary>How many columns one has, also one that was taken away.</summary>
    internal async Task<int?> Columns(long id, CancellationToken cancel) =>
        await database.Scalar("select columns from printers where id = $1", cancel, id) as int?;

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
        if (next with { SeenAt = printer.SeenAt } == printer)
        {
            if (heard.WasSeen)
                seen[printer.Id] = now;
            return next;
        }

        await using var connection = await database.OpenConnectionAsync(cancel);
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
        idle.Forget(printer.ShopId);
        bell.Ring();
        return next;
    }

    /// <summary>Writes when printers were seen, all at once: each poll would be a commit.</summary>
    internal async Task WriteSeen(CancellationToken cancel)
    {
        var since = seen.ToArray();
        if (since.Length == 0)
            return;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            with heard as (
                select p.id, h.at from unnest($1::bigint[], $2::timestamptz[]) as h (id, at) join printers p on p.id = h.id
                where p.seen_at is null or p.seen_at < h.at order by p.id for update of p skip locked
            )
            update printers p set seen_at = heard.at from heard where p.id = heard.id
            """,
            cancel,
            since.Select(s => s.Key).ToArray(),
            since.Select(s => s.Value).ToArray());
        foreach (var written in since)
            seen.TryRemove(written);
    }

    /// <summary>Those that ask us and have not for longer than they may are off, or cut off.</summary>
    internal async Task FindSilent(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await connection.Scalar("select 1 from printers p where " + IsSilent + " limit 1", cancel) is null)
            return;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var command = connection.Command(
            $"update printers p set condition = 'offline', code = null where {IsSilent} returning {Printer.Columns}");
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
