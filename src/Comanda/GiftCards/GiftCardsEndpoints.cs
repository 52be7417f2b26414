namespace Comanda.GiftCards;

/// <summary>Every slice of gift cards, once. To pay with one is a payment (<c>Payments/TakePayment.cs</c>).</summary>
public static class GiftCardsEndpoints
{
    public static IServiceCollection AddGiftCards(this IServiceCollection services) =>
        services.AddScoped<SellGiftCard>().AddScoped<RefundGiftCard>();

    public static void MapGiftCards(this IEndpointRouteBuilder app)
    {
        var cards = app.Chapter("Gift cards", "/api/gift-cards").Needs(Permission.TakePayments);
        cards.Get("", ReadGiftCards.List)
            .Called("gift_cards", "Gift cards, the newest first; ?status=active, empty or void.")
            .Refuses(400);
        cards.Get("/{code}", ReadGiftCards.One)
            .Called("gift_card", "One gift card by its code, with its movements.")
            .Refuses(404);
        cards.Post("", (SellGiftCardRequest request, SellGiftCard sell, CancellationToken cancel) => sell.Handle(request, cancel))
            .Called(
                "sell_gift_card",
                "Sells a gift card for cash (with change), card or mobile. It is no sale of goods: no discount, no revenue, and no tax but "
                    + "where kind is single, for goods whose tax is certain.")
            .TakesKey().Practised()
            .Creates()
            .Refuses(400, 409, 422);
        cards.Post("/{code}/refund", (string code, RefundGiftCardRequest request, RefundGiftCard refund, CancellationToken cancel) =>
                refund.Handle(code, request, cancel))
            .Called("refund_gift_card", "Takes back a gift card of which nothing is used, by the tender it was sold by; it is void then.")
            .TakesKey()
            .Creates()
            .Refuses(400, 403, 404, 409, 422, 429);
    }
}
