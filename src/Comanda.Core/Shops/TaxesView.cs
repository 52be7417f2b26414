using Comanda.Taxes;

namespace Comanda.Shops;

/// <summary>
/// A shop's table of taxes. <see cref="Version"/> 0 is that of a shop that has none: one class with the rate of its settings.
/// </summary>
public sealed record TaxesView(TaxClassWire[] Classes, TaxRowWire[] Rows, string DefaultClass, long Version) : IVersioned;

/// <summary>The whole table in the place of the one before. <see cref="Version"/> is an alternative to If-Match.</summary>
public sealed record TaxesInput(TaxClassWire[]? Classes, TaxRowWire[]? Rows, string? DefaultClass, long? Version = null)
    : IMadeAgainst;
