using Comanda.Data;
using Comanda.Events;
using Comanda.Registers;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Does what an import would do, in the caller's transaction: all of it or nothing. Sales are copied in and take no event numbers, so that
/// devices' feeds flow on beside it; last of all it is announced.
/// </summary>
internal sealed class WriteTakeover(ImportWork work, Ids ids, ImportShop shop, Action<long, long> progress)
{
    private NpgsqlConnection Connection => work.Connection;

    public async Task Run(HeldAgainst held, CancellationToken cancel)
    {
        var (catalogue, house) = (new WriteCatalogue(work, shop.Country), new WriteHouse(work, shop.Days));
        await house.Categories(held, cancel);
        var items = await catalogue.Items(held, cancel);
        await catalogue.Groups(held, items, cancel);
        var guests = await catalogue.Guests(held, cancel);

        var gone = held.Sales.FindAll(s => s.Standing == Standing.Gone);
        await Cancel(gone, cancel);
        var again = held.Sales.FindAll(s => s.Standing == Standing.Changed);
        var fresh = held.Sales.FindAll(s => s.Standing == Standing.New);
        // Refunds of a sale that is written anew go with it, and come back with the file or are new in it.
        var removed = await Remove(again, cancel);
        var numbers = await Numbers(again, fresh, removed, cancel);
        List<Held<TakenSale>> all = [.. again, .. fresh];
        var sales = new SalesOfShop
        {
            Shop = work.Shop,
            Sales = all.ConvertAll(s => s.Of),
            OrderIds = [.. again.Select(s => s.Id!.Value), .. await ids.Orders.Take(fresh.Count, cancel, Connection)],
            Numbers = numbers.Numbers,
            Register = numbers.Register,
            Currency = shop.Currency.Code,
            Days = shop.Days,
            Items = items,
            Guests = guests,
        };
        if (all.Count > 0)
            await Copy(sales, cancel);
        var refunds = new WriteRefunds(work, ids, sales, items);
        await refunds.Run(held, removed.Refunds, cancel);
        await WriteDown(held, sales, numbers.First, cancel);
        var stays = await house.Run(held, cancel);
        await Connection.Execute(
            "update imports set replaced = $2, register_id = $3::bigint, first_number = $4::bigint, last_number = $5::bigint where id = $1",
            cancel,
            work.Import,
            stays || again.Count + gone.Count > 0 || held.Refunds.Exists(r => r.Standing == Standing.Changed)
                || held.Products.Exists(p => p.Standing == Standing.Changed),
            fresh.Count > 0 ? numbers.Register : null,
            fresh.Count > 0 ? numbers.First : null,
            fresh.Count > 0 ? numbers.First + fresh.Count - 1 : null);
        await Announce(Connection, work, all.Count + gone.Count, cancel);
    }

    private async Task Copy(SalesOfShop sales, CancellationToken cancel)
    {
        var done = 0L;
        var copy = new CopySales(Connection, sales, n => progress(done += n, sales.Sales.Count * 3L));
        await copy.Orders(cancel);
        await copy.Lines(await ids.OrderItems.Take(sales.Sales.Sum(s => s.Lines.Count), cancel, Connection), cancel);
        await copy.Payments(
            await ids.Payments.Take(sales.Sales.Sum(s => s.Payments.Count(p => !p.Amount.IsZero)), cancel, Connection), cancel);
        await copy.References(null, work.Import, cancel);
    }

    /// <summary>Sales that were cancelled there since they came are cancelled here, on their own day: they never were.</summary>
    private async Task Cancel(List<Held<TakenSale>> gone, CancellationToken cancel)
    {
        var orders = gone.Select(s => s.Id!.Value).ToArray();
        if (orders.Length == 0)
            return;
        await RemoveMoney(orders, cancel);
        await Connection.Execute(
            """
            update orders set status = 'cancelled', cancelled_at = created_at, cancelled_day = business_day, paid = 0, refunded = 0,
                cancel_reason = 'cancelled in the other system'
            where id = any($1)
            """,
            cancel,
            orders);
    }

