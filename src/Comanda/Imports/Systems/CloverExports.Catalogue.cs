namespace Comanda.Imports;

/// <summary>The sheets of its inventory: items, groups of modifiers with their prices, categories, tax rates.</summary>
internal static partial class CloverExports
{
    private static void Items(ExportTable table, Takeover into)
    {
        int id = table.Find("Clover ID"), name = table.Find("Name"), description = table.Find("Description"), price = table.Find("Price");
        int kind = table.Find("Price Type"), unit = table.Find("Price Unit"), code = table.Find("Product Code"), sku = table.Find("SKU");
        int hidden = table.Find("Hidden?", "Hidden"), groups = table.Find("Modifier Groups"), categories = table.Find("Categories");
        int option = table.Find("Variant Option"), revenue = table.Find("Non-revenue item?", "Non-revenue item"), cost = table.Find("Cost");
        int stock = table.Find("Quantity"), taxes = table.Find("Tax Rates"), usual = table.Find("Default tax rates?");
        var numbers = FileNumbers.Of(table, [price, cost], into, into.Options.DecimalMark, stock);
        foreach (var row in table.Rows)
        {
            if (row[name].Length == 0 || Words.Yes(row[revenue]))
                continue;
            var open = row[kind].Equals("Variable", StringComparison.OrdinalIgnoreCase);
            if (!open && numbers.Amount(row[price]) is null)
            {
                into.Refuse(table.File, row.Line, "Price", $"'{row[price]}' is no price; it is not taken over for nothing");
                continue;
            }

            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[id].Length > 0 ? row[id] : "item:" + row[name],
                Name = Words.Name(row[option].Length > 0 ? $"{row[name]} {row[option]}" : row[name]),
                Category = CategoryOf(into, row[categories], row[name]),
                Description = Words.Description(row[description]),
                Price = open ? null : numbers.Amount(row[price]),
                Sku = row[sku],
                Barcode = Words.Barcode(row[code], table, row, "Product Code", into),
                Unit = row[kind].Equals("Per Unit", StringComparison.OrdinalIgnoreCase)
                    && WireName<WeightUnit>.TryParse(row[unit].ToLowerInvariant(), out var by) ? by : null,
                Available = !Words.Yes(row[hidden]),
                Groups = Words.Names(row[groups]),
                TaxRate = RateOf(into, row[taxes], Words.Yes(row[usual])),
                Stock = numbers.Quantity(row[stock]),
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    /// <summary>A group's own cells stand on its first row only.</summary>
    private static void Groups(ExportTable table, Takeover into)
    {
        int name = table.Find("Modifier Group Name"), option = table.Find("Modifier"), price = table.Find("Price");
        int least = table.Find("Required Quantity"), most = table.Find("Max Quantity");
        var numbers = FileNumbers.Of(table, [price], into, into.Options.DecimalMark);
        (ExportRow Head, List<TakenOption> Options) group = (default, []);
        foreach (var row in table.Rows)
        {
            if (row[name].Length > 0)
            {
                Add();
                group = (row, []);
            }

            if (row[option].Length > 0 && group.Head.Cells is not null)
                group.Options.Add(new(Words.Name(row[option]), numbers.Or0(row[price])));
        }

        Add();

        void Add()
        {
            if (group.Options.Count == 0)
                return;
            var min = (int)((numbers.Quantity(group.Head[least]) ?? 0) / 1000);
            var max = numbers.Quantity(group.Head[most]) is { } given ? (int)(given / 1000) : group.Options.Count;
            into.Groups.Add(new(Words.Name(group.Head[name]), min, Math.Max(1, max), group.Options));
        }
    }

    /// <summary>Items name their taxes; the rates stand in a sheet of their own.</summary>
    private static void Rates(ExportTable table, Takeover into)
    {
        int name = table.Find("Name"), rate = table.Find("Tax Rate"), usual = table.Find("Default?");
        var numbers = FileNumbers.Of(table, [], into, into.Options.DecimalMark);
        foreach (var row in table.Rows)
        {
            if (row[name].Length > 0 && numbers.Number(row[rate]) is { } percent)
                into.Rates[row[name]] = (percent, Words.Yes(row[usual]));
        }
    }

    private static TaxRate? RateOf(Takeover into, string names, bool usual)
    {
        var of = into.Rates.Where(r => usual ? r.Value.Usual : Words.Names(names).Contains(r.Key, StringComparer.OrdinalIgnoreCase))
            .Select(r => r.Value.Percent).ToList();
        return of.Count > 0 && TaxRate.TryFromPercent(of.Sum(), out var rate) ? rate : null;
    }

    /// <summary>Which items a category has, where they do not say it themselves: behind its name, in cells of its row.</summary>
    private static void Categories(ExportTable table, Takeover into)
    {
        int name = table.Find("Category Name"), order = table.Find("Item Sort Order");
        foreach (var row in table.Rows.Where(r => r[name].Length > 0))
        {
            into.CategoriesOf.TryAdd("", []);
            into.CategoriesOf[""].Add(row[name]);
            foreach (var item in row.Cells.Skip(order).SelectMany(Words.Names))
            {
                into.CategoriesOf.TryAdd(item, []);
                into.CategoriesOf[item].Add(row[name]);
            }
        }
    }

    /// <summary>The first of its categories; a name may have a comma, as the sheet of categories shows.</summary>
    private static string CategoryOf(Takeover into, string cell, string item)
    {
        if (cell.Length == 0)
            return into.CategoriesOf.TryGetValue(item, out var of) && item.Length > 0 ? Words.Name(of[0]) : "Imported";
        var known = into.CategoriesOf.GetValueOrDefault("") ?? [];
        return known.Where(k => (cell + ",").StartsWith(k + ",", StringComparison.Ordinal)).MaxBy(k => k.Length) is { } whole
            ? Words.Name(whole) : Words.Category(cell);
    }
}
