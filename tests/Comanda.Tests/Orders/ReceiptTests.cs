using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;

namespace Comanda.Tests.Orders;

public sealed partial class ReceiptTests(CafeApp app)
{
    private static async Task<(string? Type, byte[] Bytes)> Print(ComandaClient client, long order, string query)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?{query}");
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        return (response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsByteArrayAsync());
    }

    private async Task<(ComandaClient Cashier, OrderView Order)> Sale(string guest = "Zoë (VIP) \\ €", string method = "cash")
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        return (cashier, await cashier.PlaceOrder(new(
            "takeaway",
            [new((await shop.Item("Flat white")).Id, 2, ["oat-milk"])],
            CustomerName: guest,
            Payments: [new(method)])));
    }

    [Fact]
    public async Task Every_receipt_but_the_first_says_that_it_is_a_reprint()
    {
        var (cashier, order) = await Sale();
        Encoding.UTF8.GetString((await Print(cashier, order.Id, "format=text")).Bytes).ShouldNotContain("REPRINT");
        foreach (var (format, copy) in new[] { ("text", 1), ("html", 2), ("pdf", 3), ("escpos", 4) })
        {
            var bytes = (await Print(cashier, order.Id, "format=" + format)).Bytes;
            using var pdf = format == "pdf" ? PdfDocument.Open(bytes) : null;
            var text = pdf is null ? Encoding.Latin1.GetString(bytes) : string.Join('\n', Lines(pdf.GetPage(1)));
            text.ShouldContain($"REPRINT {copy} - COPY");
        }

        (await cashier.Ask($"GET /api/orders/{order.Id}/receipt?format=tiff")).Fields.ShouldBe(["format"]);
        (await cashier.Ask($"GET /api/orders/{order.Id}/receipt?columns=80")).Fields.ShouldBe(["columns"]);
        // what was refused was not handed out
        Encoding.UTF8.GetString((await Print(cashier, order.Id, "format=text")).Bytes).ShouldContain("REPRINT 5");
    }

    [Theory]
    [InlineData("Zoë (VIP) \\ €")]
    [InlineData("Łukasz Źdźbło, gęślą jaźń")]
    [InlineData("Ελένη Παπαδοπούλου")]
    [InlineData("Щукин Їжак")]
    [InlineData("Ağaoğlu İrem Şahin")]
    public async Task A_pdf_reads_as_what_it_says_in_the_letters_of_all_europe(string guest)
    {
        var (cashier, order) = await Sale(guest);
        var (type, bytes) = await Print(cashier, order.Id, "format=pdf");
        type.ShouldBe("application/pdf");
        var text = Encoding.UTF8.GetString((await Print(cashier, order.Id, "format=text")).Bytes);
        using var pdf = PdfDocument.Open(bytes);
        var page = pdf.GetPages().ShouldHaveSingleItem();
        var lines = Lines(page);
        lines.ShouldContain(l => l.Contains(guest));
        lines.ShouldContain(l => l.StartsWith("TOTAL EUR"));
        // Line by line what the text has, but for the count of copies and the address that is a code here.
        var same = text.Split('\n').Select(l => l.Trim())
            .Where(l => l.Length > 0 && !l.Contains("REPRINT") && !l.StartsWith("http", StringComparison.Ordinal)).ToList();
        lines.Where(l => l.Contains('?')).ShouldBeSubsetOf(same); // a letter that the face lacks
        foreach (var line in same.Take(8))
            lines.ShouldContain(line);
        page.Letters.Select(l => l.FontName).Distinct().ShouldAllBe(f => f!.Contains("DejaVu Sans Mono")); // the face is in the document
        page.Letters.Select(l => l.BoundingBox)
            .ShouldAllBe(b => b.Left >= 0 && b.Right <= page.Width && b.Bottom >= 0 && b.Top <= page.Height);
        bytes.Length.ShouldBeLessThan(150_000); // and of it only the letters that are used
    }

    [Theory]
    [InlineData("DejaVuSansMono.ttf")]
    [InlineData("DejaVuSansMono-Bold.ttf")]
    public void No_letter_of_the_face_is_made_of_parts_that_have_parts(string face)
    {
        // The library takes the parts of a letter along into the document, and not the parts of these: έ came without its ε, bold ó without
        // its o, though the text read well. The table glyf of TrueType, by its head, loca and maxp.
        using var file = typeof(Data.Database).Assembly.GetManifestResourceStream(face)!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
        int Long(int at) => (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
        var tables = Enumerable.Range(0, Word(4)).Select(i => 12 + (16 * i))
            .ToDictionary(at => Encoding.ASCII.GetString(bytes, at, 4), at => Long(at + 8));
        var isLong = Word(tables["head"] + 50) == 1;
        int Place(int glyph) => isLong ? Long(tables["loca"] + (4 * glyph)) : 2 * Word(tables["loca"] + (2 * glyph));
        bool HasParts(int glyph) => Place(glyph + 1) > Place(glyph) && (short)Word(tables["glyf"] + Place(glyph)) < 0;

        var composed = Enumerable.Range(0, Word(tables["maxp"] + 4)).Where(HasParts).ToList();
        composed.Count.ShouldBeGreaterThan(100);
        composed.Where(glyph => Parts(glyph).Any(HasParts)).ShouldBeEmpty();

        IEnumerable<int> Parts(int glyph)
        {
            for (int at = tables["glyf"] + Place(glyph) + 10, flags = 0x20; (flags & 0x20) != 0;)
            {
                flags = Word(at);
                yield return Word(at + 2);
                at += 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
            }
        }
    }

    private static List<string> Lines(Page page) =>
    [
        .. page.Letters
            .GroupBy(l => Math.Round(l.StartBaseLine.Y, 1))
            .OrderByDescending(line => line.Key)
            .Select(line => string.Concat(line.OrderBy(l => l.StartBaseLine.X).Select(l => l.Value)).Trim()),
    ];

    [Theory]
    [InlineData("Zoë €", "\u001bt\u0013", new byte[] { (byte)'Z', (byte)'o', 0x89, (byte)' ', 0xd5 })] // code page 858
    [InlineData("Łódź", "\u001bt\u0012", new byte[] { 0x9d })] // 852
    [InlineData("Иван", "\u001bt\u0011", new byte[] { 0x88, 0xa2, 0xa0, 0xad })] // 866
    [InlineData("☕ 王", "", new byte[] { 0x1d, (byte)'v', (byte)'0', 0 })] // drawn
    public async Task A_printer_gets_its_own_code_pages(string guest, string select, byte[] letters)
    {
        var (cashier, order) = await Sale(guest);
        foreach (var columns in new[] { 42, 32 })
        {
            var (type, bytes) = await Print(cashier, order.Id, "format=escpos&columns=" + columns);
            type.ShouldBe("application/vnd.escpos");
            bytes[..2].ShouldBe([0x1b, (byte)'@']);
            bytes[^4..].ShouldBe([0x1d, (byte)'V', 66, 3]); // feed and cut
            Encoding.Latin1.GetString(bytes).ShouldContain(select, Case.Sensitive);
            bytes.AsSpan().IndexOf(letters).ShouldBeGreaterThan(0);
            var text = Encoding.Latin1.GetString(PrinterBytes.WithoutPictures(bytes));
            Commands().Replace(text, "").Split('\n').ShouldAllBe(l => l.Length <= columns);
        }
    }

    [Fact]
    public async Task The_drawer_opens_for_cash_once_or_as_it_is_asked()
    {
        static bool Kicks(byte[] bytes) => bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1b, (byte)'p', 0]) == 2;
        var (cashier, cash) = await Sale();
        Kicks((await Print(cashier, cash.Id, "format=escpos")).Bytes).ShouldBeTrue();
        Kicks((await Print(cashier, cash.Id, "format=escpos")).Bytes).ShouldBeFalse();
        Kicks((await Print(cashier, cash.Id, "format=escpos&kick=true")).Bytes).ShouldBeTrue();
        var (other, card) = await Sale(method: "card");
        Kicks((await Print(other, card.Id, "format=escpos")).Bytes).ShouldBeFalse();
    }

    [Fact]
    public async Task A_receipt_goes_by_mail()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Flat white")).Id)], Payments: [new("card")]));
        (await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "not an address" })).Fields.ShouldBe(["to"]);
        (await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { })).Fields.ShouldBe(["to"]);
        (await cashier.Ask("POST /api/orders/999999999/receipt/email", new { to = "a@b.example" })).Code.ShouldBe("not_found");
        var sent = await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "guest@mail.example" });
        (sent.Status, sent.Text("status")).ShouldBe((202, "queued"));
        var mail = (await (await shop.As("admin")).Ask("GET /api/outbox")).Items
            .Single(m => m.GetProperty("to").GetString() == "guest@mail.example");
        mail.GetProperty("subject").GetString()!.ShouldContain(order.OrderNumber);
        mail.GetProperty("body").GetString()!.ShouldContain("TOTAL EUR");
    }

    [GeneratedRegex(
        @"\x1b@|\x1c\.|\x1bp...|\x1b[tEaR].|\x1d!.|\x1dV..|\x1d\(k(?:\x03\x00...|\x04\x00....|..1P0[!-~]+)",
        RegexOptions.Singleline)]
    private static partial Regex Commands();
}
