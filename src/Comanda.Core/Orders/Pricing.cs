using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>An option as it was chosen and priced for one unit of the line.</summary>
public sealed record PricedModifier(string Key, string Name, Money Price, int Quantity);

/// <summary>
/// Of which combo a line is a part: the how manieth of its order, the combo itself, and what one of it costs without options.
/// </summary>
public sealed record ComboPart(int Number, MenuEntry Combo, Money Price);

/// <summary>
/// A line with every figure it will be frozen with. <see cref="Asked"/> is which line of the basket asked for it: a combo becomes several.
/// </summary>
public sealed record PricedLine(
    int Asked,
    ComboPart? Combo,
    MenuEntry Item,
    int Quantity,
    IReadOnlyList<PricedModifier> Modifiers,
    string? SpecialInstructions,
    Money Gross,
    Money Discount,
    string? DiscountReason,
    Money ServiceCharge,
    Money Tax,
    Money Total)
{
    public TaxRate TaxRate => Item.TaxRate;

    /// <summary>Of the EU 14, with the chosen options counted in.</summary>
    public required string[] Allergens { get; init; }

    /// <summary>The chosen options, as recipes know them.</summary>
    public required IReadOnlyList<(long OptionId, int Quantity)> Options { get; init; }

    public Money Net => Total - Tax;
}

/// <summary>A step of the explanation: what it is, and by how much it changes the total (null where it only explains).</summary>
public sealed record Reason(string Text, Money? Amount);

public sealed record PricedOrder(
    IReadOnlyList<PricedLine> Lines,
    Money Subtotal,
    Money Discount,
    TaxRate ServiceRate,
    Money Tax,
    Money DeliveryFee,
    Money Tip,
    Money Total,
    IReadOnlyList<Reason> Explanation)
{
    public Money ServiceCharge => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.ServiceCharge);

    /// <summary>What it takes one pair of hands to prepare it, in minutes.</summary>
    public long Work => Lines.Sum(l => (long)l.Item.PreparationTime * l.Quantity);

    /// <summary>What its slowest item takes, in minutes: sooner it is not ready, however many hands there are.</summary>
    public int SlowestItem => Lines.Max(l => l.Item.PreparationTime);
}

/// <summary>
/// The one place that says what an order costs: pure, from a menu snapshot and a basket to a priced order with the reason
/// of every cent. Preview and placing use it alike.
/// <para>
/// A line is (price + modifiers) × quantity, a part of a combo its share of the combo's price. Then the line's discount, then the order's
/// discount shared over the lines, then the service charge shared over them (of what is eaten here), then tax. Sources: spec rules "Order
/// of things", "Tax"; shares by largest remainder.
/// </para>
/// </summary>
public static class Pricing
{
    public const int MostOfOne = 999;

    public static Outcome<PricedOrder> Price(MenuSnapshot menu, ShopSettings settings, OrderRequest basket, OrderType type) =>
        Price(line => line.MenuItemId is { } id ? menu.Find(id) : null, settings, basket, type);

