using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.GiftCards;

/// <summary>
/// What a card is for whose tax was certain when it was sold: goods of one class, for one way of consumption. They are supplied with the
/// card, so its sale bears the tax, and to hand them over is no second supply. Source: spec, taxes, part 3; EU directive 2016/1065.
/// </summary>
/// <param name="TaxClass">Which goods.</param>
/// <param name="Way">How they are consumed.</param>
/// <param name="Day">When it was sold.</param>
/// <param name="Taxes">What it bore then; its amount is what the guest paid, the tax inside it.</param>
public sealed record SinglePurpose(string TaxClass, Way Way, DateOnly Day, IReadOnlyList<BorneTax> Taxes)
{
    public Money Tax => Taxes.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);

    /// <summary>What a card of this amount bears on a day.</summary>
    public static SinglePurpose Sold(Money amount, string taxClass, Way way, DateOnly day, ShopSettings settings)
    {
        var basket = new TaxableBasket([new(taxClass, way, amount)], day);
        var taxed = TaxBasket.Tax(settings.Taxes, settings.Rules.Tax with { PricesIncludeTax = true }, basket);
        return new(taxClass, way, day, taxed.Taxes);
    }

    /// <summary>
    /// Whether it pays for such goods: those that it names, and whatever would have borne the same taxes on the day of its sale, since
    /// that is all that the tax office asks.
    /// </summary>
    public bool IsFor(IReadOnlyCollection<string> classes, Way way, TaxTable table) =>
        classes.All(c => (c == TaxClass && way == Way) || Levies(Bearing(c, way, table)).SequenceEqual(Levies(Taxes.Select(t => t.Levy))));

    private IEnumerable<Levy> Bearing(string taxClass, Way way, TaxTable table)
    {
        var basket = new TaxableBasket([new(taxClass, way, new(1))], Day);
        return TaxBasket.Tax(table, new(true, TaxLevel.PerRate), basket).Taxes.Select(t => t.Levy);
    }

    private static IEnumerable<(string Name, string? Authority, TaxRate Rate)> Levies(IEnumerable<Levy> levies) =>
        levies.Where(l => l.Treatment == TaxTreatment.Taxed).Select(l => (l.Name, l.Authority, l.Rate));
}
