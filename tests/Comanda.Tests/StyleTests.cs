namespace Comanda.Tests;

/// <summary>What the house looks like, where a test can tell.</summary>
public sealed class StyleTests
{
    [Fact]
    public void No_line_is_wider_than_140_columns()
    {
        var files = new[] { "src", "tests", "bench" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Repository.Root, f), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .ToList();
        files.Count.ShouldBeGreaterThan(300);
        files.SelectMany(f => File.ReadLines(f).Select((line, i) => (
            Place: $"{Path.GetRelativePath(Repository.Root, f)}:{i + 1}",
            line.Length)))
            .Where(l => l.Length > 140)
            .Select(l => l.Place)
            .ShouldBeEmpty();
    }

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
}
