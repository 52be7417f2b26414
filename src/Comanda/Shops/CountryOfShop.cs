using System.Collections.Frozen;

namespace Comanda.Shops;

/// <summary>Where a shop is, by ISO 3166-1 (PT): what it says, else its time zone, else its currency. Phones are read by it.</summary>
public static class CountryOfShop
{
    /// <summary>The time zone database's own table; a machine without it knows no countries of zones.</summary>
    private static readonly Lazy<List<(string Country, string Zone)>> Table = new(() =>
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo", "zone.tab");
        return !File.Exists(file) ? [] : [.. File.ReadLines(file)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .Where(columns => columns.Length >= 3)
            .Select(columns => (columns[0], columns[2]))];
    });

    private static readonly Lazy<FrozenDictionary<string, string>> OfZone = new(
        () => Table.Value.ToFrozenDictionary(row => row.Zone, row => row.Country, StringComparer.Ordinal));

    /// <summary>Every zone that people live in, by its IANA name, in order.</summary>
    public static IReadOnlyList<string> Zones => [.. Table.Value.Select(row => row.Zone).Append("UTC").Order(StringComparer.Ordinal)];

    /// <summary>The zones of a country, the one of most people first.</summary>
    public static IReadOnlyList<string> ZonesOf(string country) =>
        [.. Table.Value.Where(row => row.Country == country).Select(row => row.Zone)];

    /// <summary>The country, or null where nothing tells: a shop in UTC that takes euros.</summary>
    /// <param name="said">The setting; empty where the shop says nothing.</param>
    /// <param name="zone">An IANA name.</param>
    /// <param name="currency">By ISO 4217: its first two letters are its country, but for X.. and EUR.</param>
    public static string? Of(string said, string zone, string currency) =>
        said.Length > 0 ? said
        : OfZone.Value.TryGetValue(zone, out var country) ? country
        : currency[0] == 'X' || currency == "EUR" ? null
        : currency[..2];
}
