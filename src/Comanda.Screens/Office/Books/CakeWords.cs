using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>Words of cakes to order.</summary>
public static class CakeWords
{
    /// <summary>The stages of a board, in their order.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["requested", "accepted", "baked", "decorated", "collected", "cancelled"];

    public static string Stage(Speech say, string stage) => stage switch
    {
        "requested" => say["cake.requested"],
        "accepted" => say["cake.accepted"],
        "baked" => say["cake.baked"],
        "decorated" => say["cake.decorated"],
        "collected" => say["cake.collected"],
        "cancelled" => say["cake.cancelled"],
        _ => stage,
    };

    public static string Tone(string stage) => stage switch
    {
        "cancelled" => "bad",
        "decorated" or "collected" => "good",
        _ => "soon",
    };

    /// <summary>The tenders of a deposit and of what is left.</summary>
    public static (string, string)[] Methods(Speech say) => [("cash", say["pay.cash"]), ("card", say["pay.card"])];
}
