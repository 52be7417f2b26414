using System.Globalization;
using Comanda.Data;
using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>A product as the other system had it.</summary>
public sealed record ImportedProduct(string Id, string Name, string Category, Money? Price, string Description);

/// <summary>A row that was not taken over, or that was with a remark.</summary>
public sealed record SetAside(int Line, string Reason, string Row, bool Kept = false);

/// <summary>Everything a file says, before anything is written: the sales of each shop, by its name.</summary>
public sealed record SalesFile(
    Dictionary<string, List<TakenSale>> Sales, Dictionary<string, ImportedProduct> Products, List<SetAside> SetAside);

/// <summary>Reads and checks a sales export by its mapping. Pure but for reading the files: nothing is written.</summary>
public sealed class ReadSales(SalesMapping mapping)
{
    private readonly Currency currency = Currency.Of(mapping.Currency);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(mapping.TimeZone);
    private readonly char delimiter = mapping.Delimiter?[0] ?? ',';
    private readonly Dictionary<string, ImportedProduct> products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TakenSale Sale, string Shop)> sales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TakenSale>> ofShops = new(StringComparer.Ordinal);
    private readonly List<SetAside> setAside = [];
    private readonly HashSet<string> spoiltProducts = new(StringComparer.Ordinal);
    private SalesPlaces places = new();

    public SalesFile Run(Stream salesFile, string name, Stream? productFile, Action<long> progress)
    {
        if (productFile is not null)
            ReadProducts(productFile);
        foreach (var row in CsvRows.Read(salesFile, name, delimiter, SalesPlaces.Needed(mapping.Columns)))
        {
            if (places.Columns is null)
                places = SalesPlaces.Of(mapping.Columns, row.Columns);
            if (ReadRow(row) is { } reason)
                setAside.Add(new(row.Line, reason, row.Raw));
            progress(salesFile.Position);
        }

        Pay();
        return new(ofShops, products, setAside);
    }

    /// <summary>What was paid is known once all lines are.</summary>
    private void Pay()
    {
        foreach (var (sale, _) in sales.Values)
        {
            if (sale.Sold.IsZero)
                sale.Payments.Clear();
            else
                sale.Payments[0] = sale.Payments[0] with { Amount = sale.Sold };
        }
    }

    private void ReadProducts(Stream stream)
    {
        var c = mapping.Products!.Columns;
        foreach (var row in CsvRows.Read(
            stream,
            mapping.Products.File,
            delimiter,
            c.Name.Append(c.Id).Append(c.Category).Append(c.Price).Append(c.Description)))
        {
            var price = Money.Zero;
            var hasPrice = c.Price is not null && TryMoney(row[c.Price], out price);
            var name = string.Join(' ', c.Name.Select(n => row[n]).Where(n => n.Length > 0 && n != "N/A"));
            var (id, category, description) = (row[c.Id], Or(row[c.Category], "Imported"), row[c.Description]);
            if (!PlainText.Is(name + category, TextKind.Line) || !PlainText.Is(description, TextKind.Lines))
                spoiltProducts.Add(id);
            else
                products[id] = new(id, Or(name, id), category, hasPrice ? price : PriceOf(id), description);
        }
    }

    private Money? PriceOf(string id) => mapping.Prices?.GetValueOrDefault(id) is { } said && TryMoney(said, out var price) ? price : null;

    /// <summary>Takes one row over; answers why not.</summary>
    private string? ReadRow(CsvRow row)
    {
        var (c, p) = (mapping.Columns, places);
        if (row.HasNull)
            return "the row contains the character U+0000";
        foreach (var (column, place) in p.Columns!)
        {
            if (place < row.Cells.Length && !PlainText.Is(row.Cells[place], TextKind.Line))
                return $"{column}: {PlainText.Rule(TextKind.Line)}";
        }

        if (Array.Exists(p.Transaction, t => Cell(row, t).Length == 0))
            return $"{string.Join(", ", c.Transaction)}: the transaction has no number";
        if (ReadTime(row) is not { } at)
            return $"{c.At ?? c.Date}: '{$"{row[c.At ?? c.Date]} {row[c.Time]}".Trim()}' is not a time in the given format";
        if ((mapping.Shop ?? mapping.Shops!.GetValueOrDefault(Cell(row, p.Outlet))) is not { } shop)
            return $"{c.Outlet}: '{row[c.Outlet]}' is no outlet of the mapping";
        return p.Products is { } wide ? ReadWide(row, wide, (at, shop)) : ReadLine(row, (at, shop));
    }

    /// <summary>A row for each product.</summary>
    private string? ReadLine(CsvRow row, (DateTimeOffset At, string Shop) of)
    {
        var (c, p) = (mapping.Columns, places);
        var quantity = 1;
        if (c.Quantity is not null && !TryQuantity(Cell(row, p.Quantity), out quantity))
            return $"{c.Quantity}: '{row[c.Quantity]}' is not a whole number from 1 to 100000";
        var id = Cell(row, p.Product);
        if (spoiltProducts.Contains(id))
            return $"{c.Product}: '{id}' has control characters in the product file";
        if (ProductOf(row, c.Product!, id) is not { } product)
            return $"{c.Product}: '{id}' is in no product file";
        var unit = product.Price ?? Money.Zero;
        if (c.UnitPrice is not null && !TryMoney(Cell(row, p.UnitPrice), out unit))
            return $"{c.UnitPrice}: '{row[c.UnitPrice]}' is not an amount in {currency}";
        var total = unit * quantity;
        if (c.Amount is not null && !TryMoney(Cell(row, p.Amount), out total))
            return $"{c.Amount}: '{row[c.Amount]}' is not an amount in {currency}";
        if (SaleOf(row, of) is not { } sale)
            return "this transaction began at another outlet";
        sale.Lines.Add(Line(row, product, (quantity, unit, total), of.At));
        return null;
    }

    /// <summary>
    /// A column for each product: its cell says how many were sold, or for how much. A cell that cannot be read is set aside, and the rest
    /// of its row is taken over.
    /// </summary>
    private string? ReadWide(CsvRow row, (string Id, int Place)[] wide, (DateTimeOffset At, string Shop) of)
    {
        var any = false;
        foreach (var (id, place) in wide)
        {
            var cell = Cell(row, place);
            if (cell.Length == 0 || IsNothing(cell))
                continue;
            any = true;
            var (quantity, total) = (1, Money.Zero);
            var amounts = mapping.InProductColumns == ProductCells.Amount;
            var reason = amounts
                ? TryMoney(cell, out total) ? null : $"{id}: '{cell}' is not an amount in {currency}"
                : TryQuantity(cell, out quantity) ? null : $"{id}: '{cell}' is not a whole number from 1 to 100000";
            if (reason is null && (spoiltProducts.Contains(id) || ProductOf(row, id, id) is null))
                reason = $"{id}: is in no product file";
            if (reason is null && SaleOf(row, of) is null)
                return "this transaction began at another outlet";
            if (reason is not null)
            {
                setAside.Add(new(row.Line, reason, row.Raw));
                continue;
            }

            var product = products.GetValueOrDefault(id) ?? Made(id);
            var unit = amounts ? total : product.Price ?? Money.Zero;
            SaleOf(row, of)!.Lines.Add(Line(row, product, (quantity, unit, amounts ? total : unit * quantity), of.At));
        }

        return any ? null : "no product has a quantity";
    }

    private static bool IsNothing(string cell) => cell is "-" || (PriceText.TryRead(cell, out var number) && number == 0);

    /// <summary>The sale that a row is of, begun where it is the first; null where that one began at another outlet.</summary>
    private TakenSale? SaleOf(CsvRow row, (DateTimeOffset At, string Shop) of)
    {
        var (c, p) = (mapping.Columns, places);
        var reference = p.Transaction is [var one] ? $"{mapping.Source}:{Cell(row, one)}"
            : $"{mapping.Source}:{string.Join('/', p.Transaction.Select(t => Cell(row, t)))}";
        if (sales.TryGetValue(reference, out var known))
            return known.Shop == of.Shop ? known.Sale : null;
        var sale = new TakenSale
        {
            File = "",
            Line = row.Line,
            Ref = reference,
            At = of.At,
            Type = TypeOf(row[c.Type]),
            Staff = NullIfEmpty(Cell(row, p.Staff)),
            Customer = NullIfEmpty(Cell(row, p.Customer)),
            CustomerName = NullIfEmpty(Cell(row, p.CustomerName)),
            Payments = [new(MethodOf(row[c.PaymentMethod]), Money.Zero, of.At)],
        };
        sales[reference] = (sale, of.Shop);
        if (!ofShops.TryGetValue(of.Shop, out var ofShop))
            ofShops[of.Shop] = ofShop = [];
        ofShop.Add(sale);
        return sale;
    }

    /// <summary>
    /// The amount is what was paid for the line. Below quantity × price the rest is a discount; above it the price was
    /// another one that day, and is worked back from the amount (rounded up, the odd cents again a discount).
    /// </summary>
    private static TakenLine Line(CsvRow row, ImportedProduct product, (int Quantity, Money Unit, Money Total) of, DateTimeOffset at)
    {
        var unit = of.Total > of.Unit * of.Quantity ? new((of.Total.Minor + of.Quantity - 1) / of.Quantity) : of.Unit;
        return new()
        {
            Line = row.Line,
            Product = product.Id,
            Name = product.Name,
            Category = product.Category,
            Quantity = of.Quantity * 1000L,
            UnitPrice = unit,
            Discount = (unit * of.Quantity) - of.Total,
            Total = of.Total,
            TaxInside = true,
            At = at,
        };
    }

    private ImportedProduct? ProductOf(CsvRow row, string column, string id)
    {
        if (id.Length == 0)
            return null;
        if (products.TryGetValue(id, out var known))
            return known;
        if (mapping.Products is not null && mapping.OnUnknownProduct == UnknownProduct.SetAside)
            return null;
        if (mapping.Products is not null)
            setAside.Add(new(row.Line, $"{column}: '{id}' is in no product file; kept under that name", row.Raw, Kept: true));
        // Not remembered where there is a product file, so that every such line is reported and not only the first.
        var made = Made(id);
        if (mapping.Products is null)
            products[id] = made;
        return made;
    }

    private ImportedProduct Made(string id) => new(id, id, "Imported", PriceOf(id), "");

    private DateTimeOffset? ReadTime(CsvRow row)
    {
        var (c, p) = (mapping.Columns, places);
        DateTime local;
        if (c.At is not null)
        {
            if (!Parse(Cell(row, p.At), mapping.AtFormat ?? "yyyy-MM-dd HH:mm:ss", out local))
                return null;
        }
        else
        {
            if (!Parse(Cell(row, p.Date), mapping.DateFormat ?? "yyyy-MM-dd", out local))
                return null;
            if (c.Time is not null)
            {
                if (!Parse(Cell(row, p.Time), mapping.TimeFormat ?? "HH:mm:ss", out var time))
                    return null;
                local = local.Date + time.TimeOfDay;
            }
        }

        // A local time that the clock skipped never was: the export's clock ran on; it is read with the offset before.
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1)) : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();

        static bool Parse(string text, string format, out DateTime value) =>
            DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
    }

    private OrderType TypeOf(string cell) =>
        WireName<OrderType>.TryParse(mapping.Types?.GetValueOrDefault(cell) ?? mapping.DefaultType ?? "takeaway", out var type)
            ? type
            : OrderType.Takeaway;

    private PaymentMethod MethodOf(string cell) =>
        WireName<PaymentMethod>.TryParse(
            mapping.PaymentMethods?.GetValueOrDefault(cell) ?? mapping.DefaultPaymentMethod ?? "other",
            out var method)
            ? method
            : PaymentMethod.Other;

    private static bool TryQuantity(string cell, out int quantity) =>
        int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out quantity) && quantity is >= 1 and <= 100_000;

    private bool TryMoney(string text, out Money money)
    {
        money = Money.Zero;
        return PriceText.TryRead(text, out var amount) && amount >= 0 && Money.TryFrom(amount, currency, out money);
    }

    private static string Cell(CsvRow row, int place) => place >= 0 && place < row.Cells.Length ? row.Cells[place].Trim() : "";

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}
