using System.Globalization;

namespace Comanda.Storefront;

/// <summary>A form that was sent, and what is wrong with it: words for each field, to stand next to it.</summary>
public sealed class StoreForm(IFormCollection fields, StoreWords say)
{
    /// <summary>What is wrong, by field.</summary>
    public Dictionary<string, string> Wrong { get; } = new(StringComparer.Ordinal);

    /// <summary>One line; what is no plain text, or too long, is told.</summary>
    public string Line(string name, int most = 200) => Read(name, most, TextKind.Line);

    /// <summary>Text of several lines.</summary>
    public string Lines(string name, int most) => Read(name, most, TextKind.Lines);

    public string Needed(string name, int most = 200)
    {
        var text = Line(name, most);
        if (text.Length == 0)
            Wrong.TryAdd(name, say["field.needed"]);
        return text;
    }

    /// <summary>A whole number; null where there is none.</summary>
    public long? Number(string name) =>
        long.TryParse(fields[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>Whole numbers of a field that may come several times.</summary>
    public IReadOnlyList<long> Numbers(string name) =>
    [
        .. fields[name].Select(v => long.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).Where(n => n > 0),
    ];

    /// <summary>All values of a field.</summary>
    public string[] Values(string name) => [.. fields[name].OfType<string>().Take(100)];

    private string Read(string name, int most, TextKind kind)
    {
        var text = fields[name].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        if (text.Length > most)
            Wrong.TryAdd(name, say.With("field.long", most));
        else if (!PlainText.Is(text, kind))
            Wrong.TryAdd(name, say["field.text"]);
        else
            return text;
        return "";
    }
}
