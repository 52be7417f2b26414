using Comanda.Kernel;

namespace Comanda.Payments;

/// <summary>Every slice of gift cards, once. To pay with one is a payment (<see cref="TakePayment"/>).</summary>
public static class GiftCardsEndpoints
{
    public static void MapGiftCards(this IEndpointRouteBuilder app)
    {
        var cards = app.MapGroup("/api/gift-cards").WithTags("Gift cards").WithMetadata(new NeedsPermission(Permission.TakePayments));
        cards.MapGet("", ReadGiftCards.List)
            .WithName("gift_cards")
            .WithSummary("Gift cards, the newest first; ?status=active, empty or void.")
            .Produces<PageOf<GiftCardView>>()
            .ProducesProblem(400);
        cards.MapGet("/{code}", ReadGiftCards.One)
            .WithName("gift_card")
            .WithSummary("One gift card by its code, with its movements.")
            .Produces<GiftCardHistory>()
            .ProducesProblem(404);
        cards.MapPost("", (
            SellGiftCardRequest request,
            SellGiftCard sell,
            HttpContext http,
            CancellationToken cancel) => sell.Handle(request, http, cancel))
            .WithName("sell_gift_card")
            .WithSummary(
                "Sells a gift card for cash (with change), card or mobile. It is no sale of goods: no tax, no discount, no revenue.")
            .WithMetadata(IdempotencyRule.ByKey)
            .Produces<GiftCardSold>(201)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(422);
        cards.MapPost("/{code}/refund", (
            string code,
            RefundGiftCardRequest request,
            RefundGiftCard refund,
            HttpContext http,
            CancellationToken cancel) => refund.Handle(code, request, http, cancel))
            .WithName("refund_gift_card")
            .WithSummary("Takes back a gift card of which nothing is used, by the tender it was sold by; it is void then.")
            .WithMetadata(IdempotencyRule.ByKey)
            .Produces<GiftCardGivenBack>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .ProducesProblem(429);
    }
}
