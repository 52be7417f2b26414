using System.Collections.Frozen;

namespace Comanda.Promotions;

/// <summary>Items that a promotion is about, by themselves or by their categories; none named are all.</summary>
public sealed class Chosen(IEnumerable<long> products, IEnumerable<long> categories)
{
    private readonly FrozenSet<long> products = products.ToFrozenSet(), categories = categories.ToFrozenSet();

    public static Chosen All { get; } = new([], []);

    public bool AreAll => products.Count == 0 && categories.Count == 0;

    public bool Has(long product, long category) => AreAll || products.Contains(product) || categories.Contains(category);
}

/// <summary>A part of a combo's price: so many pieces of these.</summary>
public sealed record ComboSet(Chosen Of, int Quantity);
