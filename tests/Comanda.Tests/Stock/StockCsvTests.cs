using System.Text;

namespace Comanda.Tests.Stock;

public sealed class StockCsvTests(CafeApp app)
{
    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    private static (int, int, int) Counts(Answer answer) => (
        answer.Body.GetProperty("created").GetInt32(),
        answer.Body.GetProperty("updated").GetInt32(),
        answer.Body.GetProperty("unchanged").GetInt32());

    private static async Task<string> Export(ComandaClient client) =>
        await (await client.Send(HttpMethod.Get, "/inventory/export")).Content.ReadAsStringAsync();

    [Fact]
    public async Task Trap26_what_export_writes_import_takes_byte_for_byte_and_formulas_are_inert()
    {
        var manager = await (await app.NewShop()).As("manager");
        await manager.Works("POST /api/inventory", new
        {
            name = "=cmd()|' /C calc'!A0",
            unit = "g",
            current_stock = -12.5,
            supplier = "@Dairy, \"old\"",
            location = "+Bar",
            unit_cost = 0.0012,
            low_stock_threshold = 3,
            lead_time_days = 2
        });
        await manager.Works("POST /api/inventory", new
        {
            name = "'=1",
            unit = "piece",
            current_stock = 7,
            packs = new[]
        {
            new { name = "-tray", quantity = 30m },
            new { name = "box", quantity = 2.5m }
        }
        });
        await manager.Works("POST /api/inventory", new { name = "Plain", unit = "bottle" });
        var first = await Export(manager);
        first.ShouldContain("'=cmd()");
        first.ShouldContain("''=1");
        foreach (var cell in first.Split("\r\n").Skip(1).SelectMany(l => l.Split(',')))
            cell.TrimStart('"').ShouldNotMatch("^[=+@-]");
        Counts(await manager.Works("POST /api/inventory/import", Csv(first))).ShouldBe((0, 0, 3));
        (await Export(manager)).ShouldBe(first);

        var other = await (await app.NewShop()).As("manager");
        Counts(await other.Works("POST /inventory/import?dry_run=true", Csv(first))).ShouldBe((3, 0, 0));
        (await other.Ask("GET /api/inventory")).Items.ShouldBeEmpty();
        Counts(await other.Works("POST /inventory/import", Csv(first))).ShouldBe((3, 0, 0));
        (await Export(other)).ShouldBe(first);
    }

    [Fact]
    public async Task A_level_that_differs_is_a_count_and_columns_that_are_missing_stay()
    {
        var manager = await (await app.NewShop()).As("manager");
        var milk = await manager.Ingredient("Milk", "l", 10, threshold: 2, cost: 1.2m);
        Counts(await manager.Works("POST /api/inventory/import", Csv("ingredient_name,quantity_in_stock\nmilk,8\nHoney,3\n"))).ShouldBe((
            1,
            1,
            0));
        var read = await manager.Ask($"GET /api/inventory/{milk}");
        (
            read.Text("name"),
            read.Text("current_stock"),
            read.Text("low_stock_threshold"),
            read.Text("unit_cost")).ShouldBe(("milk", "8", "2", "1.2"));
        (await manager.Ask($"GET /api/inventory/{milk}/movements?reason=count")).Items.First().Decimal("quantity").ShouldBe(-2);
    }

    [Fact]
    public async Task Every_bad_cell_is_named_with_its_line_and_nothing_changes()
    {
        var manager = await (await app.NewShop()).As("manager");
        await manager.Ingredient("Milk", "l", 10);
        var refused = await manager.Ask(
            "POST /api/inventory/import",
            Csv("name,unit,current_stock,low_stock_threshold,unit_cost,lead_time_days,packs\n"
                + "Good,g,1,,,,\n,g,1,,,,\nOdd,g,much,-1,free,9999,bag\nMilk,kg,1,,,,\nGOOD,g,1,,,,\n"));
        refused.Status.ShouldBe(400);
        refused.Body.GetProperty("errors")
            .EnumerateArray()
            .Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("field").GetString()!))
            .ShouldBe([
                (3, "name"),
                (4, "current_stock"),
                (4, "low_stock_threshold"),
                (4, "unit_cost"),
                (4, "lead_time_days"),
                (4, "packs"),
                (5, "unit"),
                (6, "name")
            ], ignoreOrder: true);
        (await manager.Ask("GET /api/inventory")).Items.Count().ShouldBe(1);
        (await manager.Ask("POST /api/inventory/import", Csv("unit\ng\n"))).Status.ShouldBe(400);
    }
}
