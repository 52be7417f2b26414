namespace Comanda.Promotions;

/// <summary>What one promotion takes off pieces that no other has had, and which of them it had for that.</summary>
internal sealed class Takes
{
    private const int WholeLine = -1;

    private readonly int[] used;
    private readonly long[] weights;

    private Takes(int lines) => (used, weights) = (new int[lines], new long[lines]);

    public Money Total { get; private set; }

    public int Used(int line) => used[line];

    /// <summary>It has had all of the line.</summary>
    public bool Whole(int line) => used[line] == WholeLine;

    /// <summary>Null where it takes nothing.</summary>
    public static Takes? Of(Promotion promotion, UntouchedPieces from)
    {
        var takes = new Takes(from.Count);
        takes.Total = promotion.Type switch
        {
            DiscountType.BuyXGetY => takes.Given(promotion, from),
            DiscountType.Combo => takes.Sets(promotion, from),
            DiscountType.Markdown => takes.Markdown(promotion, from),
            _ => takes.Lines(promotion, from),
        };
        if (promotion.Most is { } most)
            takes.Total = Money.Min(takes.Total, most);
        return takes.Total > Money.Zero ? takes : null;
    }

    /// <summary>Shared over the lines by what they put in, which is never less than their share.</summary>
    public GivenPromotion Give(Promotion promotion) => new(promotion, Total, Share.ByWeight(Total, weights));

    private Money Lines(Promotion promotion, UntouchedPieces from)
    {
        var together = Money.Zero;
        for (var i = 0; i < from.Count; i++)
        {
            if (from.Amount(i).IsZero || !promotion.IsFor(from.Line(i)))
                continue;
            (used[i], weights[i]) = (WholeLine, from.Amount(i).Minor);
            together += from.Amount(i);
        }

        return promotion.Type == DiscountType.Fixed ? Money.Min(promotion.Amount, together) : promotion.Percent.OnTopOf(together);
    }

    /// <summary>Three at 2.04 are 6.12: where each piece costs the same, each is rounded as its label is.</summary>
    private static Money OffEach(TaxRate percent, Money amount, int pieces) =>
        pieces > 0 && amount.Minor % pieces == 0 ? percent.OnTopOf(new Money(amount.Minor / pieces)) * pieces : percent.OnTopOf(amount);

    /// <summary>Each line for itself, as a label on it would say; never below what is to be left of it.</summary>
    private Money Markdown(Promotion promotion, UntouchedPieces from)
    {
        var together = Money.Zero;
        for (var i = 0; i < from.Count; i++)
        {
            var line = from.Line(i);
            if (from.Amount(i).IsZero || line.Quantity <= Measure.Zero || !promotion.IsFor(line))
                continue;
            Measure left = line.Pieces == 0 ? line.Quantity : from.Pieces(i);
            var off = OffEach(promotion.Percent, from.Amount(i), from.Pieces(i));
            if (promotion.LeastOf(line.ItemId) is { } least)
                off = Money.Min(off, from.Amount(i) - left.Of(least));
            if (off <= Money.Zero)
                continue;
            (used[i], weights[i]) = (WholeLine, off.Minor);
            together += off;
        }

        return together;
    }

    /// <summary>
    /// As many times as there are so many to buy and one to give. Given are the cheapest; what could be bought or given is bought where
    /// it is the dearer.
    /// </summary>
    private Money Given(Promotion promotion, UntouchedPieces from)
    {
        var (onlyBought, both, givable) = (new List<int>(), new List<int>(), new List<int>());
        var same = promotion.Gives.AreAll; // where nothing else is said, what is bought is also what is given
        for (var i = 0; i < from.Count; i++)
        {
            var line = from.Line(i);
            if (from.Pieces(i) == 0 || !promotion.IsFor(line.Way))
                continue;
            var bought = promotion.For.Has(line.ItemId, line.CategoryId);
            var given = same ? bought : promotion.Gives.Has(line.ItemId, line.CategoryId);
            if (given)
                givable.Add(i);
            if (bought)
                (given ? both : onlyBought).Add(i);
        }

        var (only, either, all) = (Count(onlyBought, from), Count(both, from), Count(givable, from));
        var times = MostTimes(promotion.Buy, promotion.Get, only, either, all);
        if (times == 0)
            return Money.Zero;
        var bothBought = (int)Math.Max(0, ((long)times * promotion.Buy) - only);
        var left = from.Copy();
        both.Sort(from.Dearest);
        Use(both, bothBought, left);
        onlyBought.Sort(from.Dearest);
        Use(onlyBought, (times * promotion.Buy) - bothBought, left);
        givable.Sort((a, b) => from.Dearest(b, a));
        var together = Money.Zero;
        var give = (int)Math.Min((long)times * promotion.Get, all - bothBought);
        foreach (var i in givable)
        {
            var count = Math.Min(give, left.Pieces(i));
            if (count == 0)
                continue;
            var amount = from.Of(i, count);
            (used[i], weights[i], give) = (used[i] + count, amount.Minor, give - count);
            together += amount;
        }

        return promotion.Percent.OnTopOf(together);
    }

