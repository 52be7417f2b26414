using Comanda.Taxes;

namespace Comanda.Menu;

/// <summary>What an item, its options and its category are for the tax office, as given.</summary>
internal static class ItemTaxes
{
    private const string NoClass = "is no class of the shop's taxes";

    /// <summary>Empty is none of its own.</summary>
    public static bool IsClass(string? code, TaxTable table) => string.IsNullOrEmpty(code) || table.Has(code);

    public static Refusal NoSuchClass() => Refusal.OfField("tax_class", NoClass);

    public static void Check(MenuItemInput input, TaxTable table, FieldErrors errors)
    {
        errors.Check(IsClass(input.TaxClass, table), "tax_class", NoClass);
        errors.Check(
            input.TaxRate is null or -1 || string.IsNullOrEmpty(input.TaxClass),
            "tax_class",
            "goes without tax_rate: one or the other says what it bears");
        errors.Check(
            input.TaxRate is null or -1 || input.TaxSplit is null or { Count: 0 },
            "tax_split",
            "goes without tax_rate: one or the other says what it bears");
        TaxSplit.Check(input.TaxSplit, table, errors);
        foreach (var (g, group) in (input.ModifierGroups ?? []).Index())
        {
            foreach (var (o, option) in (group?.Options ?? []).Index())
                errors.Check(IsClass(option?.TaxClass, table), $"modifier_groups[{g}].options[{o}].tax_class", NoClass);
        }
    }

    /// <summary>A rate of its own takes the place of a class, and a class that of a rate.</summary>
    public static void Apply(MenuItemInput input, MenuItem item)
    {
        if (input.TaxRate is { } rate)
        {
            item.TaxRate = rate == -1 ? null : TaxRate.OfPercent(rate);
            if (item.TaxRate is not null)
                (item.TaxClass, item.TaxSplit) = (null, null);
        }

        if (input.TaxClass is { } code)
            item.TaxClass = OrNone(code);
        if (input.TaxSplit is { } split)
            item.TaxSplit = TaxSplit.Keep(split);
        if (item.TaxClass is not null || item.TaxSplit is not null)
            item.TaxRate = null;
    }

    public static string? OrNone(string code) => code.Length == 0 ? null : code;
}
