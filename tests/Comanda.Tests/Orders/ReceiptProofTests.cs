using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;
using QRCoder;
using UglyToad.PdfPig;

namespace Comanda.Tests.Orders;

/// <summary>What a receipt's QR code leads to, and that every kind of receipt has it.</summary>
public sealed partial class ReceiptProofTests(CafeApp app)
{
    private async Task<(TestShop Shop, ComandaClient Manager, OrderView Order)> Sale()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        return (
            shop,
            manager,
            await manager.PlaceOrder(new(
                "takeaway",
                [new((await shop.Item("Espresso")).Id)],
                CustomerName: "Zoë Guest",
                Payments: [new("cash")])));
    }

    private static async Task<byte[]> Print(ComandaClient client, long order, string query)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>The address in the receipt's QR code, as the HTML's link has it.</summary>
    private static async Task<Uri> Link(ComandaClient client, long order) =>
        new(Href().Match(Encoding.UTF8.GetString(await Print(client, order, "format=html"))).Groups[1].Value);

    /// <summary>The proof as JSON, asked for by a stranger.</summary>
    private async Task<Answer> Prove(Uri link, params (string Name, string Value)[] headers) =>
        await app.Client().Ask("GET " + link.AbsolutePath, null, [("Accept", "application/json"), .. headers]);

    private async Task<(HttpStatusCode Status, string Html)> Page(string path)
    {
        using var response = await app.Client().Send(HttpMethod.Get, path);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task Tamper(TestShop shop, params string[] statements)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.Execute("set local session_replication_role = replica", default); // what only a superuser can: no triggers
        foreach (var sql in statements)
            (await connection.Execute(sql, default, shop.Id)).ShouldBeGreaterThan(0);
        await transaction.CommitAsync();
    }

    [Fact]
    public async Task A_screen_shows_the_same_address_and_hands_nothing_out()
    {
        var (_, manager, order) = await Sale();
        var asked = await manager.Ask($"GET /api/orders/{order.Id}/receipt/link");
        var shown = asked.Body.GetProperty("url").GetString();
        shown.ShouldBe((await Link(manager, order.Id)).ToString());
        Encoding.UTF8.GetString(await Print(manager, order.Id, "format=text")).ShouldContain("REPRINT 1"); // the one before is the link's
        (await manager.Ask("GET /api/orders/987654321/receipt/link")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_receipt_leads_to_its_entry_and_anybody_can_compute_the_hash()
    {
        var (shop, manager, order) = await Sale();
        await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var link = await Link(manager, order.Id);
        var entry = (await manager.Ask("GET /api/journal")).Items.First();
        var proof = (await Prove(link)).Body;
        proof.GetProperty("holds").GetBoolean().ShouldBeTrue(proof.ToString());
        proof.GetProperty("hash").GetString().ShouldBe(entry.GetProperty("hash").GetString());
        proof.GetProperty("computed").GetString().ShouldBe(entry.GetProperty("hash").GetString());
        proof.GetProperty("previous_hash").GetString().ShouldBe(new string('0', 64));
        (
            proof.GetProperty("number").GetInt64(),
            proof.GetProperty("register").GetString(),
            proof.GetProperty("next").GetString()).ShouldBe((1, "C", "follows"));
        (
            proof.GetProperty("sale").GetProperty("order_number").GetString(),
            proof.GetProperty("sale").GetProperty("total").GetDecimal()).ShouldBe((order.OrderNumber, 2.30m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();

        var (status, html) = await Page(link.AbsolutePath);
        status.ShouldBe(HttpStatusCode.OK);
        foreach (var part in new[]
        {
            "The journal holds here.",
            "Caf&#233; Comanda",
            order.OrderNumber,
            "1 x Espresso",
            "Entry 2 follows from it.",
            "not a certification"
        })
            html.ShouldContain(part);
        html.ShouldNotContain("<script");
        html.ShouldNotContain("Guest"); // the name is on the paper, not on a page that anybody may open
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", WebUtility.HtmlDecode(Recipe().Match(html).Groups[1].Value)])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false
        })!;
        (await shell.StandardOutput.ReadToEndAsync()).Split(' ')[0].ShouldBe(entry.GetProperty("hash").GetString());
    }

    [Theory]
    [InlineData("update journal set content = replace(content, '230', '130') where shop_id = $1 and number = 2", "does not make the hash")]
    [InlineData("update journal set content = '{\"lines\":[null]}' where shop_id = $1 and number = 2", "does not make the hash")]
    [InlineData("update journal set content = 'gone' where shop_id = $1 and number = 2", "does not make the hash")]
    [InlineData("update journal set content = 'it''s' where shop_id = $1 and number = 2", "does not make the hash")]
    [InlineData("update journal set kind = 'edit' where shop_id = $1 and number = 2", "does not make the hash")]
    [InlineData("update journal set hash = sha256('other') where shop_id = $1 and number = 1", "does not make the hash")]
    [InlineData("update journal set hash = sha256('other') where shop_id = $1 and number = 2", "another hash")]
    [InlineData("delete from journal where shop_id = $1 and number = 1", "before it is missing")]
    [InlineData("delete from journal where shop_id = $1 and number = 2", "is missing")]
    [InlineData("update journal set content = replace(content, '230', '130') where shop_id = $1 and number = 3", "does not follow")]
    [InlineData("delete from journal where shop_id = $1 and number = 3", "does not follow")]
    public async Task A_tampered_journal_does_not_hold(string tampering, string why)
    {
        var (shop, manager, _) = await Sale();
        var second = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var link = await Link(manager, second.Id);
        await Tamper(shop, tampering);
        var proof = (await Prove(link)).Body;
        proof.GetProperty("holds").GetBoolean().ShouldBeFalse();
        proof.GetProperty("problems").ToString().ShouldContain(why);
        var (status, html) = await Page(link.AbsolutePath);
        status.ShouldBe(HttpStatusCode.OK);
        html.ShouldContain("does NOT hold");
        html.ShouldNotContain("The journal holds here.");
    }

    [Fact]
    public async Task The_paper_betrays_a_journal_that_was_written_anew_from_end_to_end()
    {
        var (shop, manager, order) = await Sale();
        var link = await Link(manager, order.Id);
        await Tamper(
            shop,
            "update journal set content = replace(content, '230', '130') where shop_id = $1",
            "update journal set hash = sha256(decode(repeat('00', 32), 'hex') "
                + @"|| convert_to(kind || E'\n' || number || E'\n' || content, 'UTF8')) where shop_id = $1",
            "update registers set last_hash = (select hash from journal where register_id = registers.id) where shop_id = $1 and "
                + "last_entry = 1");
        (await manager.VerifyJournal()).Valid.ShouldBeTrue(); // the chain alone cannot tell
        var proof = (await Prove(link)).Body;
        proof.GetProperty("holds").GetBoolean().ShouldBeFalse();
        proof.GetProperty("problems").ToString().ShouldContain("another hash");
    }

    [Fact]
    public async Task A_token_that_we_did_not_make_finds_nothing()
    {
        var (_, manager, order) = await Sale();
        var path = (await Link(manager, order.Id)).AbsolutePath;
        var token = path["/r/".Length..];
        var (register, rest) = (token[..token.IndexOf('-')], token[token.IndexOf('-')..]);
        char Other(char letter) => letter == 'A' ? 'B' : 'A';
        foreach (var wrong in new[]
            {
                $"{long.Parse(register) + 1}{rest}",
                register + "-2" + rest[2..],
                token[..^1] + Other(token[^1]),
                token[..^32] + Other(token[^32]) + token[^31..],
                token[..^1],
                token + "A",
                token[..^32] + new string('A', 32),
                $"{register}-1-",
                "x",
                "1-1-1",
                $"-{token}",
                token + "%0A",
                $"99999999999999999999{rest}",
                new string('9', 5000),
                })
        {
            var (status, html) = await Page("/r/" + wrong);
            (status, html.Contains("no receipt at this address", StringComparison.Ordinal)).ShouldBe(
                (HttpStatusCode.NotFound, true),
                wrong);
        }

        var refused = await Prove(new Uri(app.Address, path[..^1] + Other(path[^1])));
        (refused.Status, refused.Code).ShouldBe((404, "not_found"));
    }

    [Fact]
    public async Task The_token_says_whose_receipt_it_is_and_no_hash_on_the_page_opens_a_neighbours()
    {
        var ((_, manager, order), other) = (await Sale(), await app.NewShop());
        var second = await manager.PlaceOrder(new("takeaway", [new((await manager.GetMenu()).Items.First(i => i.Name == "Espresso").Id)]));
        var (first, next) = (await Link(manager, order.Id), await Link(manager, second.Id));
        // Whatever shop or person a request names, the token decides; a stranger to the shop may look too.
        foreach (var asked in new[]
        {
            await Prove(first, ("X-Shop-Id", other.Id.ToString())),
            await (await other.As("cashier")).Ask("GET " + first.AbsolutePath, null, ("Accept", "application/json"))
        })
            asked.Body.GetProperty("sale").GetProperty("order_number").GetString().ShouldBe(order.OrderNumber);
        // The page shows the hash before it, but that and one's own secret make no token for the entry it belongs to.
        var before = Convert.FromHexString((await Prove(next)).Body.GetProperty("previous_hash").GetString()!);
        var mine = Base64Url.DecodeFromChars(next.AbsolutePath.AsSpan()[^32..]);
        var forged = Base64Url.EncodeToString([.. before[..12], .. mine[12..]]);
        (await Prove(new Uri(app.Address, first.AbsolutePath[..^32] + forged))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_became_of_the_order_since_is_listed()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(espresso)]));
        var first = await Link(manager, order.Id);
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { menu_item_id = espresso, quantity = 2 } }, version = 1 })).Status.ShouldBe(200);
        await manager.Pay(order.Id, new("cash"));
        await manager.CancelOrder(order.Id, "spilled");
        static IEnumerable<string> Others(JsonElement proof) =>
            proof.GetProperty("others").EnumerateArray().Select(o => $"{o.GetProperty("number")} {o.GetProperty("kind")
                .GetString()} {o.GetProperty("amount").GetDecimal().ToString(CultureInfo.InvariantCulture)}");

        var old = (await Prove(first)).Body;
        old.GetProperty("holds").GetBoolean().ShouldBeTrue();
        Others(old).ShouldBe(["2 edit 4.60", "3 payment 4.60", "4 cancellation 4.60"]);
        var (_, html) = await Page(first.AbsolutePath);
        html.ShouldContain("The order was changed after this receipt");
        html.ShouldContain("CANCELLED on ");
        html.ShouldNotContain("spilled");
        // A receipt that is printed now says what the edit says, and so leads there.
        var now = (await Prove(await Link(manager, order.Id))).Body;
        (
            now.GetProperty("number").GetInt64(),
            now.GetProperty("sale").GetProperty("lines")[0].GetProperty("quantity").GetInt32()).ShouldBe((2, 2));
        Others(now).ShouldBe(["1 sale 2.30", "3 payment 4.60", "4 cancellation 4.60"]);
    }

    [Fact]
    public async Task A_practice_receipt_is_in_the_journal_as_practice()
    {
        var shop = await app.NewShop();
        var trainee = await shop.As("trainee");
        var order = await trainee.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var link = await Link(await shop.As("manager"), order.Id);
        (await Prove(link)).Body.GetProperty("sale").GetProperty("training").GetBoolean().ShouldBeTrue();
        (await Page(link.AbsolutePath)).Html.ShouldContain("TRAINING: this was practice");
    }

    [GeneratedRegex("<a href=\"([^\"]+/r/[^\"]+)\">")]
    private static partial Regex Href();

    [GeneratedRegex("<pre id=\"recipe\">([^<]+)</pre>")]
    private static partial Regex Recipe();
}
