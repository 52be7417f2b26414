using System.Text.Json;

namespace Comanda.Tests.Orders;

/// <summary>The labels of a shop's scales, by the patterns that it sets.</summary>
public sealed class ScaleLabelTests(CafeApp app)
{
    private const string Patterns =
        """
        [{"prefix": "28", "item_digits": 5, "value": "weight", "decimals": 3},
         {"prefix": "29", "item_digits": 5, "value": "price", "decimals": 2},
         {"prefix": "02", "item_digits": 5, "value": "price", "decimals": 2}]
        """;

    private sealed record Deli(TestShop Shop, ComandaClient Manager)
    {
        public async Task<long> Sells(string sku, decimal price, string? unit = "kg", string? barcode = null, object[]? groups = null) =>
            (await Manager.Ask("POST /api/menu/items", new
            {
                name = "No. " + sku,
                category = "Deli",
                price,
                sku,
                barcode,
                sold_by = unit is null ? "piece" : "weight",
                unit,
                modifier_groups = groups,
            })).Id;

        public Task<Answer> Scan(string barcode, object? quantity = null, params string[] modifiers) => Manager.Ask(
            "POST /api/orders/preview",
            new { type = "takeaway", items = new[] { new { barcode, quantity, modifiers } } });

        public async Task<(decimal Quantity, decimal Total)> Line(string barcode)
        {
            var answer = await Scan(barcode);
            answer.Status.ShouldBe(200, answer.ToString());
            var line = answer.Items.Single();
            return (line.GetProperty("quantity").GetDecimal(), line.GetProperty("total").GetDecimal());
        }
    }

    private async Task<Deli> Open(string patterns = Patterns)
    {
        var shop = await app.NewShop();
        var set = await (await shop.As("admin")).Ask(
            "PUT /api/config/scale_barcodes",
            new { value = JsonElement.Parse(patterns) });
        set.Status.ShouldBe(200, set.ToString());
        return new(shop, await shop.As("manager"));
    }

    /// <summary>A label with its check digit.</summary>
    private static string Label(string prefix, string item, string value)
    {
        var digits = prefix + item + value;
        var sum = digits.Select((c, i) => (c - '0') * ((digits.Length - i) % 2 == 1 ? 3 : 1)).Sum();
        return digits + ((10 - (sum % 10)) % 10);
    }

    private static char WrongDigit(string label) => label[^1] == '0' ? '1' : '0';

    [Fact]
    public async Task A_label_with_a_weight_finds_the_item_by_its_sku_and_brings_the_weight()
    {
        var deli = await Open();
        await deli.Sells("42", 12.90m);
        await deli.Sells("00043", 1.29m, "100g");
        await deli.Sells("44", 0.02m, "g");
        await deli.Sells("45", 16m, "oz");
        await deli.Sells("46", 9m, "lb");
        (await deli.Line(Label("28", "00042", "00355"))).ShouldBe((0.355m, 4.58m));
        (await deli.Line(Label("28", "00043", "00355"))).ShouldBe((3.55m, 4.58m));
        (await deli.Line(Label("28", "00044", "00355"))).ShouldBe((355, 7.10m));
        (await deli.Line(Label("28", "00045", "00500"))).ShouldBe((8, 128m)); // half a pound
        (await deli.Line(Label("28", "00046", "00500"))).ShouldBe((0.5m, 4.50m));
    }

