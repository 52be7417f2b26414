using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Shops;
using Comanda.Taxes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// POST /api/menu/items/bulk-import: a menu as CSV, all of it or nothing. The header names the columns as the export does; a
/// mapping says which columns of another system's file stand for them. An item is found again by its sku, else by its
/// name in its category; columns that the file has not stay as they are.
/// </summary>
public sealed partial class ImportMenu(ComandaDb db, MenuChange change, ShopDirectory shops, Here here)
{
    /// <summary>A file as the items of a shop that has none yet, with what is wrong in it told in <paramref name="errors"/>.</summary>
    public static IReadOnlyList<MenuRow> ReadNew(byte[] file, Currency currency, TaxTable? taxes, List<ImportError> errors) =>
        Plan(ReadLines(file, [], currency, errors), [], currency, taxes, errors).ConvertAll(p => p.After);

    public async Task<Answer<ImportResult>> Handle(RawBody body, bool dryRun, string? mapping, CancellationToken cancel)
    {
        var given = await ReadBody(body, mapping, cancel);
        if (given.Refusal is { } unreadable)
            return unreadable;
        var shop = await shops.Of(here, cancel);
        var errors = new List<ImportError>();
        var lines = ReadLines(given.Value.File, given.Value.Mapping, shop.Currency, errors);

        await using var work = await change.Begin(cancel);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        // Imports and edits of a menu that run at once would both find an item missing.
        await connection.Execute("select 1 from shops where id = $1 for no key update", cancel, here.ShopId);
        var plan = Plan(lines, await MenuTable.Read(connection, here.ShopId, cancel), shop.Currency, shop.Taxes, errors);
        if (errors.Count > 0)
            return CsvUpload.Refused(errors);
        var result = ImportResult.Of(plan.ConvertAll(p => (p.Before, p.After)));
        if (dryRun || result.Created + result.Updated == 0)
            return result;
        try
        {
            await WriteMenu.Run(connection, here.ShopId, [.. plan.Where(p => p.Before != p.After).Select(p => p.After)], cancel);
        }
        catch (PostgresException twice) when (twice.ConstraintName == "menu_items_sku")
        {
            return CsvUpload.Refused([new(0, "sku", "another item got one of these in the same moment; try again")]);
        }

        foreach (var (_, before, after) in plan.Where(p => p.Before is not null))
            work.NotePrice("menu_item", after.Id!.Value, after.Name, before!.Price!.Value, after.Price!.Value, shop.Currency);
        await work.Commit(null, "import", cancel);
        return result;
    }

    /// <summary>The file from a form (its field <c>file</c>, and <c>mapping</c>) or as the body itself.</summary>
    private static async Task<Outcome<(byte[] File, Dictionary<string, string> Mapping)>> ReadBody(
        RawBody body,
        string? mapping,
        CancellationToken cancel)
    {
        var upload = await CsvUpload.ReadBody(body, "the menu", cancel);
        if (upload.Refusal is { } unreadable)
            return unreadable;
        mapping = upload.Value.Form?["mapping"].FirstOrDefault() ?? mapping;
        try
        {
            var named = string.IsNullOrWhiteSpace(mapping)
                ? null
                : JsonSerializer.Deserialize<Dictionary<string, string?>>(mapping, Json.Door);
            var read = (named ?? []).Where(m => m.Value is not null).ToDictionary(m => m.Key, m => m.Value!, StringComparer.Ordinal);
            var unknown = read.Keys.Where(k => MenuTable.Columns.All(c => c.Name != k)).ToList();
            return unknown.Count > 0
                ? Refusal.OfField(
                    "mapping",
                    $"has no column {string.Join(", ", unknown)}; it may have {string.Join(", ", MenuTable.Columns.Select(c => c.Name))}")
                : (upload.Value.File, read);
        }
        catch (JsonException)
        {
            return Refusal.OfField("mapping", """must be an object such as {"name": "product", "price": "retail_price"}""");
        }
    }

