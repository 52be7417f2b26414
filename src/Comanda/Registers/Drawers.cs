using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// Drawer sessions. Every register always has a current one, and a sale reads which in the update of the register's row that gives
/// it its number; a close changes it under the same lock. So every sale is in exactly one session, and all closes together are all
/// sales, whatever is sold while a drawer is closed. What a till sold without us before a close and sends after it has a late
/// session, beside the register's current one.
/// </summary>
public sealed class Drawers(IdempotentWrite retries, NpgsqlDataSource database, Moment moment)
{
    /// <summary>Whether the caller sees what must lie in a drawer that is still open: who only counts it does not.</summary>
    private bool SeesExpected => moment.Caller.May(Permission.ReadReports);

    /// <summary>Who reads reports reads those of every drawer.</summary>
    private Outcome<OwnDrawers> Readable() => OwnDrawers.Of(moment, SeesExpected || moment.Caller.May(Permission.ManageDrawers));

    private Outcome<OwnDrawers> Own() => OwnDrawers.Of(moment, moment.Caller.May(Permission.ManageDrawers));

    /// <summary>GET /api/drawers: one's own, the newest first; automatic ones only where something belongs to them.</summary>
    public async Task<Answer<PageOf<DrawerView>>> List(string? status, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.OneOf("status", status, "open", "closed");
        if (errors.Any)
            return errors.ToRefusal();
        var shop = moment.Shop;
        var (currency, readable) = (shop.Currency, Readable());
        if (readable.Refusal is { } stranger)
            return stranger;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await using var command = connection.Command(
            DrawerRow.Select + $"""
             and d.id < $2 and ($3 = '' or (d.closed_at is null) = ($3 = 'open'))
             and (not d.automatic or d.closed_at is not null or {DrawerFigures.Any("d.id")})
             and {OwnDrawers.Sql}
             order by d.id desc limit $4
            """,
            [moment.Shop.Id, page.Before, status ?? "", page.ToRead, .. readable.Value.Values]);
        var rows = await command.List(DrawerRow.Read, cancel);
        var views = new List<DrawerView>();
        foreach (var row in rows)
            views.Add(await View(connection, row, currency, cancel));
        return page.Of(views, v => v.Id);
    }

    /// <summary>GET /api/drawers/{id}: its X report, or, once it is closed, its Z report.</summary>
    public async Task<Answer<DrawerView>> One(long id, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var readable = Readable();
        if (readable.Refusal is { } stranger)
            return stranger;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        return await Find(connection, id, cancel) is not { } row ? Refusal.NotFound("drawer session")
            : readable.Value.Lacks(row) is { } others ? others
            : await View(connection, row, shop.Currency, cancel);
    }

