using System.Runtime.InteropServices;
using Comanda.Stock;

namespace Comanda.Imports;

/// <summary>Which of two numbers of a date is the day.</summary>
public enum DateOrder
{
    [WireName("day_first", "dmy")]
    DayFirst,

    [WireName("month_first", "mdy")]
    MonthFirst,
}

/// <summary>What is asked where a file could mean two things.</summary>
public static class ImportQuestions
{
    public const string DateOrder = "date_order";
    public const string DecimalMark = "decimal_mark";
    public const string TimeZone = "time_zone";
}

/// <summary>What somebody answered to such questions, for all files of an import.</summary>
public sealed record ImportOptions
{
    public DateOrder? DateOrder { get; init; }

    public char? DecimalMark { get; init; }

    /// <summary>The zone of the account that exported, where the files do not say it.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>A question: its name, the file, and why it is asked.</summary>
public sealed record ImportQuestion(string Name, string File, string Why);

/// <summary>A cell or a row that is not taken over.</summary>
public sealed record RefusedRow(string File, int Line, string Field, string Message);

/// <summary>A file that was recognised: whose it is, and what it holds.</summary>
public sealed record RecognisedFile(string Name, string System, string Kind, int Rows);

/// <summary>
/// What all files of an import say together, before it is held against the shop: sales, refunds, products, guests, and what is refused,
/// asked, assumed. Reading changes nothing.
/// </summary>
public sealed class Takeover(Currency currency, BusinessDay days, ImportOptions options)
{
    private const int MostRefused = 1000;

    /// <summary>Where each sale stands, by its reference.</summary>
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    private readonly HashSet<string> notes = [];
    private readonly HashSet<(string, string)> asked = [];

    public Currency Currency => currency;

    public BusinessDay Days => days;

    /// <summary>Whether the shop's own prices include tax: taken for what a file does not tell.</summary>
    public bool PricesIncludeTax { get; init; }

    /// <summary>Of a file of several stores, the one of this name is meant.</summary>
    public string ShopName { get; init; } = "";

    public ImportOptions Options => options;

    /// <summary>By which times without a zone are read.</summary>
    public TimeZoneInfo Zone { get; } =
        options.TimeZone is { } said && TimeZoneInfo.TryFindSystemTimeZoneById(said, out var zone) ? zone : days.Zone;

    public List<RecognisedFile> Files { get; } = [];

    public List<TakenSale> Sales { get; } = [];

    public List<TakenRefund> Refunds { get; } = [];

    public List<TakenProduct> Products { get; } = [];

    public List<TakenGroup> Groups { get; } = [];

    public List<TakenGuest> Guests { get; } = [];

    public List<TakenCategory> Categories { get; } = [];

    public List<TakenCard> Cards { get; } = [];

    public List<StockRow> Stock { get; } = [];

    /// <summary>Whether the shop's taxes have a class of this code.</summary>
    public Func<string, bool> HasTaxClass { get; init; } = _ => false;

    public List<RefusedRow> Refused { get; } = [];

    public List<ImportQuestion> Questions { get; } = [];

    public IReadOnlyCollection<string> Notes => notes;

    /// <summary>What the files themselves say was sold, by their dates.</summary>
    public Dictionary<DateOnly, Money> Said { get; } = [];

    /// <summary>Rates by the names of taxes, and whether an item has them that names none, where a sheet of its own tells.</summary>
    public Dictionary<string, (decimal Percent, bool Usual)> Rates { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Categories of items, where a sheet of its own tells; under no name all of them.</summary>
    public Dictionary<string, List<string>> CategoriesOf { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lines by the number that other files of their system call them by.</summary>
    public Dictionary<string, (TakenSale Sale, int Place)> Lines { get; } = new(StringComparer.Ordinal);

    public long RefusedRows { get; private set; }

    /// <summary>The sale with this reference, made where there is none; the rest of its rows add to it.</summary>
    public TakenSale Sale(string reference, Func<TakenSale> make)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, reference, out var known);
        if (!known)
        {
            place = Sales.Count;
            Sales.Add(make());
        }

        return Sales[place];
    }

    public TakenSale? Find(string reference) => places.TryGetValue(reference, out var place) ? Sales[place] : null;

    /// <summary>Another one in the place of a sale.</summary>
    public void Replace(TakenSale old, TakenSale sale)
    {
        Sales[places[old.Ref]] = sale;
    }

    /// <summary>A file said that so much was sold on a day.</summary>
    public void Say(DateOnly? day, Money amount)
    {
        if (day is { } on)
            Said[on] = Said.GetValueOrDefault(on) + amount;
    }

    public void Refuse(string file, int line, string field, string message)
    {
        RefusedRows++;
        if (Refused.Count < MostRefused)
            Refused.Add(new(file, line, field, message));
    }

    /// <summary>What was assumed, and what the files do not hold; each once.</summary>
    public void Note(string text) => notes.Add(text);

    public void Ask(string question, string file, string why)
    {
        if (asked.Add((question, file)))
            Questions.Add(new(question, file, why));
    }
}
