namespace Comanda.Tests;

/// <summary>What the house looks like, where a test can tell.</summary>
public sealed class StyleTests
{
    private static List<string> Files { get; } = [.. Repository.Sources("src", "tests", "bench")];

    [Fact]
    public void No_line_is_wider_than_140_columns()
    {
        Files.Count.ShouldBeGreaterThan(300);
        Files.SelectMany(f => File.ReadLines(f).Select((line, i) => (Place: $"{Name(f)}:{i + 1}", line.Length)))
            .Where(l => l.Length > 140)
            .Select(l => l.Place)
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_file_is_longer_than_300_lines() =>
        Files.Where(f => File.ReadLines(f).Count() > 300).Select(Name).ShouldBeEmpty();

    /// <summary>The OpenAPI document calls shapes by their records' names: of two with one name it would describe only one.</summary>
    [Fact]
    public void No_two_public_records_share_a_name()
    {
        var types = new[] { typeof(Program), typeof(Money) }
            .SelectMany(t => t.Assembly.GetExportedTypes())
            .Where(t => !t.IsNested)
            .ToList();
        types.Count.ShouldBeGreaterThan(200);
        types.GroupBy(t => t.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
    }

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);
}
