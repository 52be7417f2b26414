using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

// Still marked as to be evaluated; it is the only way to the rules that endpoints apply by themselves.
#pragma warning disable ASP0029

namespace Comanda.Kernel;

/// <summary>The rules that wire records are under, and how else than in our words they may be spelled.</summary>
public sealed class BodyRules(IOptions<ValidationOptions> validation, ISpellings spellings)
{
    public IOptions<ValidationOptions> Validation => validation;

    public ISpellings Spellings => spellings;
}

/// <summary>
/// JSON as a wire record, with what is wrong with it said by field as everywhere: for bodies of which one part may be bad and the others
/// not.
/// </summary>
public static class ReadJson
{
    /// <summary>What is said of a field that a body does not know, or that cannot be set there.</summary>
    public const string IsNoField = "is no field of this request";

    private static readonly ISpellings AsItStands = new NoSpellings();

    /// <summary>Reads it as its endpoint would.</summary>
    /// <param name="json">What came, in UTF-8.</param>
    /// <param name="prefix">Of the names of fields in the refusal, such as <c>order.</c></param>
    /// <param name="rules">The rules that wire records are under, and how else they may be spelled.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Outcome<T>> As<T>(ReadOnlyMemory<byte> json, string prefix, BodyRules rules, CancellationToken cancel)
        where T : class
    {
        var read = Parse<T>(json, prefix, rules.Spellings);
        if (read.Refusal is not null)
            return read;
        var (value, validation) = (read.Value, rules.Validation.Value);
        if (!validation.TryGetValidatableTypeInfo(typeof(T), out var known))
            return value;
        var context = new ValidateContext { ValidationOptions = validation, ValidationContext = new(value) };
        await known.ValidateAsync(value, context, cancel);
        var errors = new FieldErrors();
        foreach (var (name, messages) in context.ValidationErrors ?? [])
        {
            foreach (var message in messages)
                errors.Add(prefix + NameOf(name), message);
        }

        return errors.Any ? errors.ToRefusal() : value;
    }

    private static Outcome<T> Parse<T>(ReadOnlyMemory<byte> json, string prefix, ISpellings spellings)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(json.Span, Json.Door);
            return value is null ? Refusal.OfField(prefix.TrimEnd('.'), "is required") : value;
        }
        catch (JsonException bad)
        {
            if (spellings.Read(json, typeof(T)) is { Json: not null } respelt)
            {
                if (respelt.Errors.Any)
                    return respelt.Errors.ToRefusal(prefix);
                if (respelt.Changed)
                    return Parse<T>(Encoding.UTF8.GetBytes(respelt.Json.ToJsonString()), prefix, AsItStands);
            }

            var field = FieldOf(bad);
            return Refusal.OfField(field == "body" ? prefix.TrimEnd('.') : prefix + field, MessageOf(bad));
        }
    }

    /// <summary>Where in a body it went wrong, as its caller wrote it: <c>items[0].quantity</c>.</summary>
    public static string FieldOf(JsonException json) => json.Path switch
    {
        { Length: > 2 } path when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        { Length: > 2 } path when path.StartsWith("$[", StringComparison.Ordinal) => path[1..],
        _ => "body",
    };

    /// <summary>Our own converters say what they take; the serializer's own words name .NET types and are replaced.</summary>
    public static string MessageOf(JsonException json) => json switch
    {
        _ when json.Message.StartsWith("must ", StringComparison.Ordinal) => json.Message.Split(" Path:")[0].TrimEnd('.'),
        { InnerException: JsonException } when json.Message.Contains("configured depth", StringComparison.Ordinal) => "is nested too deep",
        { InnerException: JsonException } or { Path: null } => "is not valid JSON",
        _ when json.Message.StartsWith("Duplicate ", StringComparison.Ordinal) => "must be given once",
        _ when json.Message.Contains("could not be mapped", StringComparison.Ordinal) => IsNoField,
        _ when json.Message.Contains("List`1[", StringComparison.Ordinal) => "must be a list: [ … ]",
        _ => "is not of the right type",
    };

    /// <summary>Items[0].SpecialInstructions → items[0].special_instructions</summary>
    public static string NameOf(string path) => string.Join('.', path.Split('.').Select(part =>
        part.IndexOf('[', StringComparison.Ordinal) is > 0 and var bracket
            ? JsonNamingPolicy.SnakeCaseLower.ConvertName(part[..bracket]) + part[bracket..]
            : JsonNamingPolicy.SnakeCaseLower.ConvertName(part)));

    private sealed class NoSpellings : ISpellings
    {
        public Respelt Read(ReadOnlyMemory<byte> json, Type type) => new(null, false, new());
    }
}
