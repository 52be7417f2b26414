using System.CommandLine;
using Comanda.Data;
using Comanda.Guests;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda normalise: brings what an older version wrote into the form of this one. Phones get their country's code, by each shop's
/// country; customers' words are folded as searches fold. Two that turn out to have one phone are said and left as they are: which is
/// right, only people know. It may run again and beside serving processes. Exit code 2 where there are such clashes.
/// </summary>
public static class NormaliseVerb
{
    /// <summary>What the table of upkeep calls it.</summary>
    public const string UpkeepTask = "normalise";

    /// <summary>A table of phones: where they stand, whose they are, and what has one phone once; null where many may share one.</summary>
    private sealed record Phones(string Table, string Column, string Shop, string? Once);

    private static readonly Phones[] Places =
    [
        new(
            "users",
            "phone",
            "home_shop_id",
            "other.phone = $1 and other.is_customer = t.is_customer and (not t.is_customer or other.home_shop_id = t.home_shop_id)"),
        new("customers", "phone", "shop_id", "other.phone = $1 and other.shop_id = t.shop_id"),
        new("suppliers", "phone", "shop_id", null),
        new("deliveries", "person_phone", "shop_id", null),
    ];

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var verb = new Command(
            UpkeepTask,
            "Brings phones (country's code) and the search words of customers into today's form; reports clashes.");
        verb.SetAction((parsed, cancel) =>
            guarded(() => withDatabase(parsed, (database, _) => Run(database, Console.WriteLine, cancel), cancel)));
        return verb;
    }

    internal static async Task<int> Run(NpgsqlDataSource database, Action<string> say, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var clashes = 0;
        foreach (var (shop, name, country) in await Shops(connection, cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var changed = 0;
            foreach (var place in Places)
            {
                void Say(string line) => say($"{name} (shop {shop}): {line}");
                var (done, clashed) = await Normalise(connection, place, shop, country, Say, cancel);
                (changed, clashes) = (changed + done, clashes + clashed);
            }

            var folded = await Fold(connection, shop, cancel);
            await transaction.CommitAsync(cancel);
            var where = country ?? "country not known: set 'country'";
            say($"{name} (shop {shop}, {where}): {changed} phone(s) and the words of {folded} customer(s) brought up to date");
        }

        if (clashes == 0)
            await connection.Execute($"delete from upkeep where task = '{UpkeepTask}'", cancel);
        else
            say($"{clashes} clash(es): change or take away one phone of each pair, then run this again.");
        return clashes == 0 ? 0 : 2;
    }

    private static async Task<List<(long Id, string Name, string? Country)>> Shops(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var settings = connection.Command("select shop_id, key, value from settings");
        var stored = await settings.List(r => (Shop: r.GetInt64(0), Key: r.GetString(1), Value: r.GetString(2)), cancel);
        await using var shops = connection.Command("select id, name from shops order by id");
        return (await shops.List(r => (Id: r.GetInt64(0), Name: r.GetString(1)), cancel))
            .ConvertAll(s => (s.Id, s.Name, ShopSettings.From(Of(s.Id)).Country));

        Dictionary<string, string> Of(long shop) =>
            stored.Where(v => v.Shop == shop).ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
    }

    private static async Task<(int Changed, int Clashes)> Normalise(
        NpgsqlConnection connection, Phones place, long shop, string? country, Action<string> say, CancellationToken cancel)
    {
        var key = place.Table == "deliveries" ? "order_id" : "id";
        await using var all = connection.Command(
            $"""
            select {key}, {place.Column} from {place.Table}
            where {place.Shop} = $1 and {place.Column} is not null order by {key} for no key update
            """,
            shop);
        var (changed, clashes) = (0, 0);
        foreach (var (id, phone) in await all.List(r => (r.GetInt64(0), r.GetString(1)), cancel))
        {
            if (Contact.Phone(phone, country) is not { } normal || normal == phone)
                continue;
            var first = $"select other.id from {place.Table} t, {place.Table} other where t.id = $2 and other.id <> t.id and {place.Once}";
            if (place.Once is not null && await connection.Scalar(first, cancel, normal, id) is long other)
            {
                // No phone is written to a terminal or a log: the numbers of the records lead to it.
                say($"CLASH: {place.Table} {other} and {id} have the same phone in two spellings");
                clashes++;
                continue;
            }

            await connection.Execute($"update {place.Table} set {place.Column} = $2 where {key} = $1", cancel, id, normal);
            if (place.Table is "users" or "customers" or "suppliers")
                await connection.Execute($"update {place.Table} set version = version + 1 where id = $1", cancel, id);
            changed++;
        }

        return (changed, clashes);
    }

    /// <summary>Words follow from name, address and phone: those that differ are written anew.</summary>
    private static async Task<int> Fold(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var all = connection.Command(
            "select id, name, email, phone from customers where shop_id = $1 and erased_at is null order by id", shop);
        var customers = await all.List(
            r => (Id: r.GetInt64(0), Words: CustomerWords.Of(shop, r.GetString(1), r.TextOrNull(2), r.TextOrNull(3))), cancel);
        var changed = 0;
        foreach (var (id, words) in customers)
        {
            changed += await connection.Execute(
                "update customers set search = array_to_tsvector($2) where id = $1 and search <> array_to_tsvector($2)", cancel, id, words);
        }

        return changed;
    }
}
