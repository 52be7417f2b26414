using System.Text;

namespace Comanda.Tests.Menu;

/// <summary>A code on an article finds it, however a scanner spells it, and finds nothing else.</summary>
public sealed class BarcodeTests(CafeApp app)
{
    private static object Item(string name, string? barcode, string? sku = null) =>
        new { name, category = "Shelf", price = 2.50m, barcode, sku };

    private async Task<(TestShop Shop, ComandaClient Manager)> Open()
    {
        var shop = await app.NewShop();
        return (shop, await shop.As("manager"));
    }

    [Theory]
    [InlineData("96385074", "96385074", "000096385074", "0000096385074", "00000096385074")] // GTIN-8
    [InlineData("036000291452", "036000291452", "0036000291452", "00036000291452")] // GTIN-12
    [InlineData("4006381333931", "4006381333931", "04006381333931")] // GTIN-13
    [InlineData("10012345678902", "10012345678902")] // GTIN-14
    public async Task Every_spelling_of_a_gtin_finds_the_one_article_that_has_it(string code, params string[] spellings)
    {
        var (_, manager) = await Open();
        var added = await manager.Ask("POST /api/menu/items", Item("Cola", code));
        (added.Status, added.Text("barcode")).ShouldBe((201, code)); // kept as it was given
        foreach (var spelling in spellings)
        {
            (await manager.Ask($"GET /api/menu/items?barcode={spelling}")).Items.Single().GetProperty("id").GetInt64().ShouldBe(added.Id);
            (await manager.Ask("POST /api/menu/items", Item("Other", spelling))).Fields.ShouldBe(["barcode"]);
            var order = await manager.Ask("POST /api/orders", new { type = "takeaway", items = new[] { new { barcode = spelling } } });
            order.Items.Single().GetProperty("menu_item_id").GetInt64().ShouldBe(added.Id, order.ToString());
        }

        var pear = await manager.Ask("POST /api/menu/items", Item("Pear", null));
        (await manager.Ask($"PUT /api/menu/items/{pear.Id}", new { barcode = spellings[^1] })).Fields.ShouldBe(["barcode"]);
        (await manager.Ask($"GET /api/menu/items/{pear.Id}")).Body.GetProperty("barcode").ValueKind
            .ShouldBe(System.Text.Json.JsonValueKind.Null);
        // Its own code in another spelling is no second article; what has left the menu has no code.
        (await manager.Ask($"PUT /api/menu/items/{added.Id}", new { barcode = spellings[^1] })).Status.ShouldBe(200);
        (await manager.Ask($"DELETE /api/menu/items/{added.Id}")).Status.ShouldBe(204);
        (await manager.Ask($"PUT /api/menu/items/{pear.Id}", new { barcode = code })).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("1234567890123", "01234567890123")] // the check digit would be 8
    [InlineData("00123456", "123456")]
    [InlineData("SHELF-1", "shelf-1")]
    [InlineData("007", "7")]
    public async Task What_is_no_gtin_is_a_code_of_the_shops_own_letter_by_letter(string one, string two)
    {
        var (_, manager) = await Open();
        var added = await manager.Ask("POST /api/menu/items", Item("One", one));
        (await manager.Ask("POST /api/menu/items", Item("Again", one))).Fields.ShouldBe(["barcode"]);
        (await manager.Ask($"GET /api/menu/items?barcode={two}")).Items.ShouldBeEmpty();
        (await manager.Ask("POST /api/menu/items", Item("Two", two))).Status.ShouldBe(201);
        (await manager.Ask($"GET /api/menu/items?barcode={one}")).Items.Single().GetProperty("id").GetInt64().ShouldBe(added.Id);
    }

