using System.Text.Json;

namespace Comanda.Tests.Printing;

/// <summary>Printers at TCP 9100.</summary>
public sealed class EscPosTests(CafeApp app)
{
    private static readonly string[] Kitchen = ["kitchen"];

    private static async Task<(PrintShop Shop, long Id)> Open(CafeApp app, FakeEscPos printer, string? model, bool kitchen = false)
    {
        var shop = await PrintShop.Open(app);
        var added = await shop.Add("tcp9100", new { host = printer.Host, model, prints = kitchen ? Kitchen : [] });
        return (shop, added.Id);
    }

    [Theory]
    [InlineData("TM-m30III", true)]
    [InlineData("some other", false)]
    [InlineData(null, true)]
    public async Task It_is_printed_when_the_printer_has_proved_it(string? model, bool isEpson)
    {
        await using var printer = new FakeEscPos(isEpson ? Tongue.Epson : Tongue.Generic) { ProvesNothing = true }.Start();
        var (shop, id) = await Open(app, printer, model);
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        await Answers.Eventually(() => Task.FromResult(printer.Papers.Count == 1), 100);
        (await shop.StatusOf(job)).ShouldBe("sent"); // taken is not printed
        printer.ProvesNothing = false;
        await printer.Stop();
        await shop.Becomes(job, "unconfirmed"); // the connection is over, and nothing was proved
        printer.Start();
        job = await shop.Ask(id, null, "report");
        await shop.Becomes(job, "printed");
        (await shop.Job(job)).GetProperty("changes").EnumerateArray().Last().GetProperty("code").GetString()
            .ShouldBe(isEpson ? "GS ( H" : "GS r");
        printer.Papers[0].ShouldContain("Espresso");
        (await shop.Printer(id)).GetProperty("state").GetProperty("online").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_printer_that_is_off_refuses_or_is_busy_has_its_own_words_and_what_waits_is_printed_once_when_it_is_well()
    {
        await using var printer = new FakeEscPos(Tongue.Epson);
        var (shop, id) = await Open(app, printer, "epson", kitchen: true);
        await shop.Sell();
        var job = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        await Answers.Eventually(async () => (await shop.Job(job)).GetProperty("held").GetString() == "refused", 200);
        var state = (await shop.Printer(id)).GetProperty("state");
        (state.GetProperty("online").GetBoolean(), state.GetProperty("status").GetString()).ShouldBe((false, "refused"));
        printer.IsBusy = true;
        printer.Start();
        await Answers.Eventually(async () => (await shop.Job(job)).GetProperty("held").GetString() == "busy", 200);
        (await shop.StatusOf(job)).ShouldBe("queued");
        printer.Sleeps = 3; // the question whether it is well
        printer.IsBusy = false;
        await shop.Becomes(job, "printed");
        printer.Papers.Count.ShouldBe(1);
        printer.Papers[0].ShouldContain("Espresso");
        (await shop.Job(job)).GetProperty("tries").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task A_printer_without_power_is_said_to_be_off_and_prints_once_when_it_is_on()
    {
        await using var printer = new FakeEscPos(Tongue.Epson);
        var (shop, id) = await Open(app, printer, "epson", kitchen: true);
        using (printer.Dark())
        {
            await shop.Sell();
            var waits = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
            await Answers.Eventually(async () => (await shop.Job(waits)).GetProperty("held").GetString() == "offline", 300);
            (await shop.Printer(id)).GetProperty("state").GetProperty("online").GetBoolean().ShouldBeFalse();
            (await shop.Job(waits)).GetProperty("message").GetString()!.ShouldContain("it is off");
            (await shop.StatusOf(waits)).ShouldBe("queued");
        }

        printer.Start();
        var job = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        await shop.Becomes(job, "printed");
        printer.Papers.ShouldHaveSingleItem().ShouldContain("Espresso");
        (await shop.Job(job)).GetProperty("tries").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Paper_that_runs_out_in_between_holds_the_connection_and_one_paper_comes_whole()
    {
        await using var printer = new FakeEscPos(Tongue.Epson) { RunsOutAfter = 120 }.Start();
        var (shop, id) = await Open(app, printer, "epson");
        var job = await shop.Ask(id, (await shop.Sell()).Id);
        await Answers.Eventually(async () => (await shop.Job(job)).GetProperty("held").GetString() == "paper_out", 200);
        (await shop.Printer(id)).GetProperty("state").GetProperty("paper").GetString().ShouldBe("out");
        (await shop.StatusOf(job)).ShouldBe("sent");
        printer.HasNoPaper = false;
        await shop.Becomes(job, "printed");
        printer.Papers.Count.ShouldBe(1);
        printer.Papers[0].ShouldContain("TOTAL");
        printer.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Trap31_a_power_cut_in_between_is_doubt_and_a_marked_second_ticket()
    {
        await using var printer = new FakeEscPos(Tongue.Epson) { DiesAfter = 100 }.Start();
        var (shop, _) = await Open(app, printer, "epson", kitchen: true);
        await shop.Sell();
        var first = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        await Answers.Eventually(() => Task.FromResult(printer.DiesAfter is null), 200);
        await shop.Later(first, TimeSpan.FromMinutes(31)); // nothing ends such a connection but patience
        await shop.Becomes(first, "unconfirmed");
        (await shop.Jobs()).Count.ShouldBe(1); // too late to be cooked
        (await shop.Owner.Ask($"POST /api/print-jobs/{first}/reprint")).Text("marked").ShouldBe("second_print");
    }

    [Fact]
    public async Task A_clone_that_answers_nothing_gets_the_right_letters_and_is_never_said_to_have_printed()
    {
        await using var printer = new FakeEscPos(Tongue.Silent).Start();
        var (shop, id) = await Open(app, printer, "POS-5890");
        var order = await shop.Sell();
        await shop.Write("update order_items set name = $2 where order_id = $1", order.Id, "Käse 3,50 €");
        var job = await shop.Ask(id, order.Id);
        await Answers.Eventually(() => Task.FromResult(printer.Papers.Count == 1), 200);
        printer.Papers[0].ShouldContain("Käse 3,50 €");
        await Answers.Eventually(async () => (await shop.Job(job)).GetProperty("changes").GetArrayLength() == 3, 200);
        (await shop.StatusOf(job)).ShouldBe("sent");
        var next = await shop.Ask(id, null, "report"); // it holds up nobody
        await Answers.Eventually(() => Task.FromResult(printer.Papers.Count == 2), 200);
        printer.Papers[1].ShouldContain("[picture]"); // letters that its pages lack
        (await shop.Owner.Ask($"POST /api/print-jobs/{next}/confirm")).Text("status").ShouldBe("printed");
    }

    [Fact]
    public async Task A_pulse_that_comes_too_late_leaves_the_drawer_shut()
    {
        await using var printer = new FakeEscPos(Tongue.Epson) { HasNoPaper = true }.Start();
        var (shop, id) = await Open(app, printer, "epson");
        var pulse = await shop.Ask(id, null, "drawer");
        await shop.Later(pulse, TimeSpan.FromHours(-1)); // as long as this test takes it is not too late
        await Answers.Eventually(async () => (await shop.Job(pulse)).GetProperty("held").GetString() == "paper_out", 200);
        await shop.Later(pulse, TimeSpan.FromSeconds(3611));
        await shop.Becomes(pulse, "expired");
        (await shop.Job(pulse)).GetProperty("message").GetString()!.ShouldContain("key");
        printer.HasNoPaper = false;
        var another = await shop.Ask(id, null, "drawer");
        await shop.Later(another, TimeSpan.FromHours(-1));
        await shop.Becomes(another, "printed");
        printer.Papers.ShouldBe(["[drawer]"]);
    }

    [Fact]
    public async Task What_was_out_when_its_process_ended_is_in_doubt_and_two_processes_mix_nothing()
    {
        await using var printer = new FakeEscPos(Tongue.Epson).Start();
        var (shop, id) = await Open(app, printer, "epson");
        var order = await shop.Sell();
        await shop.Owner.Ask($"PUT /api/printers/{id}", new { enabled = false });
        var lost = await shop.Ask(id, order.Id);
        await shop.Write("update print_jobs set status = 'sent', sent_at = now() where id = $1", lost);
        var another = await shop.Shop.As("owner", await app.StartProcess(prints: true));
        var keys = Enumerable.Range(0, 20).Select(n => $"print {shop.Shop.Id} {n}").ToList();
        await shop.Owner.Ask($"PUT /api/printers/{id}", new { enabled = true });
        await Task.WhenAll(keys.SelectMany(key => new[] { shop.Owner, another }.Select(async client =>
        {
            var asked = await client.Ask(
                "POST /api/print-jobs", new { printer_id = id, order_id = order.Id, kind = "receipt" }, ("Idempotency-Key", key));
            asked.Status.ShouldBe(201, asked.ToString());
        })));
        await shop.Becomes(lost, "unconfirmed");
        var jobs = await shop.Jobs(21);
        foreach (var job in jobs.Skip(1))
            await shop.Becomes(job.GetProperty("id").GetInt64(), "printed");
        printer.Papers.Count.ShouldBe(20);
        printer.Papers.ShouldAllBe(p => p.EndsWith("[cut]", StringComparison.Ordinal) && p.Split("TOTAL").Length == 2);
        JsonSerializer.Serialize(printer.Papers).Split("REPRINT").Length.ShouldBe(21); // the lost one was the first
    }
}
