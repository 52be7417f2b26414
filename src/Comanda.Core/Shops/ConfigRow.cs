using System.Text.Json;

namespace Comanda.Shops;

/// <summary>
/// One setting. <see cref="Value"/> and <see cref="Default"/> have the setting's own JSON type; <see cref="Takes"/> says what it may be.
/// </summary>
public sealed record ConfigRow(string Key, object Value, object Default, string Unit, string Meaning, string Takes);

public sealed record ConfigChange(JsonElement Value);
