using System.Text.Json.Serialization;

namespace Comanda.Taxes;

/// <summary>A shop's table of taxes as the API and the carried sets spell it.</summary>
public sealed record TaxTableWire(TaxClassWire[]? Classes, TaxRowWire[]? Rows, string? DefaultClass)
{
    public static TaxTableWire Of(TaxTable table, Currency currency) => new(
        [.. table.Classes.Select(c => new TaxClassWire(c.Code, c.Name))],
        [.. table.Rows.Select(r => TaxRowWire.Of(r, currency))],
        table.DefaultClass);
}

public sealed record TaxClassWire(string? Code, string? Name);

/// <summary>A row; what is not said is left out.</summary>
public sealed record TaxRowWire
{
    private const JsonIgnoreCondition WhenNull = JsonIgnoreCondition.WhenWritingNull;

    public string? Class { get; init; }

    [Words("any", "dine-in", "takeaway", "online", "delivery")]
    public string? Way { get; init; }

    public string? Name { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public string? Authority { get; init; }

    /// <summary>In percent.</summary>
    public decimal? Rate { get; init; }

    [Words<TaxTreatment>]
    public string? Treatment { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public string? Letter { get; init; }

    public int? Priority { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public DateOnly? From { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public DateOnly? To { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public string[]? Group { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public int? MinPieces { get; init; }

    [JsonIgnore(Condition = WhenNull)]
    public decimal? MaxSum { get; init; }

    public static TaxRowWire Of(TaxRow row, Currency currency) => new()
    {
        Class = row.Class,
        Way = row.Way?.ToWire() ?? "any",
        Name = row.Name,
        Authority = row.Authority,
        Rate = row.Rate.Percent,
        Treatment = row.Treatment.ToWire(),
        Letter = row.Letter,
        Priority = row.Priority,
        From = row.From,
        To = row.To,
        Group = row.Group?.ToArray(),
        MinPieces = row.MinPieces,
        MaxSum = row.MaxSum?.In(currency),
    };
}
