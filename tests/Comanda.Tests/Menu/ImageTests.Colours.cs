using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Comanda.Menu;
using Comanda.Operations;

namespace Comanda.Tests.Menu;

/// <summary>Colours, with and without a profile.</summary>
public sealed partial class ImageTests
{
    [Theory]
    [InlineData(60, 30, 10)] // chocolate
    [InlineData(200, 90, 20)]
    [InlineData(255, 255, 255)]
    public async Task Colours_without_a_profile_stay_what_they_are_and_so_do_their_thumbnails(byte red, byte green, byte blue)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var uploaded = await Upload(manager, Png(64, 64, colour: [red, green, blue]));
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        foreach (var url in new[] { uploaded.Text("url")!, uploaded.Text("thumbnail_url")! })
        {
            var kept = Pixel(await (await manager.Send(HttpMethod.Get, url)).Content.ReadAsByteArrayAsync());
            kept.Zip([red, green, blue], (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(3, $"{url}: {string.Join(",", kept)}");
        }
    }

    [Fact]
    public async Task A_grey_picture_without_a_profile_stays_as_grey_as_it_is()
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, 8);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), 8);
        head[8] = 8; // bits of grey
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < 8; row++)
                zlib.Write([0, 40, 40, 40, 40, 40, 40, 40, 40]);
        }

        byte[] grey = [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", head), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var uploaded = await Upload(manager, grey);
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        var kept = Pixel(await (await manager.Send(HttpMethod.Get, uploaded.Text("url")!)).Content.ReadAsByteArrayAsync());
        ((int)kept[0]).ShouldBeInRange(37, 43);
    }

    [Fact]
    public async Task Colours_of_a_wide_profile_stay_what_they_look_like()
    {
        var folder = Directory.CreateTempSubdirectory();
        async Task<string> Vips(params string[] arguments)
        {
            using var vips = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "vipsthumbnail",
                arguments)
            { WorkingDirectory = folder.FullName, UseShellExecute = false, RedirectStandardError = true })!;
            var said = await vips.StandardError.ReadToEndAsync();
            await vips.WaitForExitAsync();
            return said;
        }

        // A strong orange, written in Display P3 as newer phones do; without its profile the same numbers would look pale.
        var orange = Png(64, 64, colour: [200, 90, 20]);
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "a.png"), orange);
        (await Vips(
            "a.png",
            "--size",
            "64x64",
            "--import-profile",
            "srgb",
            "--export-profile",
            "p3",
            "-o",
            Path.Combine(folder.FullName, "wide.png"))).ShouldBeEmpty();
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var uploaded = await Upload(manager, await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "wide.png")));
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        var kept = Pixel(await (await manager.Send(HttpMethod.Get, uploaded.Text("url")!)).Content.ReadAsByteArrayAsync());
        kept.Zip(new byte[] { 200, 90, 20 }, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(6, string.Join(",", kept));
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// The first pixel of a PNG of one colour (8 bits, RGB or RGBA): its first row is filtered by nothing that changes it.
    /// </summary>
    private static byte[] Pixel(byte[] png)
    {
        using var packed = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (Encoding.ASCII.GetString(png, at + 4, 4) == "IDAT")
                packed.Write(png, at + 8, length);
            at += length + 12;
        }

        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var row = new byte[4];
        zlib.ReadExactly(row);
        return row[1..];
    }
}
