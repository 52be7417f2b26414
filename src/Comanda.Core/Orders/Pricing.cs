using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>An option as it was chosen and priced for one unit of the line.</summary>
public sealed record PricedModifier(string Key, string Name, Money Price, int Quantity);

/// <summary>
/// Of which combo a line is a part: the how manieth of its order, the combo itself, and what one of it costs without options.
/// </summary>
public sealed record ComboPart(int Number, MenuEntry Combo, Money Price);

/// <summary>What a promotion takes off a line.</summary>
public sealed record PromotionShare(long Id, string Title, string? Code, Money Amount)
{
    /// <summary>Of a markdown, the step that was on.</summary>
    public TaxRate? Step { get; init; }

    /// <summary>As explanations and receipts call it.</summary>
    public string Named => Code is not null ? $"{Title} ({Code})" : Step is { } step ? $"{Title} {step}" : Title;

    public PromotionShareView In(Currency currency) => new(Id, Title, Code, Amount.In(currency), Step?.Percent);
}

/// <summary>
/// A line with every figure it will be frozen with. <see cref="Asked"/> is which line of the basket asked for it: a combo becomes several.
/// </summary>
public sealed record PricedLine
{
    public required int Asked { get; init; }

    public required ComboPart? Combo { get; init; }

    public required MenuEntry Item { get; init; }

    public required Measure Quantity { get; init; }

    public required IReadOnlyList<PricedModifier> Modifiers { get; init; }

    public required string? SpecialInstructions { get; init; }

    public required Money Gross { get; init; }

    public required Money Discount { get; init; }

    public required string? DiscountReason { get; init; }

    public required Money ServiceCharge { get; init; }

    public required Money Tax { get; init; }

    public required Money Total { get; init; }

    /// <summary>How it is consumed.</summary>
    public required Way Way { get; init; }

    /// <summary>What it is for the tax office, and the classes that share its price.</summary>
    public required string TaxClass { get; init; }

    public required IReadOnlyList<ClassShare> TaxSplit { get; init; }

    /// <summary>Every tax that it bears, and what of it bears none.</summary>
    public required IReadOnlyList<BorneTax> Taxes { get; init; }

    /// <summary>What the line as a whole bears; 0 where its parts bear different taxes, which only <see cref="Taxes"/> can tell.</summary>
    public TaxRate TaxRate => TaxSplit.Count > 0
        ? TaxRate.Zero
        : TaxRate.FromTenThousandths(Taxes.Where(t => t.Levy.IsListed).Sum(t => t.Levy.Rate.TenThousandths));

    /// <summary>Of the EU 14, with the chosen options counted in.</summary>
    public required string[] Allergens { get; init; }

    /// <summary>What of its discount promotions took off.</summary>
    public IReadOnlyList<PromotionShare> Promotions { get; init; } = [];

    /// <summary>The chosen options, as recipes know them.</summary>
    public required IReadOnlyList<(long OptionId, int Quantity)> Options { get; init; }

    public Money Net => Total - Tax;

    /// <inheritdoc cref="Measure.PiecesIn"/>
    public int Pieces => Quantity.PiecesIn(Item.Unit);
}

/// <summary>A step of the explanation: what it is, and by how much it changes the total (null where it only explains).</summary>
public sealed record Reason(string Text, Money? Amount);

public sealed record PricedOrder
{
    public required IReadOnlyList<PricedLine> Lines { get; init; }

    public required Money Subtotal { get; init; }

    public required Money Discount { get; init; }

    public required Money Tax { get; init; }

    public required Money DeliveryFee { get; init; }

    public required Money Tip { get; init; }

    public required Money Total { get; init; }

    /// <summary>The reason of every cent, in some language's words.</summary>
    public required Func<PriceWords, IReadOnlyList<Reason>> Explain { get; init; }

    /// <summary>The same in English.</summary>
    public IReadOnlyList<Reason> Explanation => Explain(PriceWords.English);

    /// <summary>By which it was priced, the service charge left out where the basket asked for that.</summary>
    public required PricingRules Rules { get; init; }

    /// <summary>Each tax once, with what bears none.</summary>
    public required IReadOnlyList<BorneTax> Taxes { get; init; }

    /// <summary>The promotions that it has, and what each takes off.</summary>
    public IReadOnlyList<GivenPromotion> Promotions { get; init; } = [];

    /// <summary>Those of the delivery fee, which are among them.</summary>
    public required IReadOnlyList<BorneTax> DeliveryTaxes { get; init; }

    public Money ServiceCharge => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.ServiceCharge);

    /// <summary>What it takes one pair of hands to prepare it, in minutes.</summary>
    public long Work => Lines.Where(l => !l.Item.IsDeposit).Sum(l => (long)l.Item.PreparationTime * l.Pieces);

    /// <summary>What its slowest item takes, in minutes: sooner it is not ready, however many hands there are.</summary>
    public int SlowestItem => Lines.Max(l => l.Item.PreparationTime);
}

