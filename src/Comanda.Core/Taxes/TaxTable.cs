using System.Globalization;

namespace Comanda.Taxes;

/// <summary>A shop's whole table of taxes: its classes, and the dated rows that say what each bears. Never changed once made.</summary>
public sealed class TaxTable
{
    /// <summary>What a tax is called that nobody has named.</summary>
    public const string Unnamed = "Tax";

    /// <summary>No class of a table begins so (<see cref="ReadTaxTable.IsCode"/>).</summary>
    private const string RatePrefix = "rate:";

    private readonly Dictionary<string, TaxRow[]> byClass;

    public TaxTable(IReadOnlyList<TaxClass> classes, IReadOnlyList<TaxRow> rows, string defaultClass)
    {
        Classes = classes;
        Rows = rows;
        DefaultClass = defaultClass;
        byClass = rows.GroupBy(r => r.Class, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderByDescending(r => r.Priority).ToArray(), StringComparer.Ordinal);
    }

    public IReadOnlyList<TaxClass> Classes { get; }

    public IReadOnlyList<TaxRow> Rows { get; }

    /// <summary>The class of what has none of its own.</summary>
    public string DefaultClass { get; }

    /// <summary>One class with one rate, for everything: a shop that has said no more.</summary>
    public static TaxTable Single(TaxRate rate) =>
        new([new("standard", "Standard")], [new("standard", null, Unnamed, rate, TreatmentOf(rate))], "standard");

    /// <summary>The class of what was given a rate of its own: a class with one row, for any way and any day.</summary>
    public static string ClassOf(TaxRate rate) => RatePrefix + rate.Percent.ToString(CultureInfo.InvariantCulture);

    public bool Has(string code) => Classes.Any(c => c.Code == code);

    /// <summary>
    /// The rows that apply to a line: of those that hold on the day, for its way, in this basket, all of the highest priority; a row for
    /// the way beats those for any way of the same priority. None where nothing fits.
    /// </summary>
    /// <param name="code">The line's class.</param>
    /// <param name="way">How the line is consumed.</param>
    /// <param name="basket">The day of supply, and what conditions count.</param>
    public IReadOnlyList<TaxRow> Fitting(string code, Way way, ICountedBasket basket)
    {
        if (!byClass.TryGetValue(code, out var rows))
            return OwnRate(code) is { } own ? [own] : [];
        for (int first = 0, next; first < rows.Length; first = next)
        {
            for (next = first + 1; next < rows.Length && rows[next].Priority == rows[first].Priority;)
                next++;
            var tier = rows[first..next];
            var fitting = Array.FindAll(tier, r => (r.Way is null || r.Way == way) && r.Holds(basket.Day));
            fitting = Array.FindAll(fitting, r => Fits(r, fitting, basket));
            if (Array.Exists(fitting, r => r.Way is not null))
                fitting = Array.FindAll(fitting, r => r.Way is not null);
            if (fitting.Length > 0)
                return fitting;
        }

        return [];
    }

    /// <summary>All rates together that one of a class bears, in a basket that no condition is made for.</summary>
    public TaxRate UsualRate(string code, Way way, DateOnly day) => TaxRate.FromTenThousandths(
        Fitting(code, way, new Usual(day)).Where(r => r.Levy.IsListed).Sum(r => r.Rate.TenThousandths));

    /// <summary>The row of a class that is a rate: called as the table calls that rate, so that the two are one tax.</summary>
    private TaxRow? OwnRate(string code)
    {
        if (!code.StartsWith(RatePrefix, StringComparison.Ordinal)
            || !decimal.TryParse(code[RatePrefix.Length..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            || !TaxRate.TryFromPercent(percent, out var rate))
            return null;
        var listed = Rows.Where(r => r.Levy.IsListed).ToList();
        var like = listed.Find(r => r.Rate == rate);
        return new(code, null, (like ?? listed.FirstOrDefault())?.Name ?? Unnamed, rate, like?.Treatment ?? TreatmentOf(rate))
        {
            Authority = like?.Authority,
            Letter = like?.Letter,
        };
    }

    private static TaxTreatment TreatmentOf(TaxRate rate) => rate == TaxRate.Zero ? TaxTreatment.Zero : TaxTreatment.Taxed;

    /// <summary>A sum before tax, where prices contain it, is what is left of them by the rates that would then apply.</summary>
    private static bool Fits(TaxRow row, TaxRow[] together, ICountedBasket basket) =>
        (row.MinPieces is not { } pieces || basket.PiecesOf(row) >= pieces)
        && (row.MaxSum is not { } sum || basket.SumOf(row, together.Sum(r => r.Rate.TenThousandths)) <= sum.Minor);

    private sealed record Usual(DateOnly Day) : ICountedBasket
    {
        public long PiecesOf(TaxRow row) => 1;

        public decimal SumOf(TaxRow row, long rates) => decimal.MaxValue;
    }
}

/// <summary>What the conditions of rows ask of a basket.</summary>
public interface ICountedBasket
{
    /// <summary>The shop's day of supply: of a sale for later, the day it is for.</summary>
    DateOnly Day { get; }

    /// <summary>How many pieces its lines of the row's group have.</summary>
    long PiecesOf(TaxRow row);

    /// <summary>What they come to before tax, in minor units, if <paramref name="rates"/> (ten-thousandths) is what they bear.</summary>
    decimal SumOf(TaxRow row, long rates);
}
