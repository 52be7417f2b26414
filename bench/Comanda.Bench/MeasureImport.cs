using System.Diagnostics;
using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// A real coffee chain's month, three times over: 149,682 lines through <c>comanda import sales</c>, as a process of its own, beside COPY
/// of the very rows that it wrote, into the same tables. Skipped where the chain's files do not lie beside the repository.
/// </summary>
internal static class MeasureImport
{
    private const string Tables = "orders, order_items, payments, imported_orders";

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        if (Chain() is not { } chain)
        {
            Progress.Say("import: skipped, there is no shared/data/ibm-coffee beside the repository");
            return;
        }

        var lines = await Months(chain, cluster.Folder, cancel);
        var (imports, copies) = (new List<Imported>(), new List<double>());
        for (var round = 1; round <= Math.Min(options.Rounds, 5); round++)
        {
            Progress.Say($"import: round {round}");
            var name = $"import_{round}";
            await using var cafe = await cluster.MakeCafe(name, cancel);
            imports.Add(await Import(options.Server, cluster, name, cancel));
            await Check(cafe.Database, lines, cancel);
            var again = await Import(options.Server, cluster, name, cancel);
            if (!again.Said.StartsWith("imported 0 orders", StringComparison.Ordinal))
                throw new BenchException("the second import was no repetition: " + again.Said);
            copies.Add(await Copy(cafe.Database, cluster, $"copies_{round}", cancel));
        }

        var table = new MarkdownTable(
            $"Import of {lines.Count:N0} real lines (median of {imports.Count} rounds, each in a database of its own, alternated)",
            "what",
            "seconds",
            "peak memory, MB",
            "processor of the process, s");
        table.Row(
            "`comanda import sales`, from start to end of the process",
            $"{imports.Select(i => i.Seconds).Median():F2}",
            $"{imports.Select(i => i.Megabytes).Median():F0}",
            $"{imports.Select(i => i.Processor).Median():F2}");
        table.Row($"COPY of the same rows into {Tables}", $"{copies.Median():F2}", "", "");
        table.Row("ratio", $"{imports.Zip(copies, (i, c) => i.Seconds / c).Median():F2}", "", "");
        table.Print($"Each round's sales are counted and summed against the file, and imported again: 0 new. {imports[0].Said}");
    }

    private sealed record Imported(double Seconds, double Megabytes, double Processor, string Said);

    private sealed record Lines(int Count, decimal Total);

    /// <summary>The chain's folder, beside this repository or above it.</summary>
    private static string? Chain()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var chain = Path.Combine(folder.FullName, "shared", "data", "ibm-coffee");
            if (Directory.Exists(chain))
                return chain;
        }

        return null;
    }

    /// <summary>April three times, as April, May and June; the products and the mapping lie beside it.</summary>
    private static async Task<Lines> Months(string chain, string folder, CancellationToken cancel)
    {
        var rows = await File.ReadAllLinesAsync(Path.Combine(chain, "201904 sales reciepts.csv"), cancel);
        var (count, total) = (0, 0m);
        await using (var file = new StreamWriter(Path.Combine(folder, "sales.csv")))
        {
            await file.WriteLineAsync(rows[0].AsMemory(), cancel);
            foreach (var month in new[] { "2019-04-", "2019-05-", "2019-06-" })
            {
                foreach (var row in rows.Skip(1).Where(r => r.Length > 0))
                {
                    await file.WriteLineAsync(row.Replace("2019-04-", month, StringComparison.Ordinal).AsMemory(), cancel);
                    count++;
                    total += decimal.Parse(row.Split(',')[11], CultureInfo.InvariantCulture);
                }
            }
        }

        File.Copy(Path.Combine(chain, "product.csv"), Path.Combine(folder, "product.csv"), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(folder, "mapping.json"), Mapping, cancel);
        return new(count, total);
    }

    private const string Mapping =
        """
        {
          "source": "chain", "currency": "USD", "time_zone": "America/New_York",
          "columns": {
            "transaction": ["sales_outlet_id", "transaction_date", "transaction_id"], "date": "transaction_date",
            "time": "transaction_time", "outlet": "sales_outlet_id", "product": "product_id", "quantity": "quantity",
            "unit_price": "unit_price", "amount": "line_item_amount", "type": "instore_yn", "staff": "staff_id", "customer": "customer_id"
          },
          "types": { "Y": "dine-in", "N": "takeaway" },
          "products": {
            "file": "product.csv",
            "columns": { "id": "product_id", "name": "product", "category": "product_group", "price": "current_retail_price" }
          },
          "shops": { "3": "Astoria", "5": "Lower Manhattan", "8": "Hell's Kitchen" }
        }
        """;

    private static async Task<Imported> Import(string server, BenchCluster cluster, string database, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                server, "import", "sales", Path.Combine(cluster.Folder, "sales.csv"), "--map", Path.Combine(cluster.Folder, "mapping.json"),
                "--database", cluster.ConnectionTo(database),
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = cluster.Folder,
        };
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(cancel);
        var wrong = process.StandardError.ReadToEndAsync(cancel);
        var (peak, processor) = (0L, TimeSpan.Zero);
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                (peak, processor) = (Math.Max(peak, process.PeakWorkingSet64), process.TotalProcessorTime);
            }
            catch (InvalidOperationException)
            {
                break; // it has just ended
            }

            await Task.Delay(10, cancel);
        }

        await process.WaitForExitAsync(cancel);
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return process.ExitCode == 0
            ? new(seconds, peak / 1048576.0, processor.TotalSeconds, (await said).Trim())
            : throw new BenchException($"the import ended with {process.ExitCode}: {await said} {await wrong}");
    }

    private static async Task Check(NpgsqlDataSource database, Lines lines, CancellationToken cancel)
    {
        var (count, total) = (
            (long)(await database.Scalar("select count(*) from order_items i join imported_orders o using (order_id)", cancel))!,
            (decimal)(await database.Scalar("select sum(total) from imported_orders", cancel))!);
        var entries = (long)(await database.Scalar("select count(*) from journal where kind = 'import'", cancel))!;
        if ((count, total / 100, entries) != (lines.Count, lines.Total, 3))
            throw new BenchException($"{count} lines, {total / 100} and {entries} entries instead of {lines.Count}, {lines.Total} and 3");
    }

    /// <summary>The rows out, and into the same tables of a database that has none yet, in one transaction.</summary>
    private static async Task<double> Copy(NpgsqlDataSource from, BenchCluster cluster, string name, CancellationToken cancel)
    {
        await cluster.CreateDatabase(name, cancel);
        await using var into = await Database.Open(cluster.ConnectionTo(name), cancel);
        await Migrations.Run(into, cancel);
        await using var export = await from.OpenConnectionAsync(cancel);
        var rows = new List<(string Table, byte[] Rows)>();
        foreach (var table in Tables.Split(", "))
        {
            var key = table == "orders" ? "id" : "order_id";
            using var content = new MemoryStream();
            await using (var stream = await export.BeginRawBinaryCopyAsync(
                $"copy (select * from {table} where {key} in (select order_id from imported_orders)) to stdout (format binary)", cancel))
                await stream.CopyToAsync(content, cancel);
            rows.Add((table, content.ToArray()));
        }

        await using var connection = await into.OpenConnectionAsync(cancel);
        var since = Stopwatch.GetTimestamp();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var (table, content) in rows)
        {
            await using var stream = await connection.BeginRawBinaryCopyAsync($"copy {table} from stdin (format binary)", cancel);
            await stream.WriteAsync(content, cancel);
        }

        await transaction.CommitAsync(cancel);
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
