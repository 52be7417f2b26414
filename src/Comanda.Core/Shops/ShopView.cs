using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comanda.Shops;

/// <summary>A shop as its people see it. <see cref="Currency"/> is an ISO 4217 code, <see cref="TimeZone"/> an IANA name.</summary>
public sealed record ShopView(long Id, string Name, string Address, string Currency, string TimeZone, long Version) : IVersioned
{
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whose it is: of several owners the one who came first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OwnerId { get; init; }

    /// <summary>The whole configuration, for those who may read it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, object>? Settings { get; init; }
}

/// <summary>What changes about a shop; what is left out stays. <see cref="Settings"/> as PUT …/settings takes them.</summary>
public sealed record ShopChange(
    [property: AtMost(100)] string? Name,
    [property: AtMost(300), Text(TextKind.Lines), NullClears] string? Address,
    Dictionary<string, JsonElement>? Settings) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}
