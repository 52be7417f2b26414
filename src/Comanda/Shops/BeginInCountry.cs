using System.Globalization;
using Comanda.Data;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Shops;

/// <summary>What a shop of a country begins with: a carried set's taxes, and how it rounds. From then on both are the shop's own.</summary>
public static class BeginInCountry
{
    /// <summary>The settings that the set suggests.</summary>
    public static Dictionary<string, string> Settings(CountryTaxes set) => new(StringComparer.Ordinal)
    {
        ["country"] = set.Country[..2],
        ["currency"] = set.Currency,
        ["prices_include_tax"] = set.Rounding.PricesIncludeTax ? "true" : "false",
        ["tax_rounding"] = set.Rounding.TaxRounding,
        ["tax_mode"] = set.Rounding.TaxMode,
        ["tax_aggregate"] = set.Rounding.TaxAggregate ? "true" : "false",
        ["cash_rounding"] = set.Rounding.CashRounding.ToString(CultureInfo.InvariantCulture),
        ["cash_tie"] = set.Rounding.CashTie,
        ["cash_scope"] = set.Rounding.CashScope,
        ["cash_small"] = set.Rounding.CashSmall is not { } small
            ? "{}"
            : small.Due is { } due
            ? Json.Write(new { up_to = small.UpTo, due })
            : Json.Write(new { up_to = small.UpTo, due = "exact" }),
    };

    /// <summary>Its table as the first version of a shop's own, in the caller's transaction that opens the shop.</summary>
    public static Task Write(NpgsqlConnection connection, long shop, CountryTaxes set, DateTimeOffset now, CancellationToken cancel) =>
        connection.Execute(
            "insert into tax_tables (shop_id, version, content, made_at) values ($1, 1, $2, $3)",
            cancel,
            shop,
            Json.Write(TaxTableWire.Of(set.Table(), Currency.Of(set.Currency))),
            now);
}
