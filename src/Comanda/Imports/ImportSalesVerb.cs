using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// comanda import sales FILE --map MAPPING: takes over another system's sales. Rows that cannot be taken are set aside in
/// a CSV with line number and reason; the exit code is then 2.
/// </summary>
public static class ImportSalesVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var file = new Argument<FileInfo>("file") { Description = "The sales export (CSV)" };
        var map = new Option<FileInfo>("--map") { Description = "The mapping file; see docs/import-sales.md", Required = true };
        var report = new Option<FileInfo?>("--report") { Description = "Where rows that were set aside are written (FILE.set-aside.csv)" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read and check everything, write nothing" };
        var sales = new Command("sales", "Takes over another system's sales.") { file, map, report, dryRun };
        sales.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed,
            (database, _) => Run(
                database,
                parsed.GetValue(file)!,
                parsed.GetValue(map)!,
                parsed.GetValue(report) ?? new FileInfo(Path.GetFileName(parsed.GetValue(file)!.Name) + ".set-aside.csv"),
                parsed.GetValue(dryRun),
                cancel),
            cancel)));
        return sales;
    }

    private static async Task<int> Run(
        NpgsqlDataSource database,
        FileInfo file,
        FileInfo map,
        FileInfo report,
        bool dryRun,
        CancellationToken cancel)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        var result = await Import(database, file, map, dryRun, new ProgressBar(), cancel);
        var (mapping, done) = result;
        var currency = Currency.Of(mapping.Currency);
        Console.WriteLine(
            $"{(dryRun ? "would import" : "imported")} {done.Orders} orders, {done.Lines} lines, {done.Total.ToText(currency)}"
            + $" in {started.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s; {done.AlreadyThere} were there before");
        if (done.SetAside.Count == 0)
            return 0;
        await File.WriteAllTextAsync(report.FullName, ToCsv(done.SetAside), new UTF8Encoding(false), cancel);
        var left = done.SetAside.Count(s => !s.Kept);
        Console.WriteLine($"{left} rows were set aside, {done.SetAside.Count - left} kept with a remark: {report}");
        return left > 0 ? 2 : 0;
    }

    /// <summary>Reads, checks and writes one file.</summary>
    public static async Task<(SalesMapping Mapping, SalesImported Result)> Import(
        NpgsqlDataSource database, FileInfo file, FileInfo map, bool dryRun, ProgressBar bar, CancellationToken cancel)
    {
        var mapping = await SalesMapping.Read(map.FullName, cancel);
        SalesFile read;
        byte[] sha256;
        try
        {
            await using var sales = file.OpenRead();
            sha256 = await SHA256.HashDataAsync(sales, cancel);
            sales.Position = 0;
            var productPath = mapping.Products is { } p ? Path.Combine(Path.GetDirectoryName(file.FullName)!, p.File) : null;
            await using var products = productPath is null ? null : File.OpenRead(productPath);
            read = new ReadSales(mapping).Run(sales, file.Name, products, at => bar.Show("reading", at, sales.Length));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(missing.Message);
        }

        using var ids = new Ids(database);
        var result = await new WriteSales(database, ids, TimeProvider.System).Run(
            mapping, new(file.Name, sha256, read), dryRun, (done, all) => bar.Show("writing", done, all), cancel);
        bar.Finish();
        return (mapping, result);
    }

    private static string ToCsv(IEnumerable<SetAside> rows)
    {
        var csv = new StringBuilder("line,taken,reason,row\r\n");
        foreach (var row in rows.OrderBy(r => r.Line))
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{row.Line},{(row.Kept ? "yes" : "no")},{CsvText.Cell(row.Reason)},{CsvText.Cell(row.Row)}\r\n");
        return csv.ToString();
    }
}

/// <summary>A bar on a terminal; nothing where the output goes elsewhere. Whoever else wants to know of progress is told too.</summary>
public sealed class ProgressBar(bool quiet = false, Action<string, long, long>? onProgress = null)
{
    private const int Width = 40;

    private readonly bool on = !quiet && !Console.IsErrorRedirected;
    private string shown = "";

    public void Show(string what, long done, long all)
    {
        onProgress?.Invoke(what, done, all);
        if (!on || all <= 0)
            return;
        var filled = (int)Math.Min(Width, done * Width / all);
        var bar = $"\r{what,-8} [{new string('#', filled)}{new string('.', Width - filled)}] {done * 100 / all,3} %";
        if (bar == shown)
            return;
        shown = bar;
        Console.Error.Write(bar);
    }

    public void Finish()
    {
        if (on)
            Console.Error.WriteLine();
    }
}
