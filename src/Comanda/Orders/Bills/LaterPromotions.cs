using Comanda.Data;
using Comanda.Promotions;

namespace Comanda.Orders;

/// <summary>
/// Promotions of an order that is edited. Lines that are there keep what they were given. Lines that come have what is given by itself at
/// their hour and is not counted. A code that is named only now takes off what all lines cost now.
/// </summary>
internal static class LaterPromotions
{
    public static async Task<Outcome<PromotionOffer>> Offer(
        OrderChange change, HeadEdit head, ShopPromotions all, CancellationToken cancel)
    {
        var coded = all.WithCode(head.PromoCode);
        if (head.PromoCode is not null && coded is null)
            return Refusal.OfField(PromotionOffer.Field, "is no promotion of this shop");
        var customer = CustomerOf(change.Order, head);
        var hour = new PromotionHour(head.When(change.Now), change.Shop.Settings.BusinessDay.Zone)
        {
            IsAhead = head.ScheduledFor > change.Now,
            HasCustomer = customer is not null,
            IsFirstOrder = coded is { FirstOrder: true } && customer is { } known && await IsFirst(change, known, cancel),
        };
        return PromotionOffer.Of(all.Automatic.Where(p => !p.IsCounted), coded, hour);
    }

    /// <summary>Notes the code that it has now. Before registers are locked.</summary>
    public static async Task<Refusal?> Take(OrderChange change, HeadEdit head, PricedOrder priced, CancellationToken cancel)
    {
        var order = change.Order;
        if (priced.Promotions.Select(g => g.Promotion).FirstOrDefault(p => p.Code is not null) is not { } coded)
            return null;
        order.PromoCode = coded.Code;
        return order.Training
            ? null
            : await PromotionUses.Take(
                change.Connection, [coded], new(order.ShopId, order.Id, CustomerOf(order, head), change.Now), cancel);
    }

    private static long? CustomerOf(Order order, HeadEdit head) => head.Customer?.Id ?? order.CustomerId;

    private static async Task<bool> IsFirst(OrderChange change, long customer, CancellationToken cancel) => await change.Connection.Scalar(
        """
        select not exists (select 1 from orders
            where shop_id = $1 and customer_id = $2 and id <> $3 and status <> 'cancelled' and not training)
        """,
        cancel,
        change.Shop.Id,
        customer,
        change.Order.Id) is true;
}
