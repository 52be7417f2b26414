namespace Comanda.Screens.Office.Books;

/// <summary>
/// What a page was asked for, as its address says it: every list, period and figure can be linked to, kept and sent to somebody.
/// </summary>
public sealed class PageAddress
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <summary>An address by its path, what of it is behind the page's own, and what it asks.</summary>
    public PageAddress(string path, string rest, string query)
    {
        Path = path;
        Parts = rest.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = at < 0 ? (pair, "") : (pair[..at], pair[(at + 1)..]);
            values[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
        }
    }

    /// <summary>The address without what it asks.</summary>
    public string Path { get; }

    /// <summary>What of the page: <c>17</c>.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>The id of what a page is about; null where it is a list.</summary>
    public long? Id => Parts.Count > 0 && long.TryParse(Parts[0], out var id) ? id : null;

    /// <summary>What is asked by a name; null where nothing is.</summary>
    public string? this[string name] => values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>A day that is asked by a name.</summary>
    public DateOnly? Day(string name) => Typed.Day(this[name]);

    /// <summary>The same address asking something else; null takes a name away.</summary>
    public string With(params IEnumerable<(string Name, string? Value)> changes)
    {
        var changed = new Dictionary<string, string>(values, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (string.IsNullOrEmpty(value))
                changed.Remove(name);
            else
                changed[name] = value;
        }

        return To(Path, changed.Select(c => (c.Key, (string?)c.Value)));
    }

    /// <summary>What is asked by these names, as the API is asked by the same.</summary>
    public string Query(params IEnumerable<string> names) => QueryOf(names.Select(n => (n, this[n])));

    /// <summary>An address with what it asks.</summary>
    public static string To(string path, params IEnumerable<(string Name, string? Value)> asked) =>
        QueryOf(asked) is { Length: > 0 } query ? path + "?" + query : path;

    /// <summary>Names and values as they stand behind a question mark.</summary>
    public static string QueryOf(params IEnumerable<(string Name, string? Value)> asked) => string.Join(
        '&',
        asked.Where(a => !string.IsNullOrEmpty(a.Value)).Select(a => $"{Uri.EscapeDataString(a.Name)}={Uri.EscapeDataString(a.Value!)}"));
}
