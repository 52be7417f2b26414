using Comanda.Data;
using Comanda.Events;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Imports;

/// <summary>What an import did, or would do.</summary>
public sealed record SalesImported(long Orders, long Lines, Money Total, long AlreadyThere, List<SetAside> SetAside);

/// <summary>A file that was read, by its name and its hash.</summary>
public sealed record FileToImport(string Name, byte[] Sha256, SalesFile Read);

/// <summary>
/// Writes imported sales in bulk (COPY), all of them in one transaction: an import is there whole or not at all. It takes
/// no event numbers while it copies, so devices' feeds flow on beside it. What was imported before is found by its
/// reference and left alone.
/// </summary>
public sealed class WriteSales(NpgsqlDataSource database, Ids ids, TimeProvider clock)
{
    private const long LockId = 0x696d706f7274; // "import": one at a time

    public async Task<SalesImported> Run(
        SalesMapping mapping,
        FileToImport file,
        bool dryRun,
        Action<long, long> progress,
        CancellationToken cancel)
    {
        var read = file.Read;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute($"select pg_advisory_xact_lock({LockId})", cancel);
        var shops = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in read.Sales.Keys)
            shops[name] = await FindOrOpenShop(connection, name, mapping, cancel);

        var setAside = new List<SetAside>(read.SetAside);
        var fresh = new Dictionary<string, List<TakenSale>>(StringComparer.Ordinal);
        foreach (var (name, ofShop) in read.Sales)
        {
            fresh[name] = await TakeOutKnown(connection, ofShop, shops[name], (Currency.Of(mapping.Currency), setAside), cancel);
            if (fresh[name].Count == 0)
                fresh.Remove(name);
        }

        var count = fresh.Values.Sum(s => s.Count);
        var result = new SalesImported(
            count,
            fresh.Values.Sum(s => s.Sum(sale => (long)sale.Lines.Count)),
            new(fresh.Values.Sum(s => s.Sum(sale => sale.Total.Minor))),
            read.Sales.Values.Sum(s => s.Count) - count,
            setAside);
        if (dryRun || count == 0)
            return result;

        var import = (long)(await connection.Scalar(
            "insert into sales_imports (source, file_name, file_sha256, imported_at, orders, lines, total, set_aside) values ($1, $2, $3, "
                + "$4, $5, $6, $7, $8) returning id",
            cancel,
            mapping.Source,
            file.Name,
            file.Sha256,
            Clock.Now(clock),
            result.Orders,
            result.Lines,
            result.Total.Minor,
            (long)setAside.Count(s => !s.Kept)))!;
        var done = 0L;
        foreach (var (name, rows) in fresh)
        {
            var shop = shops[name];
            var items = await new ImportProducts(connection, shop).Run(Priced(rows, read.Products).Concat(read.Products.Values), cancel);
            var sales = new SalesOfShop
            {
                Shop = shop,
                Sales = rows,
                OrderIds = await ids.Orders.Take(rows.Count, cancel, connection),
                Numbers = new long[rows.Count],
                Register = await RegisterOf(connection, shop, cancel),
                Currency = mapping.Currency,
                Days = await DaysOf(connection, shop, cancel),
                Items = items,
            };
            var taken = await CopyShop(connection, sales, import, n => progress(done += n, count * 3L), cancel);
            await WriteDown(connection, sales, taken, mapping.Source, file, cancel);
        }

