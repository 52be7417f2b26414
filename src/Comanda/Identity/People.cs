using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// An account as sign-in sees it. <see cref="Username"/> is what the person is called where they have no username of their
/// own: their e-mail address or phone. <see cref="Role"/> is that in <see cref="ShopId"/>.
/// </summary>
public sealed record Person
{
    public required long Id { get; init; }

    public required string Username { get; init; }

    public required string Name { get; init; }

    public required string? Email { get; init; }

    public required string? Phone { get; init; }

    public required bool IsCustomer { get; init; }

    public required string Role { get; init; }

    public required long ShopId { get; init; }

    public required string? PasswordHash { get; init; }

    public required string? PinHash { get; init; }

    public required long Version { get; init; }

    /// <summary>A confirmed one, beside the password.</summary>
    public bool HasSecondFactor { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The person in a session that begins.</summary>
    public Caller SignedIn(long session, Entrance entrance) => new()
    {
        UserId = Id,
        SessionId = session,
        Username = Username,
        Name = Name,
        Role = Role,
        ShopId = ShopId,
        Permissions = Permissions.Of(Role),
        Method = entrance.Method,
        DeviceId = entrance.Device?.Id,
    };
}

/// <summary>
/// Finds and adds accounts. Staff are known by username, e-mail and phone everywhere; guests by e-mail and phone in their shop.
/// </summary>
public sealed class People(NpgsqlDataSource database, ShopDirectory shops, Uuids uuids, SecondFactors factors)
{
    private const string Columns =
        """
        select u.id, coalesce(u.username, u.email, u.phone, 'guest ' || u.id), u.name, u.email, u.phone, u.is_customer, m.role, m.shop_id,
            u.password_hash,
            m.pin_hash, u.version, u.created_at, u.updated_at,
            exists (select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null)
        from users u join shop_members m on m.user_id = u.id and m.active
        """;

    /// <summary>Whom a username names; in the shop given where they belong to it, else in their home shop.</summary>
    public Task<Person?> ByUsername(string username, long shopId, CancellationToken cancel) => First(
        Columns + " where u.active and lower(u.username) = lower($1) order by m.shop_id = $2 desc, m.shop_id = u.home_shop_id desc limit 1",
        cancel,
        username.Trim(),
        shopId);

    /// <summary>Whom an e-mail address names: of those in the shop asked staff before guests, then staff of other shops.</summary>
    /// <param name="email">In any case.</param>
    /// <param name="shopId">The shop asked.</param>
    /// <param name="bySecret">True for a password: who has none is not meant where somebody else has one.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<Person?> ByEmail(string email, long shopId, bool bySecret, CancellationToken cancel) =>
        ByAddress("lower(u.email) = lower($1)", email.Trim(), shopId, bySecret, cancel);

    /// <summary>The country whose phones need no code in a shop; null where it is not known.</summary>
    public async ValueTask<string?> CountryOf(long shopId, CancellationToken cancel) =>
        (await shops.Find(shopId, cancel))?.Settings.Country;

    /// <summary>Whether a PIN signs people of a shop in without an enrolled device.</summary>
    public async ValueTask<bool> TakesPins(long shopId, CancellationToken cancel) =>
        (await shops.Find(shopId, cancel))?.Settings.TakesPins == true;

    /// <summary>Whether it is the person's PIN in their shop. Somebody unknown, or without one, costs the same.</summary>
    public async Task<bool> IsPin(Person? person, string pin, long shopId, CancellationToken cancel) =>
        await PinHash(pin, shopId, cancel) is { } hash && person is { IsCustomer: false, PinHash: { } known }
            && person.ShopId == shopId
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(known), Encoding.ASCII.GetBytes(hash));

    /// <summary>The code of the person's second factor, where it is right; it counts once it is used up.</summary>
    public Task<CheckedFactor?> Factor(Person person, string code, CancellationToken cancel) => factors.Check(person.Id, code, cancel);

    /// <summary>Whom a phone number names, in the same order.</summary>
    public Task<Person?> ByPhone(string phone, long shopId, bool bySecret, CancellationToken cancel) =>
        ByAddress("u.phone = $1", phone, shopId, bySecret, cancel);

    /// <summary>Whom a PIN names in a shop.</summary>
    public async Task<Person?> ByPin(string pin, long shopId, CancellationToken cancel) => await PinHash(pin, shopId, cancel) is { } hash
        ? await First(Columns + " where u.active and m.shop_id = $1 and m.pin_hash = $2", cancel, shopId, hash)
        : null;

    public Task<Person?> Guest(string phone, long shopId, CancellationToken cancel) =>
        First(Columns + " where u.active and u.is_customer and u.home_shop_id = $2 and u.phone = $1", cancel, phone, shopId);

    /// <summary>The person in their home shop, or in another they belong to.</summary>
    public Task<Person?> ById(long id, CancellationToken cancel) =>
        First(Columns + " where u.active and u.id = $1 order by m.shop_id = u.home_shop_id desc limit 1", cancel, id);

    public Task<Person?> Member(long id, long shopId, CancellationToken cancel) =>
        First(Columns + " where u.active and u.id = $1 and m.shop_id = $2", cancel, id, shopId);

    /// <summary>The person, and what they may in a session that began this way.</summary>
    public async Task<UserView> View(Person person, CancellationToken cancel, SignInMethod method = SignInMethod.Password) => new(
        person.Id,
        person.Username,
        person.Name,
        person.Email,
        person.Phone,
        person.Role,
        person.ShopId,
        await uuids.Of(IdKind.Shop, person.ShopId, cancel),
        person.PinHash is not null,
        Permissions.Names(Permissions.In(method, Permissions.Of(person.Role, await shops.Find(person.ShopId, cancel)))),
        person.Version);

