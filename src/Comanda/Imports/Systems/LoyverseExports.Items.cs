using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>The items.</summary>
internal static partial class LoyverseExports
{
    private static void Items(ExportTable table, Takeover into)
    {
        int handle = table.Find("Handle"), sku = table.Find("SKU", "REF"), name = table.Find("Name", "Nombre");
        int category = table.Find("Category", "Categoria"), description = table.Find("Description", "Descripción");
        int weight = table.Find("Sold by weight", "Vendido por peso"), barcode = table.Find("Barcode", "Codigo de barras");
        int part = table.Find("SKU of included item", "REF del componente"), tracks = table.Find("Track stock", "Seguir el Inventario");
        int cost = table.Find("Cost", "Coste");
        int[] values = [.. Enumerable.Range(1, 3).Select(n => table.Find($"Option {n} value", $"Valor de la opción {n}"))];
        var prices = table.Beginning("Price [", "Precio [").Select(p => (p.Place, Store: p.Behind.TrimEnd(']'))).ToList();
        var at = prices.FirstOrDefault(p => p.Store == into.ShopName) is { Store: not null } own ? own : prices.FirstOrDefault((-1, ""));
        var sold = table.Find($"Available for sale [{at.Item2}]", $"Disponibles para la venta [{at.Item2}]");
        var stock = table.Find($"In stock [{at.Item2}]", $"En inventario [{at.Item2}]");
        if (prices.Count > 1)
            into.Note($"The items have prices of {prices.Count} stores; those of '{at.Item2}' are taken.");
        var groups = table.Beginning("Modifier - ").ToList();
        var taxes = table.Beginning("Tax - ", "Impuesto - ").ToList();
        if (groups.Count > 0)
            into.Note("Loyverse's items say which modifiers they have, but neither their options nor their prices: add them here.");
        var numbers = FileNumbers.Of(table, [at.Item1, stock, cost], into, into.Options.DecimalMark);
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
            var open = row[at.Item1].Equals("variable", StringComparison.OrdinalIgnoreCase) || row[at.Item1].Length == 0;
            if (!open && numbers.Amount(row[at.Item1]) is null)
            {
                into.Refuse(table.File, row.Line, "Price", $"'{row[at.Item1]}' is no price; it is not taken over for nothing");
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
                Price = open ? null : numbers.Amount(row[at.Item1]),
                Sku = row[sku],
                Barcode = Words.Barcode(row[barcode], table, row, "Barcode", into),
                Available = sold < 0 || row[sold].Length == 0 || Words.Yes(row[sold]),
                Unit = Words.Yes(row[weight].Length > 0 ? row[weight] : first[weight]) ? WeightUnit.Kilogram : null,
                TaxRate = Words.RateOf(taxes.Where(t => Words.Yes(first[t.Place]) && !Charge().IsMatch(t.Behind)).Select(t => t.Behind)),
                Stock = Words.Yes(row[tracks].Length > 0 ? row[tracks] : first[tracks]) ? numbers.Quantity(row[stock]) : null,
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    /// <summary>Some accounts keep their service charge among the taxes.</summary>
    [GeneratedRegex("service charge", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Charge();
}