    public async Task<Answer<DrawerView>> Open(OpenDrawerRequest request, CancellationToken cancel)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        var errors = new FieldErrors();
        var opening = errors.MoneyOrNone("float", request.Float ?? -1, shop.Currency);
        var own = Own();
        if (own.Refusal is { } stranger)
            return stranger;
        var register = request.RegisterId ?? own.Value.Register;
        errors.Check(shop.Registers.Any(r => r.Id == register), "register_id", "is no register of this shop");
        if (errors.Any)
            return errors.ToRefusal();
        if (own.Value.LacksRegister(register) is { } others)
            return others;
        return await Once<DrawerView>(new { subject = register, request }, async connection =>
        {
            var current = await HoldRegisters.CurrentDrawer(connection, moment.Shop.Id, register, null, cancel);
            var row = (await Find(connection, current, cancel))!;
            if (!row.Automatic)
                return Refusal.Conflict(
                    "drawer_open",
                    $"The drawer of {row.Register} is open since {row.OpenedAt:yyyy-MM-dd HH:mm} UTC; close it first.");
            var id = current;
            if (await DrawerFigures.HasAny(connection, current, cancel))
            {
                await End(connection, row, null, null, now, cancel);
                id = await Begin(connection, register, false, now, cancel);
            }

            await connection.Execute(
                "update drawers set automatic = false, float = $2, opened_at = $3, opened_by = $4 where id = $1",
                cancel,
                id,
                opening.Minor,
                now,
                moment.Caller.UserId);
            await WriteDown(connection, register, new
            {
                what = "open",
                drawer = id,
                at = now,
                currency = shop.Currency.Code,
                @float = opening.Minor,
                by = moment.Caller.Name
            }, cancel);
            await new AuditEntry(
                AuditActions.DrawerOpened,
                "drawer",
                id,
                After: new { register = row.Register, @float = opening.In(shop.Currency) }).Write(connection, moment.Here, now, cancel);
            return Answer.Created((await Find(connection, id, cancel))!.View(
                SeesExpected ? await DrawerFigures.Of(connection, id, cancel) : null,
                shop.Currency), $"/api/drawers/{id}");
        }, cancel);
    }

    public async Task<Answer<DrawerMovementView>> Move(long id, MovementRequest request, CancellationToken cancel)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        var errors = new FieldErrors();
        errors.Check(request.Type is "in" or "out", "type", "must be in or out");
        var amount = errors.MoneyOrNone("amount", request.Amount ?? 0, shop.Currency);
        errors.Check(!amount.IsZero || request.Amount is null or < 0, "amount", "must be more than 0");
        errors.Check(request.Amount is not null, "amount", "is required");
        errors.Check(!string.IsNullOrWhiteSpace(request.Reason), "reason", "is required, at most 500 characters");
        var own = Own();
        if (own.Refusal is { } stranger)
            return stranger;
        if (errors.Any)
            return errors.ToRefusal();
        return await Once<DrawerMovementView>(new { subject = id, request }, async connection =>
        {
            var held = await HoldOpen(connection, id, own.Value, cancel);
            if (held.Refusal is { } refusal)
                return refusal;
            var row = held.Value;
            var movement = (long)(await connection.Scalar(
                "insert into drawer_movements (drawer_id, shop_id, type, amount, reason, user_id, at) values ($1, $2, $3, $4, $5, $6, $7) "
                    + "returning id",
                cancel, id, moment.Shop.Id, request.Type, amount.Minor, request.Reason!.Trim(), moment.Caller.UserId, now))!;
            await WriteDown(connection, row.RegisterId, new
            {
                what = "paid_" + request.Type,
                drawer = id,
                at = now,
                currency = shop.Currency.Code,
                amount = amount.Minor,
                reason = request.Reason.Trim(),
                by = moment.Caller.Name
            }, cancel);
            await new AuditEntry(AuditActions.DrawerMovement, "drawer", id, After: new
            {
                type = request.Type,
                amount = amount.In(shop.Currency),
                reason = request.Reason.Trim()
            }).Write(connection, moment.Here, now, cancel);
            return Answer.Created(new DrawerMovementView(
                movement,
                id,
                request.Type!,
                amount.In(shop.Currency),
                request.Reason.Trim(),
                moment.Caller.Name,
                now), $"/api/drawers/{id}");
        }, cancel);
    }

    public async Task<Answer<DrawerView>> Close(long id, CloseDrawerRequest request, CancellationToken cancel)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        var errors = new FieldErrors();
        var counted = errors.MoneyOrNone("counted", request.Counted ?? -1, shop.Currency);
        var own = Own();
        if (own.Refusal is { } stranger)
            return stranger;
        if (errors.Any)
            return errors.ToRefusal();
        return await Once<DrawerView>(new { subject = id, request }, async connection =>
        {
            var held = await HoldOpen(connection, id, own.Value, cancel);
            if (held.Refusal is { } refusal)
                return refusal;
            var row = held.Value;
            await End(connection, row, counted, request.Note, now, cancel);
            if (!row.Late) // which is nobody's current one
                await Begin(connection, row.RegisterId, true, now, cancel);
            var closed = (await Find(connection, id, cancel))!;
            return closed.View(closed.Closed, shop.Currency);
        }, cancel);
    }

    /// <summary>One change in one transaction, and its answer once for each key.</summary>
    private async Task<Answer<TView>> Once<TView>(
        object request, Func<NpgsqlConnection, Task<Answer<TView>>> change, CancellationToken cancel)
    {
        var key = retries.KeyOf(request);
        return key.Refusal is { } badKey ? badKey : await retries.Once(key.Value, change, cancel);
    }

    /// <summary>
    /// The caller's open session, with its register's row held: nothing is sold, moved or closed there until we are done.
    /// </summary>
    private async Task<Outcome<DrawerRow>> HoldOpen(NpgsqlConnection connection, long id, OwnDrawers own, CancellationToken cancel)
    {
        if (await Find(connection, id, cancel) is not { } seen)
            return Refusal.NotFound("drawer session");
        await HoldRegisters.CurrentDrawer(connection, moment.Shop.Id, seen.RegisterId, null, cancel);
        var row = (await Find(connection, id, cancel))!;
        if (own.Lacks(row) is { } others)
            return others;
        return row.IsOpen ? row : Refusal.Conflict(
            "drawer_closed",
            $"This session of {row.Register} was closed at {row.ClosedAt:yyyy-MM-dd HH:mm} UTC; its figures stand.");
    }

    /// <summary>Ends the current session of a register that is held: its figures, its number, its entry in the journal.</summary>
    private async Task End(
        NpgsqlConnection connection,
        DrawerRow row,
        Money? counted,
        string? note,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        var figures = await DrawerFigures.Of(connection, row.Id, cancel);
        var report = Json.Write(figures);
        var number = (long)(await connection.Scalar(
            "update registers set last_z = last_z + 1 where id = $1 returning last_z",
            cancel,
            row.RegisterId))!;
        await connection.Execute(
            "update drawers set closed_at = $2, closed_by = $3, counted = $4::bigint, z_number = $5, report = $6 where id = $1",
            cancel, row.Id, now, moment.Caller.UserId, counted?.Minor, number, report);
        await WriteDown(connection, row.RegisterId, new
        {
            what = "close",
            drawer = row.Id,
            late = row.Late,
            z = number,
            at = now,
            @float = row.Float,
            expected = figures.Expected(row.Float),
            counted = counted?.Minor,
            note,
            by = moment.Caller.Name,
            figures
        }, cancel);
        await new AuditEntry(
            AuditActions.DrawerClosed, "drawer", row.Id, After: new
            {
                register = row.Register,
                z_number = number,
                late = row.Late,
                expected = figures.Expected(row.Float),
                counted = counted?.Minor,
                note
            }).Write(connection, moment.Here, now, cancel);
    }

    private async Task<long> Begin(
        NpgsqlConnection connection,
        long register,
        bool automatic,
        DateTimeOffset now,
        CancellationToken cancel) => (long)(await connection.Scalar(
        """
        with fresh as (update registers set drawer_id = nextval('drawer_ids') where id = $1 returning drawer_id)
        insert into drawers (id, shop_id, register_id, automatic, opened_at) select drawer_id, $2, $1, $3, $4 from fresh returning id
        """,
        cancel, register, moment.Shop.Id, automatic, now))!;

    private async Task<DrawerRow?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(DrawerRow.Select + " and d.id = $2", moment.Shop.Id, id);
        return (await command.List(DrawerRow.Read, cancel)).FirstOrDefault();
    }

    private async Task<DrawerView> View(NpgsqlConnection connection, DrawerRow row, Currency currency, CancellationToken cancel) =>
        row.View(row.Closed ?? (SeesExpected ? await DrawerFigures.Of(connection, row.Id, cancel) : null), currency);

    private Task WriteDown(NpgsqlConnection connection, long register, object content, CancellationToken cancel) =>
        FiscalJournal.Append(connection, new(moment.Shop.Id, register, JournalKind.Drawer, moment.Now, Json.Write(content)), cancel);
}
