using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Printing;

/// <summary>What each kind of printer is sent for what not all of them have: drawers, buzzers, command media, pictures.</summary>
public sealed class PrinterKindsTests(CafeApp app)
{
    private static readonly string[] Kitchen = ["kitchen"];

    private static async Task<(PrintShop Shop, long Id, FakeStar Star)> Star(
        CafeApp app, object? more = null, string encodings = "image/png;text/plain;application/vnd.star.starprnt")
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", more);
        var star = new FakeStar(printer.Text("url")!);
        await star.Poll(new
        {
            statusCode = "200 OK",
            clientAction = new[] { new { request = "Encodings", result = encodings } },
        });
        return (shop, printer.Id, star);
    }

    private static List<string?> Types(JsonElement answer) =>
        [.. answer.GetProperty("mediaTypes").EnumerateArray().Select(t => t.GetString())];

    [Fact]
    public async Task A_media_type_that_a_printer_does_not_take_is_offered_it_no_more()
    {
        var (shop, id, star) = await Star(app);
        var jobs = new[] { await shop.Ask(id, null, "report"), await shop.Ask(id, null, "report") };
        star = new(star.Url) { Prefers = ["image/png", "text/plain"], Code = "510" };
        await star.Step();
        (await shop.StatusOf(jobs[0])).ShouldBe("queued");
        star.Code = "OK";
        Types(await star.Step()).ShouldBe(["application/vnd.star.starprnt", "text/plain"]);
        (await shop.StatusOf(jobs[0])).ShouldBe("printed");
        Types(await star.Step()).ShouldBe(["application/vnd.star.starprnt", "text/plain"]); // the next one too
        (await shop.StatusOf(jobs[1])).ShouldBe("printed");
    }

    [Fact]
    public async Task What_cannot_be_drawn_is_tried_again_later_and_is_not_lost()
    {
        var (shop, id, star) = await Star(app);
        star = new(star.Url) { Prefers = ["image/png"] };
        var (job, next) = (await shop.Ask(id, null, "report"), await shop.Ask(id, null, "report"));
        await shop.Write(
            "update print_jobs set document = $2 where id = $1",
            job,
            JsonSerializer.Serialize(new { rows = new[] { new { left = new string('x', 5_000), right = "", qr = true } } }));
        await star.Step(); // 500, and the printer confirms with 520
        star.Paper.ShouldBeEmpty();
        var waiting = await shop.Job(job);
        (waiting.GetProperty("status").GetString(), waiting.GetProperty("tries").GetInt32()).ShouldBe(("queued", 1));
        waiting.GetProperty("changes").EnumerateArray().Last().GetProperty("code").GetString().ShouldBe("520");
        await star.Step();
        (await shop.StatusOf(next)).ShouldBe("printed"); // it holds up nobody
        var epson = await shop.Add("epson_sdp", new { prints = Array.Empty<string>() });
        await shop.Write("update print_jobs set printer_id = $2, next_try_at = null where id = $1", job, epson.Id);
        await shop.Ask(epson.Id, null, "report");
        var asks = new FakeEpson(epson.Text("url")!);
        (await asks.Step()).ShouldBeFalse();
        (await shop.StatusOf(job)).ShouldBe("failed");
        (await asks.Step()).ShouldBeTrue();
    }

    [Fact]
    public async Task The_line_mode_has_pictures_of_its_own()
    {
        var (shop, id, star) = await Star(app, encodings: "application/vnd.star.line;text/plain");
        star = new(star.Url) { Prefers = ["application/vnd.star.line"] };
        await shop.Ask(id, null, "report");
        await star.Step();
        var bytes = star.Paper.Single().Bytes;
        bytes[..6].ShouldBe([0x1b, (byte)'@', 0x1b, 0x1d, (byte)'t', 32]);
        bytes[^3..].ShouldBe([0x1b, (byte)'d', 3]);
        bytes.AsSpan().IndexOf((byte[])[0x1b, 0x1d, (byte)'S']).ShouldBe(-1);
        bytes.AsSpan().IndexOf((byte[])[0x1b, (byte)'0', 0x1b, (byte)'k', 64, 0]).ShouldBeGreaterThan(0); // 512 dots are 64 bytes
        Encoding.Latin1.GetString(bytes).ShouldContain("Columns");
    }

    [Fact]
    public async Task The_second_drawer_opens_where_it_is_asked_for_or_is_the_printers_own()
    {
        var (shop, id, star) = await Star(app, new { drawer = 2, prints = Array.Empty<string>() });
        (await shop.Printer(id)).GetProperty("drawer").GetInt32().ShouldBe(2);
        star = new(star.Url) { Prefers = ["image/png", "application/vnd.star.starprnt"] };
        var epson = await shop.Add("epson_sdp", new { prints = Array.Empty<string>() });
        await using var tcp = new FakeEscPos(Tongue.Epson).Start();
        var network = await shop.Add("tcp9100", new { host = tcp.Host, model = "epson", drawer = 1, prints = Array.Empty<string>() });
        async Task Ask(long printer, int? drawer)
        {
            var asked = await shop.Owner.Ask("POST /api/print-jobs", new { printer_id = printer, kind = "drawer", drawer });
            asked.Status.ShouldBe(201, asked.ToString());
            await shop.Later(asked.Id, TimeSpan.FromHours(-1)); // as slow as this machine may be, it is not too late
        }

        await Ask(id, null);
        await star.Step();
        star.Paper.Single().Bytes.ShouldBe([0x1b, (byte)'@', 0x1a]);
        await Ask(epson.Id, 2);
        using (var answer = await new FakeEpson(epson.Text("url")!).Post("ConnectionType=GetRequest&ID="))
            (await answer.Content.ReadAsStringAsync()).ShouldContain("<pulse drawer=\"drawer_2\" time=\"pulse_100\"/>");
        await Ask(network.Id, 2);
        await Answers.Eventually(() => Task.FromResult(tcp.Papers.Count == 1), 100);
        tcp.Taken.ToArray().AsSpan().IndexOf((byte[])[0x1b, (byte)'p', 1, 25, 250]).ShouldBeGreaterThan(0);
        (await shop.Owner.Ask("POST /api/print-jobs", new { printer_id = id, kind = "drawer", drawer = 3 })).Fields.ShouldBe(["drawer"]);
        (await shop.Owner.Ask("POST /api/print-jobs", new { printer_id = id, kind = "report", drawer = 1 })).Fields.ShouldBe(["drawer"]);
        (await shop.Owner.Ask($"PUT /api/printers/{id}", new { drawer = 0 })).Fields.ShouldBe(["drawer"]);
    }

    [Fact]
    public async Task A_buzzer_beeps_for_kitchen_tickets_alone()
    {
        await using var tcp = new FakeEscPos(Tongue.Epson).Start();
        var (shop, id, star) = await Star(app, new { buzzer = true, prints = Kitchen });
        var epson = await shop.Add("epson_sdp", new { buzzer = true, prints = Kitchen });
        await shop.Add("tcp9100", new { host = tcp.Host, model = "epson", buzzer = true, prints = Kitchen });
        byte[] beep = [0x1b, (byte)'(', (byte)'A', 4, 0];
        await shop.Ask(id, null, "report");
        await star.Step();
        star.Buzzes.ShouldBe(0);
        await shop.Sell();
        await Answers.Eventually(async () => (await shop.Jobs()).Count == 4, 100);
        await star.Step();
        star.Buzzes.ShouldBe(1);
        using (var answer = await new FakeEpson(epson.Text("url")!).Post("ConnectionType=GetRequest&ID="))
            (await answer.Content.ReadAsStringAsync()).ShouldContain("<sound pattern=\"pattern_a\" repeat=\"1\"/>");
        await Answers.Eventually(() => Task.FromResult(tcp.Papers.Count == 1), 100);
        tcp.Taken.ToArray().AsSpan().IndexOf(beep).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task With_its_spooler_on_a_printer_that_took_a_job_is_not_said_to_have_printed_it()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("epson_sdp", new { prints = Array.Empty<string>() });
        var epson = new FakeEpson(printer.Text("url")!) { LosesResults = true };
        var (job, next) = (await shop.Ask(printer.Id, null, "report"), await shop.Ask(printer.Id, null, "report"));
        (await epson.Step()).ShouldBeTrue();
        await epson.Say(epson.Handed[0], true, status: 251658260); // all is well, and nothing is printed
        (await shop.StatusOf(job)).ShouldBe("sent");
        epson.LosesResults = false;
        (await epson.Step()).ShouldBeTrue(); // it holds up nobody
        (await shop.StatusOf(next)).ShouldBe("printed");
        (await shop.Owner.Ask($"POST /api/print-jobs/{job}/confirm")).Text("status").ShouldBe("printed");
    }

    [Fact]
    public async Task Where_results_name_no_job_the_next_waits_until_a_late_one_can_be_no_others()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("epson_sdp", new { prints = Array.Empty<string>() });
        var epson = new FakeEpson(printer.Text("url")!, "1.00");
        await shop.Ask(printer.Id, null, "report");
        await epson.Step(); // by this it is known to speak 1.00
        epson.LosesResults = true;
        var (first, second) = (await shop.Ask(printer.Id, null, "report"), await shop.Ask(printer.Id, null, "report"));
        (await epson.Step()).ShouldBeTrue();
        await shop.Later(first, TimeSpan.FromSeconds(81));
        await shop.Becomes(first, "unconfirmed");
        (await epson.Step()).ShouldBeFalse("its result may be on its way");
        await epson.Say(null, true);
        (await shop.StatusOf(first)).ShouldBe("printed");
        (await shop.StatusOf(second)).ShouldBe("queued");
        (await epson.Step()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_receipt_of_four_hundred_lines_is_printed_once_it_is_proved()
    {
        await using var tcp = new FakeEscPos(Tongue.Epson).Start();
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add(
            "tcp9100", new { host = tcp.Host, model = "TM-m30III", enabled = false, prints = Array.Empty<string>() });
        var job = await shop.Ask(printer.Id, null, "report");
        await shop.Write(
            "update print_jobs set document = $2 where id = $1",
            job,
            JsonSerializer.Serialize(new { rows = Enumerable.Range(1, 400).Select(n => new { left = $"Line {n}", right = "1,00" }) }));
        await shop.Owner.Ask($"PUT /api/printers/{printer.Id}", new { enabled = true });
        await shop.Becomes(job, "printed");
        (await shop.Job(job)).GetProperty("changes").EnumerateArray().Last().GetProperty("code").GetString().ShouldBe("GS ( H");
        tcp.Papers.Single().Split('\n').Count(l => l.StartsWith("Line ", StringComparison.Ordinal)).ShouldBe(400);
        tcp.Papers.Single().ShouldEndWith("[cut]");
    }

    [Fact]
    public async Task A_printer_without_automatic_status_is_asked_why_it_does_not_finish()
    {
        await using var tcp = new FakeEscPos(Tongue.Generic) { ProvesNothing = true }.Start();
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("tcp9100", new { host = tcp.Host, prints = Array.Empty<string>() });
        var job = await shop.Ask(printer.Id, null, "report");
        await Answers.Eventually(() => Task.FromResult(tcp.Papers.Count == 1), 100);
        tcp.HasNoPaper = true; // its last line is not out yet
        await Answers.Eventually(async () => (await shop.Job(job)).GetProperty("held").GetString() == "paper_out", 200);
        (await shop.StatusOf(job)).ShouldBe("sent");
        tcp.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task A_printer_that_asks_one_process_hears_of_what_was_queued_at_another()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Array.Empty<string>() });
        var there = await app.StartProcess();
        var star = new FakeStar(new Uri(there, new Uri(printer.Text("url")!).PathAndQuery).AbsoluteUri) { SaysMac = false };
        for (var i = 0; i < 3; i++)
            (await star.Step()).GetProperty("jobReady").GetBoolean().ShouldBeFalse();
        var job = await shop.Ask(printer.Id, null, "report");
        await Answers.Eventually(async () => (await star.Step()).GetProperty("jobReady").GetBoolean(), 100);
        (await shop.StatusOf(job)).ShouldBe("printed");
        (await shop.Owner.Ask($"DELETE /api/printers/{printer.Id}")).Status.ShouldBe(204);
        await Answers.Eventually(async () => (int)(await star.PollAnd("""{"statusCode":"200 OK"}""")).StatusCode == 404, 100);
    }
}
