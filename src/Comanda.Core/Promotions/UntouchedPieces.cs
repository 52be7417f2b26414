namespace Comanda.Promotions;

/// <summary>
/// What of a basket's lines no promotion has had yet: so many pieces of each, and what these cost. Ten coffees on one line are as ten on
/// lines of their own.
/// </summary>
internal sealed class UntouchedPieces
{
    private readonly IReadOnlyList<PromotableLine> lines;
    private readonly int[] pieces;
    private readonly Money[] amounts;

    public UntouchedPieces(IReadOnlyList<PromotableLine> lines, bool byCode)
    {
        this.lines = lines;
        (pieces, amounts) = (new int[lines.Count], new Money[lines.Count]);
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Amount <= Money.Zero || (lines[i].WasThere && !byCode))
                continue;
            (pieces[i], amounts[i]) = (lines[i].Pieces, lines[i].Amount);
        }
    }

    private UntouchedPieces(UntouchedPieces other) =>
        (lines, pieces, amounts) = (other.lines, [.. other.pieces], [.. other.amounts]);

    public int Count => lines.Count;

    public PromotableLine Line(int i) => lines[i];

    public int Pieces(int i) => pieces[i];

    public Money Amount(int i) => amounts[i];

    /// <summary>What so many pieces of a line cost.</summary>
    public Money Of(int i, int count) => count == pieces[i] ? amounts[i] : amounts[i].Times(count, pieces[i]);

    public UntouchedPieces Copy() => new(this);

    /// <summary>Whether a piece of the one line costs more than one of the other; of equal ones the earlier line.</summary>
    public int Dearest(int a, int b)
    {
        var difference = ((Int128)amounts[b].Minor * pieces[a]).CompareTo((Int128)amounts[a].Minor * pieces[b]);
        return difference != 0 ? difference : a.CompareTo(b);
    }

    /// <summary>So many pieces of a line are had.</summary>
    public void Take(int i, int count) => (pieces[i], amounts[i]) = (pieces[i] - count, amounts[i] - Of(i, count));

    public void Without(Takes takes)
    {
        for (var i = 0; i < pieces.Length; i++)
        {
            if (takes.Whole(i))
                (pieces[i], amounts[i]) = (0, Money.Zero);
            else if (takes.Used(i) > 0)
                Take(i, takes.Used(i));
        }
    }
}
