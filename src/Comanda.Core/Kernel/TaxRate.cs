using System.Globalization;

namespace Comanda.Kernel;

/// <summary>
/// A tax rate in percent with up to four decimals (8.875 % is exact). Inclusive: the tax is inside the amount,
/// tax = gross·r/(100+r), and the net is the rest. Exclusive: the tax is added, tax = net·r/100.
/// Both round half up, away from zero for negative amounts.
/// </summary>
public readonly record struct TaxRate : IComparable<TaxRate>
{
    private const long Scale = 10_000;
    private const long HundredPercent = 100 * Scale;

    private TaxRate(long tenThousandths) => TenThousandths = tenThousandths;

    public static TaxRate Zero => default;

    /// <summary>The rate in ten-thousandths of a percent: 19 % is 190000. This is what the database keeps.</summary>
    public long TenThousandths { get; }

    public decimal Percent => Normalize((decimal)TenThousandths / Scale);

    public static TaxRate FromTenThousandths(long value) => new(value);

    /// <summary>A rate from 0 to 100 percent with at most four decimals; false for anything else.</summary>
    public static bool TryFromPercent(decimal percent, out TaxRate rate)
    {
        var scaled = percent is >= 0 and <= 100 ? percent * Scale : -1;
        var fits = scaled >= 0 && scaled == decimal.Truncate(scaled);
        rate = fits ? new((long)scaled) : default;
        return fits;
    }

    public static TaxRate OfPercent(decimal percent) =>
        TryFromPercent(percent, out var rate)
            ? rate
            : throw new ArgumentOutOfRangeException(nameof(percent), percent, "0 to 100, at most 4 decimals");

    /// <summary>The tax that a gross amount contains.</summary>
    public Money Within(Money gross) => gross.Times(TenThousandths, HundredPercent + TenThousandths);

    /// <summary>The tax that comes on top of a net amount.</summary>
    public Money OnTopOf(Money net) => net.Times(TenThousandths, HundredPercent);

    public int CompareTo(TaxRate other) => TenThousandths.CompareTo(other.TenThousandths);

    public static bool operator <(TaxRate a, TaxRate b) => a.TenThousandths < b.TenThousandths;

    public static bool operator >(TaxRate a, TaxRate b) => a.TenThousandths > b.TenThousandths;

    public static bool operator <=(TaxRate a, TaxRate b) => a.TenThousandths <= b.TenThousandths;

    public static bool operator >=(TaxRate a, TaxRate b) => a.TenThousandths >= b.TenThousandths;

    public override string ToString() => Percent.ToString(CultureInfo.InvariantCulture) + " %";

    /// <summary>Drops the zeros that a division leaves behind, so that 19 prints as 19 and not 19.0000.</summary>
    private static decimal Normalize(decimal value) => value / 1.000000000000000000000000000000000m;
}
