using System.Text;
using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>What is kept may be older than the rule for texts: whatever prints or sends it drops what a machine would obey.</summary>
public sealed partial class PrintedTextTests(CafeApp app)
{
    /// <summary>
    /// ESC p: the drawer opens. GS V: the paper is cut. DLE DC4: the drawer, in real time. CAN: what waits to be printed is gone. Without
    /// U+0000, which no database keeps.
    /// </summary>
    private const string Commands = "\u001bp0\u0019\u00fa\u001dV1\u0010\u0014\u0001\u0001\u0018\u007f\u009b31m\u0085\u202e\u2066";

    private static async Task<byte[]> Print(ComandaClient client, long order, string query)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?{query}");
        response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>The bytes without the commands that a receipt of ours has.</summary>
    private static string WithoutOurs(byte[] bytes) =>
        OurCommands().Replace(Encoding.Latin1.GetString(PrinterBytes.WithoutPictures(bytes)), "");

    [Fact]
    public async Task Amounts_stand_in_their_column_whatever_letters_stand_before_them()
    {
        var shop = await app.NewShop();
        var (cashier, manager) = (await shop.As("cashier"), await shop.As("manager"));
        var names = new[] { "拿铁咖啡", "Cafe\u0301 au lait", "Ελληνικός", new string('餡', 30), "Latte" };
        var lines = new List<object>();
        foreach (var name in names)
            lines.Add(new { menu_item_id = (await manager.AddMenuItem(new { name, category = "Coffee", price = 4 })).Id });
        var order = await cashier.Ask("POST /api/orders", new { items = lines });
        order.Status.ShouldBe(201, order.ToString());

        var text = Encoding.UTF8.GetString(await Print(cashier, order.Id, "format=text")).Split('\n');
        var width = text.First(l => l.StartsWith("---", StringComparison.Ordinal)).Length;
        int Columns(string line) => line.Length + line.Count(c => c is >= '\u4e00' and <= '\u9fff'); // those take two
        text.Where(l => Columns(l) > width).ShouldBeEmpty();
        foreach (var line in text.Where(l => l.EndsWith(" 4.00", StringComparison.Ordinal)))
            Columns(line).ShouldBe(width);
        text.Count(l => l.EndsWith(" 4.00", StringComparison.Ordinal)).ShouldBe(names.Length);
        text.ShouldContain(l => l.Contains("Café au lait", StringComparison.Ordinal)); // one letter, as fonts have it
        string.Concat(text).Count(c => c == '餡').ShouldBe(30);

        // What a printer has no letter for is drawn.
        var printed = WithoutOurs(await Print(cashier, order.Id, "format=escpos&kick=false")).Split('\n');
        printed.Where(l => l.EndsWith(" 4.00", StringComparison.Ordinal)).ShouldAllBe(l => l.Length == width);
        printed.ShouldContain("[picture]");
        printed.ShouldAllBe(l => !l.Contains("??", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guests_name_is_no_command_to_the_printer()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var items = new[] { new { menu_item_id = (await shop.Item("Flat white")).Id, special_instructions = "hot" } };
        (await cashier.Ask("POST /api/orders", new { items, customer_name = "Ana" + Commands })).Fields.ShouldBe(["customer_name"]);
        (await cashier.Ask("POST /api/orders", new { items, table = "\u001dV1" })).Fields.ShouldBe(["table"]);
        (await cashier.Ask("POST /api/orders", new { items, notes = "\u001bp0" })).Fields.ShouldBe(["notes"]);
        (await cashier.Ask("POST /api/orders", new { items, notes = "no nuts\nno milk" })).Status.ShouldBe(201);

        // As data that came before the rule.
        var line = new LineRequest(items[0].menu_item_id, SpecialInstructions: "hot");
        var order = await cashier.PlaceOrder(new("takeaway", [line], CustomerName: "Ana", Table: "7", Notes: "soon"));
        async Task Write(string set, long id, string text) => await app.Database.Scalar($"update {set} returning 1", default, id, text);
        await Write("orders set customer_name = $2, \"table\" = $2, notes = $2 where id = $1", order.Id, "Ana" + Commands);
        await Write("order_items set name = $2, special_instructions = $2 where order_id = $1", order.Id, "Oat" + Commands);
        await Write("shops set name = $2, address = $2 where id = $1", shop.Id, "Cafe" + Commands + "\r\nBcc: thief@evil.example");
        // So that the process reads its shop anew.
        (await (await shop.As("owner")).Ask("PUT /api/config/receipt_footer", new { value = "Bye" })).Status.ShouldBe(200);

        var text = Encoding.UTF8.GetString(await Print(cashier, order.Id, "format=text"));
        text.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        text.ShouldContain("Ana"); // what people can read of it is there
        Regex.IsMatch(text, "[\u202a-\u202e\u2066-\u2069]").ShouldBeFalse();
        foreach (var columns in new[] { 42, 32 })
        {
            var bytes = await Print(cashier, order.Id, $"format=escpos&kick=false&columns={columns}");
            bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1b, (byte)'p']).ShouldBe(-1); // the drawer stays shut
            bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1d, (byte)'V']).ShouldBe(bytes.Length - 4); // cut once, at the end
            WithoutOurs(bytes).Where(c => c < ' ' && c != '\n').ShouldBeEmpty();
        }

        using (var pdf = UglyToad.PdfPig.PdfDocument.Open(await Print(cashier, order.Id, "format=pdf")))
        {
            var letters = pdf.GetPage(1).Text;
            letters.ShouldContain("Ana");
            letters.Where(char.IsControl).ShouldBeEmpty();
        }

        var html = Encoding.UTF8.GetString(await Print(cashier, order.Id, "format=html"));
        html.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        html.ShouldNotContain("&#133;");

        var to = $"guest-{shop.Id}@mail.example";
        (await cashier.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to })).Status.ShouldBe(202);
        var mail = await shop.Outbox(to);
        mail.GetProperty("subject").GetString()!.Any(char.IsControl).ShouldBeFalse();
        mail.GetProperty("body").GetString()!.Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();

        var before = (await cashier.Ask("GET /api/events?after=0&limit=200")).Body.GetProperty("last_seq").GetInt64();
        (await cashier.Ask($"POST /api/orders/{order.Id}/transfer", new { table = "8" })).Status.ShouldBe(200);
        (await (await shop.As("manager")).Ask($"POST /api/orders/{order.Id}/cancel", new { reason = "gone" })).Status.ShouldBe(200);
        var tickets = (await cashier.Ask($"GET /api/events?after={before}&limit=200")).Items
            .Where(e => e.GetProperty("data").TryGetProperty("kitchen", out _))
            .Select(e => e.GetProperty("data").GetProperty("kitchen").ToString()).ToList();
        tickets.Count.ShouldBe(2);
        tickets.ShouldAllBe(t => !Regex.IsMatch(t, @"\\u00(?:[0189]|7f)|\\u20[26]|[\u007f-\u009f\u202e\u2066]", RegexOptions.IgnoreCase));
    }

    [Fact]
    public async Task No_character_there_is_becomes_a_command_on_paper()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], CustomerName: "all"));
        var all = string.Concat(Enumerable.Range(1, 0xffff).Where(c => c is < 0xd800 or > 0xdfff).Select(c => (char)c))
            + "\U0001f600\U000e0001\U0010ffff";
        await app.Database.Scalar("update orders set customer_name = $2 where id = $1 returning 1", default, order.Id, all);
        var bytes = await Print(cashier, order.Id, "format=escpos&kick=false");
        WithoutOurs(bytes).Where(c => c < ' ' && c != '\n').ShouldBeEmpty();
        WithoutOurs(bytes).ShouldNotContain('\u007f');
        PrinterBytes.WithoutPictures(bytes).AsSpan().IndexOf((ReadOnlySpan<byte>)[0x1b, (byte)'p']).ShouldBe(-1);
        Encoding.UTF8.GetString(await Print(cashier, order.Id, "format=text")).Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
        // In a PDF every text stands in brackets that it cannot leave.
        var pdf = Encoding.Latin1.GetString(await Print(cashier, order.Id, "format=pdf"));
        Shown().Count(pdf).ShouldBe(pdf.Split(" Tj ET\n").Length - 1);
    }

    [GeneratedRegex(
        @"\x1b@|\x1c\.|\x1bp...|\x1b[tEaR].|\x1d!.|\x1dV..|\x1d\(k(?:\x03\x00...|\x04\x00....|..1P0[!-~]+)",
        RegexOptions.Singleline)]
    private static partial Regex OurCommands();

    [GeneratedRegex(@"Td \((?:[^()\\\n]|\\[()\\])*\) Tj ET\n")]
    private static partial Regex Shown();
}
