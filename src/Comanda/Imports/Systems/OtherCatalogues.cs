using System.Text.RegularExpressions;

namespace Comanda.Imports;

/// <summary>Catalogues of Lightspeed X (Vend), WooCommerce and Zettle.</summary>
internal static partial class OtherCatalogues
{
    public static readonly KnownExport[] All =
    [
        new(
            "lightspeed_x",
            KnownExports.Catalogue,
            [["id"], ["handle"], ["sku"], ["name"], ["retail_price"], ["supply_price"], ["track_inventory"]],
            Vend),
        new(
            "woocommerce",
            KnownExports.Catalogue,
            [["ID"], ["Type"], ["SKU"], ["Name"], ["Published"], ["Regular price"], ["Parent"]],
            Woo),
        new(
            "zettle",
            KnownExports.Catalogue,
            [["Name"], ["Option1 Name"], ["Option1 Value"], ["Price"], ["Cost price"], ["ID (Do not edit)", "Variant id"]],
            Zettle),
    ];

    /// <summary>
    /// A row of a bundle's part has the bundle's handle and the part's id, and nothing else: by its id it would empty a real product. A
    /// description that was cut at 32,767 characters took the rest of its row along.
    /// </summary>
    private static void Vend(ExportTable table, Takeover into)
    {
        int id = table.Find("id"), part = table.Find("composite_sku", "composite_handle"), name = table.Find("name");
        int sku = table.Find("sku");
        int handle = table.Find("handle"), description = table.Find("description"), category = table.Find("product_category", "type");
        int price = table.Find("retail_price"), active = table.Find("active"), cost = table.Find("supply_price");
        int[] values = [.. new[] { "one", "two", "three" }.Select(n => table.Find($"variant_option_{n}_value"))];
        var stock = table.Beginning("inventory_").Select(i => i.Place).ToList();
        var numbers = FileNumbers.Of(table, [price, cost], into, into.Options.DecimalMark);
        if (table.Beginning("outlet_tax_").Any())
            into.Note("Lightspeed names taxes without their rates: give the items their tax class here. Whether its prices include "
                + "tax is a "
                + "setting of its account: they are taken as the shop's own are.");
        foreach (var row in table.Rows)
        {
            if (!Uuid().IsMatch(row[id]))
            {
                into.Refuse(table.File, row.Line, "id", "the row is the rest of a cell that a spreadsheet cut at 32,767 characters");
                continue;
            }

            if (row[part].Length > 0 || (row[name].Length == 0 && row[sku].Length > 0 && row[price].Length == 0))
            {
                into.Note("Bundles are taken over without their parts.");
                continue;
            }

            if (numbers.Amount(row[price]) is not { } amount)
            {
                into.Refuse(table.File, row.Line, "retail_price", $"'{row[price]}' is no price (a spreadsheet may have cut the row); "
                    + "the item "
                    + "is not taken over for nothing");
                continue;
            }

            var options = string.Join(" / ", values.Select(v => row[v]).Where(v => v.Length > 0 && v != "Default"));
            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[id],
                Name = Words.Name(options.Length > 0 ? $"{row[name]} / {options}" : row[name]),
                Category = Words.Category(row[category]),
                Description = Words.Description(row[description]),
                Price = amount,
                Sku = row[sku].Length > 0 ? row[sku] : row[handle],
                Archived = row[active] is "0",
                Stock = stock.Any(s => row[s].Length > 0) ? stock.Sum(s => numbers.Quantity(row[s]) ?? 0) : null,
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    private static void Woo(ExportTable table, Takeover into)
    {
        int id = table.Find("ID"), type = table.Find("Type"), sku = table.Find("SKU"), name = table.Find("Name");
        int published = table.Find("Published"), description = table.Find("Description"), brief = table.Find("Short description");
        int regular = table.Find("Regular price"), sale = table.Find("Sale price"), categories = table.Find("Categories");
        int parent = table.Find("Parent"), available = table.Find("In stock?"), stock = table.Find("Stock");
        int gtin = table.Find("GTIN, UPC, EAN, or ISBN");
        var numbers = FileNumbers.Of(table, [regular, sale], into, into.Options.DecimalMark);
        var parents = new Dictionary<string, ExportRow>(StringComparer.Ordinal);
        foreach (var row in table.Rows.Where(r => r[parent].Length == 0))
        {
            parents["id:" + row[id]] = row;
            if (row[sku].Length > 0)
                parents[row[sku]] = row;
        }

        foreach (var row in table.Rows)
        {
            string[] types = row[type].Split(',', StringSplitOptions.TrimEntries);
            // What varies has no price of its own; what belongs together is a list.
            if (types.Contains("variable") || types.Contains("grouped"))
                continue;
            if (numbers.Amount(Plain(row[regular])) is not { } price)
            {
                into.Refuse(table.File, row.Line, "Regular price", $"'{row[regular]}' is no price; the item is not taken over for nothing");
                continue;
            }

            var of = parents.TryGetValue(row[parent], out var above) ? above : row;
            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[id].Length > 0 ? row[id] : row[sku],
                Name = Words.Name(Plain(row[name])),
                Category = Words.Category(Comma().Replace(of[categories], "\u201a").Split(',')[0].Replace('\u201a', ',')),
                Description = Words.Description(Plain(row[description].Length > 0 ? row[description] : of[brief])),
                Price = price,
                Offer = numbers.Amount(Plain(row[sale])),
                Sku = Plain(row[sku]),
                Barcode = Words.Barcode(Plain(row[gtin]), table, row, "GTIN", into),
                Available = row[published] is "1" && of[published] is "1" && row[available] is not "0",
                Stock = numbers.Quantity(Plain(row[stock])),
            });
        }
    }

