namespace Comanda.Taxes;

/// <summary>What a tax is rounded over. Receipt and rate come to the same here; laws say it differently.</summary>
public enum TaxLevel
{
    PerLine,
    PerRate,
    PerReceipt,
}

/// <summary>Where a fraction of the smallest coin goes. A half goes up away from zero, so that a refund mirrors its sale.</summary>
public enum TaxMode
{
    HalfUp,
    HalfDown,
    Down,
}

/// <summary>How a shop computes tax. Frozen with each order, since two policies differ by cents.</summary>
/// <param name="PricesIncludeTax">Whether the tax is inside the prices or comes on top of them.</param>
/// <param name="Level">What is rounded once.</param>
/// <param name="Mode">How it is rounded.</param>
/// <param name="Aggregate">Whether the rates of a line are added, rounded once, and the tax then shared among them.</param>
public sealed record TaxPolicy(bool PricesIncludeTax, TaxLevel Level, TaxMode Mode = TaxMode.HalfUp, bool Aggregate = false);
