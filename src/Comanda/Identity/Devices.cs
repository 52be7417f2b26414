using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Enrols and revokes devices; tells who is signed in on which.</summary>
public sealed class Devices(ShopDirectory shops, Sessions sessions, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    private Here Here => moment.Here;

    public async Task<Answer<DevicePage>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            """
            select d.id, d.name, d.type, r.id, r.code, r.name, d.created_at, d.last_seen_at
            from devices d left join registers r on r.id = d.register_id
            where d.shop_id = $1 and d.revoked_at is null and d.id < $2 order by d.id desc limit $3
            """,
            Here.ShopId, page.Before, page.ToRead);
        var devices = await command.List(
            r => new DeviceView(
                r.GetInt64(0),
                r.GetString(1),
                r.GetString(2),
                r.ValueOrNull<long>(3) is { } register ? new(register, r.GetString(4), r.GetString(5)) : null,
                r.GetFieldValue<DateTimeOffset>(6),
                r.ValueOrNull<DateTimeOffset>(7),
                [],
                []),
            cancel);
        await using var signedIn = database.Command(
            """
            select s.device_id, u.id, u.name, m.role, s.method, s.created_at, s.last_seen_at
            from sessions s join users u on u.id = s.user_id join shop_members m on m.user_id = u.id and m.shop_id = s.shop_id
            where s.device_id = any($1) and s.ended_at is null and s.expires_at > $2 order by s.last_seen_at desc
            """,
            devices.Select(d => d.Id).ToArray(), moment.Now);
        var people = (await signedIn.List(
            r => (Device: r.GetInt64(0), Who: new SignedInHere(
                r.GetInt64(1),
                r.GetString(2),
                r.GetString(3),
                r.GetString(4),
                r.GetFieldValue<DateTimeOffset>(5),
                r.GetFieldValue<DateTimeOffset>(6))),
            cancel)).ToLookup(p => p.Device, p => p.Who);
        var live = (await ReadLive(cancel)).ToLookup(l => l.Device, l => l.Who);
        var shown = page.Of(devices.ConvertAll(d => d with { SignedIn = [.. people[d.Id]], Live = [.. live[d.Id]] }), d => d.Id);
        return new DevicePage(shown.Items, shown.NextCursor, [.. live[0]]);
    }

    /// <summary>Who follows events at any process that lives, by device; 0 is none that is enrolled.</summary>
    private async Task<List<(long Device, FollowsHere Who)>> ReadLive(CancellationToken cancel)
    {
        const int most = 1_000;
        await using var command = database.Command(
            """
            select coalesce(d.id, 0), u.id, u.name, m.role, l.screen, l.door, l.since
            from live_devices l
            join live_processes p on p.id = l.process_id and p.seen_at > now() - interval '30 seconds'
            join users u on u.id = l.user_id
            join shop_members m on m.user_id = u.id and m.shop_id = l.shop_id
            left join devices d on d.id = l.device_id and d.shop_id = l.shop_id and d.revoked_at is null
            where l.shop_id = $1 order by l.since desc limit $2
            """,
            Here.ShopId, most);
        return await command.List(
            r => (r.GetInt64(0), new FollowsHere(
                r.GetInt64(1),
                r.GetString(2),
                r.GetString(3),
                r.TextOrNull(4),
                r.GetString(5),
                r.GetFieldValue<DateTimeOffset>(6))),
            cancel);
    }

    public async Task<Answer<EnrolledDeviceView>> Enrol(DeviceInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var type = DeviceType.Till;
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", "is required");
        errors.Check(
            input.Type is null || WireName<DeviceType>.TryParse(input.Type, out type),
            "type",
            "must be " + string.Join(", ", WireName<DeviceType>.All));
        errors.Check(input.RegisterId is null || type == DeviceType.Till, "register_id", "is for a till");
        if (errors.Any)
            return errors.ToRefusal();

        var (name, token, now) = (input.Name!.Trim(), Sessions.NewSecret(), moment.Now);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Enrolments of one shop take turns: register codes are counted.
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, Here.ShopId);
        var register = type != DeviceType.Till ? null
            : input.RegisterId is { } wanted ? await FreeRegister(connection, wanted, cancel)
            : await NewRegister(connection, name, cancel);
        if (type == DeviceType.Till && register is null)
            return Refusal.OfField("register_id", "is no till's register of this shop, or its device is still enrolled");
        var id = await OpenShop.AddDevice(connection, Here.ShopId, new(name, type, register?.Id, token), cancel);
        await new AuditEntry(
            AuditActions.DeviceEnrolled,
            "device",
            id,
            After: new { name, type = type.ToWire(), register = register?.Code }).Write(connection, Here, now, cancel);
        await Announce(connection, id, name, "enrolled", cancel);
        await transaction.CommitAsync(cancel);
        Changed();
        return Answer.Created(new EnrolledDeviceView(id, name, type.ToWire(), register, now, token), $"/api/devices/{id}");
    }

    public async Task<Answer> Revoke(long id, CancellationToken cancel)
    {
        var now = moment.Now;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar(
            "update devices set revoked_at = $3 where id = $1 and shop_id = $2 and revoked_at is null returning name",
            cancel,
            id,
            Here.ShopId,
            now) is not string name)
            return Refusal.NotFound("device");
        await sessions.EndAllOn(connection, id, "device_revoked", Here, cancel);
        await new AuditEntry(AuditActions.DeviceRevoked, "device", id, Before: new { name }).Write(connection, Here, now, cancel);
        await Announce(connection, id, name, "revoked", cancel);
        await transaction.CommitAsync(cancel);
        Changed();
        return Answer.Done;
    }

    private Task Announce(NpgsqlConnection connection, long id, string name, string what, CancellationToken cancel) =>
        ShopEvent.Of(Here, EventNames.SettingsChanged, moment.Now, new { key = "devices", value = new { id, name, what } }).Write(
            connection,
            cancel);

    private void Changed()
    {
        shops.Forget(Here.ShopId);
        bell.Ring();
    }

    private async Task<DeviceRegister?> FreeRegister(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select r.id, r.code, r.name from registers r
            where r.id = $1 and r.shop_id = $2 and r.kind = 'till'
                and not exists (select 1 from devices d where d.register_id = r.id and d.revoked_at is null)
            """,
            id, Here.ShopId);
        return (await command.List(r => new DeviceRegister(r.GetInt64(0), r.GetString(1), r.GetString(2)), cancel)).FirstOrDefault();
    }

    private async Task<DeviceRegister> NewRegister(NpgsqlConnection connection, string name, CancellationToken cancel)
    {
        var number = (int)(await connection.Scalar(
            @"select coalesce(max(substring(code from '^T(\d{1,8})$')::int), 0) + 1 from registers where shop_id = $1",
            cancel,
            Here.ShopId))!;
        var code = $"T{number}";
        return new(await OpenShop.AddRegister(connection, Here.ShopId, code, name, RegisterKind.Till, cancel), code, name);
    }
}