    /// <summary>A PIN's hash under the shop's salt; null where the shop has no salt yet, and so nobody a PIN.</summary>
    public async Task<string?> PinHash(string pin, long shopId, CancellationToken cancel) =>
        await database.Scalar("select pin_salt from shops where id = $1", cancel, shopId) is string salt && Bcrypt.IsSetting(salt)
            ? await Bcrypt.HashShortCode(pin, salt, cancel)
            : null;

    /// <summary>The same where a PIN is being set: the shop gets its salt with the first one.</summary>
    public async Task<string> NewPinHash(string pin, long shopId, CancellationToken cancel)
    {
        var salt = await database.Scalar("select pin_salt from shops where id = $1", cancel, shopId)
            ?? await database.Scalar(
                "update shops set pin_salt = coalesce(pin_salt, $2) where id = $1 returning pin_salt",
                cancel,
                shopId,
                Bcrypt.NewShortCodeSetting());
        return await Bcrypt.HashShortCode(pin, (string)salt!, cancel);
    }

    /// <summary>The salt of a new shop's PINs, in the caller's transaction.</summary>
    public static Task KeepPinSalt(NpgsqlConnection connection, long shopId, string salt, CancellationToken cancel) =>
        connection.Execute("update shops set pin_salt = $2 where id = $1", cancel, shopId, salt);

    public static string? CheckPin(string pin) =>
        pin.Length is >= 4 and <= 8 && pin.All(char.IsAsciiDigit) ? null : "must have 4 to 8 digits";

    /// <summary>Adds an account and its place in a shop, in the caller's transaction; answers its id.</summary>
    public static async Task<long> Add(NpgsqlConnection connection, long shopId, NewPerson person, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            """
            with person as (
                insert into users (home_shop_id, username, name, email, phone, is_customer, password_hash)
                values ($1, $2::text, $3, $4::text, $5::text, $6, $7::text) returning id
            )
            insert into shop_members (shop_id, user_id, role, pin_hash) select $1, id, $8, $9::text from person returning user_id
            """,
            cancel,
            shopId,
            person.Username,
            person.Name,
            person.Email,
            person.Phone,
            person.IsCustomer,
            person.PasswordHash,
            person.Role,
            person.PinHash))!;

    /// <summary>Lets somebody act for one more shop.</summary>
    public static Task Join(NpgsqlConnection connection, long shopId, long userId, string role, CancellationToken cancel) =>
        connection.Execute(
            "insert into shop_members (shop_id, user_id, role) values ($1, $2, $3) on conflict (user_id, shop_id) do update set role = "
                + "excluded.role, active = true",
            cancel, shopId, userId, role);

    /// <summary>Which field of an account another one has already; null where the failure is about something else.</summary>
    /// <param name="failure">What the database said.</param>
    /// <param name="namedByEmail">Whether nobody gave a username, so that it is the e-mail address.</param>
    public static Refusal? Taken(PostgresException failure, bool namedByEmail = false)
    {
        var (field, what) = failure.SqlState != PostgresErrorCodes.UniqueViolation ? ("", "") : failure.ConstraintName switch
        {
            "users_username" when namedByEmail => ("email", "Another account has this e-mail address."),
            "users_username" => ("username", "Another account has this username."),
            "users_staff_email" or "users_customer_email" => ("email", "Another account has this e-mail address."),
            "users_staff_phone" or "users_customer_phone" => ("phone", "Another account has this phone number."),
            "shop_members_pin" => ("pin", "Choose another PIN; this one cannot be used in this shop."),
            _ => ("", ""),
        };
        return field.Length == 0
            ? null
            : new(409, "already_exists", what, new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [what] });
    }

    private Task<Person?> ByAddress(string condition, string address, long shopId, bool bySecret, CancellationToken cancel) => First(
        $"""
        select * from (
            {Columns} where u.active and not u.is_customer and {condition}
            union all
            {Columns} where u.active and u.is_customer and u.home_shop_id = $2 and {condition}
        ) as p(id, username, name, email, phone, is_customer, role, shop_id, password_hash, pin_hash, version, created_at, updated_at,
            has_second_factor)
        order by ($3 and password_hash is null), shop_id <> $2, is_customer, id, shop_id limit 1
        """,
        cancel, address, shopId, bySecret);

    private async Task<Person?> First(string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = database.Command(sql, values);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static Person Row(NpgsqlDataReader r) => new()
    {
        Id = r.GetInt64(0),
        Username = r.GetString(1),
        Name = r.GetString(2),
        Email = r.TextOrNull(3),
        Phone = r.TextOrNull(4),
        IsCustomer = r.GetBoolean(5),
        Role = r.GetString(6),
        ShopId = r.GetInt64(7),
        PasswordHash = r.TextOrNull(8),
        PinHash = r.TextOrNull(9),
        Version = r.GetInt64(10),
        CreatedAt = r.GetFieldValue<DateTimeOffset>(11),
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(12),
        HasSecondFactor = r.GetBoolean(13),
    };
}

/// <summary>An account to add. A role of customer makes a guest.</summary>
public sealed record NewPerson
{
    public string? Username { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public required string Role { get; init; }

    public string? PasswordHash { get; init; }

    public string? PinHash { get; init; }

    public bool IsCustomer => Role == Caller.CustomerRole;

    /// <summary>The account that it became.</summary>
    public Person As(long id, long shopId) => new()
    {
        Id = id,
        Username = Username ?? Email ?? Phone ?? "",
        Name = Name,
        Email = Email,
        Phone = Phone,
        IsCustomer = IsCustomer,
        Role = Role,
        ShopId = shopId,
        PasswordHash = PasswordHash,
        PinHash = PinHash,
        Version = 1,
    };
}