    [Fact]
    public async Task A_label_with_a_price_costs_exactly_that_and_its_weight_follows()
    {
        var deli = await Open();
        await deli.Sells("42", 12.90m);
        (await deli.Line(Label("29", "00042", "00458"))).ShouldBe((0.355m, 4.58m));
        (await deli.Line(Label("29", "00042", "00457"))).ShouldBe((0.354m, 4.57m)); // 0.354 × 12.90 would be 4.5666
        (await deli.Line(Label("29", "00042", "00001"))).ShouldBe((0.001m, 0.01m));
        (await deli.Line(Label("02", "00042", "99999"))).ShouldBe((77.519m, 999.99m));
        (await deli.Line(Label("02", "00042", "00458")[1..])).ShouldBe((0.355m, 4.58m)); // as UPC-A
        // It stays that price through an edit, on the receipt, in the books and when it goes back; another weight is priced anew.
        var sale = await deli.Manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { barcode = Label("29", "00042", "00460") } }, // 0.357 × 12.90 would be 4.61
        });
        sale.Status.ShouldBe(201, sale.ToString());
        var line = sale.Items.Single().GetProperty("id").GetInt64();
        async Task<decimal> Edited(int version, object items)
        {
            var edited = await deli.Manager.Ask($"PUT /api/orders/{sale.Id}", new { items, version });
            edited.Status.ShouldBe(200, edited.ToString());
            return edited.Body.GetProperty("total_amount").GetDecimal();
        }

        (await Edited(1, new object[] { new { id = line, special_instructions = "thin" } })).ShouldBe(4.60m);
        using (var receipt = await deli.Manager.Send(HttpMethod.Get, $"/api/orders/{sale.Id}/receipt?format=text"))
        {
            var text = await receipt.Content.ReadAsStringAsync();
            text.ShouldContain("0.357 kg × 12.90");
            text.Split('\n').ShouldContain(r => r.StartsWith("No. 42") && r.EndsWith(" 4.60"));
        }

        await deli.Manager.Pay(sale.Id, new("cash"));
        var back = await deli.Manager.Ask($"POST /api/orders/{sale.Id}/refund", new { reason = "off" });
        (back.Body.GetProperty("amount").GetDecimal(), back.Items.Single().GetProperty("quantity").GetDecimal()).ShouldBe((4.60m, 0.357m));
        (await deli.Manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_wrong_with_a_label_is_said_of_the_barcode()
    {
        var deli = await Open();
        await deli.Sells("42", 12.90m, groups: [new { name = "Cut", max = 1, options = new[] { new { name = "Sliced", price = 1 } } }]);
        await deli.Sells("50", 3m, unit: null);
        await deli.Sells("51", 0m);
        async Task Refused(string label, string field = "items[0].barcode", object? quantity = null, params string[] modifiers) =>
            (await deli.Scan(label, quantity, modifiers)).Fields.ShouldBe([field], label);
        await Refused(Label("28", "00042", "00355")[..^1] + WrongDigit(Label("28", "00042", "00355")));
        await Refused(Label("28", "00099", "00355"));
        await Refused(Label("28", "00042", "00000"));
        await Refused(Label("29", "00042", "00000"));
        await Refused(Label("28", "00050", "00355"));
        await Refused(Label("29", "00051", "00355"));
        await Refused(Label("27", "00042", "00355")); // no pattern
        await Refused(Label("28", "00042", "00355"), "items[0].quantity", 0.5);
        await Refused(Label("29", "00042", "00458"), "items[0].modifiers", null, "sliced");
        (await deli.Scan(Label("28", "00042", "00355"), 0.355)).Status.ShouldBe(200);
        (await deli.Scan(Label("28", "00042", "00355"), null, "sliced")).Body.GetProperty("total_amount").GetDecimal().ShouldBe(4.93m);
        // An item that has the label itself as its code is that item.
        var whole = await deli.Sells("60", 5m, unit: null, barcode: Label("28", "00042", "01000"));
        (await deli.Scan(Label("28", "00042", "01000"))).Items.Single().GetProperty("menu_item_id").GetInt64().ShouldBe(whole);
    }

    [Theory]
    [InlineData("""[{"prefix": "28", "item_digits": 5, "value": "weight", "decimals": 4}]""")]
    [InlineData("""[{"prefix": "28", "item_digits": 5, "value": "price", "decimals": 3}]""")]
    [InlineData("""[{"prefix": "28", "item_digits": 5, "value": "volume", "decimals": 3}]""")]
    [InlineData("""[{"prefix": "28", "item_digits": 9, "value": "weight", "decimals": 1}]""")]
    [InlineData("""[{"prefix": "280000", "item_digits": 5, "value": "weight", "decimals": 0}]""")]
    [InlineData("""[{"prefix": "40", "item_digits": 5, "value": "weight", "decimals": 3}]""")]
    [InlineData("""[{"prefix": "2x", "item_digits": 5, "value": "weight", "decimals": 3}]""")]
    [InlineData("""[{"prefix": 28, "item_digits": 5, "value": "weight", "decimals": 3}]""")]
    [InlineData("""[{"prefix": "28", "item_digits": 5, "value": "weight"}]""")]
    [InlineData("""[{"prefix": "28", "item_digits": 5, "value": "weight", "decimals": 3, "unit": "kg"}]""")]
    [InlineData(
        """
        [{"prefix": "28", "item_digits": 5, "value": "weight", "decimals": 3},
         {"prefix": "28", "item_digits": 4, "value": "price", "decimals": 2}]
        """)]
    [InlineData("""[null]""")]
    [InlineData("""{}""")]
    [InlineData("\"28\"")]
    public async Task Patterns_that_cannot_be_are_refused(string patterns)
    {
        var admin = await (await app.NewShop()).As("admin");
        var set = await admin.Ask("PUT /api/config/scale_barcodes", new { value = JsonElement.Parse(patterns) });
        set.Status.ShouldBe(400, set.ToString());
        set.Fields.ShouldBe(["value"]);
        (await admin.Ask("GET /api/config")).Items.Single(r => r.GetProperty("key").GetString() == "scale_barcodes")
            .GetProperty("value").GetArrayLength().ShouldBe(0);
    }
}
