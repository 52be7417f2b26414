using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>What the API's words for orders and payments are called.</summary>
public static class OrderWords
{
    private static readonly string[] AllStatus =
        ["pending", "preparing", "ready", "out_for_delivery", "delivered", "completed", "cancelled"];

    private static readonly string[] AllTypes = ["dine-in", "takeaway", "delivery", "online"];

    private static readonly string[] AllPayments = ["unpaid", "partially_paid", "paid", "refunded"];

    /// <summary>How far an order is.</summary>
    public static string Status(Speech say, string status) => status switch
    {
        "pending" => say["status.pending"],
        "preparing" => say["status.preparing"],
        "ready" => say["status.ready"],
        "out_for_delivery" => say["status.away"],
        "delivered" => say["status.delivered"],
        "completed" => say["status.completed"],
        "cancelled" => say["status.cancelled"],
        _ => status,
    };

    /// <summary>How it is eaten.</summary>
    public static string Type(Speech say, string type) => type switch
    {
        "dine-in" => say["till.dinein"],
        "takeaway" => say["till.takeaway"],
        "delivery" => say["type.delivery"],
        "online" => say["type.online"],
        _ => type,
    };

    /// <summary>How far it is paid.</summary>
    public static string Payment(Speech say, string status) => status switch
    {
        "unpaid" => say["paid.not"],
        "partially_paid" => say["paid.partly"],
        "paid" => say["paid.all"],
        "refunded" => say["paid.back"],
        _ => status,
    };

    /// <summary>good, soon or bad.</summary>
    public static string Tone(string status) => status switch
    {
        "completed" or "delivered" or "paid" or "ready" => "good",
        "cancelled" or "unpaid" or "refunded" => "bad",
        _ => "soon",
    };

    /// <summary>What a list may be asked for: everything first.</summary>
    public static (string Value, string Name)[] Choices(Speech say, string which) =>
    [
        ("", say["filter.all"]),
        .. which switch
        {
            "status" => AllStatus.Select(s => (s, Status(say, s))),
            "type" => AllTypes.Select(t => (t, Type(say, t))),
            _ => AllPayments.Select(p => (p, Payment(say, p))),
        },
    ];
}
