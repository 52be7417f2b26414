namespace Comanda.Imports;

/// <summary>Where the columns of a mapping stand in a file, looked up once and not for each of its rows; -1 where it has none.</summary>
internal sealed record SalesPlaces
{
    /// <summary>All that are read, with their headings; null until the file's are known.</summary>
    public (string Column, int Place)[]? Columns { get; private init; }

    public int[] Transaction { get; private init; } = [];

    public int Product { get; private init; } = -1;

    /// <summary>Where each product has a column: their ids and places.</summary>
    public (string Id, int Place)[]? Products { get; private init; }

    public int At { get; private init; } = -1;

    public int Date { get; private init; } = -1;

    public int Time { get; private init; } = -1;

    public int Quantity { get; private init; } = -1;

    public int UnitPrice { get; private init; } = -1;

    public int Amount { get; private init; } = -1;

    public int Outlet { get; private init; } = -1;

    public int Staff { get; private init; } = -1;

    public int Customer { get; private init; } = -1;

    public int CustomerName { get; private init; } = -1;

    /// <summary>The columns that a file must have.</summary>
    public static string[] Needed(SalesColumns c) => [.. Named(c), .. IsAll(c) ? [] : c.Products ?? []];

    public static SalesPlaces Of(SalesColumns c, IReadOnlyDictionary<string, int> places)
    {
        var named = Named(c);
        string[] products = IsAll(c) ? [.. places.Keys.Where(k => k.Length > 0 && !named.Contains(k, StringComparer.OrdinalIgnoreCase))]
            : c.Products ?? [];
        return new()
        {
            Columns = [.. named.Concat(products).Distinct(StringComparer.OrdinalIgnoreCase).Select(n => (n, places[n]))],
            Transaction = [.. c.Transaction.Select(t => places[t])],
            Product = Place(c.Product),
            Products = c.Products is null ? null : [.. products.OrderBy(p => places[p]).Select(p => (p, places[p]))],
            At = Place(c.At),
            Date = Place(c.Date),
            Time = Place(c.Time),
            Quantity = Place(c.Quantity),
            UnitPrice = Place(c.UnitPrice),
            Amount = Place(c.Amount),
            Outlet = Place(c.Outlet),
            Staff = Place(c.Staff),
            Customer = Place(c.Customer),
            CustomerName = Place(c.CustomerName),
        };

        int Place(string? column) => column is null ? -1 : places[column];
    }

    private static bool IsAll(SalesColumns c) => c.Products is ["*"];

    private static string[] Named(SalesColumns c) =>
    [
        .. new[]
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
            c.CustomerName,
        }.OfType<string>(),
        .. c.Transaction,
    ];
}
