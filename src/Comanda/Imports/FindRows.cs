using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Items of the menu and guests of the shop that another system's rows are: by what that system calls them, where they came from there
/// before; else by sku, then by name and category; by e-mail address, then by phone.
/// </summary>
internal static class FindRows
{
    public const string Item = "item", Guest = "guest";

    public static async Task<List<Held<TakenProduct>>> Items(
        NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        if (takeover.Products.Count == 0)
            return [];
        var known = await Known(connection, shop, Item, cancel);
        var there = await ItemsOf(connection, shop, cancel);
        var held = new List<Held<TakenProduct>>(takeover.Products.Count);
        var (seen, found) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<long>());
        foreach (var product in takeover.Products)
        {
            if (!seen.Add(product.Ref))
            {
                takeover.Refuse(product.File, product.Line, "id", $"'{product.Ref}' stands in the files twice; the first is taken");
                continue;
            }

            var print = FingerPrint.Of(product);
            if (known.TryGetValue(product.Ref, out var row))
                held.Add(new(product, row.Print == print ? Standing.Same : Standing.Changed, row.Id, print));
            else if (there.Find(product.Sku, product.Category, product.Name) is { } id && found.Add(id))
                held.Add(new(product, Standing.Changed, id, print));
            else
                held.Add(new(product, product.Archived ? Standing.Never : Standing.New, null, print));
        }

        return held;
    }

    public static async Task<List<Held<TakenGuest>>> Guests(
        NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        if (takeover.Guests.Count == 0)
            return [];
        var known = await Known(connection, shop, Guest, cancel);
        var held = new List<Held<TakenGuest>>(takeover.Guests.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var guest in takeover.Guests.Where(g => seen.Add(g.Ref)))
        {
            var print = FingerPrint.Of(guest);
            held.Add(known.TryGetValue(guest.Ref, out var row)
                ? new(guest, row.Print == print ? Standing.Same : Standing.Changed, row.Id, print)
                : new(guest, Standing.New, null, print));
        }

        return held;
    }

    public const string CategoryNames = "select lower(name) from categories where shop_id = $1";

    public const string CardCodes = "select lower(code) from gift_cards where shop_id = $1";

    public const string StockNames = "select lower(name) from stock_items where shop_id = $1 and archived_at is null";

    /// <summary>What is here of things that are known by their names alone; it stays as it is.</summary>
    public static async Task<List<Held<T>>> Named<T>(
        NpgsqlConnection connection, long shop, List<T> things, Func<T, string> name, string there, CancellationToken cancel)
    {
        if (things.Count == 0)
            return [];
        await using var command = connection.Command(there, shop);
        var known = (await command.List(r => r.GetString(0), cancel)).ToHashSet(StringComparer.Ordinal);
        return things.ConvertAll(t => new Held<T>(t, known.Add(name(t).ToLowerInvariant()) ? Standing.New : Standing.Same, null, ""));
    }

    public static async Task<Dictionary<string, (long Id, string Print)>> Known(
        NpgsqlConnection connection, long shop, string kind, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select external_ref, local_id, fingerprint from imported_rows where shop_id = $1 and kind = $2",
            shop,
            kind);
        return (await command.List(r => (Ref: r.GetString(0), Row: (r.GetInt64(1), r.GetString(2))), cancel))
            .ToDictionary(k => k.Ref, k => k.Row, StringComparer.Ordinal);
    }

    public static async Task<KnownItems> ItemsOf(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.id, coalesce(i.sku, ''), c.name, i.name from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null order by i.id
            """,
            shop);
        var items = new KnownItems();
        foreach (var (id, sku, category, name) in await command.List(
            r => (r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3)), cancel))
            items.Add(id, sku, category, name);
        return items;
    }
}

/// <summary>The items of a menu, by what tells one from another.</summary>
internal sealed class KnownItems
{
    private readonly Dictionary<string, long> bySku = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), long> byName = [];

    public void Add(long id, string sku, string category, string name)
    {
        if (sku.Length > 0)
            bySku.TryAdd(sku, id);
        byName.TryAdd((category.ToLowerInvariant(), name.ToLowerInvariant()), id);
    }

    public bool HasSku(string sku) => bySku.ContainsKey(sku);

    public long? Find(string sku, string category, string name) =>
        sku.Length > 0 && bySku.TryGetValue(sku, out var id) ? id
        : byName.TryGetValue((category.ToLowerInvariant(), name.ToLowerInvariant()), out var named) ? named
        : null;
}
