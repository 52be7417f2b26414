using Comanda.GiftCards;
using Comanda.Menu;
using Comanda.Stock;

namespace Comanda.Imports;

/// <summary>What a shop has beside its sales: categories, options, gift cards, stock; and what is only there to be read.</summary>
internal static partial class OwnExports
{
    private static KnownExport[] House =>
    [
        new(System, KnownExports.Catalogue, [["comanda_category"], ["name"], ["station"], ["tax_class"]], Categories) { Turn = -1 },
        new(System, KnownExports.Catalogue, [["group"], ["min"], ["max"], ["option"], ["price"]], Groups),
        new(System, KnownExports.Catalogue, [["comanda_item"], ["group"], ["place"]], GroupsOfItems) { Turn = 1 },
        new(System, KnownExports.Catalogue, [["gift_card"], ["amount"], ["balance"], ["sold_at"]], Cards),
        new(System, KnownExports.Catalogue, [["name"], ["unit"], ["current_stock"], ["low_stock_threshold"], ["packs"]], Stock),
        new(System, KnownExports.Catalogue, [["register"], ["number"], ["kind"], ["hash"]], ToRead),
        new(System, KnownExports.Catalogue, [["name"], ["username"], ["role"]], ToRead),
        new(System, KnownExports.Catalogue, [["supplier"], ["email"], ["lead_days"]], ToRead),
        new(System, KnownExports.Catalogue, [["recipe_of"], ["ingredient"], ["quantity"]], ToRead),
    ];

    private static void Categories(ExportTable table, Takeover into)
    {
        int name = table.Find("name"), description = table.Find("description"), active = table.Find("is_active");
        int station = table.Find("station"), taxes = table.Find("tax_class");
        foreach (var row in table.Rows.Where(r => r[name].Length > 0))
        {
            into.Categories.Add(new(
                Words.Name(CsvText.Read(row[name])),
                Words.Description(CsvText.Read(row[description])),
                Words.Yes(row[active]),
                MenuEntry.IsStation(row[station]) ? row[station] : MenuEntry.Kitchen,
                into.HasTaxClass(row[taxes]) ? row[taxes] : ""));
        }
    }

    private static void Groups(ExportTable table, Takeover into)
    {
        int name = table.Find("group"), min = table.Find("min"), max = table.Find("max"), option = table.Find("option");
        int price = table.Find("price"), adds = table.Find("adds_allergens"), removes = table.Find("removes_allergens");
        var numbers = FileNumbers.Of(table, [], into, '.');
        foreach (var group in table.Rows.Where(r => r[name].Length > 0).GroupBy(r => r[name], StringComparer.OrdinalIgnoreCase))
        {
            var first = group.First();
            into.Groups.Add(new(
                Words.Name(CsvText.Read(group.Key)),
                (int)(numbers.Number(first[min]) ?? 0),
                (int)(numbers.Number(first[max]) ?? 1),
                [.. group.Where(r => r[option].Length > 0)
                    .Select(r => new TakenOption(Words.Name(CsvText.Read(r[option])), numbers.Or0(r[price]))
                    {
                        Adds = CsvText.Read(r[adds]),
                        Removes = CsvText.Read(r[removes]),
                    })]));
        }
    }

    private static void GroupsOfItems(ExportTable table, Takeover into)
    {
        int item = table.Find("comanda_item"), name = table.Find("group");
        var groups = table.Rows.ToLookup(r => r[item], r => Words.Name(CsvText.Read(r[name])), StringComparer.Ordinal);
        foreach (var (place, product) in into.Products.Index().ToList())
        {
            if (groups.Contains(product.Ref))
                into.Products[place] = product with { Groups = [.. groups[product.Ref]] };
        }
    }

    private static void Cards(ExportTable table, Takeover into)
    {
        int code = table.Find("gift_card"), kind = table.Find("kind"), amount = table.Find("amount"), balance = table.Find("balance");
        int sold = table.Find("sold_at"), gone = table.Find("voided_at");
        var numbers = FileNumbers.Of(table, [], into, '.');
        var dates = FileDates.Of(table, sold, into, system: false);
        foreach (var row in table.Rows.Where(r => r[gone].Length == 0))
        {
            if (numbers.Amount(row[amount]) is not { } of || numbers.Amount(row[balance]) is not { } left
                || dates.At(row[sold]) is not { } at || GiftCardCode.Read(row[code]) is not { } known
                || of <= Money.Zero || left > of || left < Money.Zero)
                into.Refuse(table.File, row.Line, "gift_card", $"'{row[code]}' is no code, or its amounts or its date cannot be read");
            else if (row[kind] is not "multi")
                into.Refuse(table.File, row.Line, "kind", "its tax was paid when it was sold, which only the shop that sold it can tell");
            else
                into.Cards.Add(new(known, of, left, at));
        }
    }

    private static void Stock(ExportTable table, Takeover into)
    {
        var columns = StockTable.Columns.Select(c => (Column: c, Place: table.Find(c.Name))).Where(c => c.Place >= 0).ToList();
        foreach (var row in table.Rows)
        {
            var item = new StockRow();
            var wrong = columns.Find(c =>
            {
                var read = c.Column.Read(CsvText.Read(row[c.Place]), item);
                item = read ?? item;
                return read is null;
            });
            if (wrong.Column is not null)
                into.Refuse(table.File, row.Line, wrong.Column.Name, wrong.Column.Takes);
            else
                into.Stock.Add(item);
        }
    }

    private static void ToRead(ExportTable table, Takeover into) =>
        into.Note("The journal, the staff, suppliers and recipes of an export are there to be read: people are invited anew, and "
            + "recipes and suppliers' addresses are entered here.");
}
