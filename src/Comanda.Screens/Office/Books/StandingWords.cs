using Comanda.Screens.Words;
using Comanda.Shops;

namespace Comanda.Screens.Office.Books;

/// <summary>Words of standing orders.</summary>
public static class StandingWords
{
    private static readonly string[] Weekdays =
        ["day.sunday", "day.monday", "day.tuesday", "day.wednesday", "day.thursday", "day.friday", "day.saturday"];

    public static string Status(Speech say, string status) => status switch
    {
        "due" => say["club.isdue"],
        "placed" => say["club.isplaced"],
        "paused" => say["club.ispaused"],
        "failed" => say["club.isfailed"],
        _ => status,
    };

    public static string Day(Speech say, string word) =>
        OpeningWeek.Days.ToList().IndexOf(word) is >= 0 and var at ? say[Weekdays[at]] : word;

    public static string Days(Speech say, IEnumerable<string> words) => string.Join(", ", words.Select(w => Day(say, w)));
}
