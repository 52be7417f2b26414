using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Printing;

/// <summary>GET, POST, PUT and DELETE /api/printers. The address that a printer calls is told once, and kept as its hash.</summary>
public sealed class EditPrinters(
    NpgsqlDataSource database,
    PrinterNetworks networks,
    PrinterBoard board,
    IdentityOptions options,
    EventBell bell,
    Moment moment,
    RequestHead head)
{
    public const int Most = 100;

    private Here Here => moment.Here;

    public async Task<Answer<PageOf<PrinterView>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"""
            select {Printer.Columns}, (select count(*) from print_jobs j where j.printer_id = p.id and not j.done) from printers p
            where p.shop_id = $1 and p.removed_at is null and p.id < $2 order by p.id desc limit $3
            """,
            Here.ShopId, page.Before, page.ToRead);
        return page.Of(await command.List(View, cancel), p => p.Id);
    }

    public async Task<Answer<PrinterView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Show(connection, id, cancel) is { } found ? found : Refusal.NotFound("printer");
    }

    public async Task<Answer<PrinterView>> Add(PrinterInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var kind = errors.OneOf<PrinterKind>("kind", input.Kind);
        var fields = PrinterFields.Of(kind).With(input, Registers, errors);
        await CheckHost(fields, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();

        var secret = kind == PrinterKind.Tcp9100 ? null : Sessions.NewSecret();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, Here.ShopId); // they are counted
        if ((long)(await connection.Scalar(
            "select count(*) from printers where shop_id = $1 and removed_at is null", cancel, Here.ShopId))! >= Most)
            return Refusal.Conflict("too_many_printers", $"A shop has at most {Most} printers; take one away first.");
        var id = (long)(await connection.Scalar(
            """
            insert into printers (shop_id, name, kind, host, port, model, columns, prints, stations, register_id, print_on_doubt, enabled,
                secret_hash, created_at, created_by, updated_at, drawer, buzzer)
            values ($1, $2, $3, $4::text, $5::int, $6::text, $7, $8, $9, $10::bigint, $11, $12, $13::text, $14, $15, $14, $16, $17)
            returning id
            """,
            cancel,
            Here.ShopId,
            fields.Name,
            kind.ToWire(),
            fields.Host,
            fields.Port,
            fields.Model,
            fields.Columns,
            fields.Prints,
            fields.Stations,
            fields.RegisterId,
            fields.OnDoubt.ToWire(),
            fields.Enabled,
            secret is null ? null : Shop.HashOf(secret),
            moment.Now,
            moment.Caller.UserId,
            fields.Drawer,
            fields.Buzzer))!;
        await Note(connection, AuditActions.PrinterAdded, id, null, fields, cancel);
        var view = (await Show(connection, id, cancel))!;
        await transaction.CommitAsync(cancel);
        await Changed(cancel);
        return Answer.Created(
            view with { Url = UrlOf(kind, secret), StatusUrl = kind == PrinterKind.EpsonSdp ? UrlOf(kind, secret) + "-status" : null },
            $"/api/printers/{id}");
    }

    public async Task<Answer<PrinterView>> Change(long id, PrinterInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("printer");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        errors.Check(
            input.Kind is null || input.Kind == known.Kind.ToWire(), "kind", "stays what it is; add another printer for another kind");
        var (before, fields) = (PrinterFields.Of(known), PrinterFields.Of(known).With(input, Registers, errors));
        if (fields.Host != before.Host)
            await CheckHost(fields, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        await connection.Execute(
            """
            update printers set name = $2, host = $3::text, port = $4::int, model = $5::text, columns = $6, prints = $7, stations = $8,
                register_id = $9::bigint, print_on_doubt = $10, enabled = $11, updated_at = $12, version = version + 1,
                answers = case when host is not distinct from $3::text then answers end, drawer = $13, buzzer = $14
            where id = $1
            """,
            cancel,
            id,
            fields.Name,
            fields.Host,
            fields.Port,
            fields.Model,
            fields.Columns,
            fields.Prints,
            fields.Stations,
            fields.RegisterId,
            fields.OnDoubt.ToWire(),
            fields.Enabled,
            moment.Now,
            fields.Drawer,
            fields.Buzzer);
        await Note(connection, AuditActions.PrinterChanged, id, before, fields, cancel);
        var view = (await Show(connection, id, cancel))!;
        await transaction.CommitAsync(cancel);
        await Changed(cancel);
        return view;
    }

    /// <summary>It is gone, and its address with it; what waited for it is called off.</summary>
    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("printer");
        await connection.Execute(
            "update printers set removed_at = $2, secret_hash = null, enabled = false, version = version + 1 where id = $1",
            cancel,
            id,
            moment.Now);
        await connection.Execute(
            """
            with gone as (
                update print_jobs set done = true, changed_at = $2,
                    status = case when status = 'sent' then 'unconfirmed' else 'cancelled' end
                where printer_id = $1 and not done returning id, shop_id, status
            )
            insert into print_job_changes (shop_id, job_id, at, status, code) select shop_id, id, $2, status, 'printer_removed' from gone
            """,
            cancel,
            id,
            moment.Now);
        await Note(connection, AuditActions.PrinterRemoved, id, PrinterFields.Of(known), null, cancel);
        await transaction.CommitAsync(cancel);
        await Changed(cancel);
        return Answer.Done;
    }

    private long[] Registers => [.. moment.Shop.Registers.Select(r => r.Id)];

    private async Task CheckHost(PrinterFields fields, FieldErrors errors, CancellationToken cancel)
    {
        if (fields.Host is { Length: > 0 } host && await networks.Find(host, cancel) is null)
            errors.Add("host", "must be a private, link-local or loopback address (COMANDA_PRINTER_NETWORKS names others)");
    }

    /// <summary>What the printer is to call. The secret is not its last part, which some models tell to others.</summary>
    private string? UrlOf(PrinterKind kind, string? secret) => secret is null
        ? null
        : $"{(options.HasPublicUrl ? options.PublicUrl.AbsoluteUri.TrimEnd('/') : head.Origin)}{PrinterDoors.Path}/{secret}/"
            + (kind == PrinterKind.CloudPrnt ? PrinterDoors.Star : PrinterDoors.Epson);

    private async Task<Printer?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"select {Printer.Columns} from printers p where p.id = $1 and p.shop_id = $2 and p.removed_at is null for update",
            id,
            Here.ShopId);
        return (await command.List(Printer.Read, cancel)).FirstOrDefault();
    }

    private async Task<PrinterView?> Show(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            select {Printer.Columns}, (select count(*) from print_jobs j where j.printer_id = p.id and not j.done) from printers p
            where p.id = $1 and p.shop_id = $2 and p.removed_at is null
            """,
            id, Here.ShopId);
        return (await command.List(View, cancel)).FirstOrDefault();
    }

    private static PrinterView View(NpgsqlDataReader row) => Printer.Read(row).View((int)row.GetInt64(Printer.Width));

    /// <summary>In the audit log, and live: screens that list printers read them again.</summary>
    private async Task Note(
        NpgsqlConnection connection, string action, long id, PrinterFields? before, PrinterFields? after, CancellationToken cancel)
    {
        await new AuditEntry(action, "printer", id, before?.ForAudit(), after?.ForAudit()).Write(connection, Here, moment.Now, cancel);
        await ShopEvent.Of(Here, EventNames.SettingsChanged, moment.Now, new { key = "printers", value = new { id, after?.Name } })
            .Write(connection, cancel);
    }

    private async Task Changed(CancellationToken cancel)
    {
        await board.Changed(Here.ShopId, cancel);
        bell.Ring();
    }
}
