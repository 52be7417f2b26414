using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>The reason of every cent of a priced order, as people read it: worked out when somebody asks.</summary>
internal sealed record ExplainPrice(IReadOnlyList<BasketLine> Lines, IReadOnlyList<PricedLine> Priced, TaxedBasket Taxed)
{
    public required ShopSettings Settings { get; init; }

    public required PricingRules Rules { get; init; }

    /// <summary>What the order's discount takes off it as a whole, and why.</summary>
    public required (Money Taken, string? Reason)? OrderDiscount { get; init; }

    public required Money Tip { get; init; }

    private Currency Currency => Settings.Currency;

    public IReadOnlyList<Reason> In(PriceWords words)
    {
        var reasons = new List<Reason>();
        foreach (var (line, priced) in Lines.Zip(Priced))
            OfLine(reasons, line, priced, words);
        OfCharges(reasons, words);
        return reasons;
    }

    /// <summary>What a line costs, and what comes off it.</summary>
    private void OfLine(List<Reason> reasons, BasketLine line, PricedLine priced, PriceWords words)
    {
        var name = line.Item.Name;
        var options = line.Chosen.Where(m => !m.Option.Price.IsZero)
            .Select(m => (m.Name, Price: m.Option.Price * m.Quantity))
            .Select(m => $", {m.Name} {(m.Price.IsNegative ? "" : "+")}{words.Figure(m.Price, Currency)}");
        var much = words.Figure(WeightText.Of(line.Quantity, line.Item.Unit));
        reasons.Add(new(
            PriceWords.Said(words.Line, much, name, words.Figure(line.Item.PriceNow, Currency))
                + (line.Item.DiscountPrice is null ? "" : Before(line.Item.Price, words))
                + (line.Combo is { } combo ? Part(combo, words) : "")
                + string.Concat(options),
            line.Gross));
        if (!line.OwnDiscount.IsZero)
            reasons.Add(new(PriceWords.Said(words.Discount, name, line.OwnReason ?? ""), -line.OwnDiscount));
        foreach (var promotion in line.Promotions)
            reasons.Add(new($"{name}: {promotion.Named}", -promotion.Amount));
        if (priced.Discount - line.OwnDiscount - line.OffByPromotions is { IsZero: false } share)
        {
            var (taken, reason) = OrderDiscount!.Value;
            reasons.Add(new(PriceWords.Said(words.OrderDiscount, name, words.Amount(taken, Currency), reason ?? ""), -share));
        }
    }

    private string Before(Money price, PriceWords words) => PriceWords.Said(words.Before, words.Figure(price, Currency));

    private string Part(ComboPart part, PriceWords words) => PriceWords.Said(
        words.Part,
        part.Combo.Name,
        words.Figure(part.Price, Currency),
        part.Combo.DiscountPrice is null ? "" : Before(part.Price - part.Combo.PriceNow + part.Combo.Price, words));

    /// <summary>What comes on top of the lines, and the taxes.</summary>
    private void OfCharges(List<Reason> reasons, PriceWords words)
    {
        var charge = Priced.Aggregate(Money.Zero, (sum, l) => sum + l.ServiceCharge);
        if (!charge.IsZero)
        {
            var percent = Rules.Service.Percent;
            reasons.Add(new(
                percent == TaxRate.Zero ? words.Service : PriceWords.Said(words.ServiceOf, words.Figure(percent.ToString())),
                charge));
        }

        foreach (var tax in Taxed.Taxes.Where(t => t.Levy.IsListed))
        {
            var (name, rate) = (tax.Levy.Name == TaxTable.Unnamed ? words.Tax : tax.Levy.Name, words.Figure(tax.Levy.Rate.ToString()));
            reasons.Add(Settings.PricesIncludeTax
                ? new(PriceWords.Said(words.Contains, words.Amount(tax.Tax, Currency), name, rate), null)
                : new(PriceWords.Said(words.OnTop, name, rate, words.Amount(tax.Base, Currency)), tax.Tax));
        }

        var ofDelivery = Taxed.Delivery.Total - (Settings.PricesIncludeTax ? Money.Zero : Taxed.Delivery.Tax);
        foreach (var free in Taxed.Taxes.Where(t => t.Levy is { IsListed: false, Treatment: not TaxTreatment.Outside }))
            reasons.Add(new(PriceWords.Said(words.Free, words.Amount(free.Base, Currency), free.Levy.Name), null));
        if (!ofDelivery.IsZero)
            reasons.Add(new(words.Delivery, ofDelivery));
        if (!Tip.IsZero)
            reasons.Add(new(words.Tip, Tip));
    }
}
