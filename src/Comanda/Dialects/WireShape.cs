using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comanda.Audit;

namespace Comanda.Dialects;

/// <summary>What stands at a place of an answer.</summary>
internal enum WireKind
{
    /// <summary>A value that every dialect says alike.</summary>
    Plain,

    /// <summary>Our id of something.</summary>
    Id,

    /// <summary>A word of a closed list.</summary>
    Word,

    /// <summary>A record whose members are known.</summary>
    Record,

    /// <summary>A list of one kind of thing.</summary>
    List,

    /// <summary>Keys that are somebody's data, with one kind of thing under each.</summary>
    Map,

    /// <summary>JSON of somebody's own, which goes through as it is.</summary>
    Free,

    /// <summary>Ours, but of no record: names tell what is under them.</summary>
    Loose,
}

/// <summary>
/// What an answer looks like on the wire, read from the record that is written: so a dialect knows of each number whether it is an id and
/// of what, and of each text whether it is one of our words.
/// </summary>
internal sealed record WireShape(WireKind Kind)
{
    private static readonly ConcurrentDictionary<Type, WireShape> Known = [];

    static WireShape() => Json.Options.MakeReadOnly(populateMissingResolver: true);

    public static readonly WireShape Plain = new(WireKind.Plain), Free = new(WireKind.Free);

    /// <summary>The record, of one.</summary>
    public WireRecord? Record { get; init; }

    /// <summary>What is in a list or under a key.</summary>
    public WireShape? Of { get; init; }

    /// <summary>What an id is of; of something loose, what its "id" is of.</summary>
    public IdKind Id { get; init; }

    /// <summary>The list that a word is of: an enum's name, or that of the field.</summary>
    public string Words { get; init; } = "";

    public static WireShape Loose(IdKind id = IdKind.None) => new(WireKind.Loose) { Id = id };

    public static WireShape IdOf(IdKind id) => new(WireKind.Id) { Id = id };

    public static WireShape WordOf(string list) => new(WireKind.Word) { Words = list };

    public static WireShape ListOf(WireShape of) => new(WireKind.List) { Of = of };

    /// <summary>What is written for a value of this type.</summary>
    public static WireShape OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return Known.TryGetValue(type, out var known) ? known : Known.GetOrAdd(type, Read);
    }

    private static WireShape Read(Type type)
    {
        if (type == typeof(JsonElement) || type == typeof(object))
            return Free;
        var info = Json.Options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => new(WireKind.Record) { Record = new(type, info) },
            JsonTypeInfoKind.Enumerable => ListOf(OfType(info.ElementType!)),
            JsonTypeInfoKind.Dictionary => new(WireKind.Map) { Of = OfType(info.ElementType!) },
            _ => Plain,
        };
    }
}

/// <summary>A member of a record on the wire.</summary>
internal sealed record WireMember(string Name, WireShape Shape);

/// <summary>A record's members, in the order in which they are written.</summary>
internal sealed class WireRecord(Type type, JsonTypeInfo info)
{
    private readonly Lazy<IReadOnlyList<WireMember>> members = new(() => [.. info.Properties
        .Where(p => p.Get is not null)
        .OrderBy(p => p.Order)
        .Select(p => new WireMember(p.Name, OfMember(type, p)))]);

    public Type Type => type;

    /// <summary>A list with a cursor to the next page.</summary>
    public bool IsPage => Members.Count == 2 && Members.All(m => m.Name is "items" or "next_cursor");

    /// <summary>Only when they are asked for: a record may hold others of its own kind.</summary>
    public IReadOnlyList<WireMember> Members => members.Value;

    private static WireShape OfMember(Type type, JsonPropertyInfo property)
    {
        // What changed, as the API answers it: of no record, since it may be a part of one.
        if (type == typeof(AuditRow) && property.Name is "before" or "after")
            return WireShape.Loose();
        var kind = property.Name == "id" ? IdKinds.OfRecord(type) : IdKinds.OfName(property.Name);
        // Of some the kind depends; they are ids all the same.
        if (IsNumber(property.PropertyType) && (kind != IdKind.None || property.Name.Split('_')[^1] == "id"))
            return WireShape.IdOf(kind);
        if (kind != IdKind.None && property.PropertyType.IsAssignableTo(typeof(IEnumerable<long>)))
            return WireShape.ListOf(WireShape.IdOf(kind));
        var words = property.AttributeProvider?.GetCustomAttributes(typeof(WordsAttribute), inherit: true);
        if (words is [WordsAttribute said])
        {
            var word = WireShape.WordOf(ListOf(said, property.Name));
            return property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(IEnumerable))
                ? WireShape.ListOf(word)
                : word;
        }

        return WireShape.OfType(property.PropertyType);
    }

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(long);

    private static string ListOf(WordsAttribute said, string field) =>
        said.GetType() is { IsGenericType: true } closed ? closed.GenericTypeArguments[0].Name
        : said.Words.Contains(RoleNames.Owner) ? nameof(RoleNames)
        : field;
}
