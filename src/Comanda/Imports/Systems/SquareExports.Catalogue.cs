namespace Comanda.Imports;

/// <summary>Its catalogue, a row for each variation, and its customers.</summary>
internal static partial class SquareExports
{
    private static void Catalogue(ExportTable table, Takeover into)
    {
        int token = table.Find("Token"), item = table.Find("Item Name"), variation = table.Find("Variation Name"), sku = table.Find("SKU");
        int description = table.Find("Description"), categories = table.Find("Categories"), reporting = table.Find("Reporting Category");
        int price = table.Find("Price"), offer = table.Find("Online Sale Price"), archived = table.Find("Archived");
        int gtin = table.Find("GTIN");
        int cost = table.Find("Default Unit Cost");
        var groups = table.Beginning("Modifier Set - ").ToList();
        var taxes = table.Beginning("Tax - ").ToList();
        var numbers = FileNumbers.Of(table, [price, cost], into, into.Options.DecimalMark);
        if (groups.Count > 0)
            into.Note("Square's catalogue names the modifier sets of an item, but neither their options nor their prices: add them here.");
        var several = table.Rows.Where(r => r[item].Length > 0).CountBy(r => r[item], StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (row[item].Length == 0)
            {
                into.Refuse(table.File, row.Line, "Item Name", "is empty");
                continue;
            }

            var open = row[price].Equals("variable", StringComparison.OrdinalIgnoreCase);
            var amount = open ? null : numbers.Amount(row[price]);
            if (!open && amount is null)
            {
                into.Refuse(table.File, row.Line, "Price", $"'{row[price]}' is no price; it is not taken over for nothing");
                continue;
            }

            into.Products.Add(new()
            {
                File = table.File,
                Line = row.Line,
                Ref = row[token].Length > 0 ? row[token] : "item:" + row[item] + "/" + row[variation],
                Name = Words.Name(several[row[item]] > 1 && row[variation].Length > 0 ? $"{row[item]} {row[variation]}" : row[item]),
                Category = Words.Category(row[reporting].Length > 0 ? row[reporting] : row[categories]),
                Description = Words.Description(row[description]),
                Price = amount,
                Offer = numbers.Amount(row[offer]),
                Sku = row[sku],
                Barcode = Words.Barcode(row[gtin], table, row, "GTIN", into),
                Archived = Words.Yes(row[archived]),
                TaxRate = Words.RateOf(taxes.Where(t => Words.Yes(row[t.Place])).Select(t => t.Behind)),
                Cost = numbers.Number(row[cost]),
            });
        }
    }

    private static void Customers(ExportTable table, Takeover into)
    {
        int id = table.Find("Square Customer ID"), first = table.Find("First Name"), last = table.Find("Last Name");
        int email = table.Find("Email Address"), phone = table.Find("Phone Number"), instant = table.Find("Instant Profile");
        foreach (var row in table.Rows)
        {
            var guest = Words.Guest(table, row, (row[id], $"{row[first]} {row[last]}", row[email], row[phone]));
            if (guest is not null)
                into.Guests.Add(guest);
            else if (Words.Yes(row[instant]))
                into.Note("Instant profiles, which Square makes of cards, have neither name nor address and are left out.");
            else
                into.Refuse(table.File, row.Line, "First Name", "the guest has neither a name nor an address nor a phone");
        }
    }
}
