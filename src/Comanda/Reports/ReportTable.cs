using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Comanda.Reports;

/// <summary>
/// A report as a table: CSV, or a workbook for spreadsheets. Rows are written as they are read; a workbook lies in a file that is gone
/// with the answer, since its directory comes last.
/// </summary>
public sealed class ReportTable(string format, string name, IReadOnlyList<string> columns, IAsyncEnumerable<object?[]> rows) : IResult
{
    public const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public const string Csv = "text/csv";

    /// <summary>json, csv or xlsx: as the query says, else as the request accepts.</summary>
    public static string FormatOf(string? asked, RequestHead head, FieldErrors errors)
    {
        errors.OneOf("format", asked, "json", "csv", "xlsx");
        return asked
            ?? (head.Accept.Contains(Csv, StringComparison.OrdinalIgnoreCase) ? "csv"
                : head.Accept.Contains(Workbook, StringComparison.OrdinalIgnoreCase) ? "xlsx"
                : "json");
    }

    /// <summary>Rows of an answer as they are in JSON: a column for each field.</summary>
    public static ReportTable Of<T>(string format, string name, IEnumerable<T> rows)
    {
        var fields = Json.Options.GetTypeInfo(typeof(T)).Properties;
        return new(format, name, [.. fields.Select(f => f.Name)], Values());

        async IAsyncEnumerable<object?[]> Values()
        {
            foreach (var row in rows)
                yield return [.. fields.Select(f => f.Get!(row!))];
            await Task.CompletedTask;
        }
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentDisposition = $"attachment; filename={name}.{format}";
        httpContext.Response.Headers.CacheControl = "no-store";
        return format == "csv" ? WriteCsv(httpContext) : WriteWorkbook(httpContext);
    }

    private async Task WriteCsv(HttpContext http)
    {
        http.Response.ContentType = Csv + "; charset=utf-8";
        var piece = new StringBuilder(string.Join(',', columns)).Append("\r\n");
        await foreach (var row in rows.WithCancellation(http.RequestAborted))
        {
            piece.AppendJoin(',', row.Select(Cell)).Append("\r\n");
            if (piece.Length < Pieces.Size)
                continue;
            await http.Response.WriteAsync(piece.ToString(), http.RequestAborted);
            piece.Clear();
        }

        await http.Response.WriteAsync(piece.ToString(), http.RequestAborted);
    }

    private async Task WriteWorkbook(HttpContext http)
    {
        http.Response.ContentType = Workbook;
        await using var file = PassingFile.Open();
        await file.SaveAsAsync(
            Sheet(http.RequestAborted),
            sheetName: name,
            configuration: new OpenXmlConfiguration { AutoFilter = false },
            cancellationToken: http.RequestAborted);
        file.Position = 0;
        http.Response.ContentLength = file.Length;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Rows by name, one at a time.</summary>
    private async IAsyncEnumerable<IDictionary<string, object?>> Sheet([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in rows.WithCancellation(cancel))
            yield return columns.Zip(row).ToDictionary(c => c.First, c => c.Second switch
            {
                string text => Inert(text),
                DateTimeOffset at => at.UtcDateTime,
                var value => value,
            });
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => CsvText.Cell(text),
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => CsvText.Cell(value.ToString()!),
    };

    /// <summary>The writer makes a formula of a text that begins with <c>$=</c>.</summary>
    private static string Inert(string text) => text.StartsWith("$=", StringComparison.Ordinal) ? "'" + text : text;
}
