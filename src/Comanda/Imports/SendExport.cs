using System.IO.Compression;

namespace Comanda.Imports;

/// <summary>GET /api/exports: the files in a zip. It is made on the disk, so that whoever reads slowly holds no rows.</summary>
public static class SendExport
{
    public static async Task<IResult> Of(ExportShop export, long shop, CancellationToken cancel)
    {
        var file = PassingFile.Open();
        try
        {
            await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                await export.Write(shop, name => zip.CreateEntry(name, CompressionLevel.Fastest).Open(), cancel);
            file.Position = 0;
            return TypedResults.File(file, "application/zip", "shop.zip");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
