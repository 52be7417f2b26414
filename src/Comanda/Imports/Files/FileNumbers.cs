using System.Globalization;

namespace Comanda.Imports;

/// <summary>
/// Numbers as a file writes them: <c>-$2.34</c>, <c>($33.62)</c>, <c>1.234,50 €</c>, <c>'-2</c>. Which mark is the decimal one is decided
/// once for the file, by all its cells; where none tells, it is asked.
/// </summary>
public sealed class FileNumbers
{
    private readonly char mark;
    private readonly Currency currency;

    private FileNumbers(char mark, Currency currency) => (this.mark, this.currency) = (mark, currency);

    /// <summary>Decides; <paramref name="said"/> is what somebody answered.</summary>
    public static FileNumbers Of(ExportTable table, IEnumerable<int> columns, Takeover into, char? said)
    {
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

        if (said is null && point && comma)
            into.Ask(ImportQuestions.DecimalMark, table.File, "writes decimals with a point in some cells and with a comma in others");
        else if (said is null && !point && !comma && either.Length > 0 && into.Currency.Digits != 3)
            into.Ask(ImportQuestions.DecimalMark, table.File, $"has the amount {either}, which could be two");
        return new(said ?? (comma ? ',' : '.'), into.Currency);
    }

    /// <summary>The number; null where the cell is empty, or none.</summary>
    public decimal? Number(string cell)
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
    public long? Quantity(string cell) => Number(cell) is { } number && Math.Abs(number) <= 1_000_000
        ? (long)Math.Round(number * 1000, MidpointRounding.AwayFromZero)
        : null;

    private static decimal? Rounded(string cell) =>
        decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsOfCurrency(char c) =>
        char.IsLetter(c) || char.GetUnicodeCategory(c) == UnicodeCategory.CurrencySymbol;
}
