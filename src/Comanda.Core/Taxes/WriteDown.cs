namespace Comanda.Taxes;

/// <summary>From taxed portions to lines and delivery, each with the taxes it bears.</summary>
internal sealed class WriteDown(List<Portion> portions, List<Levy> levies, TaxPolicy policy)
{
    private readonly List<BorneTax> onDelivery = [];

    private Money deliveryTax, deliveryShares;

    public TaxedBasket Write(int lines, Money untaxedFee)
    {
        var written = new List<TaxedLine>(lines);
        var next = 0;
        for (var line = 0; line < lines; line++)
        {
            var taxes = new List<BorneTax>();
            Money discount = default, service = default, tax = default, total = default;
            for (; next < portions.Count && portions[next].Line == line; next++)
            {
                var portion = portions[next];
                var ofDelivery = Divide(portion, taxes);
                discount += portion.Discount;
                service += portion.Service + portion.FreeService;
                var own = portion.Tax - ofDelivery;
                tax += own;
                total += portion.Taxable - portion.Delivery + portion.FreeService + (policy.PricesIncludeTax ? Money.Zero : own);
            }

            written.Add(new(TaxedBasket.Merged(taxes), discount, service, tax, total));
        }

        return new(written, Fee(untaxedFee));
    }

    /// <summary>Writes a portion's taxes, those of its share of the delivery fee apart; answers what these come to.</summary>
    private Money Divide(Portion portion, List<BorneTax> taxes)
    {
        var bearing = portion.Bearing;
        var goods = portion.Taxable - portion.Delivery;
        Money ofDelivery = default;
        var shares = new Money[bearing.Taxes.Length];
        for (var slot = 0; slot < shares.Length; slot++)
        {
            if (!portion.Delivery.IsZero)
            {
                shares[slot] = Share.ByWeight(
                    new(portion.Taxes[slot]),
                    [Math.Abs(goods.Minor), Math.Abs(portion.Delivery.Minor)])[1];
            }

            ofDelivery += shares[slot];
        }

        var onGoods = policy.PricesIncludeTax ? goods - (portion.Tax - ofDelivery) : goods;
        var onFee = policy.PricesIncludeTax ? portion.Delivery - ofDelivery : portion.Delivery;
        for (var slot = 0; slot < shares.Length; slot++)
        {
            var levy = levies[bearing.Taxes[slot]];
            taxes.Add(new(levy, onGoods, new Money(portion.Taxes[slot]) - shares[slot]));
            if (!portion.Delivery.IsZero)
                onDelivery.Add(new(levy, onFee, shares[slot]));
        }

        foreach (var levy in bearing.Unlisted)
        {
            taxes.Add(new(levy, onGoods, Money.Zero));
            if (!portion.Delivery.IsZero)
                onDelivery.Add(new(levy, onFee, Money.Zero));
        }

        if (!portion.FreeService.IsZero)
            taxes.Add(new(Levy.FreeCharge, portion.FreeService, Money.Zero));
        deliveryShares += portion.Delivery;
        deliveryTax += ofDelivery;
        return ofDelivery;
    }

    private TaxedFee Fee(Money untaxed)
    {
        if (!untaxed.IsZero)
            onDelivery.Add(new(Levy.FreeCharge, untaxed, Money.Zero));
        return new(
            TaxedBasket.Merged(onDelivery),
            deliveryTax,
            deliveryShares + untaxed + (policy.PricesIncludeTax ? Money.Zero : deliveryTax));
    }
}
