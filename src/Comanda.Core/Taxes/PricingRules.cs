using System.Text.Json;

namespace Comanda.Taxes;

/// <summary>
/// By which rules an order is priced and paid, besides what its items cost and its classes bear: a shop's now, an order's as it was placed,
/// whatever the shop decides since.
/// </summary>
public sealed record PricingRules(TaxPolicy Tax, Charge Service, Charge Delivery, CashRounding Cash)
{
    /// <summary>By which the customer bears no tax on some classes; an order keeps which it used.</summary>
    public TaxExemption? Exemption { get; init; }

    /// <summary>Kept with the order: JSON, amounts in minor units, rates in ten-thousandths of a percent.</summary>
    public string Freeze() => Json.Write(new Frozen(
        Tax.Level.ToWire(),
        Tax.Mode.ToWire(),
        Tax.Aggregate,
        FrozenCharge.Of(Service),
        FrozenCharge.Of(Delivery),
        new(Cash.Step.Minor, Cash.Tie.ToWire(), Cash.Scope.ToWire(), Cash.SmallUpTo.Minor, Cash.SmallDue?.Minor),
        Exemption is null ? null : new(Exemption.Name, [.. Exemption.Classes])));

    public static PricingRules Thaw(string frozen, bool pricesIncludeTax)
    {
        var f = JsonSerializer.Deserialize<Frozen>(frozen, Json.Options)!;
        return new(
            new(pricesIncludeTax, WireName<TaxLevel>.Parse(f.TaxRounding), WireName<TaxMode>.Parse(f.TaxMode), f.TaxAggregate),
            f.Service.Thaw(),
            f.Delivery.Thaw(),
            new(new(f.Cash.Step), WireName<CashTie>.Parse(f.Cash.Tie), WireName<CashScope>.Parse(f.Cash.Scope))
            {
                SmallUpTo = new(f.Cash.SmallUpTo),
                SmallDue = f.Cash.SmallDue is { } due ? new(due) : null,
            })
        {
            Exemption = f.Exemption is { } used ? new(used.Name, used.Classes) : null,
        };
    }

    private sealed record Frozen(
        string TaxRounding,
        string TaxMode,
        bool TaxAggregate,
        FrozenCharge Service,
        FrozenCharge Delivery,
        FrozenCash Cash,
        FrozenExemption? Exemption = null);

    private sealed record FrozenExemption(string Name, string[] Classes);

    private sealed record FrozenCharge(long Percent, long Fixed, string Taxed, string? On)
    {
        public static FrozenCharge Of(Charge charge) =>
            new(charge.Percent.TenThousandths, charge.Fixed.Minor, charge.Taxed.ToWire(), charge.On?.ToWire());

        public Charge Thaw() => new(TaxRate.FromTenThousandths(Percent), new(Fixed), WireName<ChargeTaxed>.Parse(Taxed))
        {
            On = On is null ? null : WireName<Way>.Parse(On),
        };
    }

    private sealed record FrozenCash(long Step, string Tie, string Scope, long SmallUpTo, long? SmallDue);
}
