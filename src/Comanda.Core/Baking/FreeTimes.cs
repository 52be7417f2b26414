namespace Comanda.Baking;

/// <summary>When each unit of a station is taken. Spans of a unit never overlap; they are kept in their order.</summary>
internal sealed class FreeTimes(int units)
{
    private readonly List<(DateTimeOffset From, DateTimeOffset Until)>[] taken =
        [.. Enumerable.Range(0, Math.Max(1, units)).Select(_ => new List<(DateTimeOffset, DateTimeOffset)>())];

    /// <summary>The latest span of this length that ends by then, and whose it is; of equal ones the first unit's.</summary>
    public (int Unit, DateTimeOffset At) Latest(TimeSpan length, DateTimeOffset until)
    {
        var best = (Unit: 0, At: DateTimeOffset.MinValue);
        for (var unit = 0; unit < taken.Length; unit++)
        {
            var end = until;
            for (var i = taken[unit].Count - 1; i >= 0; i--)
            {
                var (from, to) = taken[unit][i];
                if (to <= end - length)
                    break;
                if (from < end)
                    end = from;
            }

            if (end - length > best.At)
                best = (unit, end - length);
        }

        return best;
    }

    /// <summary>The earliest span of this length that begins then or later.</summary>
    public (int Unit, DateTimeOffset At) Earliest(TimeSpan length, DateTimeOffset from)
    {
        var best = (Unit: 0, At: DateTimeOffset.MaxValue);
        for (var unit = 0; unit < taken.Length; unit++)
        {
            var begin = from;
            foreach (var (begun, to) in taken[unit])
            {
                if (begun >= begin + length)
                    break;
                if (to > begin)
                    begin = to;
            }

            if (begin < best.At)
                best = (unit, begin);
        }

        return best;
    }

    public void Take(int unit, DateTimeOffset from, DateTimeOffset until)
    {
        var at = taken[unit].FindIndex(t => t.From > from);
        taken[unit].Insert(at < 0 ? taken[unit].Count : at, (from, until));
    }

    /// <summary>Takes a span that may have others in it already: a closed station, or what somebody began out of turn.</summary>
    public void Block(int unit, DateTimeOffset from, DateTimeOffset until)
    {
        if (until <= from)
            return;
        var spans = taken[unit];
        for (var i = spans.Count - 1; i >= 0; i--)
        {
            var (begun, to) = spans[i];
            if (begun > until || to < from)
                continue;
            (from, until) = (begun < from ? begun : from, to > until ? to : until);
            spans.RemoveAt(i);
        }

        Take(unit, from, until);
    }

    public void GiveBack(int unit, DateTimeOffset from, DateTimeOffset until) => taken[unit].Remove((from, until));
}
