using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace Comanda.Tests.Printing;

/// <summary>
/// Receipts and tickets as pictures, and the logo above them. With COMANDA_SHOW_PAPER naming a folder the pictures lie there, for somebody
/// to look at.
/// </summary>
public sealed class ReceiptPictureTests(CafeApp app)
{
    private static async Task<byte[]> Get(ComandaClient client, string path, string type)
    {
        using var response = await client.Send(HttpMethod.Get, path);
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, path);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static (int Width, int Height) Size(byte[] png) =>
        (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

    private static void Show(string name, byte[] png)
    {
        if (Environment.GetEnvironmentVariable("COMANDA_SHOW_PAPER") is { Length: > 0 } folder)
            File.WriteAllBytes(Path.Combine(folder, name + ".png"), png);
    }

    /// <summary>A bean on a light ground, in greys.</summary>
    private static byte[] Logo()
    {
        using var picture = new SKBitmap(640, 320);
        using var canvas = new SKCanvas(picture);
        canvas.Clear(SKColors.White);
        using var grey = new SKPaint { Color = new(120, 90, 60), IsAntialias = true };
        canvas.DrawOval(320, 160, 240, 120, grey);
        using var dark = new SKPaint { Color = SKColors.Black, StrokeWidth = 18, IsStroke = true, IsAntialias = true };
        canvas.DrawLine(110, 130, 530, 190, dark);
        using var file = picture.Encode(SKEncodedImageFormat.Png, 100);
        return file.ToArray();
    }

    private static async Task<string> Upload(ComandaClient client)
    {
        var content = new ByteArrayContent(Logo());
        content.Headers.ContentType = new("image/png");
        var uploaded = await client.Ask("POST /api/upload/image", new MultipartFormDataContent { { content, "file", "logo.png" } });
        uploaded.Status.ShouldBe(201, uploaded.ToString());
        return uploaded.Text("url")!;
    }

    [Fact]
    public async Task A_receipt_is_a_picture_as_wide_as_its_paper()
    {
        var shop = await PrintShop.Open(
            app,
            ("receipt_footer", "Ευχαριστούμε! До свидания\nDziękujemy – à bientôt"));
        var names = new[]
        {
            "Żurek śląski z białą kiełbasą i jajkiem na twardo",
            "Ελληνικός καφές",
            "Пирожок с капустой",
            "拿铁咖啡",
        };
        var lines = new List<object>();
        foreach (var (n, name) in names.Index())
        {
            var item = await shop.Owner.Ask("POST /api/menu/items", new { name, category = "Coffee", price = n == 0 ? 1_234.5m : 3.2m });
            var wish = n == 2 ? "без сметаны; ağzına kadar" : null;
            lines.Add(new { menu_item_id = item.Id, quantity = n + 1, special_instructions = wish });
        }

        var order = await shop.Owner.Ask("POST /api/orders", new
        {
            table = "12",
            customer_name = "Ελένη Παπαδοπούλου",
            items = lines,
            discount = new { type = "percentage", value = 10, reason = "regular guest" },
            payments = new[] { new { method = "card" } },
        });
        order.Status.ShouldBe(201, order.ToString());
        foreach (var (columns, dots) in new[] { (32, 384), (42, 512), (48, 576) })
        {
            var png = await Get(shop.Owner, $"/api/orders/{order.Id}/receipt?format=png&columns={columns}", "image/png");
            Size(png).Width.ShouldBe(dots);
            Show($"receipt-{columns}", png);
        }

        (await Get(shop.Owner, $"/api/orders/{order.Id}/receipt?format=text&columns=48", "text/plain"))
            .Count(b => b == '\n').ShouldBeGreaterThan(10);
        (await shop.Owner.Ask($"GET /api/orders/{order.Id}/receipt?format=png&columns=40")).Fields.ShouldBe(["columns"]);
    }

    [Fact]
    public async Task The_model_chooses_the_code_pages_of_escpos()
    {
        var shop = await PrintShop.Open(app);
        var order = await shop.Owner.Ask("POST /api/orders", new
        {
            customer_name = "Иван",
            items = new[] { new { menu_item_id = (await shop.Shop.Item("Espresso")).Id } },
        });
        foreach (var (model, page) in new[] { ("", 17), ("&model=Rongta%20RP326", 7) })
        {
            var bytes = await Get(
                shop.Owner, $"/api/orders/{order.Id}/receipt?format=escpos&kick=false{model}", "application/vnd.escpos");
            bytes.AsSpan().IndexOf((byte[])[0x1b, (byte)'t', (byte)page, 0x88, 0xa2]).ShouldBeGreaterThan(0);
        }

        var drawn = await Get(
            shop.Owner, $"/api/orders/{order.Id}/receipt?format=escpos&kick=false&model=MPT-II", "application/vnd.escpos");
        Encoding.ASCII.GetString(Orders.PrinterBytes.WithoutPictures(drawn)).ShouldContain("[picture]");
        (await shop.Owner.Ask($"GET /api/orders/{order.Id}/receipt?format=escpos&model={new string('x', 101)}"))
            .Fields.ShouldBe(["model"]);
    }

    [Fact]
    public async Task A_logo_stands_above_receipts_in_dots_and_not_above_tickets()
    {
        var shop = await PrintShop.Open(app);
        var plain = await shop.Sell(paid: true);
        var before = Size(await Get(shop.Owner, $"/api/orders/{plain.Id}/receipt?format=png&columns=48", "image/png"));
        (await shop.Owner.Ask("PUT /api/config/receipt_logo", new { value = "https://elsewhere.example/logo.png" }))
            .Fields.ShouldBe(["value"]);
        var url = await Upload(shop.Owner);
        (await shop.Owner.Ask("PUT /api/config/receipt_logo", new { value = url })).Status.ShouldBe(200);
        var order = await shop.Sell(paid: true);
        var png = await Get(shop.Owner, $"/api/orders/{order.Id}/receipt?format=png&columns=48", "image/png");
        Size(png).ShouldBe((576, before.Height + 160));
        Show("receipt-logo", png);
        var escpos = await Get(shop.Owner, $"/api/orders/{order.Id}/receipt?format=escpos&kick=false", "application/vnd.escpos");
        Encoding.ASCII.GetString(Orders.PrinterBytes.WithoutPictures(escpos)).ShouldContain("[picture]");

        var star = await shop.Add("cloudprnt", new { columns = 48, prints = Array.Empty<string>() });
        var (receipt, ticket) = (await shop.Ask(star.Id, order.Id), await shop.Ask(star.Id, order.Id, "kitchen"));
        var printed = new FakeStar(star.Text("url")!) { Prefers = ["image/png"] };
        await printed.Step();
        await printed.Step();
        var seen = await Get(shop.Owner, $"/api/print-jobs/{receipt}/paper?format=png", "image/png");
        printed.Paper[0].Bytes.ShouldBe(seen);
        Size(seen).Height.ShouldBeGreaterThan(before.Height + 100);
        var kitchen = await Get(shop.Owner, $"/api/print-jobs/{ticket}/paper", "image/png");
        printed.Paper[1].Bytes.ShouldBe(kitchen);
        Show("ticket-48", kitchen);
        Encoding.UTF8.GetString(await Get(shop.Owner, $"/api/print-jobs/{ticket}/paper?format=text", "text/plain"))
            .ShouldContain("1 x Espresso");
        (await shop.Owner.Ask($"GET /api/print-jobs/{ticket}/paper?format=pdf")).Fields.ShouldBe(["format"]);
        (await (await (await app.NewShop()).As("owner")).Ask($"GET /api/print-jobs/{ticket}/paper")).Status.ShouldBe(404);

        (await shop.Owner.Ask("PUT /api/config/receipt_logo", new { value = "" })).Status.ShouldBe(200);
        Size(await Get(shop.Owner, $"/api/orders/{order.Id}/receipt?format=png&columns=48", "image/png"))
            .Height.ShouldBeLessThan(before.Height + 100);
    }

    [Fact]
    public async Task Tickets_show_changes_refunds_and_what_is_called_off_on_any_paper()
    {
        var shop = await PrintShop.Open(app);
        var printers = new Dictionary<int, long>();
        foreach (var columns in new[] { 32, 42, 48 })
            printers[columns] = (await shop.Add("cloudprnt", new { columns, prints = (string[])["kitchen"] })).Id;
        var (espresso, bagel) = ((await shop.Shop.Item("Espresso")).Id, (await shop.Shop.Item("Smoked salmon bagel")).Id);
        var order = await shop.Owner.Ask("POST /api/orders", new
        {
            table = "4",
            customer_name = "Ann with a name that is longer than any paper is wide",
            notes = "all together, please",
            items = new object[]
            {
                new { menu_item_id = espresso, quantity = 2, special_instructions = "bardzo gorąca; чуть сахара" },
                new { menu_item_id = bagel, quantity = 1, special_instructions = "no capers" },
            },
        });
        var version = order.Body.GetProperty("version").GetInt64();
        var line = order.Body.GetProperty("items")[0].GetProperty("id").GetInt64();
        (await shop.Owner.Ask($"PUT /api/orders/{order.Id}", new { items = new[] { new { id = line, quantity = 3 } }, version }))
            .Status.ShouldBe(200);
        (await shop.Owner.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
        await Answers.Eventually(async () => (await shop.Jobs("limit=100")).Count >= 15, 100);
        foreach (var job in await shop.Jobs("limit=100"))
        {
            var columns = printers.Single(p => p.Value == job.GetProperty("printer_id").GetInt64()).Key;
            var id = job.GetProperty("id").GetInt64();
            var png = await Get(shop.Owner, $"/api/print-jobs/{id}/paper", "image/png");
            Size(png).Width.ShouldBe(columns switch { 32 => 384, 42 => 512, _ => 576 });
            Show($"ticket-{columns}-{job.GetProperty("revision")}-{id}", png);
        }
    }
}
