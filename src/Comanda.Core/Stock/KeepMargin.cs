namespace Comanda.Stock;

/// <summary>What is left of a price, and the price that leaves so much.</summary>
public static class KeepMargin
{
    /// <summary>What of a price is the shop's: without the tax that lies in it.</summary>
    public static decimal NetOf(Money price, TaxRate rate, bool includesTax, Currency currency) =>
        (includesTax ? price - rate.Within(price) : price).In(currency);

    /// <summary>The part of the net that is left after the cost, from below 0 to 1; null where there is no net.</summary>
    public static decimal? Of(decimal net, decimal cost) => net <= 0 ? null : (net - cost) / net;

    /// <summary>
    /// The lowest price that leaves at least this part; null where none does, or none that can be charged. With the tax that it then has,
    /// rounded as a sale rounds it.
    /// </summary>
    public static Money? PriceFor(decimal cost, decimal margin, (TaxRate Rate, bool Included) tax, Currency currency)
    {
        if (margin >= 1 || cost < 0)
            return null;
        var net = cost / (1 - margin) * currency.UnitsPerMajor;
        var gross = tax.Included ? net * (1 + (tax.Rate.Percent / 100)) : net;
        if (gross > Money.LargestInput)
            return null;
        // Rounding of the tax moves it by a unit or two.
        var price = new Money(Math.Max(0, (long)Math.Floor(gross) - 2));
        while (!Leaves(price))
            price += new Money(1);
        return price;

        // A margin that was worked out by a division is off in its last digit.
        bool Leaves(Money price) => cost - (NetOf(price, tax.Rate, tax.Included, currency) * (1 - margin)) <= 1e-15m;
    }
}
