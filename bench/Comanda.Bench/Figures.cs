namespace Comanda.Bench;

internal static class Figures
{
    /// <summary>The smallest figure that <paramref name="percent"/> of all do not exceed (nearest rank).</summary>
    public static double Percentile(this IEnumerable<double> figures, double percent)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100) - 1)];
    }

    public static double Median(this IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What goes on, on stderr: stdout carries the tables alone.</summary>
internal static class Progress
{
    public static void Say(string what) => Console.Error.WriteLine("… " + what);
}

/// <summary>A Markdown table with a title and, below it, what its reader must know.</summary>
internal sealed class MarkdownTable(string title, params string[] columns)
{
    private readonly List<string> rows = [];

    public MarkdownTable Row(params string[] cells)
    {
        rows.Add(Line(cells));
        return this;
    }

    public void Print(string? note = null)
    {
        Console.WriteLine($"\n### {title}\n");
        Console.WriteLine(Line(columns));
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---:|", columns.Length - 1)));
        rows.ForEach(Console.WriteLine);
        if (note is not null)
            Console.WriteLine("\n" + note);
    }

    private static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
}
