using Comanda.Data;
using Comanda.Identity;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Demo;

/// <summary>
/// The demo cafe: a named world that is the same each time it is made. Everyone's password is <see cref="Password"/>, the
/// till's device token is <see cref="TillToken"/>; both are for trying out and for tests only.
/// </summary>
public static class DemoCafe
{
    public const string Password = "password123", TillToken = "demo-till", ShopName = "Café Comanda";

    /// <summary>Who works there: username, name, role, PIN.</summary>
    public static readonly (string Username, string Name, string Role, string Pin)[] Staff =
    [
        ("owner", "Olivia Owner", "owner", "5678"),
        ("admin", "Ada Admin", "admin", "1234"),
        ("manager", "Marta Manager", "manager", "2345"),
        ("cashier", "Carlo Cashier", "cashier", "3456"),
        ("cashier1", "Celia Cashier", "cashier", "7890"),
        ("barista", "Bruno Barista", "barista", "6789"),
        ("trainee", "Tilda Trainee", "trainee", "4567"),
    ];

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["currency"] = "EUR",
        ["time_zone"] = "UTC",
        ["tax_rate"] = "10",
        ["receipt_footer"] = "Thank you. See you tomorrow?",
        ["tax_number"] = "DEMO 000 000",
        ["storefront_about"] = "Coffee, bread and cake, made in this room since half past four.",
    };

    /// <summary>True where the database has no shop at all: then, and only then, a first start makes the demo cafe.</summary>
    public static async Task<bool> IsWanted(NpgsqlDataSource database, CancellationToken cancel) =>
        await database.Scalar("select not exists (select 1 from shops)", cancel) is true;

    /// <summary>
    /// What of the demo would let a stranger in: accounts that still have the demo's password or PIN, and its device token. Empty
    /// where production may start.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OpenDoors(NpgsqlDataSource database, CancellationToken cancel)
    {
        var open = new List<string>();
        await using var accounts = database.Command(
            "select username, password_hash from users where active and password_hash is not null and username = any($1) order by id",
            (object)Staff.Select(s => s.Username).ToArray());
        foreach (var (username, hash) in await accounts.List(r => (r.GetString(0), r.GetString(1)), cancel))
        {
            if (await Bcrypt.Verify(Password, hash, cancel))
                open.Add($"the account '{username}' has the demo's password");
        }

        await using var pins = database.Command(
            """
            select u.username, s.pin_salt, m.pin_hash
            from users u join shop_members m on m.user_id = u.id and m.active join shops s on s.id = m.shop_id
            where u.active and m.pin_hash is not null and u.username = any($1) order by u.id
            """,
            (object)Staff.Select(s => s.Username).ToArray());
        foreach (var (username, salt, hash) in await pins.List(r => (r.GetString(0), r.GetString(1), r.GetString(2)), cancel))
        {
            if (await Bcrypt.HashShortCode(Staff.First(s => s.Username == username).Pin, salt, cancel) == hash)
                open.Add($"the account '{username}' has the demo's PIN");
        }

        if (await database.Scalar(
            "select true from devices where token_hash = $1 and revoked_at is null",
            cancel,
            Convert.FromHexString(Shop.HashOf(TillToken))) is true)
            open.Add("the demo's device token is enrolled");
        return open;
    }

    /// <summary>
    /// Makes the cafe in one transaction and answers its id. A suffix makes another one beside it, with usernames such as
    /// <c>cashier-7</c> and the device token <c>demo-till-7</c>.
    /// </summary>
    /// <param name="database">Open, and migrated.</param>
    /// <param name="suffix">Of names, where it is another one.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="withStock">With stock and recipes, some of it low: a sale then takes from it.</param>
    public static async Task<long> Make(
        NpgsqlDataSource database, string suffix, CancellationToken cancel, bool withStock = false)
    {
        var passwordHash = await Bcrypt.Hash(Password, cancel);
        var salt = Bcrypt.NewShortCodeSetting();
        var pins = await Task.WhenAll(Staff.Select(s => Bcrypt.HashShortCode(s.Pin, salt, cancel)));
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Two processes that start on one empty database make one cafe.
        await connection.Execute("select pg_advisory_xact_lock(7, 7)", cancel);
        if (suffix.Length == 0 && await connection.Scalar("select min(id) from shops", cancel) is long already)
            return already;

        var shop = await OpenShop.Write(connection, ShopName + suffix, "1 Roastery Lane\n1000 Anytown", Settings, cancel);
        await MakeTill(connection, shop, suffix, cancel);
        await connection.Execute("update shops set pin_salt = $2 where id = $1", cancel, shop, salt);
        foreach (var ((username, name, role, _), pin) in Staff.Zip(pins))
            await People.Add(
                connection,
                shop,
                new()
                {
                    Username = username + suffix,
                    Name = name,
                    Email = $"{username}{suffix}@demo.example",
                    Role = role,
                    PasswordHash = passwordHash,
                    PinHash = pin,
                },
                cancel);

        await MenuPlan.Write(connection, shop, DemoMenu.Sections, cancel);
        if (withStock)
            await OpenPantry.Write(connection, DemoPantry.Demo, Begun(shop), cancel);
        await transaction.CommitAsync(cancel);
        return shop;
    }

    /// <summary>When a shop's first stock comes: now, on the day of its clock, which is UTC's where nobody said another.</summary>
    internal static MovedAt Begun(long shop, string zone = "UTC")
    {
        var now = Clock.Now(TimeProvider.System);
        var there = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(zone));
        return new(shop, null, now, DateOnly.FromDateTime(there.DateTime));
    }

    private static async Task MakeTill(NpgsqlConnection connection, long shop, string suffix, CancellationToken cancel)
    {
        var till = await OpenShop.AddRegister(connection, shop, "T1", "Till 1", RegisterKind.Till, cancel);
        await OpenShop.AddDevice(connection, shop, new("Till 1", DeviceType.Till, till, TillToken + suffix), cancel);
    }
}
