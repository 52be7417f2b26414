namespace Comanda.Imports;

/// <summary>
/// A kind of file that is known: whose it is, what it holds, the headings that it cannot be without (each in every spelling that was seen),
/// and who reads it.
/// </summary>
internal sealed record KnownExport(string System, string Kind, string[][] Headings, Action<ExportTable, Takeover> Read)
{
    /// <summary>Of several files of a system some have to be read before others: payments after the sales that they are for.</summary>
    public int Turn { get; init; }

    /// <summary>What its headings have to be besides, where a list of them does not say it.</summary>
    public Func<ExportTable, bool>? Also { get; init; }

    public bool Fits(ExportTable table)
    {
        foreach (var spellings in Headings)
        {
            if (!table.Has(spellings))
                return false;
        }

        return Also?.Invoke(table) ?? true;
    }
}

/// <summary>Recognises files by their headings, and reads them.</summary>
internal static class KnownExports
{
    public const string Sales = "sales", Payments = "payments", Catalogue = "catalogue", Customers = "customers";

    private static readonly KnownExport[] All =
    [
        .. SquareExports.All,
        .. LoyverseExports.All,
        .. ShopifyExports.All,
        .. ToastExports.All,
        .. CloverExports.All,
        .. OtherCatalogues.All,
        .. SumUpExports.All,
        .. ZettleExports.All,
        .. OdooExports.All,
        .. OwnExports.All,
    ];

    /// <summary>Everything that the files say, of whatever systems they are.</summary>
    public static Takeover Read(IReadOnlyList<BroughtFile> files, Takeover into)
    {
        var found = new List<(KnownExport Export, ExportTable Table)>();
        foreach (var file in files)
        {
            try
            {
                var tables = ReadTables.Of(file);
                var of = tables.Select(Recognise).OfType<(KnownExport Export, ExportTable Table)>().ToList();
                if (of.Count == 0)
                {
                    into.Refuse(file.Name, 1, "file", Unknown(tables));
                    continue;
                }

                found.AddRange(of);
                into.Files.AddRange(of.Select(f => new RecognisedFile(f.Table.File, f.Export.System, f.Export.Kind, f.Table.Rows.Count)));
            }
            catch (UnreadableFileException unreadable)
            {
                into.Refuse(file.Name, 1, "file", unreadable.Message);
            }
        }

        foreach (var (export, table) in found.OrderBy(f => f.Export.Turn))
            export.Read(table, into);
        FinishSales.Run(into);
        return into;
    }

    /// <summary>What a table is, with its headings found; of several that fit, the one that asks for most.</summary>
    private static (KnownExport, ExportTable)? Recognise(RawTable raw)
    {
        foreach (var row in ReadTables.HeadingRows(raw))
        {
            if (raw.Rows[row].Cells.Length < 3)
                continue;
            var table = ReadTables.At(raw, row);
            if (All.Where(k => k.Fits(table)).MaxBy(k => k.Headings.Length) is { } known)
                return (known, table);
        }

        return null;
    }

    /// <summary>Reports that are known, and of which no sale can be made.</summary>
    private static readonly (string What, string[][] Headings)[] OnlySums =
    [
        (
            "is Clover's Revenue Item Sales: sums of a period. Bring its line items and orders exports",
            [["Category Name"], ["Gross Sales"], ["Net Sales"], ["Sold"], ["Modifier Name"]]),
        (
            "is Toast's AllItemsReport: sums of a day. Bring ItemSelectionDetails, OrderDetails and PaymentDetails of the same folder",
            [["Menu Item"], ["Avg Price"], ["Item Qty"], ["Gross Amount"]]),
        ("is a report of products: sums of a period. Bring the receipts", [["Product"], ["Quantity"], ["Total"]]),
    ];

    private static string Unknown(IReadOnlyList<RawTable> tables)
    {
        foreach (var raw in tables)
        {
            foreach (var row in ReadTables.HeadingRows(raw))
            {
                var table = ReadTables.At(raw, row);
                if (raw.Rows[row].Cells.Length > 2
                    && OnlySums.FirstOrDefault(s => Array.TrueForAll(s.Headings, h => table.Has(h))) is { What: { } what })
                    return what;
            }
        }


        var headings = tables.SelectMany(t => t.Rows.Take(1)).SelectMany(r => r.Cells).Where(c => c.Trim().Length > 0).Take(8);
        return "is no export that is known; its headings are " + string.Join(", ", headings)
            + ". A mapping file says what its columns mean: see docs/import.md";
    }
}
