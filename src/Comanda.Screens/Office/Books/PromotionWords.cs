using Comanda.Promotions;
using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>What a promotion gives, in a sentence.</summary>
public static class PromotionWords
{
    public static string Gives(Speech say, Currency currency, PromotionView promotion) => promotion.DiscountType switch
    {
        "percentage" => say.With("promo.percentoff", say.Quantity(promotion.DiscountValue)),
        "fixed" => say.With("promo.amountoff", say.Money(promotion.DiscountValue, currency)),
        "buy_x_get_y" => say.With(
            "promo.buyget", promotion.BuyQuantity ?? 1, promotion.GetQuantity ?? 1, say.Quantity(promotion.DiscountValue)),
        "combo" => say.With("promo.combo", say.Money(promotion.DiscountValue, currency)),
        "markdown" => string.Join(
            ", ", (promotion.Steps ?? []).Select(s => say.With("promo.step", s.From ?? "", say.Quantity(s.Percent ?? 0)))),
        _ => promotion.DiscountType,
    };
}