        // Last of all, so that event numbers are held for a moment and not for the length of the import.
        foreach (var (name, rows) in fresh)
            await Announce(connection, shops[name], rows.Count, cancel);
        await transaction.CommitAsync(cancel);
        return result;
    }

    /// <summary>The products that were sold; one without a price in a product file has the one it was last sold at.</summary>
    private static IEnumerable<ImportedProduct> Priced(List<TakenSale> sales, Dictionary<string, ImportedProduct> products)
    {
        var last = new Dictionary<string, TakenLine>(StringComparer.Ordinal);
        foreach (var sale in sales)
        {
            foreach (var line in sale.Lines)
                last[line.Product] = line;
        }

        return last.Values.Select(l => products.GetValueOrDefault(l.Product) is { } known
            ? known with { Price = known.Price ?? l.UnitPrice }
            : new(l.Product, l.Name, l.Category, l.UnitPrice, ""));
    }

    /// <summary>The register that numbers what was imported.</summary>
    internal static async Task<long> RegisterOf(NpgsqlConnection connection, long shop, CancellationToken cancel) =>
        await connection.Scalar("select id from registers where shop_id = $1 and kind = 'import'", cancel, shop) as long?
            ?? await OpenShop.AddRegister(connection, shop, "I", "Imported sales", RegisterKind.Import, cancel);

    /// <summary>Answers the register that it took, and the numbers of it.</summary>
    private async Task<NumbersTaken> CopyShop(
        NpgsqlConnection connection, SalesOfShop of, long import, Action<long> progress, CancellationToken cancel)
    {
        var (last, _) = await RegisterNumbers.Take(connection, of.Register, of.Sales.Count, cancel);
        var taken = new NumbersTaken(of.Register, last - of.Sales.Count + 1, last);
        for (var i = 0; i < of.Numbers.Length; i++)
            of.Numbers[i] = taken.First + i;
        var copy = new CopySales(connection, of, progress);
        await copy.Orders(cancel);
        await copy.Lines(await ids.OrderItems.Take(of.Sales.Sum(s => s.Lines.Count), cancel, connection), cancel);
        await copy.Payments(await ids.Payments.Take(of.Sales.Sum(s => s.Payments.Count), cancel, connection), cancel);
        await copy.References(import, null, cancel);
        return taken;
    }

    private Task WriteDown(
        NpgsqlConnection connection,
        SalesOfShop of,
        NumbersTaken numbers,
        string source,
        FileToImport file,
        CancellationToken cancel)
    {
        var content = Json.Write(new
        {
            source,
            file = file.Name,
            sha256 = Convert.ToHexStringLower(file.Sha256),
            first_number = numbers.First,
            last_number = numbers.Last,
            orders = of.Sales.Count,
            lines = of.Sales.Sum(s => s.Lines.Count),
            currency = of.Currency,
            total = of.Sales.Sum(s => s.Total.Minor),
        });
        return FiscalJournal.Append(
            connection,
            new(of.Shop, numbers.Register, JournalKind.Import, Clock.Now(clock), content),
            cancel);
    }

    private sealed record NumbersTaken(long Register, long First, long Last);

    private async Task Announce(NpgsqlConnection connection, long shop, int orders, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        await connection.Execute("update menu_dates set changed_at = $2 where shop_id = $1", cancel, shop, now);
        await ShopEvent.Of(new Here { ShopId = shop }, EventNames.ProductUpdated, now, new { imported_orders = orders }).Write(
            connection,
            cancel);
    }

    /// <summary>The shop's own business days: a shop that was there before keeps its zone and its day-start hour.</summary>
    private static async Task<BusinessDay> DaysOf(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command("select key, value from settings where shop_id = $1", shop);
        var stored = await command.List(r => (Key: r.GetString(0), Value: r.GetString(1)), cancel);
        return ShopSettings.From(stored.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal)).BusinessDay;
    }

    private static async Task<long> FindOrOpenShop(NpgsqlConnection connection, string name, SalesMapping mapping, CancellationToken cancel)
    {
        if (await connection.Scalar("select id from shops where name = $1 order by id limit 1", cancel, name) is long known)
        {
            var currency = await connection.Scalar(
                "select value from settings where shop_id = $1 and key = 'currency'",
                cancel,
                known) as string ?? SettingKeys.Find("currency")!.Default;
            return currency == mapping.Currency
                ? known
                : throw new StartupException($"the shop '{name}' sells in {currency}, the file is in {mapping.Currency}");
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["currency"] = mapping.Currency,
            ["time_zone"] = mapping.TimeZone
        };
        var shop = await OpenShop.Write(connection, name, "", settings, cancel);
        // Who runs the first shop runs the imported ones too.
        await connection.Execute(
            """
            insert into shop_members (shop_id, user_id, role)
            select $1, m.user_id, m.role from shop_members m
            where m.role in ('owner', 'admin') and m.active and m.shop_id = (select min(id) from shops)
            """,
            cancel, shop);
        return shop;
    }

    /// <summary>Leaves out what was imported before; where it came then with another total, that is reported.</summary>
    private static async Task<List<TakenSale>> TakeOutKnown(
        NpgsqlConnection connection,
        List<TakenSale> sales,
        long shop,
        (Currency Currency, List<SetAside> SetAside) told,
        CancellationToken cancel)
    {
        if (await connection.Scalar("select exists (select 1 from imported_orders where shop_id = $1)", cancel, shop) is not true)
            return sales;
        await using var command = connection.Command(
            """
            select i.external_ref, i.total from unnest($2::text[]) as incoming(external_ref)
                join imported_orders i on i.shop_id = $1 and i.external_ref = incoming.external_ref
            """,
            shop,
            sales.ConvertAll(s => s.Ref).ToArray());
        var known = (await command.List(r => (Ref: r.GetString(0), Total: new Money(r.GetInt64(1))), cancel)).ToDictionary(
            k => k.Ref,
            k => k.Total,
            StringComparer.Ordinal);
        foreach (var sale in sales.Where(s => known.TryGetValue(s.Ref, out var total) && total != s.Total))
            told.SetAside.Add(new(
                sale.Lines[0].Line,
                $"{sale.Ref} was imported before with a total of {known[sale.Ref].ToText(told.Currency)}, and is "
                    + $"{sale.Total.ToText(told.Currency)} here",
                ""));
        return sales.FindAll(s => !known.ContainsKey(s.Ref));
    }
}
