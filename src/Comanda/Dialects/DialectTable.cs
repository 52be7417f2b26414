using System.Text;
using System.Text.Json;
using Comanda.Identity;

namespace Comanda.Dialects;

/// <summary>In what form a dialect has ids.</summary>
internal enum IdForm
{
    Number,
    Text,
    Uuid,

    /// <summary>A number, and its UUID beside it: <c>uuid</c> of <c>id</c>, <c>order_uuid</c> of <c>order_id</c>.</summary>
    Both,
}

/// <summary>What became of values that a row keeps, as they were written, for what stands at the end of the record.</summary>
internal delegate ReadOnlySpan<byte> Kept(string name);

/// <summary>Writes a member at the end of a record.</summary>
internal delegate void AddMember(Utf8JsonWriter json, Kept kept, Telling telling);

/// <summary>What a transformation knows besides the bytes.</summary>
/// <param name="ShopId">The shop that the answer is of; 0 where it is of none.</param>
/// <param name="Uuids">Which make them.</param>
internal sealed record Telling(long ShopId, Uuids Uuids)
{
    public void WriteId(Utf8JsonWriter json, IdKind kind, long id)
    {
        if (Uuids.IsId(id))
            json.WriteStringValue(Uuids.Of(kind, id));
        else
            json.WriteNullValue();
    }
}

/// <summary>How a member is said.</summary>
internal sealed record MemberRow
{
    /// <summary>Its names; none where it is left out.</summary>
    public string[] Names { get; init; } = [];

    /// <summary>It is remembered under this name until the end of its record.</summary>
    public string? Keeps { get; init; }

    /// <summary>It is remembered for the record that holds the list in which this record is the first.</summary>
    public string? KeepsForOuter { get; init; }

    /// <summary>A text that is said as the list of what its commas part.</summary>
    public bool Parts { get; init; }

    /// <summary>The list of words that it is of, where the record does not say so.</summary>
    public string? Words { get; init; }
}

/// <summary>
/// A dialect: how names, words, shapes and ids are spelled. One page for each document; what applies it is <see cref="Respelling"/>.
/// </summary>
internal sealed class DialectTable
{
    private readonly Dictionary<(string Record, string Member), MemberRow> rows = [];
    private readonly Dictionary<string, List<(string Name, AddMember Add)>> added = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> fields = new(StringComparer.Ordinal);

    /// <summary>Names in camelCase, where nothing else is said of them.</summary>
    public bool CamelCase { get; init; }

    public IdForm Ids { get; init; }

    /// <summary>A list is a bare array; its cursor is in the header X-Next-Cursor.</summary>
    public bool BareLists { get; init; }

    /// <summary>Problems say in <c>message</c> what they say in <c>detail</c>.</summary>
    public bool SaysMessage { get; init; }

    /// <summary>How this member is said, wherever it is, and in the keys of <c>errors</c>.</summary>
    public DialectTable Name(string member, params string[] said)
    {
        names[member] = said;
        return this;
    }

    /// <summary>How a field of requests is called, where answers have no member of that name that is always called so.</summary>
    public DialectTable Field(string ours, string theirs)
    {
        fields[ours] = theirs;
        return this;
    }

    /// <summary>How this member of a record is said.</summary>
    public DialectTable Row<T>(string member, MemberRow row) => Row(typeof(T).Name, member, row);

    /// <summary>How this member of a record is named, first by the first name.</summary>
    public DialectTable Row<T>(string member, params string[] said) => Row<T>(member, new MemberRow { Names = said });

    public DialectTable Row(string record, string member, MemberRow row)
    {
        rows[(record, member)] = row;
        return this;
    }

    /// <summary>A member more at the end of a record; not where the record has one of that name.</summary>
    public DialectTable Add<T>(string member, AddMember add)
    {
        if (!added.TryGetValue(typeof(T).Name, out var more))
            added[typeof(T).Name] = more = [];
        more.Add((member, add));
        return this;
    }

    /// <summary>Other words for those of a list: an enum's name, RoleNames, or the field's name.</summary>
    public DialectTable Words(string list, params (string Ours, string Theirs)[] said)
    {
        words[list] = said.ToDictionary(w => w.Ours, w => w.Theirs, StringComparer.Ordinal);
        return this;
    }

    public MemberRow? RowOf(string record, string member) => rows.GetValueOrDefault((record, member));

    public IReadOnlyList<(string Name, AddMember Add)> AddedTo(string record) => added.GetValueOrDefault(record) ?? [];

    public IReadOnlyDictionary<string, string>? WordsOf(string list) => words.GetValueOrDefault(list);

    /// <summary>What a name of ours is here, where no row of a record says it.</summary>
    public string[] Say(string ours) => names.TryGetValue(ours, out var said) ? said : [CamelCase ? Camel(ours) : ours];

    /// <summary>A field of a request as this dialect calls it: <c>items[0].menu_item_id</c> is <c>items[0].product</c>.</summary>
    public string SayField(string path)
    {
        var said = new StringBuilder(path.Length);
        foreach (var part in path.Split('.'))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            var name = bracket < 0 ? part : part[..bracket];
            if (said.Length > 0)
                said.Append('.');
            said.Append(fields.GetValueOrDefault(name) ?? Say(name)[0]).Append(bracket < 0 ? "" : part[bracket..]);
        }

        return said.ToString();
    }

    /// <summary>order_number is orderNumber; what begins with _ keeps that.</summary>
    public static string Camel(string snake)
    {
        if (!snake.AsSpan(Math.Min(1, snake.Length)).Contains('_'))
            return snake;
        var camel = new StringBuilder(snake.Length);
        for (var i = 0; i < snake.Length; i++)
        {
            if (snake[i] == '_' && i > 0 && i + 1 < snake.Length)
                camel.Append(char.ToUpperInvariant(snake[++i]));
            else
                camel.Append(snake[i]);
        }

        return camel.ToString();
    }
}
