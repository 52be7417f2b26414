using Comanda.Menu;
using Comanda.Orders;
using Comanda.Payments;

namespace Comanda.Screens.Till;

/// <summary>
/// What the till does besides showing: it reads the menu, prices, sells. One interface, so that a till without a network can do the same
/// from what it keeps. Whatever takes money has a key, by which a repetition is done once.
/// </summary>
public interface ISales
{
    /// <summary>The menu as it is now.</summary>
    Task<MenuView> Menu();

    /// <summary>What a basket would cost, with the reason of every cent.</summary>
    Task<PreviewView> Price(OrderRequest basket);

    /// <summary>Places an order, with its payments where it has any.</summary>
    Task<OrderView> Sell(OrderRequest basket, string key);

    /// <summary>Takes money for an order that is there.</summary>
    Task<PaymentTaken> Pay(long order, PaymentRequest payment, string key);

    /// <summary>Orders that are not paid, the newest first.</summary>
    Task<IReadOnlyList<OrderView>> Unpaid();

    /// <summary>Gives an order that was on hold to the kitchen.</summary>
    Task<OrderView> Resume(long order);

    /// <summary>The receipt as a printer of 42 columns would have it, with the shop's local time.</summary>
    Task<string> Receipt(long order);
}
