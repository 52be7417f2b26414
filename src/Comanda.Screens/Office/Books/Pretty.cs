using System.Text.Encodings.Web;
using System.Text.Json;

namespace Comanda.Screens.Office.Books;

/// <summary>JSON as people read it.</summary>
public static class Pretty
{
    private static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value.</summary>
    public static string Of(JsonElement value) => JsonSerializer.Serialize(value, Options);

    /// <summary>What was before and after; null where nothing is said of it.</summary>
    public static string? Of(JsonElement? before, JsonElement? after) => (before, after) switch
    {
        ({ } b, { } a) => $"− {Of(b)}\n+ {Of(a)}",
        ({ } b, null) => "− " + Of(b),
        (null, { } a) => "+ " + Of(a),
        _ => null,
    };
}