    /// <summary>A cell that a spreadsheet would run has an apostrophe in front.</summary>
    private static string Plain(string cell) =>
        cell is ['\'', '=' or '+' or '-' or '@', ..] ? cell[1..] : cell.Replace("\\n", "\n", StringComparison.Ordinal);

    private static void Zettle(ExportTable table, Takeover into)
    {
        int name = table.Find("Name"), price = table.Find("Price"), sku = table.Find("SKU"), barcode = table.Find("Barcode");
        int category = table.Find("Category"), variant = table.Find("Variant id"), product = table.Find("Product id");
        int stock = table.Find("In stock"), cost = table.Find("Cost price");
        int[] values = [.. Enumerable.Range(1, 3).Select(n => table.Find($"Option{n} Value"))];
        var taxes = table.Headings.Index().Where(h => Rate().IsMatch(h.Item)).ToList();
        var numbers = FileNumbers.Of(table, [price, cost], into, into.Options.DecimalMark);
        foreach (var row in table.Rows.Where(r => r[name].Length > 0))
        {
            var open = row[price].Length == 0;
            if (!open && numbers.Amount(row[price]) is null)
            {
                into.Refuse(table.File, row.Line, "Price", $"'{row[price]}' is no price; it is not taken over for nothing");
                continue;
            }

            var options = string.Join(' ', values.Select(v => row[v]).Where(v => v.Length > 0));
            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[variant].Length > 0 ? $"{row[product]}/{row[variant]}" : $"{row[name]}/{options}",
                Name = Words.Name(options.Length > 0 ? $"{row[name]} {options}" : row[name]),
                Category = Words.Category(row[category]),
                Price = open ? null : numbers.Amount(row[price]),
                Sku = row[sku],
                Barcode = Words.Barcode(row[barcode], table, row, "Barcode", into),
                TaxRate = Words.RateOf(taxes.Where(t => row[t.Index].Length > 0 && !row[t.Index].Equals("no",
                    StringComparison.OrdinalIgnoreCase))
                    .Select(t => t.Item)),
                Stock = numbers.Quantity(row[stock]),
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\\,", RegexOptions.None, 1000)]
    private static partial Regex Comma();

    [GeneratedRegex(@"\(\d{1,3}([.,]\d+)?\s*%\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rate();
}
