using System.Net;
using Comanda.Orders;

namespace Comanda.Tests.Printing;

/// <summary>Epson Server Direct Print, asked as its printers ask.</summary>
public sealed class EpsonTests(CafeApp app)
{
    private static readonly string[] Kitchen = ["kitchen"];

    private static async Task<(PrintShop Shop, long Id, FakeEpson Epson)> Open(
        CafeApp app, bool kitchen = false, string version = "2.00", bool encodes = true)
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("epson_sdp", new { prints = kitchen ? Kitchen : [] });
        return (shop, printer.Id, new(printer.Text("url")!, version, encodes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_is_handed_out_once_in_its_own_envelope_and_is_printed_when_the_printer_says_so(bool encodes)
    {
        var (shop, id, epson) = await Open(app, encodes: encodes);
        (await epson.Step()).ShouldBeFalse(); // nothing: an answer without a body
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        (await epson.Step()).ShouldBeTrue();
        (await epson.Step()).ShouldBeFalse();
        epson.Paper.Count.ShouldBe(1);
        epson.Paper[0].ShouldContain("Espresso");
        epson.Paper[0].ShouldEndWith("[cut]");
        epson.Handed[0]!.Length.ShouldBe(26);
        (await shop.StatusOf(job)).ShouldBe("printed");
        for (var i = 0; i < 3; i++)
            (await epson.Say(epson.Handed[0], i == 0)).ShouldBe(HttpStatusCode.OK);
        (await shop.StatusOf(job)).ShouldBe("printed"); // which is final
        (await epson.Say("01ARZ3NDEKTSV4RRFFQ69G5FAV", true)).ShouldBe(HttpStatusCode.OK);
        (await shop.Printer(id)).GetProperty("state").GetProperty("warning").GetString().ShouldBe("result_for_unknown_job");
        (await shop.Printer(id)).GetProperty("model").GetString().ShouldBe("TM-m30III");
    }

    [Fact]
    public async Task A_result_that_names_no_job_goes_to_the_one_that_is_out_and_the_next_waits_for_it()
    {
        var (shop, id, epson) = await Open(app, version: "1.00");
        var order = await shop.Sell();
        var (first, second) = (await shop.Ask(id, order.Id), await shop.Ask(id, order.Id));
        epson.LosesResults = true;
        (await epson.Step()).ShouldBeTrue();
        (await epson.Step()).ShouldBeFalse("the second is held back");
        (await epson.Say(null, true)).ShouldBe(HttpStatusCode.OK);
        (await shop.StatusOf(first)).ShouldBe("printed");
        (await shop.StatusOf(second)).ShouldBe("queued");
        epson.LosesResults = false;
        (await epson.Step()).ShouldBeTrue();
        epson.Handed[1].ShouldBeNull(); // from now on by 1.00
        (await shop.StatusOf(second)).ShouldBe("printed");
    }

    [Fact]
    public async Task Trap31_a_lost_answer_is_doubt_and_one_marked_second_ticket()
    {
        var (shop, _, epson) = await Open(app, kitchen: true);
        await shop.Sell();
        var first = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        using (var lost = await epson.Post("ConnectionType=GetRequest&ID="))
            (await lost.Content.ReadAsStringAsync()).ShouldContain("Espresso"); // and never gets there
        (await epson.Step()).ShouldBeFalse();
        await shop.Later(first, TimeSpan.FromSeconds(81));
        await shop.Becomes(first, "unconfirmed");
        await shop.Jobs(2);
        epson.Fault = "EX_TIMEOUT";
        epson.PrintsAllTheSame = true;
        (await epson.Step()).ShouldBeTrue();
        epson.Paper.Count.ShouldBe(1);
        epson.Paper[0].ShouldContain("2ND PRINT");
        (await epson.Step()).ShouldBeFalse("no loop");
        (await shop.Jobs()).Select(j => j.GetProperty("status").GetString()).ShouldBe(["unconfirmed", "unconfirmed"]);
        (await epson.Say((await shop.Job(first)).GetProperty("token").GetString(), true)).ShouldBe(HttpStatusCode.OK);
        (await shop.StatusOf(first)).ShouldBe("printed"); // late, and its own
    }

    [Fact]
    public async Task Without_paper_the_job_is_held_and_what_is_handed_out_next_is_marked()
    {
        var (shop, id, epson) = await Open(app, kitchen: true);
        await shop.Sell();
        var job = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        epson.Fault = "EPTR_REC_EMPTY";
        (await epson.Step()).ShouldBeTrue();
        (await epson.Step()).ShouldBeFalse();
        var held = await shop.Job(job);
        (held.GetProperty("status").GetString(), held.GetProperty("held").GetString()).ShouldBe(("queued", "paper_out"));
        (await shop.Printer(id)).GetProperty("state").GetProperty("paper").GetString().ShouldBe("out");
        epson.Fault = null;
        const string status =
            """<statusmonitor Version="1.00"><printerstatus devicename="local_printer" asbstatus="0x0F000014"/></statusmonitor>""";
        using (var told = await epson.Post("ConnectionType=SetStatus&ID=&Status=" + WebUtility.UrlEncode(status), "-status"))
            told.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await epson.Step()).ShouldBeTrue();
        epson.Paper.Single().ShouldContain("2ND PRINT");
        (await shop.StatusOf(job)).ShouldBe("printed");
        (await shop.Printer(id)).GetProperty("state").GetProperty("status").GetString().ShouldBe("ready");
    }

    [Theory]
    [InlineData("SchemaError", "failed")]
    [InlineData("EPTR_CUTTER", "unconfirmed")]
    [InlineData("PrintSystemError", "unconfirmed")]
    [InlineData("EX_DEVICE_BUSY", "queued")]
    [InlineData("DeviceNotFound", "queued")]
    public async Task Each_code_says_what_becomes_of_the_job(string code, string status)
    {
        var (shop, id, epson) = await Open(app);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        epson.Fault = code;
        await epson.Step();
        (await shop.StatusOf(job)).ShouldBe(status);
        (await shop.Job(job)).GetProperty("changes").EnumerateArray().Last().GetProperty("code").GetString().ShouldBe(code);
        if (status != "queued")
            return;
        await shop.Later(job, TimeSpan.FromSeconds(11));
        epson.Fault = null;
        (await epson.Step()).ShouldBeTrue();
        epson.Paper.Single().ShouldNotContain("COPY"); // nothing was printed
        (await shop.StatusOf(job)).ShouldBe("printed");
    }

    [Fact]
    public async Task What_cannot_be_read_is_doubt_and_what_is_meant_ill_is_refused()
    {
        var (shop, id, epson) = await Open(app);
        var order = await shop.Sell();
        epson.LosesResults = true;
        var jobs = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            jobs.Add(await shop.Ask(id, order.Id));
            (await epson.Step()).ShouldBeTrue();
            var token = epson.Handed[i];
            (await epson.SayRaw(i switch
            {
                // As the manual prints it: closed by another name.
                0 => $"<PrintResponseInfo Version=\"2.00\"><ePosPrint><Parameter><printjobid>{token}</printjobid></Parameter>"
                    + "<PrintResponse><response success=\"true\" code=\"\" status=\"251658262\"></PrintResponse></ePOSPrint>",
                1 => "<PrintResponseInfo Version=\"2.00\"><ePOSPrint>&&& nothing",
                _ => $"<PrintResponseInfo Version=\"2.00\"><ePOSPrint><Parameter><printjobid>{token}</printjobid></Parameter>"
                    + "<PrintResponse><response success=\"1\" code=\"\" status=\"2\"/></PrintResponse></ePOSPrint></PrintResponseInfo>",
            })).ShouldBe(HttpStatusCode.OK);
        }

        (await shop.Jobs()).Select(j => j.GetProperty("status").GetString()).ShouldBe(["printed", "unconfirmed", "printed"]);
        (await epson.SayRaw("<!DOCTYPE x [<!ENTITY a \"b\">]><PrintResponseInfo Version=\"2.00\">&a;</PrintResponseInfo>"))
            .ShouldBe(HttpStatusCode.BadRequest);
        (await epson.SayRaw(new string('x', 300 * 1024))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var strange = await epson.Post("ConnectionType=Something");
        strange.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Names_of_any_letters_are_whole_on_paper_and_a_pulse_stands_alone()
    {
        var (shop, id, epson) = await Open(app);
        var added = await shop.Owner.Ask("POST /api/menu/items", new
        {
            name = "Crème & <Brûlée> 拿铁",
            price = 3.5,
            category_id = (await shop.Owner.Ask("GET /api/categories")).Items.First().GetProperty("id").GetInt64(),
        });
        added.Status.ShouldBe(201, added.ToString());
        var order = await shop.Owner.Ask(
            "POST /api/orders", new { type = "takeaway", items = new[] { new { menu_item_id = added.Id, quantity = 1 } } });
        await shop.Later(await shop.Ask(id, null, "drawer"), TimeSpan.FromHours(-1));
        await shop.Ask(id, order.Id);
        await epson.Step();
        epson.Paper[0].ShouldBe("[drawer]");
        await epson.Step();
        epson.Paper[1].ShouldContain("[picture "); // the line with letters that no page has, and the code
        await shop.Write("update order_items set name = $2 where order_id = $1", order.Id, "Crème & <Brûlée> \u0007");
        await shop.Ask(id, order.Id);
        await epson.Step();
        epson.Paper[2].ShouldContain("Crème & <Brûlée>");
        epson.Paper[2].ShouldNotContain("drawer");
    }

    /// <summary>Its own symbols a printer leaves out without a word where they do not fit.</summary>
    [Theory]
    [InlineData(384)]
    [InlineData(576)]
    public void A_code_of_300_letters_is_drawn_and_nothing_of_it_is_beside_the_paper(int dots)
    {
        var text = "https://cafe.example/r/" + new string('x', 277);
        var (code, picture) = (QrCode.Of(text), DrawPaper.DrawQr(text, dots));
        var module = picture.Height / code.Side;
        module.ShouldBeGreaterThan(2); // dots: less is not read by a phone
        (code.Side * module).ShouldBeLessThanOrEqualTo(dots);
        Enumerable.Range(0, picture.Height).Sum(y => Enumerable.Range(0, dots).Count(x => picture.IsBlack(x, y)))
            .ShouldBe(code.Runs().Sum(r => r.Width) * module * module);
    }
}
