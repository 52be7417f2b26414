using System.Text.Json;

namespace Comanda.Tests.Printing;

/// <summary>What is printed by itself, and what people ask of it.</summary>
public sealed class PrintJobTests(CafeApp app)
{
    private static readonly string[] Kitchen = ["kitchen"];
    private static readonly string[] Receipt = ["receipt"];
    private static readonly string[] Bar = ["bar"];

    private static string Text(JsonElement job, string field) => job.GetProperty(field).ToString();

    private static async Task<List<string>> PrintAll(PrintShop shop, FakeStar star)
    {
        await Answers.Eventually(async () =>
        {
            await star.Step();
            return (await shop.Jobs()).TrueForAll(j => Text(j, "status") is not ("queued" or "offered" or "sent"));
        }, 100);
        return star.Paper.ConvertAll(p => p.Text);
    }

    [Fact]
    public async Task Each_line_is_printed_once_at_its_station_and_of_an_edit_the_difference()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Kitchen, stations = Bar });
        var (espresso, bagel) = ((await shop.Shop.Item("Espresso")).Id, (await shop.Shop.Item("Smoked salmon bagel")).Id);
        var order = await shop.Owner.Ask("POST /api/orders", new
        {
            table = "4",
            items = new[] { new { menu_item_id = espresso, quantity = 2 }, new { menu_item_id = bagel, quantity = 1 } },
        });
        var star = new FakeStar(printer.Text("url")!);
        var job = (await shop.Jobs(1))[0];
        (Text(job, "kind"), Text(job, "order_id"), Text(job, "order_number"))
            .ShouldBe(("kitchen", order.Text("id"), order.Text("order_number")));
        var line = order.Body.GetProperty("items")[0].GetProperty("id").GetInt64();
        var named = await shop.Owner.Ask($"PUT /api/orders/{order.Id}", new { customer_name = "Ann" });
        named.Status.ShouldBe(200);
        var version = named.Body.GetProperty("version").GetInt64();
        (await shop.Owner.Ask($"PUT /api/orders/{order.Id}", new { items = new[] { new { id = line, quantity = 3 } }, version }))
            .Status.ShouldBe(200);
        await shop.Jobs(2);
        (await shop.Owner.Ask($"POST /api/orders/{order.Id}/cancel")).Status.ShouldBe(200);
        await shop.Jobs(3);
        var papers = await PrintAll(shop, star);
        papers.Count.ShouldBe(3);
        papers[0].ShouldContain("2 x Espresso");
        papers[0].ShouldNotContain("bagel");
        papers[0].ShouldContain("table 4");
        papers[0].ShouldContain(order.Text("order_number")!);
        papers[1].ShouldContain("CHANGE");
        papers[1].ShouldContain("+1 x Espresso");
        papers[2].ShouldContain("CANCELLED");
        papers[2].ShouldContain("-3 x Espresso");
    }

    [Fact]
    public async Task A_paid_sale_opens_the_drawer_and_prints_one_receipt()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Receipt });
        var order = await shop.Sell(paid: true);
        (await shop.Jobs(2)).Select(j => Text(j, "kind")).ShouldBe(["drawer", "receipt"]);
        var papers = await PrintAll(shop, new FakeStar(printer.Text("url")!));
        papers[^1].ShouldContain("TOTAL"); // a pulse may have come too late before it
        papers[^1].ShouldNotContain("COPY");
        await shop.Owner.Ask($"PUT /api/orders/{order.Id}/status", new { status = "completed" });
        var again = await shop.Ask(printer.Id, order.Id);
        await shop.Jobs(3); // the receipt was printed already, and not by this again
        (await PrintAll(shop, new FakeStar(printer.Text("url")!)))[0].ShouldContain("REPRINT 1");
        (await shop.StatusOf(again)).ShouldBe("printed");
    }

    [Fact]
    public async Task In_France_a_receipt_is_printed_for_who_asks()
    {
        var shop = await PrintShop.Open(app, ("country", "FR"));
        var printer = await shop.Add("cloudprnt", new { prints = (string[])["receipt", "kitchen"] });
        var order = await shop.Sell(paid: true);
        (await shop.Jobs(1)).Select(j => Text(j, "kind")).ShouldBe(["kitchen"]);
        await shop.Ask(printer.Id, order.Id);
        (await PrintAll(shop, new FakeStar(printer.Text("url")!)))[^1].ShouldContain("TOTAL");
    }

    [Fact]
    public async Task Trap31_a_printer_that_is_switched_on_in_the_morning_prints_no_yesterday()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Kitchen });
        await shop.Sell();
        var night = (await shop.Jobs(1))[0].GetProperty("id").GetInt64();
        await shop.Later(night, TimeSpan.FromHours(9));
        var star = new FakeStar(printer.Text("url")!);
        await star.Step();
        await shop.Becomes(night, "expired");
        await shop.Sell("Smoked salmon bagel");
        await shop.Jobs(2);
        var papers = await PrintAll(shop, star);
        papers.Count.ShouldBe(1);
        papers[0].ShouldContain("bagel");
        (await shop.Jobs("status=expired")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_is_asked_for_once_by_its_key_and_wrong_ones_are_named()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Array.Empty<string>() });
        var order = await shop.Sell();
        var body = new { printer_id = printer.Id, order_id = order.Id, kind = "receipt" };
        var asked = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            shop.Owner.Ask("POST /api/print-jobs", body, ("Idempotency-Key", "once"))));
        asked.Select(a => a.Id).Distinct().Count().ShouldBe(1);
        await shop.Jobs(1);
        var wrong = new { printer_id = printer.Id + 1000, order_id = 1, kind = "poster" };
        (await shop.Owner.Ask("POST /api/print-jobs", wrong)).Fields.ShouldBe(["kind", "printer_id", "order_id"], ignoreOrder: true);
        (await shop.Owner.Ask("POST /api/print-jobs", body with { kind = "drawer" }, ("Idempotency-Key", "once"))).Status.ShouldBe(422);
        (await shop.Owner.Ask($"POST /api/print-jobs/{asked[0].Id}/reprint")).Code.ShouldBe("print_job_open");
        (await shop.Owner.Ask($"POST /api/print-jobs/{asked[0].Id}/confirm")).Code.ShouldBe("print_job_not_in_doubt");
        (await shop.Owner.Ask($"POST /api/print-jobs/{asked[0].Id}/cancel")).Text("status").ShouldBe("cancelled");
        (await shop.Owner.Ask($"POST /api/print-jobs/{asked[0].Id}/cancel")).Text("status").ShouldBe("cancelled");
        (await new FakeStar(printer.Text("url")!).Step()).GetProperty("jobReady").GetBoolean().ShouldBeFalse();
        foreach (var verb in (string[])["reprint", "confirm", "cancel"])
            (await (await (await app.NewShop()).As("owner")).Ask($"POST /api/print-jobs/{asked[0].Id}/{verb}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_is_called_off_on_its_way_is_printed_if_its_printer_says_so()
    {
        var shop = await PrintShop.Open(app);
        var printer = await shop.Add("cloudprnt", new { prints = Array.Empty<string>() });
        var star = new FakeStar(printer.Text("url")!) { LosesConfirmations = true };
        var job = await shop.Ask(printer.Id, (await shop.Sell()).Id);
        await star.Step();
        var asked = await shop.Owner.Ask($"POST /api/print-jobs/{job}/cancel");
        (asked.Status, asked.Text("status"), asked.Body.GetProperty("cancel_requested").GetBoolean()).ShouldBe((200, "sent", true));
        await star.Confirm("OK");
        (await shop.StatusOf(job)).ShouldBe("printed");
        await Answers.Eventually(async () => (await shop.Heard("print_job_updated")).Exists(e =>
            e.GetProperty("id").GetInt64() == job && Text(e, "status") == "printed"), 100);
    }
}
