using Comanda.Menu;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Shops;

namespace Comanda.Screens.Till;

/// <summary>
/// A sale that is over. <see cref="OrderId"/> is the server's; null where the till keeps the sale until it can send it, and then
/// <see cref="Slip"/> is what the guest gets in the receipt's place.
/// </summary>
public sealed record SaleMade(long? OrderId, string Number, decimal Change, string? Slip = null)
{
    /// <summary>The order, where something of it is still to be paid: a gift card had less on it.</summary>
    public OrderView? Unpaid { get; init; }
}

/// <summary>
/// What the till does besides showing: it reads the menu, prices, sells. Whatever takes money has a key, by which a repetition is done
/// once.
/// </summary>
public interface ISales
{
    /// <summary>The menu as it is now, or as it was when the server could be reached last.</summary>
    Task<MenuView> Menu();

    /// <summary>What a basket would cost, with the reason of every cent.</summary>
    Task<PreviewView> Price(OrderRequest basket);

    /// <summary>What is cheaper now since it is late, by item.</summary>
    IReadOnlyDictionary<long, MarkdownView> Cheaper { get; }

    /// <summary>The shop's tables, where they stand.</summary>
    IReadOnlyList<FloorTable> Floor { get; }

    /// <summary>Of a scale's label: what was weighed, and how much of it. Null where it is no label of this shop.</summary>
    Task<(long Item, decimal Quantity)?> Scan(string code);

    /// <summary>What is due in cash of a total of which other tenders pay a part.</summary>
    decimal CashDue(decimal total, decimal byOthers);

    /// <summary>What one loyalty point pays; 0 where points pay nothing, and while nobody can say how many there are.</summary>
    decimal PointValue { get; }

    /// <summary>Places an order, with its payments where it has any.</summary>
    /// <param name="basket">What is sold.</param>
    /// <param name="key">By which it is sold once.</param>
    /// <param name="priced">What the guest was told.</param>
    Task<SaleMade> Sell(OrderRequest basket, string key, PreviewView? priced);

    /// <summary>Takes money for an order that is there.</summary>
    Task<PaymentTaken> Pay(long order, PaymentRequest payment, string key);

    /// <summary>Orders that are not paid, the newest first.</summary>
    Task<IReadOnlyList<OrderView>> Unpaid();

    /// <summary>Gives an order that was on hold to the kitchen.</summary>
    Task<OrderView> Resume(long order);

    /// <summary>The receipt as a printer of 42 columns would have it, with the shop's local time.</summary>
    Task<string> Receipt(long order);

    /// <summary>Where that receipt's QR code leads; null where it has none.</summary>
    Task<string?> ReceiptLink(long order);

    /// <summary>The time that the shop's clock showed, by the server's zone data: 14:05.</summary>
    string Shown(DateTimeOffset at);
}
