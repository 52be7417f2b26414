using System.Globalization;
using Comanda.Screens.Words;
using Comanda.Stock;

namespace Comanda.Screens.Office.Books;

/// <summary>What the API's words for stock and purchases are called.</summary>
public static class StockWords
{
    private static readonly string[] All = ["sale", "return", "delivery", "waste", "food_bank", "count", "transfer", "correction", "make"];

    /// <summary>Why stock came or went.</summary>
    public static string Reason(Speech say, string reason) => reason switch
    {
        "sale" => say["move.sale"],
        "return" => say["move.return"],
        "delivery" => say["move.delivery"],
        "waste" => say["move.waste"],
        "food_bank" => say["move.food_bank"],
        "count" => say["move.count"],
        "transfer" => say["move.transfer"],
        "correction" => say["move.correction"],
        "make" => say["move.make"],
        _ => reason,
    };

    /// <summary>What movements may be asked for: all first.</summary>
    public static (string Value, string Name)[] Reasons(Speech say) => [("", say["filter.all"]), .. All.Select(r => (r, Reason(say, r)))];

    /// <summary>What an item may be told in: its own unit first, then its packs.</summary>
    public static (string Value, string Name)[] Units(StockItemView item) =>
    [
        ("", item.Unit),
        .. item.Packs.Where(p => p.Name is not null).Select(p => (
            p.Name!,
            string.Create(CultureInfo.InvariantCulture, $"{p.Name} ({p.Quantity:0.###} {item.Unit})"))),
    ];

    /// <summary>How far a purchase is.</summary>
    public static string Purchase(Speech say, string status) => status switch
    {
        "draft" => say["buy.draft"],
        "ordered" => say["buy.ordered"],
        "partly_received" => say["buy.partly"],
        "received" => say["buy.received"],
        "closed" => say["buy.closed"],
        "cancelled" => say["status.cancelled"],
        _ => status,
    };

    /// <summary>good, soon or bad.</summary>
    public static string Tone(string status) => status switch
    {
        "received" => "good",
        "cancelled" => "bad",
        _ => "soon",
    };
}
