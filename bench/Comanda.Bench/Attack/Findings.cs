using System.Collections.Concurrent;

namespace Comanda.Bench.Attack;

/// <summary>What went wrong, told in full the first times that its kind is seen; and what was done, for the table at the end.</summary>
internal sealed class Findings
{
    private const int ToldOfAKind = 3,
        LongestDetail = 4000;

    private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> words = [];

    public bool Clean => failures.IsEmpty;

    /// <summary>Something that must not be. <paramref name="kind"/> names it in a few words; the detail says how to see it again.</summary>
    public void Fail(string part, string kind, string detail)
    {
        if (failures.AddOrUpdate($"{part}: {kind}", 1, (_, before) => before + 1) <= ToldOfAKind)
            Console.Error.WriteLine(
                $"FAILED {part}: {kind}\n    {(detail.Length > LongestDetail ? detail[..LongestDetail] + "…" : detail)}"
            );
    }

    /// <summary>Fails where it does not hold.</summary>
    public void Check(bool holds, string part, string kind, Func<string> detail)
    {
        if (!holds)
            Fail(part, kind, detail());
    }

    public void Count(string what, long so = 1) => counts.AddOrUpdate(what, so, (_, before) => before + so);

    /// <summary>A line for below the table: a figure, or why something was left out.</summary>
    public void Say(string line)
    {
        words.Enqueue(line);
        Progress.Say(line);
    }

    public void Print(int seed)
    {
        var done = new MarkdownTable($"Attack (seed {seed})", "what", "times");
        foreach (var (what, times) in counts.OrderBy(c => c.Key, StringComparer.Ordinal))
            done.Row(what, times.ToString());
        done.Print(string.Join("\n", words.Select(w => "- " + w)));
        if (Clean)
        {
            Console.WriteLine("\nClean.");
            return;
        }

        var wrong = new MarkdownTable("What failed", "kind", "times");
        foreach (var (kind, times) in failures.OrderByDescending(f => f.Value))
            wrong.Row(kind, times.ToString());
        wrong.Print();
    }
}