    [Fact]
    public async Task A_line_takes_a_barcode_in_the_place_of_an_id_wherever_lines_are()
    {
        var (shop, manager) = await Open();
        var cola = (await manager.Ask("POST /api/menu/items", Item("Cola", "4006381333931"))).Id;
        async Task Refused(string field, object line)
        {
            var body = new { type = "takeaway", items = new[] { line } };
            (await manager.Ask("POST /api/orders", body)).Fields.ShouldBe([field]);
            (await manager.Ask("POST /api/orders/preview", body)).Fields.ShouldBe([field]);
        }

        await Refused("items[0].barcode", new { barcode = "5449000000996" });
        await Refused("items[0].barcode", new { barcode = "" });
        await Refused("items[0].barcode", new { barcode = "4006381333931", menu_item_id = cola });
        await Refused("items[0].barcode", new { barcode = new string('1', 61) });
        await Refused("items[0].menu_item_id", new { quantity = 1 });
        await Refused("items[0].quantity", new { barcode = "4006381333931", quantity = 0.5 });
        var order = await manager.Ask(
            "POST /api/orders",
            new { type = "takeaway", items = new[] { new { barcode = " 04006381333931 ", quantity = 2 } } });
        order.Items.Single().GetProperty("total").GetDecimal().ShouldBe(5.00m);
        var line = order.Items.Single().GetProperty("id").GetInt64();
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = line }, new { barcode = "4006381333931" } } })).Items.Count().ShouldBe(2);
        (await manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new object[] { new { id = line, barcode = "4006381333931" } }, version = 2 })).Fields
            .ShouldBe(["items[0].barcode"]);
        (await manager.Ask(
            $"POST /api/orders/{order.Id}/items",
            new { items = new[] { new { barcode = "4006381333931", quantity = 3 } } })).Items.Count().ShouldBe(3);
        var now = DateTimeOffset.UtcNow;
        var sent = await manager.Ask("POST /api/orders/sync", new
        {
            sent_at = now,
            orders = new[]
            {
                new { key = "b-1", made_at = now, order = new { type = "takeaway", items = new[] { new { barcode = "4006381333931" } } } },
            },
        });
        sent.Body.GetProperty("results")[0].GetProperty("status").GetString().ShouldBe("placed", sent.ToString());
    }

    [Fact]
    public async Task Trap28_a_barcode_finds_nothing_in_another_shop()
    {
        var (_, manager) = await Open();
        var (_, other) = await Open();
        await manager.Ask("POST /api/menu/items", Item("Cola", "4006381333931"));
        (await other.Ask("GET /api/menu/items?barcode=4006381333931")).Items.ShouldBeEmpty();
        (await other.Ask("POST /api/orders", new { items = new[] { new { barcode = "4006381333931" } } })).Fields
            .ShouldBe(["items[0].barcode"]);
        (await other.Ask("POST /api/menu/items", Item("Cola", "04006381333931"))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Of_two_who_give_one_code_to_two_items_at_once_one_is_told()
    {
        var (shop, manager) = await Open();
        var other = await shop.As("owner", await app.StartProcess());
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? manager : other).Ask(
            "POST /api/menu/items",
            Item("Cola " + i, i % 3 == 0 ? "4006381333931" : "04006381333931"))));
        told.Count(t => t.Status == 201).ShouldBe(1);
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Fields.Single() == "barcode");
    }

    [Fact]
    public async Task An_import_gives_no_code_to_two_items_but_may_change_codes_round()
    {
        var (shop, manager) = await Open();
        Task<Answer> Import(string rows) => manager.Ask(
            "POST /api/menu/items/bulk-import",
            new StringContent("sku,name,category,price,barcode\r\n" + rows, Encoding.UTF8, "text/csv"));
        (await Import("a,A,Shelf,1,4006381333931\r\nb,B,Shelf,1,036000291452\r\n")).Status.ShouldBe(200);
        static (int, string?)[] Wrong(Answer answer) => [.. answer.Body.GetProperty("errors").EnumerateArray()
            .Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("field").GetString()))];
        Wrong(await Import("c,C,Shelf,1,0036000291452\r\n")).ShouldBe([(2, "barcode")]);
        Wrong(await Import("c,C,Shelf,1,96385074\r\nd,D,Shelf,1,000096385074\r\n")).ShouldBe([(3, "barcode")]);
        Wrong(await Import("c,C,Shelf,1,04006381333931\r\na,A,Shelf,2,4006381333931\r\n")).ShouldBe([(2, "barcode")]);
        (await Import("b,B,Shelf,1,04006381333931\r\na,A,Shelf,1,0036000291452\r\n")).Status.ShouldBe(200);
        (await shop.Item("B")).Barcode.ShouldBe("04006381333931");
    }
}
