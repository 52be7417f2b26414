using System.Text.Json;

namespace Comanda.Tests.Printing;

/// <summary>Star CloudPRNT, asked as its printers ask.</summary>
public sealed class StarTests(CafeApp app)
{
    private static readonly string[] Kitchen = ["kitchen"];

    private static async Task<(PrintShop Shop, long Id, FakeStar Star)> Open(CafeApp app, bool kitchen = false, bool hasToken = true)
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = kitchen ? Kitchen : [] });
        return (shop, printer.Id, new(printer.Text("url")!, hasToken));
    }

    [Fact]
    public async Task A_poll_with_nothing_but_a_status_is_answered_and_what_is_no_JSON_changes_nothing()
    {
        var (shop, id, star) = await Open(app);
        (await shop.Printer(id)).GetProperty("state").GetProperty("online").ValueKind.ShouldBe(JsonValueKind.Null);
        var answer = await star.PollAnd("""{"statusCode":"200%20OK","printerMAC":null,"status":null,"unheard":[1]}""");
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"jobReady":false}""");
        var state = (await shop.Printer(id)).GetProperty("state");
        state.GetProperty("online").GetBoolean().ShouldBeTrue();
        state.GetProperty("status").GetString().ShouldBe("ready");
        foreach (var wrong in (string[])["no json", "[]", ""])
            ((int)(await star.PollAnd(wrong)).StatusCode).ShouldBe(400, wrong);
        (await shop.Printer(id)).GetProperty("state").GetProperty("status").GetString().ShouldBe("ready");
    }

    [Theory]
    [InlineData("OK")]
    [InlineData("200 OK")]
    [InlineData("211 OK (Paper Low)")]
    public async Task A_job_is_fetched_printed_and_confirmed_once(string code)
    {
        var (shop, id, star) = await Open(app);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        star.Code = code;
        await star.Step();
        await star.Step();
        star.Paper.Count.ShouldBe(1);
        star.Paper[0].Text.ShouldContain("Espresso");
        var changes = (await shop.Job(job)).GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("status").GetString());
        changes.ShouldBe(["queued", "offered", "sent", "printed"]);
        (await shop.Job(job)).GetProperty("changes")[3].GetProperty("code").GetString().ShouldBe(code);
        if (code.StartsWith("211", StringComparison.Ordinal))
            (await shop.Printer(id)).GetProperty("state").GetProperty("warning").GetString().ShouldBe("paper_low");
    }

    [Fact]
    public async Task A_job_is_served_again_as_another_type_until_it_is_confirmed()
    {
        var (shop, id, star) = await Open(app);
        var order = await shop.Sell();
        var (first, second) = (await shop.Ask(id, order.Id), await shop.Ask(id, order.Id));
        var token = (await star.Poll(new { statusCode = "200 OK" })).GetProperty("jobToken").GetString()!;
        token.Length.ShouldBe(26);
        var once = (await star.Get("text/plain", token)).Paper!;
        (await star.Get("text/plain", token)).Paper!.Bytes.ShouldBe(once.Bytes);
        (await star.Get("image/png", token)).Paper!.Bytes[..4].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
        (await star.Get("application/octet-stream", token)).Status.ShouldBe(415);
        (await star.Get("text/plain", "01ARZ3NDEKTSV4RRFFQ69G5FAV")).Status.ShouldBe(404);
        (await shop.StatusOf(first)).ShouldBe("sent");
        (await shop.StatusOf(second)).ShouldBe("queued");
    }

    [Fact]
    public async Task Paper_that_runs_out_holds_the_job_and_after_the_refill_it_is_printed_whole()
    {
        var (shop, id, star) = await Open(app);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        star.RunsOut = true;
        await star.Step();
        for (var i = 0; i < 5; i++)
            (await star.Step()).GetProperty("jobReady").GetBoolean().ShouldBeTrue();
        var held = await shop.Job(job);
        (held.GetProperty("status").GetString(), held.GetProperty("held").GetString(), held.GetProperty("tries").GetInt32())
            .ShouldBe(("sent", "paper_out", 0));
        var state = (await shop.Printer(id)).GetProperty("state");
        (state.GetProperty("status").GetString(), state.GetProperty("paper").GetString()).ShouldBe(("paper_out", "out"));
        state.GetProperty("message").GetString()!.ShouldContain("no paper");
        await Answers.Eventually(async () => (await shop.Heard("printer_updated")).Exists(e =>
            e.GetProperty("id").GetInt64() == id && e.GetProperty("state").GetProperty("status").GetString() == "paper_out"), 100);
        star.Status = "200 OK";
        await star.Step();
        star.Paper.Select(p => p.IsWhole).ShouldBe([false, true]);
        (await shop.StatusOf(job)).ShouldBe("printed");
    }

    [Fact]
    public async Task Trap31_a_lost_confirmation_is_doubt_then_a_marked_second_paper_and_a_late_word_goes_to_its_own_job()
    {
        var (shop, id, star) = await Open(app, kitchen: true);
        await shop.Sell();
        var first = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        star.LosesConfirmations = true;
        await star.Step();
        for (var i = 0; i < 3; i++)
            (await star.Step()).GetProperty("jobReady").GetBoolean().ShouldBeFalse("it may be printed already");
        (await shop.StatusOf(first)).ShouldBe("sent");
        await shop.Later(first, TimeSpan.FromSeconds(6));
        await shop.Becomes(first, "unconfirmed");
        var second = (await shop.Jobs(2))[1].GetProperty("id").GetInt64();
        star.LosesConfirmations = false;
        await star.Step();
        (await shop.StatusOf(second)).ShouldBe("printed");
        star.Paper.Count.ShouldBe(2);
        star.Paper[0].Text.ShouldNotContain("2ND PRINT");
        star.Paper[1].Text.ShouldContain("2ND PRINT");
        star.Paper[1].Text.ShouldContain("First sent");
        var ticket = star.Paper[0].Text.Split('\n').First(l => l.StartsWith("Ticket", StringComparison.Ordinal));
        star.Paper[1].Text.ShouldContain(ticket);
        var before = await shop.Job(second);
        (await star.Confirm("OK", (await shop.Job(first)).GetProperty("token").GetString())).ShouldBe(200);
        (await shop.StatusOf(first)).ShouldBe("printed");
        (await shop.Job(second)).ToString().ShouldBe(before.ToString());
    }

    [Fact]
    public async Task A_receipt_in_doubt_asks_and_is_confirmed_or_printed_again_as_a_copy()
    {
        var (shop, id, star) = await Open(app);
        var order = await shop.Sell();
        star.LosesConfirmations = true;
        var jobs = new List<long>();
        for (var i = 0; i < 2; i++)
        {
            jobs.Add(await shop.Ask(id, order.Id));
            await star.Step();
            await star.Step();
            await star.Step();
            await shop.Later(jobs[i], TimeSpan.FromSeconds(6));
            await shop.Becomes(jobs[i], "unconfirmed");
        }

        (await shop.Jobs()).Count.ShouldBe(2);
        (await shop.Owner.Ask($"POST /api/print-jobs/{jobs[0]}/confirm")).Text("status").ShouldBe("printed");
        var again = await shop.Owner.Ask($"POST /api/print-jobs/{jobs[1]}/reprint");
        (again.Status, again.Text("marked"), again.Body.GetProperty("reprint_of").GetInt64()).ShouldBe((201, "copy", jobs[1]));
        star.LosesConfirmations = false;
        await star.Step();
        star.Paper[^1].Text.ShouldContain("COPY");
        (await shop.StatusOf(again.Id)).ShouldBe("printed");
        (await shop.Owner.Ask($"POST /api/print-jobs/{again.Id}/confirm")).Status.ShouldBe(200); // it is so already
        (await shop.Owner.Ask($"POST /api/print-jobs/{again.Id}/cancel")).Code.ShouldBe("print_job_ended");
    }

    [Fact]
    public async Task Without_tokens_one_job_is_out_at_a_time_and_a_strange_token_closes_none()
    {
        var (shop, id, star) = await Open(app, hasToken: false);
        var order = await shop.Sell();
        var jobs = new[] { await shop.Ask(id, order.Id), await shop.Ask(id, order.Id) };
        await star.Step();
        (await shop.StatusOf(jobs[0])).ShouldBe("printed");
        (await shop.StatusOf(jobs[1])).ShouldBe("queued");
        await star.Poll(new { statusCode = "200 OK" });
        var named = new FakeStar((await shop.Add("cloudprnt")).Text("url")!);
        (await named.Confirm("OK", (await shop.Job(jobs[1])).GetProperty("token").GetString())).ShouldBe(200);
        (await shop.StatusOf(jobs[1])).ShouldBe("offered");
        star.Mac = "00:11:62:00:00:99";
        await star.Poll(new { statusCode = "200 OK", printerMAC = "00:11:62:00:00:98" });
        await star.Poll(new { statusCode = "200 OK", printerMAC = star.Mac });
        var state = (await shop.Printer(id)).GetProperty("state");
        (state.GetProperty("warning").GetString(), state.GetProperty("mac").GetString()).ShouldBe(("mac_changed", star.Mac));
    }

    [Fact]
    public async Task What_it_cannot_decode_is_offered_once_in_another_form_then_fails_and_the_next_goes_on()
    {
        var (shop, id, _) = await Open(app);
        var star = new FakeStar((await shop.Add("cloudprnt", new { name = "Bar" })).Text("url")!) { Prefers = ["image/png", "text/plain"] };
        id = (await shop.Owner.Ask("GET /api/printers")).Items.First().GetProperty("id").GetInt64();
        var order = await shop.Sell();
        var (bad, good) = (await shop.Ask(id, order.Id), await shop.Ask(id, order.Id));
        star.Code = "511";
        await star.Step();
        (await shop.StatusOf(bad)).ShouldBe("queued");
        (await star.Step()).GetProperty("mediaTypes").EnumerateArray().Select(t => t.GetString()).ShouldBe(["text/plain"]);
        (await shop.StatusOf(bad)).ShouldBe("failed");
        star.Code = "OK";
        await star.Step();
        (await shop.StatusOf(good)).ShouldBe("printed");
        star.Answers.SelectMany(a => a.TryGetProperty("mediaTypes", out var types) ? types.EnumerateArray().ToArray() : [])
            .Select(t => t.GetString())
            .ShouldBeSubsetOf(["image/png", "text/plain", "application/vnd.star.starprnt", "application/vnd.star.line"]);
    }

    [Fact]
    public async Task What_could_not_be_fetched_waits_and_is_given_up_after_three_times()
    {
        var (shop, id, star) = await Open(app);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        foreach (var wait in new[] { 5, 15, 60 })
        {
            var token = (await star.Poll(new { statusCode = "200 OK" })).GetProperty("jobToken").GetString();
            await star.Confirm("520", token);
            (await shop.StatusOf(job)).ShouldBe("queued");
            (await star.Poll(new { statusCode = "200 OK" })).GetProperty("jobReady").GetBoolean().ShouldBeFalse();
            await shop.Write(
                "update print_jobs set next_try_at = next_try_at - $2::interval where id = $1", job, TimeSpan.FromSeconds(wait));
        }

        var last = (await star.Poll(new { statusCode = "200 OK" })).GetProperty("jobToken").GetString();
        await star.Confirm("520", last);
        (await shop.StatusOf(job)).ShouldBe("failed");
    }

    [Fact]
    public async Task It_is_asked_about_itself_when_idle_once_a_day_and_never_beside_a_job()
    {
        var (shop, id, star) = await Open(app);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        await star.Step();
        (await shop.StatusOf(job)).ShouldBe("printed");
        var asked = await star.Step();
        asked.GetProperty("clientAction").EnumerateArray().Select(a => a.GetProperty("request").GetString()).ShouldContain("Encodings");
        (await star.Step()).TryGetProperty("clientAction", out _).ShouldBeFalse();
        await star.Poll(new
        {
            statusCode = "200 OK",
            clientAction = new[]
            {
                new { request = "Encodings", result = "image/png; text/plain; application/vnd.star.starprnt; application/octet-stream" },
                new { request = "GetPollInterval", result = "7" },
            },
        });
        (await shop.Printer(id)).GetProperty("prints_within").GetInt32().ShouldBe(7);
        await shop.Ask(id, null, "report");
        (await star.Poll(new { statusCode = "200 OK" })).GetProperty("mediaTypes").EnumerateArray().Select(t => t.GetString())
            .ShouldBe(["image/png", "application/vnd.star.starprnt", "text/plain"]);
        star = new(star.Url) { Prefers = ["application/vnd.star.starprnt"] };
        await star.Step();
        star.Paper[0].Bytes[..2].ShouldBe([0x1b, (byte)'@']);
        star.Paper[0].Bytes[^3..].ShouldBe([0x1b, (byte)'d', 3]);
    }

    [Fact]
    public async Task Whoever_knows_no_secret_is_told_nothing_and_the_secret_is_told_once()
    {
        var (shop, id, star) = await Open(app);
        (await shop.Printer(id)).TryGetProperty("url", out var url).ShouldBeTrue();
        url.ValueKind.ShouldBe(JsonValueKind.Null);
        using var http = new HttpClient { BaseAddress = app.Address };
        foreach (var path in (string[])
            [
                "/print/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/star",
                star.Url.Replace("/star", "/epson"),
                star.Url.Replace("/star", "/cloudprnt-setting.json") + "?uid=x&mac=y&replaced_path=star",
                "/print/x/star",
            ])
        {
            using var answer = await http.PostAsync(path, new StringContent("{\"statusCode\":\"200 OK\"}"));
            ((int)answer.StatusCode).ShouldBe(404, path);
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            answer.Content.Headers.ContentLength.ShouldBe(0);
        }

        (await shop.Owner.Ask($"DELETE /api/printers/{id}")).Status.ShouldBe(204);
        ((int)(await star.PollAnd("{}")).StatusCode).ShouldBe(404);
    }
}
