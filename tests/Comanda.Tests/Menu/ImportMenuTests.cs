using System.Globalization;
using System.Text;
using Comanda.Data;

namespace Comanda.Tests.Menu;

public sealed partial class ImportMenuTests(CafeApp app)
{
    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    private static ByteArrayContent Csv(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("text/csv");
        return content;
    }

    private async Task<(ComandaClient Owner, TestShop Shop)> EmptyShop(string currency = "EUR")
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var empty = (await owner.Ask("POST /api/shops", new { name = "Empty " + shop.Id, currency })).Id;
        owner.Http.DefaultRequestHeaders.Add("X-Shop-Id", empty.ToString());
        return (owner, shop);
    }

    private static (int, int, int) Counts(Answer answer) =>
        (
            answer.Body.GetProperty("created").GetInt32(),
            answer.Body.GetProperty("updated").GetInt32(),
            answer.Body.GetProperty("unchanged").GetInt32());

    private static List<(int Line, string Field)> Errors(Answer answer) =>
        [.. answer.Body.GetProperty("errors")
            .EnumerateArray()
            .Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("field").GetString()!))];

    [Fact]
    public async Task What_export_writes_import_takes_and_finds_nothing_changed()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await manager.Ask("POST /api/menu", new
        {
            name = "=cmd()|' /C calc'!A0",
            category = "+Spirits, \"old\"",
            price = 4.5,
            discount_price = 4,
            description = "  two\nlines; with, all \"of\" it ",
            sku = "'=1",
            tax_rate = 7.25,
            allergens = new[] { "dairy", "Nuts" },
            is_vegan = true,
            ingredients = "@milk",
            preparation_time = 3,
            available_from = "07:00",
            available_until = "11:00",
            image_url = "/uploads/a.png",
            barcode = "-4006381333931",
        });
        var first = await (await manager.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
        first.ShouldContain("'=cmd()"); // inert in a spreadsheet
        first.ShouldContain("''=1"); // and what had an apostrophe keeps it
        first.ShouldContain("milk|tree_nuts");
        // the line end inside a cell is a bare one
        Counts(await manager.Ask("POST /api/menu/items/bulk-import", Csv(first))).ShouldBe((0, 0, first.Split("\r\n").Length - 2));
        var again = await (await manager.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
        again.ShouldBe(first); // byte for byte

        // Into another shop: all of it, and out again the same.
        var (owner, _) = await EmptyShop();
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(first))).Item1.ShouldBeGreaterThan(45);
        (await (await owner.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync()).ShouldBe(first);
    }

    [Theory]
    [InlineData("=cmd()|' /C calc'!A0")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData(" =1")] // blanks before it
    [InlineData("\u00a0\u3000 @A1")]
    [InlineData("\u200b\ufeff=1")] // and what is not seen
    [InlineData("\n=1")] // a line end: some programs begin a cell behind it
    [InlineData("\r\n-1")]
    [InlineData("\tplain")]
    [InlineData("\n\n plain")]
    [InlineData("\uff1dcmd()")] // in full width
    [InlineData("\uff0b1")]
    [InlineData("\uff0d1")]
    [InlineData(" \uff20A1")]
    [InlineData("'=1")]
    [InlineData("''\n' =1")]
    public async Task Trap26_a_cell_that_some_program_would_run_is_inert_and_comes_back_the_same(string text)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var (name, sku) = ("X" + text.ReplaceLineEndings("").Replace("\t", ""), text.ReplaceLineEndings("").Replace("\t", "").Trim());
        var given = new { name, category = sku, price = 1, sku, description = text, ingredients = text };
        var item = await manager.Ask("POST /api/menu", given);
        item.Status.ShouldBe(201, item.ToString());
        item.Text("description").ShouldBe(text);
        var first = await (await manager.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
        using var rows = CsvHelper.CsvReader.FromText(first, new() { HasHeader = false });
        var inert = 0;
        while (rows.Read())
        {
            for (var i = 0; i < rows.FieldCount; i++)
            {
                var seen = string.Concat(rows.GetString(i).Where(c => !char.IsWhiteSpace(c) && c is not ('\u200b' or '\ufeff')));
                (seen.Length > 0 && "=+-@\uff1d\uff0b\uff0d\uff20".Contains(seen[0])).ShouldBeFalse($"'{rows.GetString(i)}'");
                (rows.GetString(i).Length > 0 && rows.GetString(i)[0] is '\t' or '\r' or '\n').ShouldBeFalse($"'{rows.GetString(i)}'");
                inert += rows.GetString(i) == "'" + text ? 1 : 0;
            }
        }

        inert.ShouldBeGreaterThanOrEqualTo(2);
        Counts(await manager.Ask("POST /api/menu/items/bulk-import", Csv(first))).Item2.ShouldBe(0); // nothing of it is changed
        (await manager.Ask($"GET /api/menu/items/{item.Id}")).Text("description").ShouldBe(text);
        (await (await manager.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync()).ShouldBe(first); // byte for byte
        var (owner, _) = await EmptyShop();
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(first))).Item1.ShouldBeGreaterThan(45);
        (await (await owner.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync()).ShouldBe(first);
    }

    [Fact]
    public async Task A_cell_with_control_characters_is_named_and_what_is_older_leaves_without_them()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var odd = Csv("name,category,price,description\nA\u001bp0,X,1,\nB,\"X\nY\",1,\nC,X,1,a\u009bb\nD,X,1,\"a\nb\"\n");
        Errors(await manager.Ask("POST /api/menu/items/bulk-import", odd)).ShouldBe([(2, "name"), (3, "category"), (5, "description")]);
        var item = await manager.Ask("POST /api/menu", new { name = "Older", category = "Cakes", price = 1 });
        await app.Database.Scalar("update menu_items set name = $2 where id = $1 returning 1", default, item.Id, "Old\u001bp0er");
        var csv = await (await manager.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
        csv.ShouldContain("Oldp0er");
        // Found again by what was written of it.
        Counts(await manager.Ask("POST /api/menu/items/bulk-import", Csv(csv))).ShouldBe((0, 1, csv.Split("\r\n").Length - 3));
        (await manager.Ask($"GET /api/menu/items/{item.Id}")).Text("name").ShouldBe("Oldp0er");
    }

    [Fact]
    public async Task What_a_spreadsheet_breaks_is_told_and_not_taken_over_half()
    {
        var (owner, _) = await EmptyShop();
        Task<Answer> Import(string csv, string query = "") => owner.Ask("POST /api/menu/items/bulk-import" + query, Csv(csv));
        // a comma too many: it costs 1.50, not 1
        Errors(await Import("name,category,price\nA,X,1.00\nB,X,1,50 €\n")).ShouldBe([(3, "file")]);
        Errors(await Import("name,category,price,description\nA,X,1,fine\nB,X,2,\"opened\nC,X,3,swallowed\n")).ShouldBe([(3, "file")]);
        Errors(await Import("name,category,price,price\nA,X,1,2\n")).ShouldBe([(1, "file")]);
        Counts(await Import("name,category,price,\nA,X,1,\n")).ShouldBe((1, 0, 0)); // an empty column at the end is nobody's mistake
        Counts(await Import("name,category,price,description\n\"12\"\" plate\",X,1,\"a \"\"good\"\" one\"\n6\" plate,X,1,x\n")).ShouldBe((
            2,
            0,
            0));
        (await Import("name,category,price\nA,X,1\n", "?mapping={\"name\":null}")).Status.ShouldBeLessThan(500);
    }

    [Fact]
    public async Task Items_that_share_a_name_come_back_as_they_are()
    {
        var (owner, _) = await EmptyShop();
        foreach (var price in new[] { 1m, 2m, 3m })
            await owner.Ask("POST /api/menu/items", new { name = "Cake of the day", category = "Cakes", price });
        var export = await (await owner.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(export))).ShouldBe((0, 0, 3));
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(export.Replace(",2.00,", ",2.50,")))).ShouldBe((0, 1, 2));
        Errors(await owner.Ask("POST /api/menu/items/bulk-import", Csv("name,category,price\nCake of the day,Cakes,9\n"))).ShouldBe([(
            2,
            "name")]);
    }

    [Fact]
    public async Task A_combo_gets_no_tax_rate_by_import()
    {
        var (owner, _) = await EmptyShop();
        var part = (await owner.Ask("POST /api/menu/items", new { name = "Part", category = "X", price = 1 })).Id;
        await owner.Ask("POST /api/menu/items", new
        {
            name = "Deal",
            category = "X",
            price = 1,
            combo = new[]
        {
            new { name = "Part", choices = new[] { new { menu_item_id = part } } }
        }
        });
        Errors(await owner.Ask("POST /api/menu/items/bulk-import", Csv("name,category,tax_rate\nDeal,X,22\n"))).ShouldBe([(2, "tax_rate")]);
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv("name,category,price\nDeal,X,2\n"))).ShouldBe((0, 1, 0));
    }

    [Fact]
    public async Task Imports_and_edits_of_the_same_items_take_turns()
    {
        var (owner, _) = await EmptyShop();
        string Menu(int price) =>
            "sku,name,category,price\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"S{i},Item {i},X,{price}\n"));
        await owner.Ask("POST /api/menu/items/bulk-import", Csv(Menu(1)));
        var ids = (await owner.Ask("GET /api/products?limit=2")).Items.Select(i => i.GetProperty("id").GetInt64()).ToArray();
        var edits = Task.WhenAll(ids.Select(id => Task.Run(async () =>
        {
            for (var n = 0; n < 20; n++)
                (await owner.Ask($"PUT /api/menu/items/{id}", new { description = $"d{n}" })).Status.ShouldBe(200);
        })));
        for (var price = 2; price < 8; price++)
            (await owner.Ask("POST /api/menu/items/bulk-import", Csv(Menu(price)))).Status.ShouldBe(200);
        await edits;
    }

    [Fact]
    public async Task A_dry_run_tells_and_changes_nothing()
    {
        var (owner, _) = await EmptyShop();
        const string csv = "name,category,price\nFlat white,Coffee,3.90\nCortado,Coffee,3.30\n";
        Counts(await owner.Ask("POST /api/menu/items/bulk-import?dry_run=true", Csv(csv))).ShouldBe((2, 0, 0));
        (await owner.Ask("GET /api/products")).Items.ShouldBeEmpty();
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(csv))).ShouldBe((2, 0, 0));
        Counts(await owner.Ask(
            "POST /menu_items/bulk-import?dry_run=true",
            Csv("name,category,price\nflat WHITE,coffee,4.10\nCortado,Coffee,3.30\nLatte,Coffee,4\n"))).ShouldBe((1, 1, 1));
        (await owner.Ask("GET /api/products?q=flat")).Items.Single().GetProperty("price").GetDecimal().ShouldBe(3.90m);
    }

    [Fact]
    public async Task Ten_thousand_items_import_change_and_come_out_again()
    {
        var (owner, _) = await EmptyShop();
        var csv = new StringBuilder("sku,name,category,price\n");
        for (var i = 0; i < 10_000; i++)
            csv.Append(CultureInfo.InvariantCulture, $"S{i},Item {i},Category {i % 40},{i % 900}.{i % 100:00}\n");
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(csv.ToString()))).ShouldBe((10_000, 0, 0));
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(csv.ToString().Replace(".00\n", ".01\n")))).ShouldBe((
            0,
            100,
            9_900));
        (await owner.Ask("GET /api/audit?action=price_changed&limit=200")).Items.Count().ShouldBe(100);
        (await (await owner.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync())
            .Split("\r\n").Length
            .ShouldBe(10_002);
    }
}
