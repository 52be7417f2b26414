using System.Globalization;
using System.Text.Json;
using System.Text;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Menu;

/// <summary>Files that other programs write, and those that nobody can read.</summary>
public sealed partial class ImportMenuTests
{
    [Fact]
    public async Task Every_bad_cell_is_named_with_its_line_and_nothing_changes()
    {
        var (owner, _) = await EmptyShop();
        var refused = await owner.Ask("POST /api/menu/items/bulk-import", Csv(
            "name,category,price,allergens,is_vegan,available_from,tax_rate,preparation_time\n"
            + "Good,Coffee,1.00,,,,,\n"
            + ",Coffee,1.00,,,,,\n"
            + "No price,Coffee,,,,,,\n"
            + "Odd,Coffee,free,pepper,maybe,25:00,101,-1\n"
            + "\"Two\nlines\",Coffee,0.005,,,,,\n"
            + "GOOD,coffee,2.00,,,,,\n"));
        refused.Status.ShouldBe(400);
        refused.Code.ShouldBe("invalid_request");
        Errors(refused).ShouldBe(
            [
                (3, "name"), (4, "price"), (5, "price"), (5, "tax_rate"), (5, "is_vegan"), (5, "allergens"), (5, "preparation_time"),
                (5, "available_from"), (6, "name"), (6, "price"), (8, "name"),
            ],
            ignoreOrder: true);
        Counts(refused).ShouldBe((0, 0, 0));
        (await owner.Ask("GET /api/products")).Items.ShouldBeEmpty();
        (await owner.Ask("GET /api/categories")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_as_spreadsheets_write_them()
    {
        foreach (var (file, price) in new (byte[], decimal)[]
            {
                ([.. Encoding.UTF8.Preamble, .. "name,category,price\r\nCafé,Coffee,1.50\r\n"u8], 1.50m),
                ("name;category;price\r\nCafé;Coffee;\"1,50 €\"\r\n"u8.ToArray(), 1.50m),
                ("name\tcategory\tprice\nCafé\tCoffee\t$18.00 \n"u8.ToArray(), 18m),
                ("Name,CATEGORY,Price\nCafé,Coffee,\"1.234,50\"\n"u8.ToArray(), 1234.50m),
            })
        {
            var (owner, _) = await EmptyShop();
            Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(file))).ShouldBe((1, 0, 0));
            var item = (await owner.Ask("GET /api/products")).Items.Single();
            (item.GetProperty("name").GetString(), item.GetProperty("price").GetDecimal()).ShouldBe(("Café", price));
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_clearly()
    {
        var (owner, _) = await EmptyShop();
        async Task<string> Why(byte[] file) => (await owner.Ask("POST /api/menu/items/bulk-import", Csv(file))).Body
            .GetProperty("errors")
            .EnumerateArray()
            .First()
            .GetProperty("message")
            .GetString()!;
        (await Why([.. "name,category,price\nOne,Coffee,1\nCaf"u8, 0xe9, .. ",Coffee,1\n"u8])).ShouldContain("not UTF-8");
        Errors(await owner.Ask(
            "POST /api/menu/items/bulk-import",
            Csv([.. "name,category,price\nOne,Coffee,1\nCaf"u8, 0xe9, .. ",Coffee,1\n"u8]))).ShouldBe([(3, "file")]);
        (await Why([0xff, 0xfe, 0x6e, 0x00])).ShouldContain("UTF-16");
        (await Why("name,category,price\n"u8.ToArray())).ShouldContain("no lines");
        (await Why("a,b\n1,2\n"u8.ToArray())).ShouldContain("none of the columns");
        (await owner.Ask("POST /api/menu/items/bulk-import", Csv(""u8.ToArray()))).Fields.ShouldBe(["file"]);
        (await owner.Ask("POST /api/menu/items/bulk-import?mapping=oops", Csv("a,b\n1,2\n"))).Fields.ShouldBe(["mapping"]);
        (await owner.Ask(
            "POST /api/menu/items/bulk-import?mapping=" + Uri.EscapeDataString("""{"colour":"a"}"""),
            Csv("a,b\n1,2\n"))).Fields.ShouldBe(["mapping"]);
        (await Why("PK\u0003\u0004 this is a spreadsheet, not a CSV\n\0"u8.ToArray())).ShouldNotBeNullOrEmpty();
        (await owner.Ask("GET /api/products")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_form_carries_file_and_mapping()
    {
        var (owner, _) = await EmptyShop();
        var form = new MultipartFormDataContent
        {
            { Csv("item,kind,size,cost\nLatte,Hot,Large,4.50\nEspresso,Hot,N/A,2.30\n"), "file", "menu.csv" },
            { new StringContent("""{"name":"{item}[ ({size})]","category":"kind","price":"cost"}"""), "mapping" }
        };
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", form)).ShouldBe((2, 0, 0));
        (await owner.Ask("GET /api/products?sort=name")).Items
            .Select(i => i.GetProperty("name").GetString())
            .ShouldBe(["Espresso", "Latte (Large)"]);
    }

    [Theory]
    [InlineData(
        "ibm-coffee/product.csv",
        "USD",
        """{"sku":"product_id","name":"product","category":"product_category","""
            + """ "description":"product_description","price":"current_retail_price"}""",
        "product_id",
        "current_retail_price",
        88)]
    [InlineData(
        "bens-coffeeshop/items.csv",
        "USD",
        """{"sku":"sku","name":"{item_name}[ ({item_size})]","category":"item_cat","price":"item_price"}""",
        "sku",
        "item_price",
        24)]
    public async Task Real_menus_import_with_a_mapping(string file, string currency, string mapping, string key, string price, int items)
    {
        Assert.SkipUnless(CafeApp.Shared is not null, "the shared data is not beside the repository");
        var bytes = await File.ReadAllBytesAsync(Path.Combine(CafeApp.Shared!, file));
        var (owner, _) = await EmptyShop(currency);
        var path = "POST /api/menu/items/bulk-import?mapping=" + Uri.EscapeDataString(mapping);
        Counts(await owner.Ask(path, Csv(bytes))).ShouldBe((items, 0, 0));
        Counts(await owner.Ask(path, Csv(bytes))).ShouldBe((0, 0, items));

        // Each item has its row's price to the cent.
        var menu = new Dictionary<string, decimal>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await owner.Ask("GET /api/products?limit=200" + cursor);
            foreach (var item in page.Items)
                menu[item.GetProperty("sku").GetString()!] = item.GetProperty("price").GetDecimal();
            cursor = page.Body.GetProperty("next_cursor").GetString() is { } next ? "&cursor=" + next : null;
        }

        using var stream = new MemoryStream(bytes);
        var rows = CsvRows.Read(stream, file, ',', [key, price]).ToList();
        rows.Count.ShouldBe(items);
        foreach (var row in rows)
            menu[row[key]].ShouldBe(decimal.Parse(row[price].Replace("$", ""), CultureInfo.InvariantCulture), row[key]);
    }

    [Theory]
    [InlineData("EUR", "\"1.250\"|\"3,50\"", new[] { "1250", "3.5" })]
    [InlineData("EUR", "1.250|3.50", new[] { "1.25", "3.5" })]
    [InlineData("EUR", "\"1,250\"|3.50", new[] { "1250", "3.5" })]
    [InlineData("EUR", "1.250|1.234.567", new[] { "1250", "1234567" })]
    [InlineData("EUR", "1.250|7", null)]
    [InlineData("EUR", "\"1,250\"|7", null)]
    [InlineData("EUR", "1.250|\"3,50\"|4.50", null)]
    [InlineData("EUR", "0.250|7", new[] { "0.25", "7" })] // no group begins with a zero
    [InlineData("KWD", "1.250|7", new[] { "1.25", "7" })]
    public async Task A_price_that_could_be_two_numbers_is_decided_by_the_others_or_refused(string currency, string prices, string[]? read)
    {
        var shop = await app.NewShop(("currency", currency));
        var owner = await shop.As("owner");
        var rows = prices.Split('|').Select((price, i) => $"P{i},Thing {i},Things,{price}");
        var csv = "sku,name,category,price\n" + string.Join('\n', rows) + "\n";
        var answer = await owner.Ask("POST /api/menu/items/bulk-import", new StringContent(csv, Encoding.UTF8, "text/csv"));
        answer.Status.ShouldBe(read is null ? 400 : 200, answer.ToString());
        var items = (await owner.Ask("GET /api/products?limit=200")).Items.Where(i => i.GetProperty("category").GetString() == "Things");
        items.OrderBy(i => i.GetProperty("sku").GetString())
            .Select(i => i.GetProperty("price").GetDecimal().ToString("0.###", System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(read ?? []);
    }

    /// <summary>What an item is for the tax office, its unit, and the deposit that goes with it, out and in again byte for byte.</summary>
    [Fact]
    public async Task Taxes_units_and_deposits_go_out_and_come_in_as_they_are()
    {
        var shop = await app.NewShop();
        var (manager, admin) = (await shop.As("manager"), await shop.As("admin"));
        var table = new
        {
            classes = new[] { new { code = "food" }, new { code = "drink" }, new { code = "-odd" } },
            rows = new object[]
            {
                new { @class = "food", name = "VAT", rate = 7 },
                new { @class = "drink", name = "VAT", rate = 19 },
                new { @class = "-odd", name = "VAT", rate = 5 },
            },
        };
        (await admin.Ask("PUT /api/taxes", table)).Status.ShouldBe(200);
        var deposit = await manager.Works(
            "POST /api/menu/items", new { name = "Deposit", category = "Deposits", price = 0.25m, tax_class = "drink", is_deposit = true });
        await manager.Works(
            "POST /api/menu/items",
            new { name = "Cola", category = "Bottles", price = 2.5m, tax_class = "drink", deposit_item_id = deposit.Id });
        await manager.Works("POST /api/menu/items", new
        {
            name = "Breakfast",
            category = "Sets",
            price = 12.9m,
            tax_split = new[] { new { @class = "food", weight = 70m }, new { @class = "drink", weight = 29.5m } },
        });
        await manager.Works("POST /api/menu/items", new { name = "Odd", category = "Sets", price = 1, tax_class = "-odd" });
        await manager.Works(
            "POST /api/menu/items", new { name = "Rye", category = "Loaves", price = 5, sold_by = "weight", unit = "100g" });
        var first = await Export(manager);
        first.ShouldContain("food:70|drink:29.5");
        Counts(await manager.Ask("POST /api/menu/items/bulk-import", Csv(first))).ShouldBe((0, 0, first.Split("\r\n").Length - 2));
        (await Export(manager)).ShouldBe(first);

        // Another shop takes it where it has the classes, and says which it has not.
        var (owner, _) = await EmptyShop();
        Errors(await owner.Ask("POST /api/menu/items/bulk-import", Csv(first))).Select(e => e.Field).Distinct()
            .ShouldBe(["tax_class", "tax_split"], ignoreOrder: true);
        (await owner.Ask("PUT /api/taxes", table)).Status.ShouldBe(200);
        Counts(await owner.Ask("POST /api/menu/items/bulk-import", Csv(first))).Item1.ShouldBeGreaterThan(45);
        (await Export(owner)).ShouldBe(first);
        var cola = (await owner.Ask("GET /api/products?q=cola")).Items.First(i => i.GetProperty("name").GetString() == "Cola");
        var its = (await owner.Ask("GET /api/products?q=deposit")).Items.First(i => i.GetProperty("name").GetString() == "Deposit");
        cola.GetProperty("deposit_item_id").GetInt64().ShouldBe(its.GetProperty("id").GetInt64());

        // A class takes a rate's place and the other way round, as for one item by itself; both at once is a question.
        Task<Answer> Import(string csv) => owner.Ask("POST /api/menu/items/bulk-import", Csv(csv));
        Errors(await Import("name,category,tax_rate,tax_class\nCola,Bottles,5,food\n")).ShouldBe([(2, "tax_class")]);
        Errors(await Import("name,category,tax_split\nCola,Bottles,food:70\n")).ShouldBe([(2, "tax_split")]);
        Errors(await Import("name,category,deposit_item\nCola,Bottles,Breakfast\n")).ShouldBe([(2, "deposit_item")]);
        Errors(await Import("name,category,is_deposit\nRye,Loaves,true\n")).ShouldBe([(2, "is_deposit")]);
        Counts(await Import("name,category,tax_rate\nCola,Bottles,5\n")).ShouldBe((0, 1, 0));
        (await Cola()).GetProperty("tax_class").ValueKind.ShouldBe(JsonValueKind.Null);
        Counts(await Import("name,category,tax_class,deposit_item\nCola,Bottles,food,\n")).ShouldBe((0, 1, 0));
        var now = await Cola();
        (now.GetProperty("tax_class").GetString(), now.TryGetProperty("deposit_item_id", out _)).ShouldBe(("food", false));
        now.GetProperty("tax_rate").ValueKind.ShouldBe(JsonValueKind.Null);

        async Task<JsonElement> Cola() =>
            (await owner.Ask("GET /api/products?q=cola")).Items.First(i => i.GetProperty("name").GetString() == "Cola");

        async Task<string> Export(ComandaClient of) =>
            await (await of.Send(HttpMethod.Get, "/api/menu/items/export")).Content.ReadAsStringAsync();
    }
}
