using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>The items.</summary>
internal static partial class LoyverseExports
{
    private static void Items(ExportTable table, Takeover into)
    {
        int handle = table.Find("Handle"), sku = table.Find("SKU"), name = table.Find("Name");
        int category = table.Find("Category"), description = table.Find("Description");
        int weight = table.Find("Sold by weight"), barcode = table.Find("Barcode");
        int part = table.Find("SKU of included item"), tracks = table.Find("Track stock");
        int cost = table.Find("Cost");
        int[] values = [.. Enumerable.Range(1, 3).Select(n => table.Find($"Option {n} value"))];
        var prices = table.OfStores("Price").ToList();
        (int Place, string Store) at = prices.FirstOrDefault(
            p => p.Store == into.ShopName, prices.FirstOrDefault((Place: table.Find("Price"), Store: "")));
        var sold = OfStore("Available for sale");
        var stock = OfStore("In stock");
        if (prices.Count > 1)
            into.Note($"The items have prices of {prices.Count} stores; those of '{at.Store}' are taken.");
        var groups = table.Beginning("Modifier - ", "Modificador - ", "Modificateur - ", "Modifikator - ", "Modificatore - ").ToList();
        var taxes = table.Beginning("Tax - ", "Impuesto - ", "Taxe - ", "Steuer - ", "Imposta - ", "Imposto - ", "Belasting - ").ToList();
        if (groups.Count > 0)
            into.Note("Loyverse's items say which modifiers they have, but neither their options nor their prices: add them here.");
        var numbers = FileNumbers.Of(table, [at.Place, cost], into, into.Options.DecimalMark, stock, thousandths: true);
        var (first, names) = (default(ExportRow), new HashSet<string>(StringComparer.Ordinal));
        foreach (var row in table.Rows)
        {
            // What a set is made of stands in rows of their own, which are no items.
            var begins = row[name].Length > 0;
            if (begins)
                first = row;
            if (row[sku].Length == 0 && !begins)
            {
                if (row[part].Length == 0)
                    into.Refuse(table.File, row.Line, "SKU", "the row has neither a name nor a SKU");
                continue;
            }

            if (row[part].Length > 0)
                into.Note("Items that are made of others are taken over without their parts.");
            var open = row[at.Place].Equals("variable", StringComparison.OrdinalIgnoreCase) || row[at.Place].Length == 0;
            if (!open && numbers.Amount(row[at.Place]) is null)
            {
                into.Refuse(table.File, row.Line, "Price", $"'{row[at.Place]}' is no price; it is not taken over for nothing");
                continue;
            }

            var options = string.Join(' ', values.Select(v => row[v]).Where(v => v.Length > 0));
            var full = Words.Name(options.Length > 0 ? $"{first[name]} {options}" : first[name]);
            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[sku].Length > 0 ? row[sku] : row[handle] + "/" + options,
                Name = full,
                Category = first[category].Length > 0 ? Words.Category(first[category]) : "Imported",
                Description = Words.Description(first[description]),
                Price = open ? null : numbers.Amount(row[at.Place]),
                Sku = row[sku],
                Barcode = Words.Barcode(row[barcode], table, row, "Barcode", into),
                Available = sold < 0 || row[sold].Length == 0 || Words.Yes(row[sold]),
                Unit = Words.Yes(row[weight].Length > 0 ? row[weight] : first[weight]) ? WeightUnit.Kilogram : null,
                TaxRate = Words.RateOf(taxes.Where(t => Words.Yes(first[t.Place]) && !Charge().IsMatch(t.Behind)).Select(t => t.Behind)),
                Stock = Words.Yes(row[tracks].Length > 0 ? row[tracks] : first[tracks]) ? numbers.Quantity(row[stock]) : null,
                Cost = numbers.Number(row[cost]),
            });
        }

        int OfStore(string name) =>
            table.OfStores(name).FirstOrDefault(p => p.Store == at.Store, (Place: table.Find(name), Store: "")).Place;
    }

    /// <summary>Some accounts keep their service charge among the taxes.</summary>
    [GeneratedRegex("service charge", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Charge();
}
