using System.Text;
using System.Text.RegularExpressions;

namespace Comanda.Tests.Orders;

public sealed partial class ReceiptTests(CafeApp app)
{
    private static async Task<(string? Type, byte[] Bytes)> Print(ComandaClient client, long order, string query)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?{query}");
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        return (response.Content.Headers.ContentType!.MediaType, await response.Content.ReadAsByteArrayAsync());
    }

    private async Task<(ComandaClient Cashier, Order Order)> Sale(string guest = "Zoë (VIP) \\ €", string method = "cash")
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        return (cashier, await cashier.PlaceOrder(new([new((await shop.Item("Flat white")).Id, 2, ["oat-milk"])], CustomerName: guest, Payments: [new(method)])));
    }

    [Fact]
    public async Task Every_receipt_but_the_first_says_that_it_is_a_reprint()
    {
        var (cashier, order) = await Sale();
        Encoding.UTF8.GetString((await Print(cashier, order.Id, "format=text")).Bytes).ShouldNotContain("REPRINT");
        foreach (var (format, copy) in new[] { ("text", 1), ("html", 2), ("pdf", 3), ("escpos", 4) })
            Encoding.Latin1.GetString((await Print(cashier, order.Id, "format=" + format)).Bytes).ShouldContain($"REPRINT {copy} - COPY");
        (await cashier.Ask($"GET /api/orders/{order.Id}/receipt?format=tiff")).Fields.ShouldBe(["format"]);
        (await cashier.Ask($"GET /api/orders/{order.Id}/receipt?columns=80")).Fields.ShouldBe(["columns"]);
        Encoding.UTF8.GetString((await Print(cashier, order.Id, "format=text")).Bytes).ShouldContain("REPRINT 5"); // what was refused was not handed out
    }

    [Fact]
    public async Task A_pdf_is_one_that_readers_take()
    {
        var (cashier, order) = await Sale();
        var (type, bytes) = await Print(cashier, order.Id, "format=pdf");
        type.ShouldBe("application/pdf");
        var pdf = Encoding.Latin1.GetString(bytes);
        pdf.ShouldStartWith("%PDF-1.4\n");
        pdf.ShouldEndWith("%%EOF\n");
        pdf.ShouldContain("(TOTAL EUR");
        pdf.ShouldContain("Zo\u00eb \\(VIP\\) \\\\ \u0080"); // the euro of Windows-1252
        // The table of places is right, to the byte: that is what readers begin with.
        var table = int.Parse(StartOfTable().Match(pdf).Groups[1].Value);
        pdf[table..].ShouldStartWith("xref\n0 8\n");
        foreach (var (number, place) in Places().Matches(pdf[table..]).Select((m, i) => (i + 1, int.Parse(m.Groups[1].Value))))
            pdf[place..].ShouldStartWith($"{number} 0 obj\n");
        var length = int.Parse(LengthOfStream().Match(pdf).Groups[1].Value);
        pdf[(pdf.IndexOf("stream\n", StringComparison.Ordinal) + 7 + length)..].ShouldStartWith("\nendstream");
    }

    [Theory]
    [InlineData("Zoë €", "\u001bt\u0013", new byte[] { (byte)'Z', (byte)'o', 0x89, (byte)' ', 0xd5 })] // code page 858
    [InlineData("Łódź", "\u001bt\u0012", new byte[] { 0x9d })] // 852
    [InlineData("Иван", "\u001bt\u0011", new byte[] { 0x88, 0xa2, 0xa0, 0xad })] // 866
    [InlineData("☕ 王", "", new byte[] { (byte)'?', (byte)' ', (byte)'?' })]
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
            Commands().Replace(Encoding.Latin1.GetString(bytes), "").Split('\n').ShouldAllBe(l => l.Length <= columns);
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
        var order = await cashier.PlaceOrder(new([new((await shop.Item("Flat white")).Id)], Payments: [new("card")]));
        (await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "not an address" })).Fields.ShouldBe(["to"]);
        (await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { })).Fields.ShouldBe(["to"]);
        (await cashier.Ask("POST /api/orders/999999999/receipt/email", new { to = "a@b.example" })).Code.ShouldBe("not_found");
        var sent = await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "guest@mail.example" });
        (sent.Status, sent.Text("status")).ShouldBe((202, "queued"));
        var mail = (await (await shop.As("admin")).Ask("GET /api/outbox")).Items.Single(m => m.GetProperty("to").GetString() == "guest@mail.example");
        mail.GetProperty("subject").GetString()!.ShouldContain(order.OrderNumber);
        mail.GetProperty("body").GetString()!.ShouldContain("TOTAL EUR");
    }

    [GeneratedRegex(@"startxref\n(\d+)\n")]
    private static partial Regex StartOfTable();

    [GeneratedRegex(@"(\d{10}) 00000 n \n")]
    private static partial Regex Places();

    [GeneratedRegex(@"/Length (\d+)")]
    private static partial Regex LengthOfStream();

    [GeneratedRegex(@"\x1b@|\x1bp...|\x1b[tEa].|\x1dV..|\x1d\(k(?:\x03\x00...|\x04\x00....|..1P0[!-~]+)", RegexOptions.Singleline)]
    private static partial Regex Commands();
}
