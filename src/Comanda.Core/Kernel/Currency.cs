using System.Globalization;

namespace Comanda.Kernel;

/// <summary>
/// A currency by its ISO 4217 code and the number of digits its minor unit has: 0 (JPY), 2 (EUR) or 3 (KWD).
/// Source of the digits: ISO 4217 list one, column "minor unit", except TWD, which has no coins below one dollar
/// and is sold in whole units.
/// </summary>
public sealed record Currency
{
    private static readonly HashSet<string> WithoutDigits = new(StringComparer.Ordinal)
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "TWD", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    };

    private static readonly HashSet<string> WithThreeDigits = new(StringComparer.Ordinal)
    {
        "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND",
    };

    private static readonly HashSet<string> WithTwoDigits = new(
        ("AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE "
        + "CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD "
        + "KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
        + "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TOP TRY TTD TZS UAH USD UYU UZS VED "
        + "VES WST XCD XCG YER ZAR ZMW ZWG").Split(' '), StringComparer.Ordinal);

    /// <summary>
    /// Currencies that are none any more: since when, and what took their place. A shop that has one goes on, to read its books; no shop
    /// chooses one. Source: ISO 4217, list three.
    /// </summary>
    private static readonly Dictionary<string, (DateOnly Since, string Next)> Ended = new(StringComparer.Ordinal)
    {
        ["ANG"] = (new(2025, 3, 31), "XCG"),
        ["BGN"] = (new(2026, 1, 1), "EUR"),
    };

    /// <summary>What a shop's currency may be, in words.</summary>
    public static readonly string Rule = "an ISO 4217 code such as EUR, USD or JPY; none any more: "
        + string.Join(", ", Ended.Select(e => string.Create(
            CultureInfo.InvariantCulture, $"{e.Key} since {e.Value.Since:yyyy-MM-dd} (now {e.Value.Next})")));

    /// <summary>The codes that a shop may choose, in order.</summary>
    public static IReadOnlyList<string> Codes { get; } =
        [.. WithTwoDigits.Concat(WithoutDigits).Concat(WithThreeDigits).Except(Ended.Keys).Order(StringComparer.Ordinal)];

    private Currency(string code, int digits)
    {
        Code = code;
        Digits = digits;
        UnitsPerMajor = digits switch { 0 => 1, 2 => 100, _ => 1000 };
    }

    public string Code { get; }

    /// <summary>Digits after the decimal point: 0, 2 or 3.</summary>
    public int Digits { get; }

    /// <summary>Minor units in one major unit: 1, 100 or 1000.</summary>
    public long UnitsPerMajor { get; }

    /// <summary>The currency with this ISO 4217 code (capital letters), or null where there is none.</summary>
    public static Currency? Find(string code) =>
        WithTwoDigits.Contains(code) ? new(code, 2)
        : WithoutDigits.Contains(code) ? new(code, 0)
        : WithThreeDigits.Contains(code) ? new(code, 3)
        : null;

    /// <summary>As <see cref="Find"/>, for a shop that chooses: null also where the currency has ended.</summary>
    public static Currency? Choose(string code) => Ended.ContainsKey(code) ? null : Find(code);

    /// <summary>As <see cref="Find"/>, for codes that were checked when they were stored.</summary>
    public static Currency Of(string code) =>
        Find(code) ?? throw new ArgumentException($"'{code}' is not an ISO 4217 currency", nameof(code));

    public override string ToString() => Code;
}
