using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Comanda.Bench.Printing;

/// <summary>A ticket as its paper names it: of which order, which revision of it, for which station.</summary>
internal sealed partial record Ticket(string Order, long Revision, string Station)
{
    /// <summary>Read from a paper, and whether that is marked as a second one; null where it is no whole ticket.</summary>
    public static (Ticket Ticket, bool IsMarked)? Read(string paper)
    {
        var (order, revision, station) = (OrderLine().Match(paper), RevisionLine().Match(paper), StationLine().Match(paper));
        return order.Success && revision.Success && station.Success
            ? (new(order.Groups["order"].Value, long.Parse(revision.Groups["revision"].Value), station.Groups["station"].Value),
                paper.Contains("2ND PRINT", StringComparison.Ordinal))
            : null;
    }

    [GeneratedRegex(@"^Order\s+(?<order>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex OrderLine();

    [GeneratedRegex(@"^Ticket\s.*rev\. (?<revision>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex RevisionLine();

    [GeneratedRegex(@"^\s*(?<station>BAR|KITCHEN)\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex StationLine();
}

/// <summary>What lies at a printer, as somebody sees it who stands there: whole papers alone; a torn one is none.</summary>
internal sealed class PaperPile
{
    private readonly ConcurrentDictionary<Ticket, (int Plain, int Marked)> seen = [];

    public int Count => seen.Values.Sum(s => s.Plain + s.Marked);

    public int Marked => seen.Values.Sum(s => s.Marked);

    public void Add(string paper)
    {
        if (Ticket.Read(paper) is not { } read)
            throw new BenchException("a paper is no ticket: " + paper);
        seen.AddOrUpdate(
            read.Ticket,
            read.IsMarked ? (0, 1) : (1, 0),
            (_, s) => read.IsMarked ? (s.Plain, s.Marked + 1) : (s.Plain + 1, s.Marked));
    }

    public (int Plain, int Marked) Of(Ticket ticket) => seen.GetValueOrDefault(ticket);

    public IEnumerable<Ticket> All => seen.Keys;
}
