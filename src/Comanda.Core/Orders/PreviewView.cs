using System.Text.Json.Serialization;
using Comanda.Promotions;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>A step of the explanation: how it changes the total, null where it only explains.</summary>
public sealed record ReasonView(string Text, decimal? Amount);

/// <summary>A line as it would be placed; <see cref="Unit"/> only of what is sold by weight.</summary>
public sealed record PreviewLine(
    long MenuItemId,
    string Name,
    decimal Quantity,
    decimal UnitPrice,
    IReadOnlyList<ModifierView> Modifiers,
    decimal Discount,
    decimal ServiceCharge,
    decimal TaxRate,
    decimal Tax,
    decimal Total,
    [property: Words<Way>] string Way,
    string TaxClass,
    IReadOnlyList<LineTaxView> Taxes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<WeightUnit>] string? Unit)
{
    /// <summary>What of its discount promotions take off.</summary>
    public IReadOnlyList<PromotionShareView> Promotions { get; init; } = [];

    /// <summary>Of the EU 14, as it is chosen with its options.</summary>
    public IReadOnlyList<string> Allergens { get; init; } = [];

    /// <summary>Of these, those that the guest must not eat.</summary>
    public IReadOnlyList<string> AllergenWarnings { get; init; } = [];

    public static PreviewLine Of(PricedLine line, Currency currency) => new(
        line.Item.Id,
        line.Item.Name,
        line.Quantity.Number,
        line.Item.PriceNow.In(currency),
        [.. line.Modifiers.Select(m => new ModifierView(m.Key, m.Name, m.Price.In(currency), m.Quantity))],
        line.Discount.In(currency),
        line.ServiceCharge.In(currency),
        line.TaxRate.Percent,
        line.Tax.In(currency),
        line.Total.In(currency),
        line.Way.ToWire(),
        line.TaxClass,
        LineTaxView.Of(line.Taxes, currency),
        line.Item.Unit?.ToWire())
    {
        Promotions = [.. line.Promotions.Select(p => p.In(currency))],
        Allergens = line.Allergens,
    };
}

/// <summary>
/// A basket priced and not placed. The amounts of <see cref="Explanation"/> sum to <see cref="TotalAmount"/>; <see cref="CashDue"/> is what
/// is to be handed over in cash: by the payments in cash that came with it, and for what the payments leave due.
/// </summary>
public sealed record PreviewView(
    [property: Words<OrderType>] string Type,
    string Currency,
    IReadOnlyList<PreviewLine> Items,
    decimal Subtotal,
    decimal Discount,
    decimal ServiceCharge,
    decimal Tax,
    IReadOnlyList<TaxView> Taxes,
    decimal DeliveryFee,
    decimal Tip,
    decimal TotalAmount,
    decimal CashDue,
    int EstimatedTime,
    IReadOnlyList<ReasonView> Explanation)
{
    public string? PromoCode { get; init; }

    /// <summary>What of its lines the guest must not eat.</summary>
    public IReadOnlyList<string> AllergenWarnings { get; init; } = [];

    /// <summary>Of how many of a hundred earlier orders the wait, said so, would have been right; absent while too few are known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EstimateRightPercent { get; init; }

    /// <summary>The promotions that it would have, and what each takes off.</summary>
    public IReadOnlyList<PromotionShareView> Promotions { get; init; } = [];

    /// <summary>As it was priced, before anything is known of who pays how.</summary>
    /// <param name="priced">The order that it would be.</param>
    /// <param name="type">How it is consumed.</param>
    /// <param name="currency">The shop's.</param>
    /// <param name="words">What its total is explained in.</param>
    public static PreviewView Of(PricedOrder priced, OrderType type, Currency currency, PriceWords words) => new(
        type.ToWire(),
        currency.Code,
        [.. priced.Lines.Select(l => PreviewLine.Of(l, currency))],
        priced.Subtotal.In(currency),
        priced.Discount.In(currency),
        priced.ServiceCharge.In(currency),
        priced.Tax.In(currency),
        TaxView.Of(priced.Taxes, currency),
        priced.DeliveryFee.In(currency),
        priced.Tip.In(currency),
        priced.Total.In(currency),
        priced.Rules.Cash.Due(priced.Total, Money.Zero).In(currency),
        EstimatedTime: 0,
        [.. priced.Explain(words).Select(r => new ReasonView(r.Text, r.Amount?.In(currency)))])
    {
        PromoCode = priced.Promotions.Select(g => g.Promotion.Code).FirstOrDefault(c => c is not null),
        Promotions =
        [
            .. priced.Promotions.Select(g =>
                new PromotionShareView(g.Promotion.Id, g.Promotion.Title, g.Promotion.Code, g.Amount.In(currency))),
        ],
    };
}
