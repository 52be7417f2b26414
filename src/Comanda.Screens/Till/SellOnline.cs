using Comanda.Menu;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Screens.Front;

namespace Comanda.Screens.Till;

/// <summary>Sells by the server, at once.</summary>
public sealed class SellOnline(DeviceSession session) : ISales
{
    /// <inheritdoc />
    public Task<MenuView> Menu() => session.Ask(client => client.GetMenu());

    /// <inheritdoc />
    public Task<PreviewView> Price(OrderRequest basket) => session.Ask(client => client.PreviewOrder(basket));

    /// <inheritdoc />
    public Task<OrderView> Sell(OrderRequest basket, string key) => session.Ask(client => client.PlaceOrder(basket, key));

    /// <inheritdoc />
    public Task<PaymentTaken> Pay(long order, PaymentRequest payment, string key) =>
        session.Ask(client => client.Pay(order, payment, key));

    /// <inheritdoc />
    public async Task<IReadOnlyList<OrderView>> Unpaid()
    {
        List<OrderView> orders = [];
        foreach (var status in new[] { "unpaid", "partially_paid" })
            orders.AddRange((await session.Ask(client => client.GetOrders($"payment_status={status}&limit=100"))).Items);
        return [.. orders.Where(o => o.Status != "cancelled" && o.BalanceDue > 0).OrderByDescending(o => o.Id)];
    }

    /// <inheritdoc />
    public Task<OrderView> Resume(long order) => session.Ask(client => client.ResumeOrder(order));

    /// <inheritdoc />
    public Task<string> Receipt(long order) => session.Ask(client => client.GetReceipt(order));
}
