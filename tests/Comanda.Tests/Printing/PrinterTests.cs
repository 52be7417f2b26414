using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Printing;

/// <summary>Printers as the shop keeps them.</summary>
public sealed class PrinterTests(CafeApp app)
{
    private static readonly string[] Both = ["receipt", "kitchen"];
    private static readonly string[] Bar = ["bar"];

    [Fact]
    public async Task A_printer_is_added_shown_without_its_secret_changed_and_taken_away()
    {
        var shop = await PrintShop.Open(app);
        var added = await shop.Add("cloudprnt", new { name = "Pass", columns = 48, prints = Both, stations = Bar, model = "mC-Print3" });
        added.Text("url")!.ShouldMatch("^http://[^/]+/print/[A-Za-z0-9_-]{43}/star$");
        added.Text("print_on_doubt").ShouldBe("reprint_marked");
        var shown = await shop.Owner.Ask($"GET /api/printers/{added.Id}");
        shown.Body.GetProperty("url").ValueKind.ShouldBe(JsonValueKind.Null);
        (await app.Database.Scalar("select secret_hash from printers where id = $1", default, added.Id)).ShouldBeOfType<string>()
            .ShouldNotContain(added.Text("url")!.Split('/')[^2]);
        var changed = await shop.Owner.Ask(
            $"PUT /api/printers/{added.Id}", new { name = "Bar", stations = Array.Empty<string>() }, ("If-Match", "\"v1\""));
        (changed.Status, changed.Text("name"), changed.Text("columns"), changed.Text("version")).ShouldBe((200, "Bar", "48", "2"));
        (await shop.Owner.Ask($"PUT /api/printers/{added.Id}", new { name = "Late" }, ("If-Match", "\"v1\""))).Status.ShouldBe(412);
        (await shop.Owner.Ask("GET /api/printers")).Items.Count().ShouldBe(1);
        var epson = await shop.Add("epson_sdp");
        epson.Text("status_url").ShouldBe(epson.Text("url") + "-status");
        (await shop.Owner.Ask($"DELETE /api/printers/{added.Id}")).Status.ShouldBe(204);
        (await shop.Owner.Ask($"GET /api/printers/{added.Id}")).Status.ShouldBe(404);
        var stranger = await (await app.NewShop()).As("owner");
        foreach (var method in (string[])["GET", "PUT", "DELETE"])
            (await stranger.Ask($"{method} /api/printers/{epson.Id}", method == "PUT" ? new { columns = -1 } : null)).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"name":"A","kind":"laser"}""", "kind")]
    [InlineData("""{"kind":"cloudprnt"}""", "name")]
    [InlineData("""{"name":"A","kind":"tcp9100"}""", "host")]
    [InlineData("""{"name":"A","kind":"tcp9100","host":"8.8.8.8"}""", "host")]
    [InlineData("""{"name":"A","kind":"tcp9100","host":"no.such.host.invalid"}""", "host")]
    [InlineData("""{"name":"A","kind":"tcp9100","host":"10.0.0.5","port":22}""", "port")]
    [InlineData("""{"name":"A","kind":"cloudprnt","host":"10.0.0.5"}""", "host")]
    [InlineData("""{"name":"A","kind":"cloudprnt","columns":5}""", "columns")]
    [InlineData("""{"name":"A","kind":"cloudprnt","prints":["labels"]}""", "prints[0]")]
    [InlineData("""{"name":"A","kind":"cloudprnt","print_on_doubt":"maybe"}""", "print_on_doubt")]
    [InlineData("""{"name":"A","kind":"cloudprnt","register_id":1}""", "register_id")]
    [InlineData("""{"name":"A","kind":"cloudprnt","stations":[""]}""", "stations[0]")]
    public async Task What_is_wrong_is_named_and_adds_nothing(string body, string field)
    {
        var shop = await PrintShop.Open(app);
        var refused = await shop.Owner.Ask("POST /api/printers", JsonElement.Parse(body));
        refused.Status.ShouldBe(400, refused.ToString());
        refused.Fields.ShouldContain(field);
        (await shop.Owner.Ask("GET /api/printers")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("192.168.7.7")]
    [InlineData("169.254.1.1")]
    [InlineData("fe80::1")]
    [InlineData("::1")]
    public async Task An_address_of_ones_own_network_is_taken(string host)
    {
        var shop = await PrintShop.Open(app);
        var added = await shop.Add("tcp9100", new { host, enabled = false });
        (added.Text("host"), added.Text("port")).ShouldBe((host, "9100"));
    }

    [Fact]
    public async Task A_printer_that_is_heard_no_more_is_offline_and_the_shop_is_told()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt");
        await new FakeStar(printer.Text("url")!).Step();
        await shop.Write("update printers set seen_at = now() - interval '60 seconds' where id = $1", printer.Id);
        await Answers.Eventually(async () => (await shop.Heard("printer_updated")).Exists(e =>
            e.GetProperty("id").GetInt64() == printer.Id && e.GetProperty("state").GetProperty("status").GetString() == "offline"), 100);
        var state = (await shop.Printer(printer.Id)).GetProperty("state");
        (state.GetProperty("online").GetBoolean(), state.GetProperty("status").GetString()).ShouldBe((false, "offline"));
        state.GetProperty("message").GetString()!.ShouldContain("Switch it on");
    }
}
