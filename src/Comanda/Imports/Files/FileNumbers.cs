using System.Globalization;

namespace Comanda.Imports;

/// <summary>
/// Numbers as a file writes them: <c>-$2.34</c>, <c>($33.62)</c>, <c>1.234,50 €</c>, <c>'-2</c>. Which mark is the decimal one is decided
/// once for the file, by all its cells; where none tells, it is asked.
/// </summary>
public sealed class FileNumbers
{
    private readonly char mark;
    private readonly char ofQuantities;
    private readonly Currency currency;

    private FileNumbers(char mark, char ofQuantities, Currency currency) =>
        (this.mark, this.ofQuantities, this.currency) = (mark, ofQuantities, currency);

    /// <summary>Decides; <paramref name="said"/> is what somebody answered.</summary>
    /// <param name="table">The file.</param>
    /// <param name="columns">Its amounts.</param>
    /// <param name="into">Asks.</param>
    /// <param name="said">What somebody answered.</param>
    /// <param name="quantity">Its quantities: they may be written <c>1.0</c> where amounts are <c>3,50</c>.</param>
    /// <param name="thousandths">Whether the system writes quantities with three decimals, so that <c>1,000</c> is one.</param>
    public static FileNumbers Of(
        ExportTable table, IEnumerable<int> columns, Takeover into, char? said, int quantity = -1, bool thousandths = false)
    {
        var counted = OfQuantities(table, quantity, thousandths);
        int[] places = [.. columns.Where(c => c >= 0).Distinct()];
        var (point, comma, either) = (false, false, "");
        foreach (var row in table.Rows)
        {
            foreach (var place in places)
            {
                var cell = row[place];
                if (cell.AsSpan().IndexOfAny('.', ',') < 0)
                    continue;
                if (DecimalMark.IsAmbiguous(cell))
                    either = cell;
                else if (DecimalMark.Of([cell]) is { } told)
                    (point, comma) = (point || told == '.', comma || told == ',');
            }
        }

        if (!point && !comma && counted is { } counts)
            (point, comma) = (counts == '.', counts == ',');
        if (said is null && point && comma)
            into.Ask(ImportQuestions.DecimalMark, table.File, "writes decimals with a point in some cells and with a comma in others");
        else if (said is null && !point && !comma && either.Length > 0 && into.Currency.Digits != 3)
            into.Ask(ImportQuestions.DecimalMark, table.File, $"has the amount {either}, which could be two");
        var mark = said ?? (comma ? ',' : '.');
        return new(mark, counted ?? mark, into.Currency);
    }

    /// <summary>What the quantities tell by themselves.</summary>
    private static char? OfQuantities(ExportTable table, int quantity, bool thousandths)
    {
        if (quantity < 0)
            return null;
        var (told, always) = (new HashSet<char>(), thousandths ? new HashSet<char>() : null);
        foreach (var row in table.Rows)
        {
            var cell = row[quantity];
            var at = cell.AsSpan().IndexOfAny('.', ',');
            if (cell.Length > 0 && (at < 0 || cell.Length - at != 4))
                always = null;
            if (at < 0)
                continue;
            always?.Add(cell[at]);
            if (!DecimalMark.IsAmbiguous(cell) && DecimalMark.Of([cell]) is { } mark)
                told.Add(mark);
        }

        if (always is { Count: 1 })
            return always.First();
        return told.Count == 1 ? told.First() : null;
    }

    /// <summary>The number; null where the cell is empty, or none.</summary>
    public decimal? Number(string cell) => Number(cell, mark);

    private decimal? Number(string cell, char mark)
    {
        if (cell.Length == 0)
            return null;
        Span<char> bare = stackalloc char[40];
        var (length, negative, open) = (0, false, false);
        foreach (var c in cell)
        {
            if (c == mark)
                bare[length++] = '.';
            else if (c is >= '0' and <= '9')
                bare[length++] = c;
            else if (c is '-' or '\u2212')
                negative = true;
            else if (c == '(')
                (negative, open) = (true, true);
            else if (c is 'E' or 'e' && length > 0)
                return Rounded(cell);
            else if (!(c is ',' or '.' or '\'' or '’' or '+' or '%' or ')' || char.IsWhiteSpace(c) || IsOfCurrency(c)))
                return null;
            if (length >= 30)
                return null;
        }

        if (length == 0 || (open && !cell.Contains(')', StringComparison.Ordinal)))
            return null;
        return decimal.TryParse(bare[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? negative ? -number : number
            : null;
    }

    /// <summary>The amount in the shop's currency: what has more digits than it is rounded, as the other system's screens did.</summary>
    public Money? Amount(string cell) => Number(cell) is { } number && Math.Abs(number) * currency.UnitsPerMajor <= Money.LargestInput
        ? new Money((long)Math.Round(number * currency.UnitsPerMajor, MidpointRounding.AwayFromZero))
        : null;

    /// <summary>The amount, or nothing where the cell is empty or no number.</summary>
    public Money Or0(string cell) => Amount(cell) ?? Money.Zero;

    /// <summary>In thousandths.</summary>
    public long? Quantity(string cell) => Number(cell, ofQuantities) is { } number && Math.Abs(number) <= 1_000_000
        ? (long)Math.Round(number * 1000, MidpointRounding.AwayFromZero)
        : null;

    private static decimal? Rounded(string cell) =>
        decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsOfCurrency(char c) =>
        char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol;
}