    /// <summary>The lines as cells by column name.</summary>
    private static List<(int Line, Dictionary<string, string> Cells)> ReadLines(
        byte[] file,
        Dictionary<string, string> mapping,
        Currency currency,
        List<ImportError> errors)
    {
        var rows = CsvUpload.Read(
            file,
            [.. mapping.Values.SelectMany(Placeholders)],
            mapping.Count > 0 ? null : [.. MenuTable.Columns.Select(c => c.Name)],
            errors);
        // Without a mapping the columns are the export's, and a cell is what the export wrote.
        var lines = rows.ConvertAll(row => (row.Line, MenuTable.Columns
            .Where(c => mapping.Count > 0 ? mapping.ContainsKey(c.Name) : row.Columns.ContainsKey(c.Name))
            .ToDictionary(
                c => c.Name,
                c => mapping.Count > 0 ? Fill(mapping[c.Name], row) : CsvText.Read(c.IsLongText ? row.Untrimmed(c.Name) : row[c.Name]),
                StringComparer.Ordinal)));
        if (errors.Count == 0 && lines[0].Item2.Count == 0)
            errors.Add(new(
                1,
                "file",
                $"has none of the columns {string.Join(", ", MenuTable.Columns.Select(c => c.Name))}; a mapping can name those it has"));
        ReadAmounts(lines, currency, errors);
        return lines;
    }

    /// <summary>
    /// Amounts that could be two numbers, read as the file's other amounts are written. Where those do not tell, a point before three
    /// digits is a decimal one in a currency that has three, and else nobody can know.
    /// </summary>
    private static void ReadAmounts(
        List<(int Line, Dictionary<string, string> Cells)> lines, Currency currency, List<ImportError> errors)
    {
        string[] amounts = [.. MenuTable.Columns.Where(c => c.IsNumber).Select(c => c.Name)];
        var mark = DecimalMark.Of(lines.SelectMany(l => amounts.Select(c => l.Cells.GetValueOrDefault(c, ""))))
            ?? (currency.Digits == 3 ? '.' : null);
        foreach (var (line, cells) in lines)
        {
            foreach (var column in amounts.Where(c => DecimalMark.IsAmbiguous(cells.GetValueOrDefault(c, ""))))
            {
                var cell = cells[column];
                if (mark is { } known)
                    cells[column] = DecimalMark.Read(cell, known);
                else if (errors.Count < CsvUpload.MostErrors)
                    errors.Add(new(line, column, $"could be {DecimalMark.Read(cell, '.')} or {DecimalMark.Read(cell, ',')}: {Unclear}"));
            }
        }
    }

    private const string Unclear = "no other amount of the file tells; write it without groups, with two decimals";

