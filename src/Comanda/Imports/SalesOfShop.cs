namespace Comanda.Imports;

/// <summary>The sales of one shop on their way into its tables, and the ids that they get.</summary>
internal sealed record SalesOfShop
{
    public required long Shop { get; init; }

    public required IReadOnlyList<TakenSale> Sales { get; init; }

    public required long[] OrderIds { get; init; }

    /// <summary>Of its register, for each sale.</summary>
    public required long[] Numbers { get; init; }

    public required long Register { get; init; }

    public required string Currency { get; init; }

    /// <summary>The shop's own.</summary>
    public required BusinessDay Days { get; init; }

    /// <summary>The menu items of the other system's products.</summary>
    public required IReadOnlyDictionary<string, long> Items { get; init; }

    /// <summary>The shop's guests, by what the other system calls them.</summary>
    public IReadOnlyDictionary<string, long> Guests { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    public DateOnly DayOf(TakenSale sale) => sale.Day ?? Days.Of(sale.At);
}
