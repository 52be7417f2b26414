using Comanda.Data;
using Npgsql;

namespace Comanda.Bench.Attack;

/// <summary>The ids that there are in a shop, by table, and some of another shop's: a guess that is right now and then.</summary>
internal sealed class KnownIds
{
    /// <summary>What an id's field or the part of a path before it names.</summary>
    private static readonly (string Names, string Table)[] Tables =
    [
        ("order order_id order_ids orders", "orders"),
        ("order_item order_item_id kitchen", "(select i.id, o.shop_id from order_items i join orders o on o.id = i.order_id)"),
        ("item menu_item menu_item_id items products product_id combo_id", "menu_items"),
        ("option option_id options", "modifier_options"),
        ("category_id categories", "categories"),
        ("inventory inventory_id to_inventory_id replaces", "stock_items"),
        ("customer_id customers", "customers"),
        ("user users user_id cashier_id", "(select user_id as id, shop_id from shop_members)"),
        ("device devices device_id", "devices"),
        ("register register_id", "registers"),
        ("drawer drawers drawer_id", "drawers"),
        ("supplier suppliers supplier_id", "suppliers"),
        ("location locations location_id from_location_id to_location_id", "stock_locations"),
        ("purchase purchase-orders", "purchase_orders"),
        ("alerts", "stock_alerts"),
        ("payment payment_id", "payments"),
        ("shop shop_id shops", "(select id, id as shop_id from shops)"),
        ("set-aside", "sales_set_aside"),
        ("reviews", "reviews"),
    ];

    private static readonly HashSet<string> Missing = new(StringComparer.Ordinal);

    private readonly Dictionary<string, long[]> own = new(StringComparer.Ordinal);
    private readonly long[] others;
    private readonly string[] codes;

    private KnownIds(Dictionary<string, long[]> own, long[] others, string[] codes) =>
        (this.own, this.others, this.codes) = (own, others, codes);

    public static async Task<KnownIds> Read(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        var (own, others) = (new Dictionary<string, long[]>(StringComparer.Ordinal), new List<long>());
        foreach (var (names, table) in Tables.Where(t => !Missing.Contains(t.Table)))
        {
            try
            {
                await using var mine = database.Command($"select id from {table} t where shop_id = $1 order by id desc limit 60", shop);
                var found = (await mine.List(r => r.GetInt64(0), cancel)).ToArray();
                foreach (var name in names.Split(' '))
                    own[name] = found;
                await using var theirs = database.Command($"select id from {table} t where shop_id <> $1 order by id desc limit 3", shop);
                others.AddRange(await theirs.List(r => r.GetInt64(0), cancel));
            }
            catch (PostgresException unknown) when (unknown.SqlState is "42P01" or "42703")
            {
                lock (Missing)
                    Missing.Add(table); // of another version
            }
        }

        await using var cards = database.Command("select code from gift_cards where shop_id = $1 order by id desc limit 10", shop);
        return new(own, [.. others], [.. await cards.List(r => r.GetString(0), cancel)]);
    }

    public long Of(string name, Random random) =>
        random.Next(12) switch
        {
            0 => others.Length == 0 ? 1 : others[random.Next(others.Length)],
            1 => random.Next(2) == 0 ? 999_999_999 : random.Next(1000),
            _ => own.TryGetValue(name, out var ids) && ids.Length > 0 ? ids[random.Next(ids.Length)] : 1,
        };

    public string? Code(Random random) => codes.Length == 0 ? null : codes[random.Next(codes.Length)];
}
