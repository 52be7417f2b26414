using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>The reason of every cent of a priced order, as people read it.</summary>
internal static class ExplainPrice
{
    /// <summary>What a line costs, and what comes off it.</summary>
    public static void OfLine(
        List<Reason> reasons, BasketLine line, PricedLine priced, (Money Taken, string? Reason)? orderDiscount, Currency currency)
    {
        var parts = line.Chosen.Where(m => !m.Option.Price.IsZero)
            .Select(m => $"{m.Name} {(m.Option.Price * m.Quantity).In(currency):+0.###;-0.###}");
        var much = WeightText.Of(line.Quantity, line.Item.Unit);
        reasons.Add(new(
            $"{much} × {line.Item.Name} at {line.Item.PriceNow.In(currency)}{(line.Item.DiscountPrice is null
                ? ""
                : $" instead of {line.Item.Price.In(currency)}")}{(line.Combo is { } combo
                ? $" (its share of {combo.Combo.Name}, {combo.Price.In(currency)}{(combo.Combo.DiscountPrice is null
                    ? ""
                    : $" instead of {(combo.Price - combo.Combo.PriceNow + combo.Combo.Price).In(currency)}")})"
                : "")}{string.Concat(parts.Select(p => ", " + p))}",
            line.Gross));
        if (!line.OwnDiscount.IsZero)
            reasons.Add(new($"{line.Item.Name}: discount ({line.OwnReason})", -line.OwnDiscount));
        foreach (var promotion in line.Promotions)
            reasons.Add(new($"{line.Item.Name}: {promotion.Named}", -promotion.Amount));
        if (priced.Discount - line.OwnDiscount - line.OffByPromotions is { IsZero: false } share)
        {
            var (taken, reason) = orderDiscount!.Value;
            reasons.Add(new($"{line.Item.Name}: share of the order's discount of {taken.ToText(currency)} ({reason})", -share));
        }
    }

    /// <summary>What comes on top of the lines, and the taxes.</summary>
    public static void OfCharges(
        List<Reason> reasons, Money charge, PricingRules rules, TaxedBasket taxed, Money tip, ShopSettings settings)
    {
        var currency = settings.Currency;
        if (!charge.IsZero)
        {
            var percent = rules.Service.Percent;
            reasons.Add(new(percent == TaxRate.Zero ? "service charge" : $"service charge of {percent}", charge));
        }

        foreach (var tax in taxed.Taxes.Where(t => t.Levy.IsListed))
        {
            var name = tax.Levy.Name == TaxTable.Unnamed ? "tax" : tax.Levy.Name;
            reasons.Add(settings.PricesIncludeTax
                ? new($"contains {tax.Tax.ToText(currency)} {name} at {tax.Levy.Rate}", null)
                : new($"{name} at {tax.Levy.Rate} on {tax.Base.ToText(currency)}", tax.Tax));
        }

        var ofDelivery = taxed.Delivery.Total - (settings.PricesIncludeTax ? Money.Zero : taxed.Delivery.Tax);
        foreach (var free in taxed.Taxes.Where(t => t.Levy is { IsListed: false, Treatment: not TaxTreatment.Outside }))
            reasons.Add(new($"{free.Base.ToText(currency)} without tax of ours: {free.Levy.Name}", null));
        if (!ofDelivery.IsZero)
            reasons.Add(new("delivery fee", ofDelivery));
        if (!tip.IsZero)
            reasons.Add(new("tip", tip));
    }
}
