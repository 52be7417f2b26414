using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Identity;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Demo;

/// <summary>
/// The demo cafe: a named world that is the same each time it is made. Everyone's password is <see cref="Password"/>, the
/// till's device token is <see cref="TillToken"/>; both are for trying out and for tests only.
/// </summary>
public static class DemoCafe
{
    public const string Password = "password123", TillToken = "demo-till", ShopName = "Café Comanda";

    /// <summary>Who works there: username, name, role.</summary>
    public static readonly (string Username, string Name, string Role)[] Staff =
    [
        ("owner", "Olivia Owner", "owner"),
        ("admin", "Ada Admin", "admin"),
        ("manager", "Marta Manager", "manager"),
        ("cashier", "Carlo Cashier", "cashier"),
        ("cashier1", "Celia Cashier", "cashier"),
        ("barista", "Bruno Barista", "barista"),
        ("trainee", "Tilda Trainee", "trainee"),
    ];

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["currency"] = "EUR",
        ["time_zone"] = "UTC",
        ["tax_rate"] = "10",
        ["receipt_footer"] = "Thank you. See you tomorrow?",
        ["tax_number"] = "DEMO 000 000",
    };

    /// <summary>True where the database has no shop at all: then, and only then, a first start makes the demo cafe.</summary>
    public static async Task<bool> IsWanted(NpgsqlDataSource database, CancellationToken cancel) =>
        await database.Scalar("select not exists (select 1 from shops)", cancel) is true;

    /// <summary>
    /// Makes the cafe in one transaction and answers its id. A suffix makes another one beside it, with usernames such as
    /// <c>cashier-7</c> and the device token <c>demo-till-7</c>.
    /// </summary>
    public static async Task<long> Make(NpgsqlDataSource database, string suffix, CancellationToken cancel)
    {
        var passwordHash = await Bcrypt.Hash(Password, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Two processes that start on one empty database make one cafe.
        await connection.Execute("select pg_advisory_xact_lock(7, 7)", cancel);
        if (suffix.Length == 0 && await connection.Scalar("select min(id) from shops", cancel) is long already)
            return already;

        var shop = await OpenShop.Write(connection, ShopName + suffix, "1 Roastery Lane\n1000 Anytown", Settings, cancel);
        await MakeTill(connection, shop, suffix, cancel);
        foreach (var (username, name, role) in Staff)
        {
            await connection.Execute(
                """
                with person as (
                    insert into users (home_shop_id, username, name, email, role, password_hash) values ($1, $2, $3, $4, $5, $6) returning id
                )
                insert into shop_members (shop_id, user_id) select $1, id from person
                """,
                cancel, shop, username + suffix, name, $"{username}{suffix}@demo.example", role, passwordHash);
        }

        await MakeMenu(connection, shop, cancel);
        await transaction.CommitAsync(cancel);
        return shop;
    }

    private static async Task MakeTill(NpgsqlConnection connection, long shop, string suffix, CancellationToken cancel)
    {
        var till = await OpenShop.AddRegister(connection, shop, "T1", "Till 1", RegisterKind.Till, cancel);
        await connection.Execute(
            "insert into devices (shop_id, register_id, name, token_hash) values ($1, $2, 'Till 1', $3)",
            cancel, shop, till, SHA256.HashData(Encoding.UTF8.GetBytes(TillToken + suffix)));
    }

    private static async Task MakeMenu(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        var groupIds = new Dictionary<DemoMenu.Group, long>(ReferenceEqualityComparer.Instance);
        foreach (var (s, section) in DemoMenu.Sections.Index())
        {
            var category = (long)(await connection.Scalar(
                "insert into categories (shop_id, name, description, display_order) values ($1, $2, $3, $4) returning id",
                cancel, shop, section.Name, section.Description, s))!;
            foreach (var (i, item) in section.Items.Index())
            {
                var id = (long)(await connection.Scalar(
                    """
                    insert into menu_items (shop_id, category_id, name, description, price, preparation_time, allergens, is_vegetarian, display_order)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id
                    """,
                    cancel, shop, category, item.Name, item.Description, item.Price, item.Minutes, item.Allergens, item.Vegetarian, i))!;
                foreach (var (g, group) in item.Groups.Index())
                {
                    if (!groupIds.TryGetValue(group, out var groupId))
                        groupIds[group] = groupId = await MakeGroup(connection, shop, group, groupIds.Count, cancel);
                    await connection.Execute(
                        "insert into menu_item_groups (shop_id, menu_item_id, group_id, display_order) values ($1, $2, $3, $4)", cancel, shop, id, groupId, g);
                }
            }
        }
    }

    private static async Task<long> MakeGroup(NpgsqlConnection connection, long shop, DemoMenu.Group group, int order, CancellationToken cancel)
    {
        var id = (long)(await connection.Scalar(
            "insert into modifier_groups (shop_id, name, min, max, display_order) values ($1, $2, $3, $4, $5) returning id",
            cancel, shop, group.Name, group.Min, group.Max, order))!;
        await connection.Execute(
            """
            insert into modifier_options (shop_id, group_id, key, name, price, display_order)
            select $1, $2, o.key, o.name, o.price, o.place from unnest($3::text[], $4::text[], $5::bigint[]) with ordinality as o(key, name, price, place)
            """,
            cancel, shop, id,
            Array.ConvertAll(group.Options, o => o.Key), Array.ConvertAll(group.Options, o => o.Name), Array.ConvertAll(group.Options, o => o.Price));
        return id;
    }
}
