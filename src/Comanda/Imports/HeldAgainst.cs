using Comanda.Data;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Imports;

/// <summary>What is to be done with something that a file says.</summary>
internal enum Standing
{
    New,
    Changed,
    Same,

    /// <summary>It was taken over before, and is cancelled by now.</summary>
    Gone,

    /// <summary>It was cancelled before it was ever taken over.</summary>
    Never,
}

/// <summary>Something of a file, and what there is of it here already.</summary>
internal sealed record Held<T>(T Of, Standing Standing, long? Id, string Print);

/// <summary>What the files say, held against the shop: nothing is changed by looking.</summary>
internal sealed class HeldAgainst
{
    public required Takeover Takeover { get; init; }

    public required List<Held<TakenSale>> Sales { get; init; }

    public required List<Held<TakenRefund>> Refunds { get; init; }

    public required List<Held<TakenProduct>> Products { get; init; }

    public required List<Held<TakenGuest>> Guests { get; init; }

    public required List<Held<TakenCategory>> Categories { get; init; }

    public required List<Held<TakenCard>> Cards { get; init; }

    public required List<Held<StockRow>> Stock { get; init; }

    /// <summary>Sales that are here, by what the other system calls them or their payments: refunds find them.</summary>
    public required Dictionary<string, long> Known { get; init; }

    public static async Task<HeldAgainst> Shop(NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        await FindEarlier.Run(connection, shop, takeover, cancel);
        var known = await KnownSales(connection, shop, takeover, cancel);
        var changedHere = await ChangedHere(connection, [.. known.Values.Select(k => k.Order)], cancel);
        var elsewhere = await RefundedElsewhere(connection, shop, takeover, [.. known.Values.Select(k => k.Order)], cancel);
        var sales = new List<Held<TakenSale>>(takeover.Sales.Count);
        foreach (var sale in takeover.Sales)
        {
            var print = FingerPrint.Of(sale);
            if (!known.TryGetValue(sale.Ref, out var there))
            {
                sales.Add(new(sale, sale.Cancelled ? Standing.Never : Standing.New, null, print));
                continue;
            }

            var same = !sale.Cancelled
                && (there.Print is null
                    ? there.Total == sale.Total.Minor
                    : FingerPrint.IsSame(print, there.Print, sale.Knows) ?? Half(takeover, sale));
            var standing = same || (sale.Cancelled && there.Cancelled) ? Standing.Same : sale.Cancelled ? Standing.Gone : Standing.Changed;
            if (standing == Standing.Changed && elsewhere.Contains(there.Order))
            {
                takeover.Refuse(
                    sale.File, sale.Line, "number", $"{sale.Ref} is another by now, and has refunds that are in none of these files: "
                        + "bring them along");
                standing = Standing.Same;
            }
            else if (standing is Standing.Changed or Standing.Gone && changedHere.Contains(there.Order))
            {
                takeover.Refuse(sale.File, sale.Line, "number", $"{sale.Ref} is another by now, but was changed here since it was "
                    + "taken over");
                standing = Standing.Same;
            }

            sales.Add(new(sale, standing, there.Order, print));
        }

        var refs = await KnownRefs(connection, shop, takeover, cancel);
        return new()
        {
            Takeover = takeover,
            Sales = sales,
            Refunds = await OfRefunds(connection, shop, takeover, cancel),
            Products = await FindRows.Items(connection, shop, takeover, cancel),
            Guests = await FindRows.Guests(connection, shop, takeover, cancel),
            Categories = await FindRows.Named(connection, shop, takeover.Categories, c => c.Name, FindRows.CategoryNames, cancel),
            Cards = await FindRows.Named(connection, shop, takeover.Cards, c => c.Code, FindRows.CardCodes, cancel),
            Stock = await FindRows.Named(connection, shop, takeover.Stock, s => s.Name, FindRows.StockNames, cancel),
            Known = refs,
        };
    }

    /// <summary>What it would take away stays, and is told.</summary>
    private static bool Half(Takeover takeover, TakenSale sale)
    {
        takeover.Refuse(
            sale.File,
            sale.Line,
            "number",
            sale.Knows == Knows.Lines
                ? $"{sale.Ref} is another by now; bring the file with its tip and tenders along with this one"
                : $"{sale.Ref} is here with its lines; bring the file with them along with this one");
        return true;
    }

