using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Comanda.Imports;

/// <summary>What an import did, or would do.</summary>
public sealed record SalesImported(long Orders, long Lines, Money Total, long AlreadyThere, List<SetAside> SetAside);

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
        SalesFile file,
        string fileName,
        byte[] sha256,
        bool dryRun,
        Action<long, long> progress,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute($"select pg_advisory_xact_lock({LockId})", cancel);
        var shops = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in file.Sales.Select(s => s.ShopName).Distinct(StringComparer.Ordinal))
            shops[name] = await FindOrOpenShop(connection, name, mapping, cancel);

        var setAside = new List<SetAside>(file.SetAside);
        var fresh = await TakeOutKnown(connection, file.Sales, shops, Currency.Of(mapping.Currency), setAside, cancel);
        var result = new SalesImported(
            fresh.Count,
            fresh.Sum(s => (long)s.Lines.Count),
            fresh.Aggregate(Money.Zero, (sum, s) => sum + s.Total),
            file.Sales.Count - fresh.Count,
            setAside);
        if (dryRun || fresh.Count == 0)
            return result;

        var import = (long)(await connection.Scalar(
            "insert into sales_imports (source, file_name, file_sha256, imported_at, orders, lines, total, set_aside) values ($1, $2, $3, "
                + "$4, $5, $6, $7, $8) returning id",
            cancel,
            mapping.Source,
            fileName,
            sha256,
            Clock.Now(clock),
            result.Orders,
            result.Lines,
            result.Total.Minor,
            (long)setAside.Count(s => !s.Kept)))!;
        var done = 0L;
        foreach (var ofShop in fresh.GroupBy(s => s.ShopName, StringComparer.Ordinal))
        {
            var shop = shops[ofShop.Key];
            var rows = ofShop.ToList();
            var items = await new ImportProducts(connection, shop).Run(Priced(rows).Concat(file.Products.Values), cancel);
            await WriteShop(
                connection,
                shop,
                rows,
                items,
                mapping,
                import,
                (fileName, sha256),
                n => progress(done += n, fresh.Count * 3L),
                cancel);
        }

        // Last of all, so that event numbers are held for a moment and not for the length of the import.
        foreach (var ofShop in fresh.GroupBy(s => s.ShopName, StringComparer.Ordinal))
            await Announce(connection, shops[ofShop.Key], ofShop.Count(), cancel);
        await transaction.CommitAsync(cancel);
        return result;
    }

    /// <summary>The products that were sold; one without a price in a product file has the one it was last sold at.</summary>
    private static IEnumerable<ImportedProduct> Priced(List<ImportedSale> sales) => sales.SelectMany(s => s.Lines)
        .GroupBy(l => l.Product.Id, StringComparer.Ordinal)
        .Select(g => g.First().Product with { Price = g.First().Product.Price ?? g.Last().UnitPrice });

    private async Task WriteShop(
        NpgsqlConnection connection, long shop, List<ImportedSale> sales, Dictionary<string, long> items, SalesMapping mapping, long import,
        (string Name, byte[] Sha256) file, Action<long> progress, CancellationToken cancel)
    {
        var register = await connection.Scalar("select id from registers where shop_id = $1 and kind = 'import'", cancel, shop) as long?
            ?? await OpenShop.AddRegister(connection, shop, "I", "Imported sales", RegisterKind.Import, cancel);
        var (last, _) = await RegisterNumbers.Take(connection, register, sales.Count, cancel);
        var first = last - sales.Count + 1;
        var days = await DaysOf(connection, shop, cancel);
        var orderIds = await ids.Orders.Take(sales.Count, cancel);
        var paymentIds = await ids.Payments.Take(sales.Count, cancel);

        await CopySales.Orders(connection, shop, register, first, sales, orderIds, mapping, days, progress, cancel);
        await CopySales.Lines(
            connection,
            shop,
            sales,
            orderIds,
            await ids.OrderItems.Take(sales.Sum(s => s.Lines.Count), cancel),
            items,
            progress,
            cancel);
        await CopySales.Payments(connection, shop, sales, orderIds, paymentIds, days, cancel);
        await CopySales.References(connection, shop, import, sales, orderIds, progress, cancel);

        var content = Json.Write(new
        {
            source = mapping.Source,
            file = file.Name,
            sha256 = Convert.ToHexStringLower(file.Sha256),
            first_number = first,
            last_number = last,
            orders = sales.Count,
            lines = sales.Sum(s => s.Lines.Count),
            currency = mapping.Currency,
            total = sales.Sum(s => s.Total.Minor),
        });
        await FiscalJournal.Append(connection, shop, register, JournalKind.Import, null, Clock.Now(clock), content, cancel);
    }

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
    private static async Task<List<ImportedSale>> TakeOutKnown(
        NpgsqlConnection connection,
        List<ImportedSale> sales,
        Dictionary<string, long> shops,
        Currency currency,
        List<SetAside> setAside,
        CancellationToken cancel)
    {
        await connection.Execute("create temp table incoming (shop_id bigint, external_ref text) on commit drop", cancel);
        await using (var copy = await connection.BeginBinaryImportAsync("copy incoming from stdin (format binary)", cancel))
        {
            foreach (var sale in sales)
            {
                await copy.StartRowAsync(cancel);
                await copy.WriteAsync(shops[sale.ShopName], NpgsqlDbType.Bigint, cancel);
                await copy.WriteAsync(sale.Ref, NpgsqlDbType.Text, cancel);
            }

            await copy.CompleteAsync(cancel);
        }

        await using var command =
            connection.Command("select external_ref, i.total from imported_orders i join incoming using (shop_id, external_ref)");
        var known = (await command.List(r => (Ref: r.GetString(0), Total: new Money(r.GetInt64(1))), cancel)).ToDictionary(
            k => k.Ref,
            k => k.Total,
            StringComparer.Ordinal);
        foreach (var sale in sales.Where(s => known.TryGetValue(s.Ref, out var total) && total != s.Total))
            setAside.Add(new(
                sale.Lines[0].Line,
                $"{sale.Ref} was imported before with a total of {known[sale.Ref].ToText(currency)}, and is {sale.Total.ToText(currency)} "
                    + "here",
                ""));
        return sales.FindAll(s => !known.ContainsKey(s.Ref));
    }
}
