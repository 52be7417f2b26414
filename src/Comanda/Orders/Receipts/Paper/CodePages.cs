using System.Globalization;
using System.Text;

namespace Comanda.Orders;

/// <summary>
/// By which number a printer knows a code page: that differs by make and model, and only 0, 19 and nearly 16 are shared. Sources:
/// ReceiptPrinterEncoder@33546a9 data/mappings, escpos-printer-db@fe07c81 data/profile; where they disagree a number is left out.
/// </summary>
internal static class CodePages
{
    /// <summary>
    /// Words of a model's name, in small letters, and its pages as number and .NET's page. The first that fits holds; the last fits all.
    /// </summary>
    private static readonly (string[] Words, (byte Number, int Page)[] Pages)[] Makes =
    [
        (["t88ii", "t88iii", "t88iv", "star", "tsp"], [(19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (17, 866)]),
        (
            ["epson", "tm-"],
            [
                (19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (17, 866), (45, 1250), (46, 1251), (14, 737), (47, 1253), (13, 857),
                (48, 1254), (40, 28605),
            ]
        ),
        (["citizen", "ct-"], [(19, 858), (16, 1252), (0, 437), (18, 852), (17, 866), (8, 857)]),
        (["bixolon", "srp-"], [(19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (17, 866)]),
        (
            ["xprinter", "xp-"],
            [(19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (17, 866), (23, 1251), (24, 737)]
        ),
        (
            ["pos-58", "pos-80", "pos58", "pos80", "zj-"],
            [
                (19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (17, 866), (72, 1250), (23, 1251), (24, 737), (90, 1253), (61, 857),
                (91, 1254),
            ]
        ),
        (
            ["rongta", "rp3", "rp8"],
            [
                (19, 858), (16, 1252), (0, 437), (2, 850), (18, 852), (7, 866), (30, 1250), (6, 1251), (17, 1253), (29, 857), (32, 1254),
                (44, 28605),
            ]
        ),
        (["hp "], [(6, 858), (8, 1252), (0, 437), (1, 850), (2, 852), (7, 866), (13, 1251), (10, 737), (12, 857)]),
        (["mpt"], [(0, 437)]),
        ([""], [(19, 858), (16, 1252), (0, 437)]),
    ];

    /// <summary>What a character may be written as where it is not to be had.</summary>
    private static readonly Dictionary<string, string> Alike = new(StringComparer.Ordinal)
    {
        ["\u2018"] = "'",
        ["\u2019"] = "'",
        ["\u201a"] = ",",
        ["\u201c"] = "\"",
        ["\u201d"] = "\"",
        ["\u201e"] = "\"",
        ["\u2010"] = "-",
        ["\u2011"] = "-",
        ["\u2012"] = "-",
        ["\u2013"] = "-",
        ["\u2014"] = "-",
        ["\u2212"] = "-",
        ["\u2026"] = "...",
        ["\u2022"] = "*",
        ["\u00a0"] = " ",
        ["\u202f"] = " ",
        ["\u2009"] = " ",
        ["\u20ac"] = "EUR",
    };

    /// <summary>The pages of a model, the one that is chosen first at the front.</summary>
    public static IReadOnlyList<(byte Number, Encoding Page)> OfModel(string? model)
    {
        var name = (model ?? "").ToLowerInvariant() + " ";
        var (_, pages) = Array.Find(Makes, m => Array.Exists(m.Words, w => name.Contains(w, StringComparison.Ordinal)));
        return [.. pages.Select(p => (p.Number, Of(p.Page)))];
    }

    public static Encoding Of(int page) => CodePagesEncodingProvider.Instance.GetEncoding(
        page, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback)!;

    public static bool Has(Encoding page, string text) => Ascii.IsValid(text) || page.GetString(page.GetBytes(text)) == text;

    /// <summary>A row with what no page has written otherwise, where it can be; the columns are counted after that.</summary>
    public static PaperRow Spell(PaperRow row, IReadOnlyList<Encoding> pages) => row.Qr || row.Rule || row.Picture
        ? row
        : row with { Left = Spell(row.Left, pages), Right = Spell(row.Right, pages) };

    private static string Spell(string text, IReadOnlyList<Encoding> pages) => Ascii.IsValid(text)
        ? text
        : string.Concat(Letters(DisplayColumns.Compose(text)).Select(l =>
            Alike.TryGetValue(l, out var alike) && !pages.Any(p => Has(p, l)) ? alike : l));

    private static IEnumerable<string> Letters(string text)
    {
        for (var all = StringInfo.GetTextElementEnumerator(text); all.MoveNext();)
            yield return all.GetTextElement();
    }
}
