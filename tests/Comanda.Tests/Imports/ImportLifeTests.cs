using System.Text;
using Comanda.Data;
using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>An import from plan to undo, and whoever may.</summary>
public sealed class ImportLifeTests(CafeApp app)
{
    private static readonly string June = SquareRows.Headings
        + SquareRows.Line("2026-06-11 10:00:00", "Cake", "1.0", "$5.00 $0.00 $5.00 $0.40", "T1")
        + SquareRows.Line("2026-06-12 10:00:00", "Tea", "1.0", "$3.00 $0.00 $3.00 $0.24", "T2");

    private const string Customers =
        "First Name,Last Name,Email,Accepts Email Marketing,Phone,Total Spent,Total Orders\n"
        + "Ana,Example,ana.example@example.com,yes,'+12025550143,10.00,2\n"
        + ",,newsletter@example.com,yes,,0.00,0\n"
        + ",,,no,,0.00,0\n";

    [Fact]
    public async Task An_import_is_undone_as_if_it_had_never_been()
    {
        var shop = await app.NewShop(("currency", "USD"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var before = (await owner.Ask("GET /api/products")).Items.Select(i => i.Text("name")).Order().ToList();
        var guests = (await owner.Ask("GET /api/customers")).Items.Count();
        var done = await owner.Import(("items.csv", June), ("customers.csv", Customers));
        (done.Text("kind"), done.Text("system")).ShouldBe(("several", "several"));
        done.Counts().ShouldBe((4, 0, 0, 1));
        (await owner.Ask("GET /api/customers")).Items.Count().ShouldBe(guests + 2);

        (await owner.Ask($"DELETE /api/imports/{done.Id}")).Status.ShouldBe(204);
        (await owner.Ask($"GET /api/imports/{done.Id}")).Text("status").ShouldBe("undone");
        (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Sales.ShouldBe(0m);
        (await owner.Ask("GET /api/products")).Items.Select(i => i.Text("name")).Order().ShouldBe(before);
        (await owner.Ask("GET /api/customers")).Items.Count().ShouldBe(guests);
        (await owner.Ask($"POST /api/imports/{done.Id}/run")).Code.ShouldBe("import_undone");
        (await owner.VerifyJournal()).Valid.ShouldBeTrue();

        var again = await owner.Import(("items.csv", June));
        again.Counts().ShouldBe((2, 0, 0, 0));
        (await owner.Ask("GET /api/orders")).Items.Select(o => o.Text("order_number")).Order().ShouldBe(["I-1", "I-2"]);
    }

    [Fact]
    public async Task What_was_built_on_is_not_undone()
    {
        var owner = await (await app.NewShop(("currency", "USD"), ("time_zone", "UTC"))).As("owner");
        var first = await owner.Import(("june.csv", June));
        var july = SquareRows.Headings + SquareRows.Line("2026-07-11 10:00:00", "Cake", "1.0", "$5.00 $0.00 $5.00 $0.40", "T3");
        var second = await owner.Import(("july.csv", july));
        (await owner.Ask($"DELETE /api/imports/{first.Id}")).Code.ShouldBe("import_built_upon");
        (await owner.Ask($"DELETE /api/imports/{second.Id}")).Status.ShouldBe(204);
        var order = (await owner.Ask("GET /api/orders")).Items.First();
        (await owner.Ask($"POST /api/orders/{order.Id()}/refund", new { reason = "cold" })).Status.ShouldBe(201);
        var refused = await owner.Ask($"DELETE /api/imports/{first.Id}");
        (refused.Status, refused.Code).ShouldBe((409, "import_built_upon"));
        (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Sales.ShouldBe(8.64m);

        // What was changed here stays, though it is another there by now.
        var changed = await owner.Import(("june.csv", June.Replace("$5.00", "$6.00").Replace("$3.00", "$4.00")));
        changed.Counts().ShouldBe((0, 1, 1, 1));
        changed.Body.GetProperty("plan").GetProperty("refused")[0].Text("message").ShouldContain("changed here");
    }

    [Fact]
    public async Task What_could_be_two_things_is_asked_before_anything_is_done()
    {
        var owner = await (await app.NewShop()).As("owner");
        const string file =
            "Date,Receipt number,Receipt type,SKU,Item,Quantity,Gross sales,Discounts,Net sales,Taxes,POS,Store,Status\n"
            + "08/09/2026 10:00,1-1,Sale,1,Latte,1,4.00,0.00,4.00,0.00,POS 1,Main,Closed\n";
        var plan = await owner.Plan(("r.csv", file));
        plan.Body.GetProperty("questions")[0].Text("name").ShouldBe("date_order");
        var asked = await owner.Ask($"POST /api/imports/{plan.Id}/run");
        (asked.Status, asked.Code, asked.Fields.ShouldHaveSingleItem()).ShouldBe((409, "import_asks", "date_order"));
        (await owner.Ask($"POST /api/imports/{plan.Id}/run", new { date_order = "whichever" })).Fields.ShouldBe(["date_order"]);
        (await owner.GetSales(new(2026, 8, 1), new(2026, 9, 30), "day")).Total.Orders.ShouldBe(0);
        await owner.Run(plan.Id, new { date_order = "day_first" });
        (await owner.GetDailySales(new(2026, 9, 8))).TotalSales.ShouldBe(4m);

        var told = await owner.Plan([("r.csv", Encoding.UTF8.GetBytes(file.Replace("1-1,", "1-2,")))], ("date_order", "month_first"));
        told.Body.GetProperty("questions").GetArrayLength().ShouldBe(0);
        await owner.Run(told.Id);
        (await owner.GetDailySales(new(2026, 8, 9))).TotalSales.ShouldBe(4m);
        (await owner.Plan([("r.csv", Encoding.UTF8.GetBytes(file))], ("decimal_mark", "dot"))).Fields.ShouldBe(["decimal_mark"]);
    }

    [Fact]
    public async Task Two_who_run_it_at_once_do_it_once_and_another_shops_import_is_nobodys()
    {
        var shop = await app.NewShop(("currency", "USD"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var plan = await owner.Plan(("items.csv", June));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => owner.Run(plan.Id)));
        (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Orders.ShouldBe(2);
        var stranger = await (await app.NewShop()).As("owner");
        foreach (var request in new[] { "GET /api/imports/{0}", "POST /api/imports/{0}/run", "DELETE /api/imports/{0}" })
            (await stranger.Ask(string.Format(request, plan.Id))).Status.ShouldBe(404);
        (await stranger.Ask("GET /api/imports")).Items.ShouldBeEmpty();
        (await owner.Ask("GET /api/imports")).Items.ShouldHaveSingleItem().Id().ShouldBe(plan.Id);
        (await (await shop.As("manager")).Ask("GET /api/imports")).Status.ShouldBe(403);
        (await owner.Ask("POST /api/imports", new { files = "none" })).Status.ShouldBe(415);
        (await owner.Plan(Array.Empty<(string, byte[])>(), ("date_order", "day_first"))).Fields.ShouldBe(["files"]);
        var unknown = await owner.Plan(("what.csv", "a,b,c\n1,2,3\n"));
        (unknown.Text("system"), unknown.Text("kind")).ShouldBe(("unknown", "nothing"));
        (await owner.Ask($"POST /api/imports/{unknown.Id}/run")).Code.ShouldBe("nothing_to_import");
    }

    [Fact]
    public async Task A_process_that_was_killed_in_the_middle_left_nothing_and_another_takes_it_up()
    {
        var shop = await app.NewShop(("currency", "USD"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var plan = await owner.Plan(("items.csv", June));
        using var ids = new Ids(app.Database);
        var killed = new DoImport(app.Database, ids, TimeProvider.System);
        await killed.Start(plan.Id, default);
        using var cut = new CancellationTokenSource();
        try
        {
            // A server that looks for what was left behind may have taken it up already: then there is nothing left to break off.
            await killed.Run(plan.Id, (_, _) => cut.Cancel(), cut.Token);
        }
        catch (OperationCanceledException)
        {
            cut.IsCancellationRequested.ShouldBeTrue();
        }

        await owner.Run(plan.Id);
        (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Orders.ShouldBe(2);
    }

    [Fact]
    public async Task The_command_line_says_what_it_would_do_and_does_it()
    {
        var shop = await app.NewShop(("currency", "USD"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var folder = Directory.CreateTempSubdirectory("comanda-import-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "items.csv"), June);
            FileInfo[] files = [new(folder.FullName)];
            ImportVerb.Asked asked = new($"{shop.Id}", true, new(null, null, null));
            (await ImportVerb.Run(app.Database, files, asked, default)).ShouldBe(0);
            (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Orders.ShouldBe(0);
            (await ImportVerb.Run(app.Database, files, asked with { DryRun = false }, default)).ShouldBe(0);
            (await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day")).Total.Orders.ShouldBe(2);
            await Should.ThrowAsync<StartupException>(() => ImportVerb.Run(app.Database, files, asked with { Shop = "no such shop" },
                default));
            await Should.ThrowAsync<StartupException>(() => ImportVerb.Run(app.Database, [new("/none/such")], asked, default));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
