using System.Text.Json;

namespace Comanda.Taxes;

/// <summary>Where a figure of a set comes from, and what day it speaks of.</summary>
public sealed record TaxSource(string Url, string AsOf);

/// <summary>How a shop of a country rounds, in the settings' own words.</summary>
public sealed record CountryRounding(
    bool PricesIncludeTax,
    string TaxRounding,
    string TaxMode,
    bool TaxAggregate,
    decimal CashRounding,
    string CashTie,
    string CashScope)
{
    /// <summary>Cash sums that are a case of their own, where a country has them.</summary>
    public CountryCashSmall? CashSmall { get; init; }
}

/// <summary>Cash sums up to an amount become due as another; null: they stay exact.</summary>
public sealed record CountryCashSmall(decimal UpTo, decimal? Due);

/// <summary>
/// What a shop of a country may begin with: a suggestion with its day and its sources, which the shop reads, confirms and then owns. A set
/// is data, so that a new rate is no new program. Regions of a country are sets of their own (CA-QC).
/// </summary>
public sealed record CountryTaxes(
    string Country,
    string Currency,
    DateOnly AsOf,
    string Note,
    CountryRounding Rounding,
    TaxTableWire Taxes)
{
    private const string Prefix = "Taxes/";

    public required TaxSource[] Sources { get; init; }

    /// <summary>The codes of all sets, countries and regions, in order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(CountryTaxes).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => n[Prefix.Length..^".json".Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>A country's set, or a region's; of a region that has none, its country's; null where there is neither.</summary>
    public static CountryTaxes? Find(string code)
    {
        if (!All.Contains(code, StringComparer.Ordinal))
            return code.Split('-') is [var country, _] ? Find(country) : null;
        using var file = typeof(CountryTaxes).Assembly.GetManifestResourceStream($"{Prefix}{code}.json")!;
        return JsonSerializer.Deserialize<CountryTaxes>(file, Json.Options)!;
    }

    /// <summary>The table itself. A set that does not read is a bug of ours.</summary>
    public TaxTable Table()
    {
        var errors = new FieldErrors();
        return ReadTaxTable.From(Taxes, Kernel.Currency.Of(Currency), errors)
            ?? throw new InvalidOperationException($"The taxes of {Country} do not read: {Json.Write(errors.ToRefusal().Errors)}");
    }
}
