using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Comanda.Data;

/// <summary>
/// A table as a CSV file to download (UTF-8, RFC 4180). It is made a few at a time, since its rows are in memory meanwhile,
/// and sent from a temporary file: whoever reads slowly, or not at all, holds a place on the disk and no rows.
/// </summary>
public sealed class CsvFile : IResult
{
    private static readonly FairSeats Making = new(seats: 2, mostWaitingAtOnePlace: 100);

    private readonly string name;
    private readonly FileBufferingWriteStream content;

    private CsvFile(string name, FileBufferingWriteStream content)
    {
        this.name = name;
        this.content = content;
    }

    /// <summary>The file of these columns and rows, whose cells are ready to be written.</summary>
    /// <exception cref="TooManyWaitException">So many of this shop wait already.</exception>
    public static async Task<CsvFile> Make(
        string name,
        long shop,
        IEnumerable<string> columns,
        Func<Task<IEnumerable<IEnumerable<string>>>> rows,
        CancellationToken cancel)
    {
        await Making.Take($"{shop}", cancel);
        var content = new FileBufferingWriteStream();
        try
        {
            await using var writer = new StreamWriter(content, new UTF8Encoding(false), 8 * 1024, leaveOpen: true) { NewLine = "\r\n" };
            await writer.WriteLineAsync(string.Join(',', columns));
            foreach (var row in await rows())
                await writer.WriteLineAsync(string.Join(',', row).AsMemory(), cancel);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
        finally
        {
            Making.Release();
        }

        return new(name, content);
    }

    public async Task ExecuteAsync(HttpContext http)
    {
        await using (content)
        {
            http.Response.ContentType = "text/csv; charset=utf-8";
            http.Response.ContentLength = content.Length;
            var place = new ContentDispositionHeaderValue("attachment");
            place.SetHttpFileName(name);
            http.Response.Headers.ContentDisposition = place.ToString();
            await content.DrainBufferAsync(http.Response.Body, http.RequestAborted);
        }
    }
}