/// <summary>
/// The one place that says what an order costs: pure, from a menu snapshot and a basket to a priced order with the reason
/// of every cent. Preview and placing use it alike.
/// <para>
/// A line is (price + modifiers) × quantity, half up where that is a weight, a part of a combo its share of the combo's price. Then the
/// line's discount, then promotions (<see cref="ApplyPromotions"/>), then the order's discount shared over the lines, then the service
/// charge shared over them (of what is eaten here), then tax (<see cref="TaxBasket"/>). Source: spec rules "Order of things"; shares by
/// largest remainder.
/// </para>
/// </summary>
public static class Pricing
{
    /// <summary>What a basket of a menu costs; <paramref name="later"/> where it is for another day than today.</summary>
    public static Outcome<PricedOrder> Price(
        MenuSnapshot menu,
        ShopSettings settings,
        OrderRequest basket,
        OrderType type,
        DateOnly day,
        bool later = false) => Price(new MenuOffers(menu, settings) { IsForLater = later }.Find, settings, basket, type, day);

    /// <summary>As above, where lines may also be what an earlier order froze.</summary>
    /// <param name="find">What a line sells: an item of the menu, or what an earlier line froze of one.</param>
    /// <param name="settings">Currency and tax policy.</param>
    /// <param name="basket">What is asked for.</param>
    /// <param name="type">Delivery orders cost the delivery fee; how lines are consumed that do not say it.</param>
    /// <param name="day">The day of supply, whose taxes they bear.</param>
    /// <param name="promotions">Those that it may have.</param>
    public static Outcome<PricedOrder> Price(
        FindOffer find,
        ShopSettings settings,
        OrderRequest basket,
        OrderType type,
        DateOnly day,
        PromotionOffer? promotions = null)
    {
        var errors = new FieldErrors();
        var lines = BasketLine.Read(find, settings.Currency, basket, type.Way(), errors);
        var tip = errors.MoneyOrNone("tip", basket.Tip, settings.Currency);
        var orderDiscount = GivenDiscount.Read(basket.Discount, settings.Currency, "discount.", errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (SoldOut(lines) is { } soldOut)
            return soldOut;
        var given = ApplyPromotions.To(Array.ConvertAll(lines, l => l.Promotable), promotions ?? PromotionOffer.None);
        if (given.CodeTakesNothing is { } nothing)
            return PromotionOffer.NotApplicable(promotions!.Coded!, nothing);
        lines = With(lines, given);

        var taxable = Array.ConvertAll(lines, l => l.Taxable);
        var taken = orderDiscount?.Of(Sum(taxable.Where(l => !l.IsDeposit).Select(l => l.Amount))) ?? Money.Zero;
        var rules = basket.ServiceCharge == false ? settings.Rules with { Service = Charge.None } : settings.Rules;
        var taxed = TaxBasket.Tax(settings.Taxes, rules.Tax, new(taxable, day)
        {
            Discount = taken,
            Service = rules.Service,
            Delivery = type == OrderType.Delivery ? rules.Delivery : null,
            Exemption = rules.Exemption,
        });
        if (taxed.Total.IsNegative && !tip.IsZero)
            return Refusal.OfField("tip", "goes with what is paid; here more comes back than is bought");

        var priced = lines.Select((line, i) => new PricedLine
        {
            Asked = line.Asked,
            Combo = line.Combo,
            Item = line.Item,
            Quantity = line.Quantity,
            Modifiers = [.. line.Chosen.Select(c => new PricedModifier(c.Key, c.Name, c.Option.Price, c.Quantity))],
            SpecialInstructions = line.SpecialInstructions,
            Gross = line.Gross,
            Discount = line.OwnDiscount + line.OffByPromotions + taxed.Lines[i].Discount,
            DiscountReason = line.OwnReason ?? (taxed.Lines[i].Discount.IsZero ? null : orderDiscount!.Reason),
            ServiceCharge = taxed.Lines[i].ServiceCharge,
            Tax = taxed.Lines[i].Tax,
            Total = taxed.Lines[i].Total,
            Way = line.Way,
            TaxClass = taxable[i].Class,
            TaxSplit = taxable[i].Split,
            Taxes = taxed.Lines[i].Taxes,
            Allergens = Allergens.With(line.Item.Allergens, line.Chosen.Select(c => (c.Option.AddsAllergens, c.Option.RemovesAllergens))),
            Options = [.. line.Chosen.Select(c => (c.Option.Id, c.Quantity))],
            Promotions = line.Promotions,
        }).ToList();

        var explained = new ExplainPrice(lines, priced, taxed)
        {
            Settings = settings,
            Rules = rules,
            OrderDiscount = orderDiscount is null ? null : (taken, orderDiscount.Reason),
            Tip = tip,
        };
        return new PricedOrder
        {
            Lines = priced,
            Subtotal = Sum(lines.Select(l => l.Gross)),
            Discount = Sum(priced.Select(l => l.Discount)),
            Tax = taxed.Tax,
            DeliveryFee = taxed.Delivery.Total,
            Tip = tip,
            Total = taxed.Total + tip,
            Explain = explained.In,
            Rules = rules,
            Taxes = taxed.Taxes,
            DeliveryTaxes = taxed.Delivery.Taxes,
            Promotions = given.Given,
        };
    }

    private static BasketLine[] With(BasketLine[] lines, GivenPromotions given) => given.Given.Count == 0
        ? lines
        : [.. lines.Select((line, i) => line with
        {
            Promotions = [.. given.Given.Where(g => !g.OffLines[i].IsZero)
                .Select(g => new PromotionShare(g.Promotion.Id, g.Promotion.Title, g.Promotion.Code, g.OffLines[i])
                {
                    Step = g.Promotion.Type == DiscountType.Markdown ? g.Promotion.Percent : null,
                })],
        })];

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

    private static Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero, (sum, a) => sum + a);
}
