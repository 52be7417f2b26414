using System.Globalization;

namespace Comanda.Kernel;

/// <summary>
/// How much of something is sold: whole pieces, or its unit of weight to three decimals. Kept in thousandths: two croissants are 2000,
/// 0.355 kg of cheese are 355.
/// </summary>
public readonly record struct Measure(long Thousandths) : IComparable<Measure>
{
    /// <summary>The most pieces of one line.</summary>
    public const int MostPieces = 999;

    /// <summary>The most of a unit of weight, in thousandths: 100 kg where an item is sold by the gram.</summary>
    private const long MostWeight = 99_999_999;

    public static readonly Measure Zero = new(0);

    public bool IsZero => Thousandths == 0;

    public bool IsWhole => Thousandths % 1000 == 0;

    /// <summary>Of what is sold by the piece, how many.</summary>
    public int Pieces => (int)(Thousandths / 1000);

    /// <summary>For all that counts pieces: what is weighed in a unit is one.</summary>
    public int PiecesIn(WeightUnit? unit) => unit is null ? Pieces : 1;

    /// <summary>As it is written: 2, 0.355, 1.5.</summary>
    public decimal Number => Thousandths / 1000m;

    public static implicit operator Measure(int pieces) => new(pieces * 1000L);

    public static Measure operator +(Measure a, Measure b) => new(a.Thousandths + b.Thousandths);

    public static Measure operator -(Measure a, Measure b) => new(a.Thousandths - b.Thousandths);

    public static Measure operator -(Measure a) => new(-a.Thousandths);

    public static bool operator <(Measure a, Measure b) => a.Thousandths < b.Thousandths;

    public static bool operator >(Measure a, Measure b) => a.Thousandths > b.Thousandths;

    public static bool operator <=(Measure a, Measure b) => a.Thousandths <= b.Thousandths;

    public static bool operator >=(Measure a, Measure b) => a.Thousandths >= b.Thousandths;

    /// <summary>What a caller wrote. False where it is none: nothing is rounded away.</summary>
    public static bool TryFrom(decimal given, bool byWeight, out Measure measure)
    {
        measure = Zero;
        if (given <= 0 || given > (byWeight ? MostWeight / 1000m : MostPieces))
            return false;
        var thousandths = given * 1000;
        measure = new((long)thousandths);
        return measure.Thousandths == thousandths && (byWeight || measure.IsWhole);
    }

    /// <summary>The same of what may come back: a negative quantity is so much of it taken back.</summary>
    public static bool TryFromOrBack(decimal given, bool byWeight, bool mayComeBack, out Measure measure)
    {
        var back = mayComeBack && given < 0;
        var read = TryFrom(back ? -given : given, byWeight, out measure);
        measure = back ? -measure : measure;
        return read;
    }

    /// <summary>What <see cref="TryFrom"/> takes, as it stands behind a field's name.</summary>
    public static string Rule(bool byWeight) => byWeight
        ? $"must be more than 0 and at most {new Measure(MostWeight)}, with at most three decimals"
        : $"must be between 1 and {MostPieces}";

    /// <summary>As much as it of an amount that is for one, half up.</summary>
    public Money Of(Money one) => new(Of(one.Minor));

    /// <summary>As much as it of what one takes, half up.</summary>
    public long Of(long one) => (long)Money.RoundedQuotient((Int128)one * Thousandths, 1000);

    /// <summary>Its part of a figure that is for so much.</summary>
    public Money PartOf(Money figure, Measure whole) => figure.Times(Thousandths, whole.Thousandths);

    public int CompareTo(Measure other) => Thousandths.CompareTo(other.Thousandths);

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}