    /// <summary>The most times for which enough is bought and at least one is given each time.</summary>
    private static int MostTimes(int buy, int get, long onlyBought, long both, long givable)
    {
        var (low, high) = (0L, (onlyBought + both) / buy);
        while (low < high)
        {
            var times = (low + high + 1) / 2;
            var ofBoth = Math.Max(0, (times * buy) - onlyBought);
            if (ofBoth <= both && givable - ofBoth >= ((times - 1) * get) + 1)
                low = times;
            else
                high = times - 1;
        }

        return (int)low;
    }

    /// <summary>Sets of the dearest first, while one costs more than the price that it has together.</summary>
    private Money Sets(Promotion promotion, UntouchedPieces from)
    {
        var left = from.Copy();
        var sets = promotion.Sets
            .Select(s => (s.Quantity, Lines: LinesOf(s, promotion, from)))
            .OrderBy(s => s.Lines.Count) // those with the least choice choose first
            .ToList();
        var total = Money.Zero;
        var picked = new int[from.Count];
        while (Pick(sets, left, picked))
        {
            var times = int.MaxValue;
            for (var i = 0; i < picked.Length; i++)
                times = picked[i] == 0 ? times : Math.Min(times, left.Pieces(i) / picked[i]);
            var amount = Money.Zero;
            for (var i = 0; i < picked.Length; i++)
                amount += picked[i] == 0 ? Money.Zero : left.Of(i, picked[i] * times);
            if (amount <= promotion.Amount * times)
                break;
            total += amount - (promotion.Amount * times);
            for (var i = 0; i < picked.Length; i++)
            {
                if (picked[i] == 0)
                    continue;
                (used[i], weights[i]) = (used[i] + (picked[i] * times), weights[i] + left.Of(i, picked[i] * times).Minor);
                left.Take(i, picked[i] * times);
            }
        }

        return total;
    }

    /// <summary>One set's pieces by line; false where there is none any more.</summary>
    private static bool Pick(List<(int Quantity, List<int> Lines)> sets, UntouchedPieces left, int[] picked)
    {
        Array.Clear(picked);
        foreach (var (quantity, lines) in sets)
        {
            var missing = quantity;
            foreach (var i in lines)
            {
                var count = Math.Min(missing, left.Pieces(i) - picked[i]);
                (picked[i], missing) = (picked[i] + count, missing - count);
            }

            if (missing > 0)
                return false;
        }

        return sets.Count > 0;
    }

    private static List<int> LinesOf(ComboSet set, Promotion promotion, UntouchedPieces from)
    {
        var lines = new List<int>();
        for (var i = 0; i < from.Count; i++)
        {
            var line = from.Line(i);
            if (from.Pieces(i) > 0 && promotion.IsFor(line.Way) && set.Of.Has(line.ItemId, line.CategoryId))
                lines.Add(i);
        }

        lines.Sort(from.Dearest);
        return lines;
    }

    private void Use(List<int> lines, int count, UntouchedPieces left)
    {
        foreach (var i in lines)
        {
            var taken = Math.Min(count, left.Pieces(i));
            if (taken == 0)
                continue;
            used[i] += taken;
            left.Take(i, taken);
            count -= taken;
        }
    }

    private static long Count(List<int> lines, UntouchedPieces from)
    {
        long count = 0;
        foreach (var i in lines)
            count += from.Pieces(i);
        return count;
    }
}
