using System.Text.Json;

namespace Comanda.Taxes;

/// <summary>
/// Taxes as orders keep them: JSON, amounts in minor units and rates in ten-thousandths of a percent, so that nothing about them depends on
/// how JSON is read. SQL adds them up by these names.
/// </summary>
public static class FrozenTaxes
{
    public static string Freeze(IReadOnlyList<BorneTax> taxes) => taxes.Count == 0 ? "[]" : Json.Write(taxes.Select(t => new Frozen(
        t.Levy.Name,
        t.Levy.Authority,
        t.Levy.Rate.TenThousandths,
        t.Levy.Treatment.ToWire(),
        t.Levy.Letter,
        t.Base.Minor,
        t.Tax.Minor)));

    public static IReadOnlyList<BorneTax> Thaw(string frozen) => frozen == "[]" ? [] :
    [
        .. JsonSerializer.Deserialize<Frozen[]>(frozen, Json.Options)!.Select(f => new BorneTax(
            new(f.Name, f.Authority, TaxRate.FromTenThousandths(f.Rate), WireName<TaxTreatment>.Parse(f.Treatment), f.Letter),
            new(f.Base),
            new(f.Tax))),
    ];

    private sealed record Frozen(string Name, string? Authority, long Rate, string Treatment, string? Letter, long Base, long Tax);
}
