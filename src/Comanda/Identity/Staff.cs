using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Lists the staff and adds to it. What changes an account is in ChangeStaff.</summary>
public sealed class Staff(AccountChoices choices, NpgsqlDataSource database, Moment moment)
{
    internal const string Columns =
        """
        select u.id, coalesce(u.username, u.email, u.phone, ''), u.name, u.email, u.phone, m.role, m.shop_id, m.active
            and u.active, m.pin_hash is not null, u.created_at,
            m.last_seen_at, u.version, u.updated_at
        from users u join shop_members m on m.user_id = u.id
        where m.shop_id = $1 and m.role <> 'customer'
        """;

    public async Task<Answer<PageOf<StaffView>>> List(
        string? role,
        bool? active,
        string? q,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        var asked = role is null ? null : Permissions.Canonical(RoleOf(role, errors));
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"""
            {Columns} and m.user_id < $2 and ($3::text is null or m.role = $3 or ($3 = 'cashier' and m.role = 'staff'))
                and ($4::boolean is null or (m.active and u.active) = $4)
                and ($5::text is null or position(lower($5) in lower(
                    u.name || ' ' || coalesce(u.username, '') || ' ' || coalesce(u.email, ''))) > 0)
            order by m.user_id desc limit $6
            """,
            moment.Here.ShopId, page.Before, asked, active, string.IsNullOrWhiteSpace(q) ? null : q.Trim(), page.ToRead);
        return page.Of(await command.List(Row, cancel), s => s.Id);
    }

    public async Task<Answer<StaffView>> One(long id, CancellationToken cancel)
    {
        if (await Find(database, moment.Here.ShopId, id, cancel) is not { } found)
            return Refusal.NotFound("user");
        return found;
    }

    public async Task<Answer<StaffView>> Add(StaffInput input, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var email = AccountFields.Email(input.Email, null, errors);
        var username = input.Username?.Trim() ?? email ?? ""; // one of the documents knows people by their e-mail address alone
        var name = AccountFields.Name(input.Name, username, errors);
        errors.Check(AccountFields.IsUsername(username, email), "username", AccountFields.UsernameRule);
        var phone = AccountFields.Phone(input.Phone, null, shop.Settings.Country, errors);
        var role = RoleOf(input.Role ?? RoleNames.Cashier, errors);
        if (!string.IsNullOrEmpty(input.Pin) && People.CheckPin(input.Pin) is { } badPin)
            errors.Add("pin", badPin);
        if (PasswordRules.Check(input.Password, username, name, email, shop.Name) is { } weak)
            errors.Add("password", weak);
        if (errors.Any)
            return errors.ToRefusal();
        if (!Permissions.MayManage(moment.Caller.Permissions, Permissions.Of(role, shop)))
            return MayNot(moment.Caller, role);
        var account = new NewPerson { Username = username, Name = name, Email = email, Phone = phone, Role = role };
        return await choices.Write(
            new(new(username, email, phone)) { Pin = input.Pin, Password = input.Password },
            secrets => Write(account with { PasswordHash = secrets.PasswordHash, PinHash = secrets.PinHash }, cancel),
            cancel);
    }

    private async Task<Answer<StaffView>> Write(NewPerson account, CancellationToken cancel)
    {
        var here = moment.Here;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Begin(connection, here, cancel) is { } gone)
            return gone;
        var id = await People.Add(connection, here.ShopId, account, cancel);
        await new AuditEntry(AuditActions.UserAdded, "user", id, After: new
        {
            username = account.Username,
            name = account.Name,
            email = account.Email,
            phone = account.Phone,
            role = account.Role,
            has_pin = account.PinHash is not null,
        }).Write(connection, here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        var added = (await Find(connection, here.ShopId, id, cancel))!;
        return Answer.Created(added, $"/api/users/{id}");
    }

    /// <summary>
    /// The first thing in a transaction that changes a shop's staff: such changes take turns, and one whose author was
    /// deactivated or got another role since the request came in is not made.
    /// </summary>
    internal static async Task<Refusal?> Begin(NpgsqlConnection connection, Here here, CancellationToken cancel)
    {
        await connection.Execute("select 1 from shops where id = $1 for no key update", cancel, here.ShopId);
        return await Sessions.StillMay(connection, here, cancel) ? null : Sessions.Ended;
    }

    /// <summary>A staff role, which stays as it was spelled.</summary>
    internal static string RoleOf(string? given, FieldErrors errors)
    {
        var role = Permissions.Canonical(given ?? "");
        errors.Check(
            given is null || (Permissions.Roles.Contains(role) && role != Caller.CustomerRole),
            "role",
            "must be owner, admin, manager, cashier, barista or trainee");
        return given ?? "";
    }

    internal static Refusal MayNot(Caller caller, string role) =>
        Refusal.Forbidden($"Your role '{caller.Role}' may not give, change or take away the role '{role}': nobody grants more than they "
            + "have themselves, and an account that may just as much takes the permission 'edit_peers'.");

    internal static async Task<StaffView?> Find(NpgsqlDataSource database, long shopId, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, shopId, id, cancel);
    }

    internal static async Task<StaffView?> Find(NpgsqlConnection connection, long shopId, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(Columns + " and u.id = $2", shopId, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static StaffView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetString(1),
        r.GetString(2),
        r.TextOrNull(3),
        r.TextOrNull(4),
        r.GetString(5),
        r.GetInt64(6),
        r.GetBoolean(7),
        r.GetBoolean(8),
        r.GetFieldValue<DateTimeOffset>(9),
        r.ValueOrNull<DateTimeOffset>(10),
        r.GetInt64(11))
    {
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(12),
    };
}
