using Comanda.Orders;
using Comanda.Payments;

namespace Comanda.Storefront;

/// <summary>
/// GET and POST /order/{id}/pay: a guest pays their order by card. At Stripe its Payment Element takes the card, which never comes here;
/// without a key the payment is simulated, and says so.
/// </summary>
public sealed class PayOrder(OwnOrders own, CardIntents intents)
{
    public const string Stripe = "stripe";

    public Task<IResult> Show(StoreDesk desk, long id) => Pay(desk, id, desk.Query.ContainsKey("payment_intent"));

    /// <summary>The simulated provider's button; with Stripe, only its own word counts.</summary>
    public Task<IResult> Confirm(StoreDesk desk, long id) => Pay(desk, id, confirm: true);

    private async Task<IResult> Pay(StoreDesk desk, long id, bool confirm)
    {
        if (desk.Ask(Permission.PayOwnOrders) is { } asked)
            return asked;
        var order = await ReadOrders.One(id, own, desk.Cancel);
        if (order.Refusal is not null)
            return await desk.Note("order", StatusCodes.Status404NotFound);
        if (order.Value.BalanceDue <= 0 || order.Value.Status == OrderStatus.Cancelled.ToWire())
            return desk.Go($"/order/{id}");
        try
        {
            var intent = await intents.Create(new(id), desk.Cancel);
            if (intent.Refusal is null && confirm)
                intent = await intents.Confirm(new(intent.Value.PaymentId), desk.Cancel);
            if (intent.Refusal is not null || intent.Value.Status is "succeeded" or "processing")
                return desk.Go($"/order/{id}");
            return await desk.Show<PayPage>(
                new() { ["Order"] = order.Value, ["Intent"] = intent.Value, ["Failed"] = confirm },
                byStripe: intent.Value.Provider == Stripe);
        }
        catch (CardProviderException)
        {
            return await desk.Note("cards", StatusCodes.Status503ServiceUnavailable);
        }
    }
}
