using Comanda.Promotions;

namespace Comanda.Orders;

/// <summary>What of promotions takes orders: trying a code, and rehearsing one.</summary>
internal static class OrdersPromotions
{
    public static void MapOrdersPromotions(this IEndpointRouteBuilder app)
    {
        var promotions = app.Chapter("Promotions", "/api/promotions");
        promotions.Post("/apply/{code}", (
                string code,
                ApplyPromotionRequest request,
                TryPromotion promotion,
                CancellationToken cancel) =>
                promotion.Apply(code, request, cancel))
            .Called(
                "apply_promotion",
                "What a code takes off a basket (items); or gives it to a pending order (order_id), as its promo_code does.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders)
            .MayBeRepeated("a basket is only priced, and an order that has the code already keeps it")
            .Practised()
            .Refuses(400, 404, 409, 412);
        promotions.Post("/{id:long}/rehearse", (
                long id,
                RehearseRequest request,
                RehearsePromotion rehearse,
                CancellationToken cancel) =>
                rehearse.Handle(id, request, cancel))
            .Called("rehearse_promotion", "What a promotion would have cost on the baskets of past business days, and on which.")
            .Needs(Permission.EditPromotions).MayBeRepeated("nothing is written")
            .Refuses(400, 404, 429);
    }
}
