using System.Text.Json;
using Comanda.Promotions;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>POST /api/promotions/apply/{code}.</summary>
public sealed class TryPromotion(PriceBasket pricing, OwnOrders own, EditOrder edit, Moment moment)
{
    public async Task<Answer<AppliedPromotionView>> Apply(string code, ApplyPromotionRequest request, CancellationToken cancel)
    {
        // The code stands in the address: one that is nobody's is not there.
        if ((await pricing.Promotions(cancel)).WithCode(code) is not { } promotion)
            return Refusal.NotFound("promotion");
        if (request.Items is null == request.OrderId is null)
            return Refusal.OfField("items", "say either items, or an order_id that the code is given to");
        if (own.IsGuest && request.OrderId is not null)
            return Refusal.OfField("order_id", "is no field of a guest's request; name the code (promo_code) when you order");
        return request.OrderId is { } order
            ? await ToOrder(order, promotion, cancel)
            : await ToBasket(promotion, request, cancel);
    }

    private async Task<Answer<AppliedPromotionView>> ToOrder(long id, Promotion promotion, CancellationToken cancel)
    {
        var changed = await edit.Handle(id, new() { PromoCode = promotion.Code }, cancel);
        if (changed.Refusal is { } refusal)
            return refusal.Status == 404 ? Refusal.OfField("order_id", "is no order of this shop") : refusal;
        var order = changed.Fixed is { } made ? JsonSerializer.Deserialize<OrderView>(made.Body, Json.Options)! : changed.Value;
        return new AppliedPromotionView(
            order.Discount,
            order.Subtotal,
            order.TotalAmount,
            ShareOf(promotion, order.Promotions),
            order.Promotions,
            order.Id);
    }

    private async Task<Answer<AppliedPromotionView>> ToBasket(
        Promotion promotion, ApplyPromotionRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var guest = await own.Customer(cancel);
        var basket = new OrderRequest(
            request.Type ?? (guest is null ? null : OrderType.Online.ToWire()),
            request.Items,
            CustomerId: guest ?? request.CustomerId,
            ScheduledFor: request.ScheduledFor,
            PromoCode: promotion.Code);
        var type = BasketRules.TypeOf(basket, moment.Now, errors);
        var ground = await pricing.Look(basket, moment.Now, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        var priced = pricing.Price(ground, basket, type);
        if (priced.Refusal is { } refusal)
            return refusal;
        var (order, currency) = (priced.Value, moment.Currency);
        var given = FrozenPromotions.Views(order.Promotions.Select(FrozenPromotions.Of), currency);
        return new AppliedPromotionView(
            order.Discount.In(currency),
            order.Subtotal.In(currency),
            order.Total.In(currency),
            ShareOf(promotion, given),
            given,
            null);
    }

    /// <summary>Of one that is not given because others take off more: nothing.</summary>
    private static PromotionShareView ShareOf(Promotion promotion, IReadOnlyList<PromotionShareView> given) =>
        given.FirstOrDefault(g => g.PromotionId == promotion.Id) ?? new(promotion.Id, promotion.Title, promotion.Code, 0);
}
