using Comanda.Client;
using Comanda.Screens.Words;

namespace Comanda.Screens.Parts;

/// <summary>
/// What was wrong with a form, by the API's names of its fields: each field shows its own words (<see cref="this"/>), and what no field
/// showed comes at the form's foot (<see cref="Other"/>).
/// </summary>
public sealed class FormErrors
{
    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    /// <summary>What is wrong with a field; asking for it is showing it.</summary>
    public string? this[string field]
    {
        get
        {
            shown.Add(field);
            return fields.GetValueOrDefault(field);
        }
    }

    /// <summary>What is wrong with all of it, and with no field.</summary>
    public string? Whole { get; private set; }

    public bool Any => Whole is not null || fields.Count > 0;

    /// <summary>What is wrong, but for what stands beside a field.</summary>
    public string? Other => Join(fields.Where(f => !shown.Contains(f.Key)));

    /// <summary>All that is wrong, in one text.</summary>
    public string? Everything => Join(fields);

    public void Add(string field, string words) => fields.TryAdd(field, words);

    public void Clear()
    {
        fields.Clear();
        shown.Clear();
        Whole = null;
    }

    /// <summary>Takes over what the server said.</summary>
    public void Take(Exception failure, Speech say)
    {
        if (failure is not ComandaException { Problem.Errors: { Count: > 0 } errors })
        {
            Whole = say.Why(failure);
            return;
        }

        foreach (var (field, words) in errors)
            fields[field] = Sentence(string.Join("; ", words));
    }

    private string? Join(IEnumerable<KeyValuePair<string, string>> some)
    {
        var all = string.Join(' ', some.Select(f => $"{f.Key}: {f.Value}").Prepend(Whole).OfType<string>());
        return all.Length == 0 ? null : all;
    }

    private static string Sentence(string words) => words.EndsWith('.') ? words : words + ".";
}
