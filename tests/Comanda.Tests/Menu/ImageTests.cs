using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Comanda.Operations;

namespace Comanda.Tests.Menu;

public sealed partial class ImageTests(CafeApp app)
{
    /// <summary>A PNG of one colour, with a comment in it; more pixels may be claimed than there are.</summary>
    private static byte[] Png(int width, int height, int? claimedHeight = null, byte[]? colour = null)
    {
        var rows = new byte[height * (1 + (width * 3))];
        for (var i = 0; colour is not null && i < rows.Length; i++)
            rows[i] = i % (1 + (width * 3)) is > 0 and var x ? colour[(x - 1) % 3] : (byte)0;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(rows);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), claimedHeight ?? height);
        (head[8], head[9]) = (8, 2);
        return [
            0x89,
            .. "PNG\r\n\x1a\n"u8,
            .. Chunk("IHDR", head),
            .. Chunk("tEXt", [.. "Comment\0taken at 38.7223 N"u8]),
            .. Chunk("IDAT", packed.ToArray()),
            .. Chunk("IEND", [])
        ];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(typed));
        return [.. length, .. typed, .. crc];
    }

    private static uint Crc(byte[] data)
    {
        var crc = 0xffffffffu;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320u : crc >> 1;
        }

        return ~crc;
    }

    private static byte[] Half(byte[] file) => file[..(file.Length / 2)];

    private static async Task<byte[]> As(string extension)
    {
        var png = Png(900, 600);
        if (extension == "png")
            return png;
        var folder = Directory.CreateTempSubdirectory();
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "a.png"), png);
        using var vips = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("vipsthumbnail", [
            "a.png",
            "--size",
            "900x900",
            "-o",
            Path.Combine(folder.FullName, "b." + extension)
        ])
        { WorkingDirectory = folder.FullName, UseShellExecute = false })!;
        await vips.WaitForExitAsync();
        var made = await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "b." + extension));
        folder.Delete(recursive: true);
        return made;
    }

    private static Task<Answer> Upload(
        ComandaClient client,
        byte[] file,
        string name = "photo.jpg",
        string type = "image/jpeg",
        string field = "file")
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new(type);
        return client.Ask("POST /api/upload/image", new MultipartFormDataContent { { content, field, name } });
    }

    [Theory]
    [InlineData("png", "image/png")]
    [InlineData("jpg", "image/jpeg")]
    [InlineData("gif", "image/gif")]
    [InlineData("webp", "image/webp")]
    public async Task A_picture_is_kept_with_its_thumbnail_and_may_be_cached_for_ever(string extension, string type)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var uploaded = await Upload(manager, await As(extension), "../../evil.exe", "application/x-msdownload"); // its content tells
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        (uploaded.Body.GetProperty("width").GetInt32(), uploaded.Body.GetProperty("height").GetInt32()).ShouldBe((900, 600));
        uploaded.Text("filename")!.ShouldMatch(@"^[0-9a-f]{32}\." + extension + "$");
        foreach (var (url, side) in new[] { (uploaded.Text("url")!, 900), (uploaded.Text("thumbnail_url")!, 320) })
        {
            using var read = await app.Client().Send(HttpMethod.Get, url);
            read.Content.Headers.ContentType!.MediaType.ShouldBe(type);
            read.Headers.CacheControl!.ToString().ShouldContain("immutable");
            read.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            var bytes = await read.Content.ReadAsByteArrayAsync();
            ImageFormat.Read(bytes)!.Width.ShouldBe(side);
            Encoding.Latin1.GetString(bytes).ShouldNotContain("38.7223"); // where it was taken is nobody's business
            (await app.Client().Send(HttpMethod.Get, url, headers: new Dictionary<string, string>
            {
                ["If-None-Match"] = read.Headers.ETag!.Tag
            })).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotModified);
        }

        var item = await manager.Ask(
            "POST /api/menu",
            new { name = "Pictured", category = "Cakes", price = 1, image_url = uploaded.Text("url") });
        item.Text("thumbnail_url").ShouldBe(uploaded.Text("thumbnail_url"));
    }

    [Fact]
    public async Task Anything_else_is_refused_whatever_its_name_says()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        foreach (var (what, file) in new (string, byte[])[]
            {
                ("text", "hello"u8.ToArray()),
                ("svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"u8.ToArray()),
                ("html", "GIF is what this is not <script>"u8.ToArray()),
                ("pdf", "%PDF-1.7"u8.ToArray()),
                ("a head alone", [0x89, .. "PNG\r\n\x1a\n"u8]),
                ("cut off", Png(300, 300)[..90]),
                ("gif head, html body", [.. "GIF89a\x10\0\x10\0"u8, .. "<script>alert(1)</script>"u8]),
                ("jpeg head", [0xff, 0xd8, 0xff, 0xe0, 0, 16, .. new byte[40]]),
                ("jpeg cut off", (await As("jpg"))[..^60]),
                ("gif cut off", (await As("gif"))[..^40]),
                ("webp cut off", (await As("webp"))[..^40]),
                ("half a jpeg", Half(await As("jpg"))),
                ("half a png", Half(await As("png"))),
                ("half a gif", Half(await As("gif"))),
                ("half a webp", Half(await As("webp"))),
                ("bmp", [.. "BM"u8, .. new byte[60]]),
                ("tiff", [.. "II*\0"u8, .. new byte[60]]),
                })
        {
            var refused = await Upload(manager, file);
            (refused.Status, refused.Code).ShouldBe((415, "unsupported_image"), what);
        }

        (await Upload(manager, [])).Fields.ShouldBe(["file"]);
        (await manager.Ask("POST /api/upload/image", new { file = "x" })).Status.ShouldBe(415);
    }

    [Fact]
    public async Task A_decompression_bomb_is_refused_before_it_is_unpacked()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var bomb = Png(100, 100, claimedHeight: 2_000_000_000);
        (await Upload(manager, bomb)).Code.ShouldBe("unsupported_image");
        var real = Png(20_000, 20_000 / 6); // 66 million pixels in a file of some hundred kilobytes
        real.Length.ShouldBeLessThan(1_000_000);
        (await Upload(manager, real)).Text("detail")!.ShouldContain("pixels");
        (await Upload(manager, new byte[UploadImage.LargestFile + 1])).Status.ShouldBe(413);
        (await Upload(manager, Png(100, 100))).Status.ShouldBe(201); // and the server is well
    }

    [Fact]
    public async Task Pictures_lie_in_a_bucket_where_one_is_named_and_every_machine_reads_them()
    {
        var folder = Directory.CreateTempSubdirectory();
        await using var s3 = await NodePeer.Start("s3.js", folder.FullName, "pictures");
        ServeOptions With(ServeOptions options, string key = "S3RVER") => options with
        {
            ImageBucket = ImageBucketOptions.FromEnvironment(name => name switch
            {
                "COMANDA_S3_BUCKET" => "pictures",
                "COMANDA_S3_URL" =>
                    $"http://127.0.0.1:{s3.Port}",
                "COMANDA_S3_ACCESS_KEY" => key,
                "COMANDA_S3_SECRET_KEY" => "S3RVER",
                _ => null,
            }),
        };
        var shop = await app.NewShop();
        await using var first = await app.StartPassingProcess(o => With(o));
        await using var second = await app.StartPassingProcess(o => With(o));
        await using var locked = await app.StartPassingProcess(o => With(o, "UNKNOWN"));
        var uploaded = await Upload(await shop.As("manager", first.Address), Png(900, 600));
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        Directory.EnumerateFiles(folder.FullName, uploaded.Text("filename") + "*", SearchOption.AllDirectories).ShouldNotBeEmpty();
        foreach (var (url, side) in new[] { (uploaded.Text("url")!, 900), (uploaded.Text("thumbnail_url")!, 320) })
        {
            using var read = await app.Client(second.Address).Send(HttpMethod.Get, url);
            read.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
            ImageFormat.Read(await read.Content.ReadAsByteArrayAsync())!.Width.ShouldBe(side);
        }

        (await app.Client(second.Address).Ask("GET /uploads/00000000000000000000000000000000.png")).Code.ShouldBe("not_found");
        // A key that is refused, or a store that is gone, is the operator's trouble: said as that, and nothing else stops.
        var refused = await app.Client(locked.Address).Ask($"GET {uploaded.Text("url")}");
        (refused.Status, refused.Code).ShouldBe((503, "images_unavailable"));
        (await Upload(await shop.As("manager", locked.Address), Png(9, 9))).Code.ShouldBe("images_unavailable");
        await s3.Stop();
        (await app.Client(second.Address).Ask($"GET {uploaded.Text("url")}")).Code.ShouldBe("images_unavailable");
        (await app.Client(second.Address).Ask("GET /api/menu", null, ("X-Shop-Id", shop.Id.ToString()))).Status.ShouldBe(200);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "garbage")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\ncut off")]
    [InlineData("multipart/form-data", "--x--")]
    public async Task A_form_that_is_broken_is_the_senders_mistake(string type, string body)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        foreach (var path in new[] { "/api/upload/image", "/api/menu/items/bulk-import" })
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var answer = await manager.Ask("POST " + path, content);
            answer.Status.ShouldBe(400, answer.ToString());
            answer.Fields.ShouldHaveSingleItem();
        }
    }

    [Theory]
    [InlineData("/uploads/..%2f..%2fetc%2fpasswd")]
    [InlineData("/uploads/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("/uploads/....//etc/passwd")]
    [InlineData("/uploads/00000000000000000000000000000000.jpg")]
    [InlineData("/uploads/0000000000000000000000000000000.jpg%00.png")]
    [InlineData("/uploads/a.php")]
    [InlineData("/uploads/")]
    public async Task No_path_leads_out_of_the_store(string path)
    {
        using var answer = await app.Client().Send(HttpMethod.Get, path);
        ((int)answer.StatusCode).ShouldBeInRange(400, 404, path);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("root:");
    }
}