    /// <summary>What each line makes of the item it means.</summary>
    private static List<(int Line, MenuRow? Before, MenuRow After)> Plan(
        List<(int Line, Dictionary<string, string> Cells)> lines,
        List<MenuRow> menu,
        Currency currency,
        TaxTable? taxes,
        List<ImportError> errors)
    {
        var bySku = menu.Where(m => m.Sku.Length > 0).ToDictionary(m => m.Sku, StringComparer.Ordinal);
        // By what the export writes of them: of texts that are older than the rule for texts, without what it drops.
        var byName = menu.ToLookup(m => (PlainText.Lines(m.Category).ToLowerInvariant(), PlainText.Lines(m.Name).ToLowerInvariant()));
        var (plan, taken) = (new List<(int, MenuRow?, MenuRow)>(), new Dictionary<object, int>());
        var nths = new Dictionary<(string Category, string Name), int>();
        var linesOf = lines.CountBy(l => (
            l.Cells.GetValueOrDefault("category", "").ToLowerInvariant(),
            l.Cells.GetValueOrDefault("name", "").ToLowerInvariant())).ToDictionary();
        foreach (var (line, cells) in lines)
        {
            if (errors.Count >= CsvUpload.MostErrors)
                break;
            var (sku, name, category) = (
                cells.GetValueOrDefault("sku", ""),
                cells.GetValueOrDefault("name", ""),
                cells.GetValueOrDefault("category", ""));
            var alike = (category.ToLowerInvariant(), name.ToLowerInvariant());
            var named = byName[alike].Where(m => sku.Length == 0 || m.Sku.Length == 0).ToList();
            // Items that share a name are told apart by their order, where the file has all of them, as an export does.
            var nth = nths[alike] = nths.GetValueOrDefault(alike, -1) + 1;
            var all = named.Count > 1 && linesOf[alike] == named.Count;
            var before = sku.Length > 0 && bySku.TryGetValue(sku, out var known) ? known : all ? named[nth] : named.FirstOrDefault();
            if (before is not null && !all && before == named.FirstOrDefault() && named.Count > 1)
                errors.Add(new(line, "name", "stands on the menu more than once in this category; give a sku"));
            var after = before ?? new MenuRow();
            foreach (var column in MenuTable.Columns.Where(c => cells.ContainsKey(c.Name)))
            {
                var cell = cells[column.Name];
                var isPlain = PlainText.Is(cell, column.Kind);
                if (!isPlain)
                    errors.Add(new(line, column.Name, PlainText.Rule(column.Kind)));
                if (column.Read(cell, after, currency) is { } read)
                    after = read;
                else if (isPlain)
                    errors.Add(new(line, column.Name, column.Takes));
            }

            if (after is { IsCombo: true, TaxRate: not null })
                errors.Add(new(line, "tax_rate", "is that of its parts where an item is a combo; leave it empty"));
            if (after is { Unit: not null, IsCombo: true } or { Unit: not null, OnlyByPiece: true })
                errors.Add(new(line, "sold_by", "is piece for a combo, a part of one, and what is counted down"));
            ImportedTaxes.Check(line, cells, before, after, taxes, errors);
            foreach (var (field, missing) in new[]
            {
                ("name", after.Name.Length == 0),
                ("category", after.Category.Length == 0),
                ("price", after.Price is null)
            })
            {
                if (missing && !cells.ContainsKey(field))
                    errors.Add(new(line, field, "is required for a new item"));
            }

            foreach (var key in new[]
            {
                before?.Id is { } its ? (object)its : (after.Category.ToLowerInvariant(), after.Name.ToLowerInvariant(), after.Sku),
                after.Sku.Length > 0 ? "sku " + after.Sku : null
            })
            {
                if (key is not null && !taken.TryAdd(key, line))
                {
                    errors.Add(new(line, after.Sku.Length > 0 ? "sku" : "name", $"is the item of line {taken[key]} again"));
                    break;
                }
            }

            plan.Add((line, before, after));
        }

        CheckBarcodes(menu, plan, errors);
        ImportedTaxes.CheckDeposits(menu, plan, errors);
        return plan;
    }

    /// <summary>One article for each code, whatever its spelling: what a line makes it, nothing else may have.</summary>
    private static void CheckBarcodes(List<MenuRow> menu, List<(int Line, MenuRow? Before, MenuRow After)> plan, List<ImportError> errors)
    {
        var touched = plan.Select(p => p.Before?.Id).ToHashSet();
        var keeps = plan.ToLookup(p => p.Before is { } before && Gtin.KeyOf(before.Barcode) == Gtin.KeyOf(p.After.Barcode));
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in menu.Where(m => !touched.Contains(m.Id)).Concat(keeps[true].Select(p => p.After)))
            owners.TryAdd(Gtin.KeyOf(row.Barcode), row.Name);
        foreach (var (line, _, after) in keeps[false].Where(p => p.After.Barcode.Length > 0))
        {
            if (!owners.TryAdd(Gtin.KeyOf(after.Barcode), after.Name) && errors.Count < CsvUpload.MostErrors)
                errors.Add(new(line, "barcode", $"is that of {owners[Gtin.KeyOf(after.Barcode)]}"));
        }
    }

    /// <summary>A column's name, or a text with names in braces; what stands in brackets goes where its columns are empty or N/A.</summary>
    private static string Fill(string template, CsvRow row)
    {
        if (!template.Contains('{', StringComparison.Ordinal))
            return row[template];
        var whole = Optional().Replace(
            template,
            part => Placeholders(part.Groups["part"].Value).All(p => Given(row[p]).Length == 0) ? "" : part.Groups["part"].Value);
        return Placeholder().Replace(whole, p => Given(row[p.Groups["name"].Value])).Trim();
    }

    private static string Given(string cell) => cell is "N/A" or "n/a" or "NULL" ? "" : cell;

    private static IEnumerable<string> Placeholders(string template) =>
        template.Contains('{', StringComparison.Ordinal) ? Placeholder().Matches(template).Select(m => m.Groups["name"].Value) : [template];

    [GeneratedRegex(@"\{(?<name>[^{}]+)\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\[(?<part>[^\[\]]*)\]", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Optional();
}
