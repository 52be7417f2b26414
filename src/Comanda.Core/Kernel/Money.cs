using System.Globalization;

namespace Comanda.Kernel;

/// <summary>
/// An amount in whole minor units (cents, yen, fils) of the shop's one currency. Never floating point.
/// The currency is the shop's, so it travels once with the shop and not with each amount.
/// </summary>
public readonly record struct Money(long Minor) : IComparable<Money>
{
    /// <summary>The largest amount the product takes from a caller: 10^12 minor units. Sums of many stay far inside 64 bits.</summary>
    public const long LargestInput = 1_000_000_000_000;

    public static readonly Money Zero = new(0);

    public bool IsZero => Minor == 0;

    public bool IsNegative => Minor < 0;

    public static Money operator +(Money a, Money b) => new(checked(a.Minor + b.Minor));

    public static Money operator -(Money a, Money b) => new(checked(a.Minor - b.Minor));

    public static Money operator -(Money a) => new(checked(-a.Minor));

    public static Money operator *(Money a, long times) => new(checked(a.Minor * times));

    public static bool operator <(Money a, Money b) => a.Minor < b.Minor;

    public static bool operator >(Money a, Money b) => a.Minor > b.Minor;

    public static bool operator <=(Money a, Money b) => a.Minor <= b.Minor;

    public static bool operator >=(Money a, Money b) => a.Minor >= b.Minor;

    public static Money Min(Money a, Money b) => a <= b ? a : b;

    public static Money Max(Money a, Money b) => a >= b ? a : b;

    /// <summary>
    /// The amount that a caller wrote as a JSON number. False where it has more digits than the currency
    /// (0.005 EUR, 1.5 JPY) or is beyond <see cref="LargestInput"/>: the caller is told, nothing is rounded away.
    /// </summary>
    public static bool TryFrom(decimal amount, Currency currency, out Money money)
    {
        money = Zero;
        if (Math.Abs(amount) > LargestInput / (decimal)currency.UnitsPerMajor)
            return false;
        var minor = amount * currency.UnitsPerMajor;
        if (minor != decimal.Truncate(minor))
            return false;
        money = new((long)minor);
        return true;
    }

    /// <summary>As a decimal that carries exactly the currency's digits: 9.50, 950, 1.250.</summary>
    public decimal In(Currency currency)
    {
        var magnitude = (ulong)Math.Abs((decimal)Minor);
        return new decimal((int)(magnitude & 0xFFFFFFFF), (int)(magnitude >> 32), 0, Minor < 0, (byte)currency.Digits);
    }

    /// <summary>As text for people: "9.50 EUR".</summary>
    public string ToText(Currency currency) => In(currency).ToString(CultureInfo.InvariantCulture) + " " + currency.Code;

    /// <summary>
    /// <c>this × numerator ÷ denominator</c>, rounded half up, which for negative amounts is half away from zero:
    /// a refund mirrors its sale to the cent. The intermediate product has 128 bits and cannot overflow.
    /// </summary>
    public Money Times(long numerator, long denominator) => new((long)RoundedQuotient((Int128)Minor * numerator, denominator));

    /// <summary>To the nearest multiple of a step of coins, half away from zero; a step of 0 leaves it as it is.</summary>
    public Money ToStep(Money step) => step.IsZero ? this : step * (long)RoundedQuotient(Minor, step.Minor);

    /// <summary>To the multiple of a step at or below it (0 or more); a step of 0 leaves it as it is.</summary>
    public Money DownToStep(Money step) => step.IsZero ? this : new(Minor - (Minor % step.Minor));

    internal static Int128 RoundedQuotient(Int128 dividend, Int128 divisor)
    {
        var magnitude = ((Int128.Abs(dividend) * 2) + Int128.Abs(divisor)) / (Int128.Abs(divisor) * 2);
        return Int128.IsNegative(dividend) ^ Int128.IsNegative(divisor) ? -magnitude : magnitude;
    }

    public int CompareTo(Money other) => Minor.CompareTo(other.Minor);

    public override string ToString() => Minor.ToString(CultureInfo.InvariantCulture) + " minor units";
}
