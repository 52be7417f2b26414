using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Shops;

namespace Comanda.Screens.Office.House;

/// <summary>A setting while somebody works at it: its value as text, and how it is written on the wire.</summary>
public sealed partial class SettingText
{
    private readonly JsonValueKind kind;

    public SettingText(ConfigRow row)
    {
        Row = row;
        var (value, usual) = ((JsonElement)row.Value, (JsonElement)row.Default);
        kind = usual.ValueKind;
        Before = Text = Read(value);
        Default = Read(usual);
        Options = OneOf().IsMatch(row.Takes) ? row.Takes.Split([", ", " or "], StringSplitOptions.None) : [];
    }

    public ConfigRow Row { get; }

    public string Key => Row.Key;

    public string Text { get; set; }

    /// <summary>As it is kept.</summary>
    public string Before { get; private set; }

    public string Default { get; }

    /// <summary>The words that it may be; none where it is no closed list.</summary>
    public string[] Options { get; }

    public bool IsSwitch => kind is JsonValueKind.True or JsonValueKind.False;

    public bool IsNumber => kind == JsonValueKind.Number;

    /// <summary>A list or an object, which is written as JSON.</summary>
    public bool IsStructure => kind is JsonValueKind.Array or JsonValueKind.Object;

    public bool IsChanged => Text != Before;

    public void Discard() => Text = Before;

    public void Keep() => Before = Text;

    /// <summary>The key of its name in the catalogues: those of letters alone.</summary>
    public string Word => Key.Replace("_", "", StringComparison.Ordinal);

    /// <summary>As the API takes it; what does not read goes as it is typed, and the API says what it takes.</summary>
    public object? ToWire()
    {
        if (IsSwitch)
            return Text == "true";
        var text = Text.Trim();
        if (IsNumber && decimal.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        if (!IsStructure && !(IsNumber && text.StartsWith('{')))
            return Text;
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return Text;
        }
    }

    private static string Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    /// <summary>per_line, per_rate or per_receipt.</summary>
    [GeneratedRegex(@"^[a-z_]+(, [a-z_]+)* or [a-z_]+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OneOf();
}