    private sealed record KnownSale(long Order, string? Print, long Total, bool Cancelled);

    private static async Task<Dictionary<string, KnownSale>> KnownSales(
        NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.external_ref, i.order_id, i.fingerprint, i.total, o.status = 'cancelled'
            from unnest($2::text[]) as asked(external_ref)
                join imported_orders i on i.shop_id = $1 and i.external_ref = asked.external_ref
                join orders o on o.id = i.order_id
            """,
            shop,
            takeover.Sales.Select(s => s.Ref).ToArray());
        return (await command.List(
            r => (Ref: r.GetString(0), Sale: new KnownSale(r.GetInt64(1), r.TextOrNull(2), r.GetInt64(3), r.GetBoolean(4))),
            cancel)).ToDictionary(k => k.Ref, k => k.Sale, StringComparer.Ordinal);
    }

    /// <summary>Orders on which something was done here since they came: they stay as they are.</summary>
    internal static async Task<HashSet<long>> ChangedHere(NpgsqlConnection connection, long[] orders, CancellationToken cancel)
    {
        if (orders.Length == 0)
            return [];
        await using var command = connection.Command(
            """
            select o.id from orders o where o.id = any($1) and (
                o.version > 1
                or exists (select 1 from order_refunds r where r.order_id = o.id
                    and not exists (select 1 from imported_refunds i where i.order_id = o.id and i.refund_id = r.id))
                or exists (select 1 from journal j where j.order_id = o.id)
                or exists (select 1 from receipt_prints p where p.order_id = o.id))
            """,
            orders);
        return [.. await command.List(r => r.GetInt64(0), cancel)];
    }

    /// <summary>Orders with refunds that came by another file: written anew, they would lose them.</summary>
    private static async Task<HashSet<long>> RefundedElsewhere(
        NpgsqlConnection connection, long shop, Takeover takeover, long[] orders, CancellationToken cancel)
    {
        if (orders.Length == 0)
            return [];
        await using var command = connection.Command(
            "select order_id from imported_refunds where shop_id = $1 and order_id = any($2) and external_ref <> all($3)",
            shop,
            orders,
            takeover.Refunds.Select(r => r.Ref).ToArray());
        return [.. await command.List(r => r.GetInt64(0), cancel)];
    }

    private static async Task<Dictionary<string, long>> KnownRefs(
        NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        var asked = takeover.Refunds.Select(r => r.Of).Where(o => o.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        if (asked.Length == 0)
            return new(StringComparer.Ordinal);
        await using var command = connection.Command(
            """
            select external_ref, order_id from imported_orders where shop_id = $1 and external_ref = any($2)
            union select also_ref, order_id from imported_orders where shop_id = $1 and also_ref = any($2)
            """,
            shop,
            asked);
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (reference, order) in await command.List(r => (r.GetString(0), r.GetInt64(1)), cancel))
            known.TryAdd(reference, order);
        return known;
    }

    private static async Task<List<Held<TakenRefund>>> OfRefunds(
        NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        if (takeover.Refunds.Count == 0)
            return [];
        await using var command = connection.Command(
            "select external_ref, refund_id, fingerprint from imported_refunds where shop_id = $1 and external_ref = any($2)",
            shop,
            takeover.Refunds.Select(r => r.Ref).ToArray());
        var known = (await command.List(r => (Ref: r.GetString(0), Id: r.GetInt64(1), Print: r.GetString(2)), cancel))
            .ToDictionary(k => k.Ref, StringComparer.Ordinal);
        return takeover.Refunds.ConvertAll(refund =>
        {
            var print = FingerPrint.Of(refund);
            return !known.TryGetValue(refund.Ref, out var there)
                ? new Held<TakenRefund>(refund, Standing.New, null, print)
                : new(refund, FingerPrint.IsSame(print, there.Print, refund.TipKnown) ? Standing.Same : Standing.Changed, there.Id, print);
        });
    }
}
