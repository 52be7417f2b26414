using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>The figures of a line, or of a part of it.</summary>
internal readonly record struct LinePart(
    Money Discount,
    Money ServiceCharge,
    IReadOnlyList<BorneTax> Taxes,
    Money Tax,
    Money Total);
