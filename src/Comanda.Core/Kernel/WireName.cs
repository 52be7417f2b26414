using System.Text.Json;

namespace Comanda.Kernel;

/// <summary>What an enum member is called on the wire and in the database where that is not its snake_case.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class WireNameAttribute(string name, params string[] alsoAccepted) : Attribute
{
    public string Name => name;

    public string[] AlsoAccepted => alsoAccepted;
}

/// <summary>Wire names of an enum, both ways.</summary>
public static class WireName<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Names = [];
    private static readonly Dictionary<string, T> Members = new(StringComparer.Ordinal);

    static WireName()
    {
        foreach (var field in typeof(T).GetFields().Where(f => f.IsLiteral))
        {
            var member = (T)field.GetValue(null)!;
            var named = field.GetCustomAttributes(typeof(WireNameAttribute), false).Cast<WireNameAttribute>().FirstOrDefault();
            Names[member] = named?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name);
            Members[Names[member]] = member;
            foreach (var spelling in named?.AlsoAccepted ?? [])
                Members[spelling] = member;
        }
    }

    /// <summary>The names that answers use, in the order of the members.</summary>
    public static IReadOnlyCollection<string> All => Names.Values;

    public static string Of(T member) => Names[member];

    public static bool TryParse(string? name, out T member) => Members.TryGetValue(name ?? "", out member);

    public static T Parse(string name) =>
        TryParse(name, out var member) ? member : throw new FormatException($"'{name}' is no {typeof(T).Name}");
}

/// <summary>Reads a member's wire name without naming its type twice.</summary>
public static class WireNames
{
    public static string ToWire<T>(this T member)
        where T : struct, Enum => WireName<T>.Of(member);
}
