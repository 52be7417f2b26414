using System.Globalization;
using Comanda.Data;
using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>A product as the other system had it.</summary>
public sealed record ImportedProduct(string Id, string Name, string Category, Money? Price, string Description);

/// <summary>A line of a sale, checked. Σ <see cref="Total"/> over all lines is what the file says was sold.</summary>
public sealed record ImportedLine(
    int Line,
    ImportedProduct Product,
    int Quantity,
    Money UnitPrice,
    Money Discount,
    Money Total,
    DateTimeOffset At);

/// <summary>A sale: the lines that share a transaction.</summary>
public sealed record ImportedSale
{
    public required string Ref { get; init; }

    public required string ShopName { get; init; }

    public required DateTimeOffset At { get; init; }

    public required OrderType Type { get; init; }

    public required PaymentMethod Method { get; init; }

    public required string? Staff { get; init; }

    public required string? Customer { get; init; }

    public required string? CustomerName { get; init; }

    public required List<ImportedLine> Lines { get; init; }

    public Money Total => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Total);
}

/// <summary>A row that was not taken over, or that was with a remark.</summary>
public sealed record SetAside(int Line, string Reason, string Row, bool Kept = false);

/// <summary>Everything a file says, before anything is written.</summary>
public sealed record SalesFile(List<ImportedSale> Sales, Dictionary<string, ImportedProduct> Products, List<SetAside> SetAside);

/// <summary>Reads and checks a sales export by its mapping. Pure but for reading the files: nothing is written.</summary>
public sealed class ReadSales(SalesMapping mapping)
{
    private readonly Currency currency = Currency.Of(mapping.Currency);
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(mapping.TimeZone);
    private readonly char delimiter = mapping.Delimiter?[0] ?? ',';
    private readonly Dictionary<string, ImportedProduct> products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImportedSale> sales = new(StringComparer.Ordinal);
    private readonly List<ImportedSale> inOrder = [];
    private readonly List<SetAside> setAside = [];
    private readonly HashSet<string> spoiltProducts = new(StringComparer.Ordinal);
    private string[] columns = [];

