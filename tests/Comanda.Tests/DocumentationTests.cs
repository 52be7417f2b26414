using System.Text.RegularExpressions;

namespace Comanda.Tests;

/// <summary>The documentation says what the code does, where a test can tell.</summary>
public sealed class DocumentationTests
{
    private static string Sources { get; } = string.Join(
        '\n',
        new[] { "Comanda", "Comanda.Core" }
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", p), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    [Fact]
    public void Every_code_of_a_refusal_is_in_the_list_of_errors()
    {
        var listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));
        var used = Regex.Matches(
            Sources,
            @"(?:Conflict\(\s*|new(?: Refusal)?\(4\d\d, |new(?: Refusal)?\(\s*4\d\d, |new\(50\d, )""([a-z_]+)""")
            .Select(m => m.Groups[1].Value)
            .ToHashSet();
        used.Count.ShouldBeGreaterThan(25);
        used.Where(code => !listed.Contains($"| `{code}` |", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_variable_is_in_the_operators_table()
    {
        var listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate.md"));
        var used = Regex.Matches(Sources, @"""(COMANDA_[A-Z_]+[A-Z])""").Select(m => m.Groups[1].Value).ToHashSet();
        used.Count.ShouldBeGreaterThan(15);
        used.Where(variable => !listed.Contains($"`{variable}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_test_that_the_security_walk_names_is_there()
    {
        var walk = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));
        var tests = typeof(DocumentationTests).Assembly.GetTypes().Where(t => t.Name.EndsWith("Tests", StringComparison.Ordinal))
            .ToDictionary(t => t.Name, t => t.GetMethods().Select(m => m.Name).ToList());
        var named = Regex.Matches(walk, @"`(\w+Tests)(?:\.(\w+)(…)?)?`");
        named.Count.ShouldBeGreaterThan(40);
        foreach (Match name in named)
        {
            tests.ShouldContainKey(name.Groups[1].Value);
            if (name.Groups[2].Success)
                tests[name.Groups[1].Value].ShouldContain(t => t.StartsWith(name.Groups[2].Value, StringComparison.Ordinal), name.Value);
        }
    }
}