    /// <summary>As above, where lines may also be what an earlier order froze.</summary>
    /// <param name="find">What a line sells: an item of the menu, or what an earlier line froze of one.</param>
    /// <param name="settings">Currency and tax policy.</param>
    /// <param name="basket">What is asked for.</param>
    /// <param name="type">Delivery orders cost the delivery fee.</param>
    public static Outcome<PricedOrder> Price(Func<LineRequest, MenuEntry?> find, ShopSettings settings, OrderRequest basket, OrderType type)
    {
        var errors = new FieldErrors();
        var lines = BasketLine.Read(find, settings.Currency, basket, errors);
        var tip = ReadTip(basket, settings.Currency, errors);
        var orderDiscount = GivenDiscount.Read(basket.Discount, settings.Currency, "discount.", errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (SoldOut(lines) is { } soldOut)
            return soldOut;

        var afterOwn = Array.ConvertAll(lines, l => l.Gross - l.OwnDiscount);
        var beforeOrderDiscount = Sum(afterOwn);
        var taken = orderDiscount?.Of(beforeOrderDiscount) ?? Money.Zero;
        var shares = Share.ByWeight(taken, Array.ConvertAll(afterOwn, a => a.Minor));
        var discounted = afterOwn.Zip(shares, (a, s) => a - s).ToArray();
        var rate = type == OrderType.DineIn && basket.ServiceCharge != false ? settings.ServiceCharge : TaxRate.Zero;
        var charges = Share.ByWeight(rate.OnTopOf(Sum(discounted)), Array.ConvertAll(discounted, a => a.Minor));
        var amounts = discounted.Zip(charges, (a, c) => a + c).ToArray();
        var taxes = Taxes(lines, amounts, settings);

        var priced = lines.Select((line, i) => new PricedLine(
            line.Asked,
            line.Combo,
            line.Item,
            line.Quantity,
            [.. line.Chosen.Select(c => new PricedModifier(c.Option.Key, c.Option.Name, c.Option.Price, c.Quantity))],
            line.SpecialInstructions,
            line.Gross,
            line.OwnDiscount + shares[i],
            line.OwnReason ?? (shares[i].IsZero ? null : orderDiscount!.Reason),
            charges[i],
            taxes[i],
            settings.PricesIncludeTax ? amounts[i] : amounts[i] + taxes[i])
        {
            Allergens = Allergens.With(line.Item.Allergens, line.Chosen.Select(c => (c.Option.AddsAllergens, c.Option.RemovesAllergens))),
            Options = [.. line.Chosen.Select(c => (c.Option.Id, c.Quantity))],
        }).ToList();

        var fee = type == OrderType.Delivery ? settings.DeliveryFee : Money.Zero;
        var total = Sum(priced.Select(l => l.Total)) + fee + tip;
        return new PricedOrder(
            priced,
            Sum(lines.Select(l => l.Gross)),
            Sum(priced.Select(l => l.Discount)),
            rate,
            Sum(taxes),
            fee,
            tip,
            total,
            Explain(priced, lines, settings, orderDiscount, taken, rate, fee, tip));
    }

    /// <summary>
    /// Tax for each line: rounded for each, or once for each rate and then shared over that rate's lines, so that the
    /// lines still sum to it.
    /// </summary>
    private static Money[] Taxes(BasketLine[] lines, Money[] amounts, ShopSettings settings)
    {
        Money TaxOf(TaxRate rate, Money amount) => settings.PricesIncludeTax ? rate.Within(amount) : rate.OnTopOf(amount);
        var taxes = new Money[lines.Length];
        if (settings.TaxRounding == TaxRounding.PerLine)
        {
            for (var i = 0; i < lines.Length; i++)
                taxes[i] = TaxOf(lines[i].Item.TaxRate, amounts[i]);
            return taxes;
        }

        foreach (var group in lines.Index().GroupBy(l => l.Item.Item.TaxRate))
        {
            var members = group.Select(g => g.Index).ToArray();
            var tax = TaxOf(group.Key, Sum(members.Select(i => amounts[i])));
            var parts = Share.ByWeight(tax, Array.ConvertAll(members, i => amounts[i].Minor));
            for (var i = 0; i < members.Length; i++)
                taxes[members[i]] = parts[i];
        }

        return taxes;
    }

    private static Money ReadTip(OrderRequest basket, Currency currency, FieldErrors errors)
    {
        var tip = Money.Zero;
        errors.Check(
            basket.Tip is null || (basket.Tip >= 0 && Money.TryFrom(basket.Tip.Value, currency, out tip)),
            "tip", $"must be 0 or more, with at most {currency.Digits} decimals ({currency.Code})");
        return tip;
    }

    private static Refusal? SoldOut(BasketLine[] lines)
    {
        var names = lines.Where(l => !l.Item.InStock)
            .Select(l => l.Item.Name)
            .Concat(lines.Where(l => l.Combo is { Combo.Combo.OwnInStock: false }).Select(l => l.Combo!.Combo.Name))
            .Concat(lines.SelectMany(l => l.Chosen.Where(m => !m.Option.InStock).Select(m => m.Option.Name)))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return names.Count == 0
            ? null
            : Refusal.Conflict("out_of_stock", string.Join(", ", names) + (names.Count == 1 ? " is" : " are") + " sold out.");
    }

    private static List<Reason> Explain(
        List<PricedLine> priced,
        BasketLine[] lines,
        ShopSettings settings,
        GivenDiscount? orderDiscount,
        Money taken,
        TaxRate service,
        Money fee,
        Money tip)
    {
        var currency = settings.Currency;
        var reasons = new List<Reason>();
        foreach (var (i, line) in lines.Index())
        {
            var parts = line.Chosen.Where(m => !m.Option.Price.IsZero)
                .Select(m => $"{m.Option.Name} {(m.Option.Price * m.Quantity).In(currency):+0.###;-0.###}");
            reasons.Add(new(
                $"{line.Quantity} × {line.Item.Name} at {line.Item.PriceNow.In(currency)}{(line.Item.DiscountPrice is null
                    ? ""
                    : $" instead of {line.Item.Price.In(currency)}")}{(line.Combo is { } combo
                    ? $" (its share of {combo.Combo.Name}, {combo.Price.In(currency)}{(combo.Combo.DiscountPrice is null
                        ? ""
                        : $" instead of {(combo.Price - combo.Combo.PriceNow + combo.Combo.Price).In(currency)}")})"
                    : "")}{string.Concat(parts.Select(p => ", " + p))}",
                line.Gross));
            if (!line.OwnDiscount.IsZero)
                reasons.Add(new($"{line.Item.Name}: discount ({line.OwnReason})", -line.OwnDiscount));
            if (priced[i].Discount - line.OwnDiscount is { IsZero: false } share)
                reasons.Add(new(
                    $"{line.Item.Name}: share of the order's discount of {taken.ToText(currency)} ({orderDiscount!.Reason})",
                    -share));
        }

        if (Sum(priced.Select(l => l.ServiceCharge)) is { IsZero: false } charge)
            reasons.Add(new($"service charge of {service}", charge));
        foreach (var rate in priced.GroupBy(l => l.TaxRate).OrderBy(g => g.Key))
        {
            var tax = Sum(rate.Select(l => l.Tax));
            reasons.Add(settings.PricesIncludeTax
                ? new($"contains {tax.ToText(currency)} tax at {rate.Key}", null)
                : new($"tax at {rate.Key} on {Sum(rate.Select(l => l.Net)).ToText(currency)}", tax));
        }

        if (!fee.IsZero)
            reasons.Add(new("delivery fee", fee));
        if (!tip.IsZero)
            reasons.Add(new("tip", tip));
        return reasons;
    }

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, a) => sum + a);
}