    public SalesFile Run(Stream salesFile, string name, Stream? productFile, Action<long> progress)
    {
        if (productFile is not null)
            ReadProducts(productFile);
        var c = mapping.Columns;
        var needed = new[]
        {
            c.Product,
            c.At,
            c.Date,
            c.Time,
            c.Quantity,
            c.UnitPrice,
            c.Amount,
            c.Outlet,
            c.Type,
            c.PaymentMethod,
            c.Staff,
            c.Customer,
            c.CustomerName
        };
        columns = [.. needed.Concat(c.Transaction).OfType<string>()];
        foreach (var row in CsvRows.Read(salesFile, name, delimiter, columns))
        {
            if (ReadRow(row) is { } reason)
                setAside.Add(new(row.Line, reason, row.Raw));
            progress(salesFile.Position);
        }

        return new(inOrder, products, setAside);
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
            var hasPrice = c.Price is not null
                && PriceText.TryRead(row[c.Price], out var read)
                && Money.TryFrom(read, currency, out price)
                && price >= Money.Zero;
            var name = string.Join(' ', c.Name.Select(n => row[n]).Where(n => n.Length > 0 && n != "N/A"));
            var (id, category, description) = (row[c.Id], Or(row[c.Category], "Imported"), row[c.Description]);
            if (!PlainText.Is(name + category, TextKind.Line) || !PlainText.Is(description, TextKind.Lines))
                spoiltProducts.Add(id);
            else
                products[id] = new(id, Or(name, id), category, hasPrice ? price : null, description);
        }
    }

    /// <summary>Takes one row over; answers why not.</summary>
    private string? ReadRow(CsvRow row)
    {
        var c = mapping.Columns;
        if (row.Raw.Contains('\0', StringComparison.Ordinal))
            return "the row contains the character U+0000";
        if (columns.FirstOrDefault(column => !PlainText.Is(row[column], TextKind.Line)) is { } spoilt)
            return $"{spoilt}: {PlainText.Rule(TextKind.Line)}";
        var key = c.Transaction.Select(t => row[t]).ToArray();
        if (key.Any(k => k.Length == 0))
            return $"{string.Join(", ", c.Transaction)}: the transaction has no number";
        if (ReadTime(row) is not { } at)
            return $"{c.At ?? c.Date}: '{$"{row[c.At ?? c.Date]} {row[c.Time]}".Trim()}' is not a time in the given format";
        if (ShopOf(row) is not { } shop)
            return $"{c.Outlet}: '{row[c.Outlet]}' is no outlet of the mapping";
        var quantity = 1;
        if (c.Quantity is not null && (!int.TryParse(
            row[c.Quantity],
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out quantity) || quantity is < 1 or > 100_000))
            return $"{c.Quantity}: '{row[c.Quantity]}' is not a whole number from 1 to 100000";
        if (spoiltProducts.Contains(row[c.Product]))
            return $"{c.Product}: '{row[c.Product]}' has control characters in the product file";
        if (ProductOf(row) is not { } product)
            return $"{c.Product}: '{row[c.Product]}' is in no product file";
        if (ReadAmounts(row, product, quantity, out var line, at) is { } reason)
            return reason;

        var reference = $"{mapping.Source}:{string.Join('/', key)}";
        if (!sales.TryGetValue(reference, out var sale))
        {
            sale = new()
            {
                Ref = reference,
                ShopName = shop,
                At = at,
                Type = TypeOf(row),
                Method = MethodOf(row),
                Staff = NullIfEmpty(row[c.Staff]),
                Customer = NullIfEmpty(row[c.Customer]),
                CustomerName = NullIfEmpty(row[c.CustomerName]),
                Lines = [],
            };
            sales[reference] = sale;
            inOrder.Add(sale);
        }
        else if (sale.ShopName != shop)
        {
            return "this transaction began at another outlet";
        }

        sale.Lines.Add(line!);
        return null;
    }

    /// <summary>
    /// The amount is what was paid for the line. Below quantity × price the rest is a discount; above it the price was
    /// another one that day, and is worked back from the amount (rounded up, the odd cents again a discount).
    /// </summary>
    private string? ReadAmounts(CsvRow row, ImportedProduct product, int quantity, out ImportedLine? line, DateTimeOffset at)
    {
        line = null;
        var c = mapping.Columns;
        var unit = product.Price ?? Money.Zero;
        if (c.UnitPrice is not null && !TryMoney(row[c.UnitPrice], out unit))
            return $"{c.UnitPrice}: '{row[c.UnitPrice]}' is not an amount in {currency}";
        var total = unit * quantity;
        if (c.Amount is not null && !TryMoney(row[c.Amount], out total))
            return $"{c.Amount}: '{row[c.Amount]}' is not an amount in {currency}";
        if (total > unit * quantity)
            unit = new((total.Minor + quantity - 1) / quantity);
        line = new(row.Line, product, quantity, unit, (unit * quantity) - total, total, at);
        return null;
    }

    private ImportedProduct? ProductOf(CsvRow row)
    {
        var id = row[mapping.Columns.Product];
        if (id.Length == 0)
            return null;
        if (products.TryGetValue(id, out var known))
            return known;
        if (mapping.Products is not null && mapping.OnUnknownProduct == UnknownProduct.SetAside)
            return null;
        if (mapping.Products is not null)
            setAside.Add(new(
                row.Line,
                $"{mapping.Columns.Product}: '{id}' is in no product file; kept under that name",
                row.Raw,
                Kept: true));
        // Not remembered where there is a product file, so that every such line is reported and not only the first.
        var made = new ImportedProduct(id, id, "Imported", null, "");
        if (mapping.Products is null)
            products[id] = made;
        return made;
    }

    private DateTimeOffset? ReadTime(CsvRow row)
    {
        var c = mapping.Columns;
        DateTime local;
        if (c.At is not null)
        {
            if (!Parse(row[c.At], mapping.AtFormat ?? "yyyy-MM-dd HH:mm:ss", out local))
                return null;
        }
        else
        {
            if (!Parse(row[c.Date], mapping.DateFormat ?? "yyyy-MM-dd", out local))
                return null;
            if (c.Time is not null)
            {
                if (!Parse(row[c.Time], mapping.TimeFormat ?? "HH:mm:ss", out var time))
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

    private string? ShopOf(CsvRow row) => mapping.Shop ?? mapping.Shops!.GetValueOrDefault(row[mapping.Columns.Outlet]);

    private OrderType TypeOf(CsvRow row) =>
        WireName<OrderType>.TryParse(
            mapping.Types?.GetValueOrDefault(row[mapping.Columns.Type]) ?? mapping.DefaultType ?? "takeaway",
            out var type) ? type : OrderType.Takeaway;

    private PaymentMethod MethodOf(CsvRow row) =>
        WireName<PaymentMethod>.TryParse(
            mapping.PaymentMethods?.GetValueOrDefault(row[mapping.Columns.PaymentMethod]) ?? mapping.DefaultPaymentMethod ?? "other",
            out var method)
            ? method
            : PaymentMethod.Other;

    private bool TryMoney(string text, out Money money)
    {
        money = Money.Zero;
        return PriceText.TryRead(text, out var amount) && amount >= 0 && Money.TryFrom(amount, currency, out money);
    }

    private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;

    private static string? NullIfEmpty(string text) => text.Length > 0 ? text : null;
}