    private async Task RemoveMoney(long[] orders, CancellationToken cancel)
    {
        await Connection.Execute("delete from imported_refunds where order_id = any($1)", cancel, orders);
        await Connection.Execute("delete from refunds where order_id = any($1)", cancel, orders);
        await Connection.Execute(
            "delete from order_refund_lines where refund_id in (select id from order_refunds where order_id = any($1))", cancel, orders);
        await Connection.Execute("delete from order_refunds where order_id = any($1)", cancel, orders);
        await Connection.Execute("delete from payments where order_id = any($1)", cancel, orders);
    }

    internal sealed record Removed(Dictionary<long, long> Numbers, HashSet<string> Refunds);

    private async Task<Removed> Remove(List<Held<TakenSale>> again, CancellationToken cancel)
    {
        var orders = again.Select(s => s.Id!.Value).ToArray();
        if (orders.Length == 0)
            return new([], []);
        await using var read = Connection.Command("select id, number from orders where id = any($1)", orders);
        var numbers = (await read.List(r => (r.GetInt64(0), r.GetInt64(1)), cancel)).ToDictionary(n => n.Item1, n => n.Item2);
        await using var backs = Connection.Command("select external_ref from imported_refunds where order_id = any($1)", orders);
        var refunds = (await backs.List(r => r.GetString(0), cancel)).ToHashSet(StringComparer.Ordinal);
        await RemoveMoney(orders, cancel);
        await Connection.Execute("delete from imported_orders where order_id = any($1)", cancel, orders);
        await Connection.Execute("delete from order_items where order_id = any($1)", cancel, orders);
        await Connection.Execute("delete from orders where id = any($1)", cancel, orders);
        return new(numbers, refunds);
    }

    /// <summary>A sale that is written anew keeps its number; new ones take the register's next.</summary>
    private async Task<(long Register, long First, long[] Numbers)> Numbers(
        List<Held<TakenSale>> again, List<Held<TakenSale>> fresh, Removed removed, CancellationToken cancel)
    {
        if (again.Count + fresh.Count == 0)
            return (0, 0, []);
        var register = await WriteSales.RegisterOf(Connection, work.Shop, cancel);
        var first = fresh.Count == 0 ? 0 : (await RegisterNumbers.Take(Connection, register, fresh.Count, cancel)).Last - fresh.Count + 1;
        var numbers = new long[again.Count + fresh.Count];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = i < again.Count ? removed.Numbers[again[i].Id!.Value] : first + i - again.Count;
        return (register, first, numbers);
    }

    private async Task WriteDown(HeldAgainst held, SalesOfShop sales, long first, CancellationToken cancel)
    {
        var (fresh, gone) = (sales.Sales.Count, held.Sales.Count(s => s.Standing == Standing.Gone));
        if (fresh + gone == 0)
            return;
        var content = Json.Write(new
        {
            source = string.Join(", ", held.Takeover.Files.Select(f => f.System).Distinct(StringComparer.Ordinal)),
            file = string.Join(", ", held.Takeover.Files.Select(f => f.Name).Distinct(StringComparer.Ordinal)),
            sha256 = shop.Sha256,
            first_number = first,
            orders = fresh,
            cancelled = gone,
            lines = sales.Sales.Sum(s => s.Lines.Count),
            currency = shop.Currency.Code,
            total = sales.Sales.Sum(s => s.Total.Minor),
        });
        var register = sales.Register == 0 ? await WriteSales.RegisterOf(Connection, work.Shop, cancel) : sales.Register;
        await FiscalJournal.Append(Connection, new(work.Shop, register, JournalKind.Import, work.Now, content), cancel);
    }

    /// <summary>Last of all, so that event numbers are held for a moment and not for the length of the import.</summary>
    internal static async Task Announce(NpgsqlConnection connection, ImportWork work, int orders, CancellationToken cancel)
    {
        await connection.Execute("update menu_dates set changed_at = $2 where shop_id = $1", cancel, work.Shop, work.Now);
        await ShopEvent.Of(
            new Here { ShopId = work.Shop },
            EventNames.ProductUpdated,
            work.Now,
            new { imported_orders = orders, import_id = work.Import }).Write(connection, cancel);
    }
}

/// <summary>What an import has to know of its shop.</summary>
internal sealed record ImportShop(Currency Currency, BusinessDay Days, bool PricesIncludeTax, string Name, string? Country)
{
    /// <summary>Of all files, in their order.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>Whether its taxes have a class of this code.</summary>
    public Func<string, bool> HasTaxClass { get; init; } = _ => false;
}
