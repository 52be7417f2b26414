using System.Text;
using System.Text.Json;
using UglyToad.PdfPig;

namespace Comanda.Tests.Orders;

/// <summary>Goods by weight, from the scale to the books.</summary>
public sealed partial class WeightTests(CafeApp app)
{
    /// <summary>A cafe that sells Comté at 12.90 a kilogram, sliced for 1.00 more, and espresso at 2.30.</summary>
    private sealed record Deli(TestShop Shop, ComandaClient Manager, long Comte, long Espresso)
    {
        public object Line(decimal? quantity, params string[] modifiers) => new { menu_item_id = Comte, quantity, modifiers };

        public Task<Answer> Place(params object[] items) => Manager.Ask("POST /api/orders", new { type = "takeaway", items });

        public Task<Answer> Preview(params object[] items) => Manager.Ask("POST /api/orders/preview", new { type = "takeaway", items });

        public async Task<OrderView> Sale(decimal weight, decimal discount = 0) => await Manager.PlaceOrder(new(
            "takeaway",
            [new(Comte, weight, Discount: discount == 0 ? null : new("fixed", discount, "end piece"))],
            Payments: [new("cash")]));
    }

    private async Task<Deli> Open(params (string Key, string Value)[] settings)
    {
        var shop = await app.NewShop(settings);
        var manager = await shop.As("manager");
        var comte = await manager.Ask("POST /api/menu/items", new
        {
            name = "Comté",
            category = "Deli",
            price = 12.90m,
            sold_by = "weight",
            modifier_groups = new[] { new { name = "Cut", max = 1, options = new[] { new { name = "Sliced", price = 1.00m } } } },
        });
        comte.Status.ShouldBe(201, comte.ToString());
        return new(shop, manager, comte.Id, (await shop.Item("Espresso")).Id);
    }

    private static decimal Read(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);

    private static decimal Number(JsonElement of, string field) => of.GetProperty(field).GetDecimal();

    private static async Task<string> Print(ComandaClient client, long order, string format)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?format={format}");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (format != "pdf")
            return format == "escpos" ? Encoding.Latin1.GetString(bytes) : Encoding.UTF8.GetString(bytes);
        using var pdf = PdfDocument.Open(bytes);
        return string.Join('\n', pdf.GetPage(1).Letters
            .GroupBy(l => Math.Round(l.StartBaseLine.Y, 1))
            .OrderByDescending(line => line.Key)
            .Select(line => string.Concat(line.OrderBy(l => l.StartBaseLine.X).Select(l => l.Value)).Trim()));
    }

    [Fact]
    public async Task An_item_says_whether_it_is_sold_by_weight_and_what_its_price_is_for()
    {
        var deli = await Open();
        async Task<(string?, string?)> Now()
        {
            var item = (await deli.Manager.Ask($"GET /api/menu/items/{deli.Comte}")).Body;
            return (item.GetProperty("sold_by").GetString(), item.TryGetProperty("unit", out var unit) ? unit.GetString() : null);
        }

        Task<Answer> Change(object change) => deli.Manager.Ask($"PUT /api/menu/items/{deli.Comte}", change);
        (await Now()).ShouldBe(("weight", "kg"));
        (await deli.Shop.Item("Espresso")).SoldBy.ShouldBe("piece");
        foreach (var unit in new[] { "100g", "g", "lb", "oz", "kg" })
        {
            (await Change(new { unit })).Text("unit").ShouldBe(unit);
            (await Now()).ShouldBe(("weight", unit));
        }

        (await Change(new { unit = "stone" })).Fields.ShouldBe(["unit"]);
        (await Change(new { sold_by = "volume" })).Fields.ShouldBe(["sold_by"]);
        (await Change(new { sold_by = "piece", unit = "kg" })).Fields.ShouldBe(["unit"]);
        (await deli.Manager.Ask($"PUT /api/menu/items/{deli.Espresso}", new { unit = "kg" })).Fields.ShouldBe(["unit"]);
        (await Now()).ShouldBe(("weight", "kg"));
        (await Change(new { sold_by = "piece" })).Status.ShouldBe(200);
        (await Now()).ShouldBe(("piece", null));
    }

    [Theory]
    [InlineData("0.355", "", "4.58")] // 4.5795
    [InlineData("0.355", "sliced", "4.93")] // 13.90 × 0.355 = 4.9345
    [InlineData("0.5", "", "6.45")]
    [InlineData("0.001", "", "0.01")] // 0.0129
    [InlineData("1.55", "", "20.00")] // 19.995 is half a cent: up
    [InlineData("2", "", "25.80")]
    public async Task A_weighed_line_is_price_and_options_times_weight_half_up(string much, string option, string costs)
    {
        var (weight, total) = (Read(much), Read(costs));
        var deli = await Open(("tax_rate", "5.5"));
        var line = deli.Line(weight, option.Length == 0 ? [] : [option]);
        var preview = await deli.Preview(line);
        preview.Status.ShouldBe(200, preview.ToString());
        Number(preview.Body, "total_amount").ShouldBe(total);
        var shown = preview.Items.Single();
        (Number(shown, "quantity"), shown.GetProperty("unit").GetString(), Number(shown, "total")).ShouldBe((weight, "kg", total));
        preview.Body.GetProperty("explanation").EnumerateArray().Select(r => r.GetProperty("amount"))
            .Sum(a => a.ValueKind == JsonValueKind.Null ? 0 : a.GetDecimal()).ShouldBe(total);
        var placed = (await deli.Place(line)).Body;
        var order = await deli.Manager.GetOrder(placed.GetProperty("id").GetInt64());
        order.TotalAmount.ShouldBe(total);
        (order.Items[0].Quantity, order.Items[0].Unit, order.Items[0].UnitPrice).ShouldBe((weight, "kg", 12.90m));
        order.Items[0].Tax.ShouldBe(decimal.Round(total * 5.5m / 105.5m, 2, MidpointRounding.AwayFromZero));
        placed.GetProperty("items")[0].GetProperty("quantity").GetRawText()
            .ShouldBe(much);
    }

    [Fact]
    public async Task Fractions_are_for_what_is_weighed_and_have_three_decimals()
    {
        var deli = await Open();
        object[] bad =
        [
            deli.Line(0.3555m),
            deli.Line(0),
            deli.Line(-0.5m),
            deli.Line(100_000),
            deli.Line(null),
            new { menu_item_id = deli.Espresso, quantity = 0.5 },
            new { menu_item_id = deli.Espresso, quantity = 1.001 },
            new { menu_item_id = deli.Espresso, quantity = 1000 },
            new { menu_item_id = deli.Espresso, quantity = 0 },
            new { menu_item_id = deli.Espresso, quantity = 1e-28 },
        ];
        foreach (var line in bad)
        {
            (await deli.Place(line)).Fields.ShouldBe(["items[0].quantity"], JsonSerializer.Serialize(line));
            (await deli.Preview(line)).Fields.ShouldBe(["items[0].quantity"], JsonSerializer.Serialize(line));
        }

        (await deli.Manager.GetOrders()).Items.ShouldBeEmpty();
        (await deli.Place(new { menu_item_id = deli.Espresso, quantity = 2.0m })).Status.ShouldBe(201);
        (await deli.Place(deli.Line(99_999.999m))).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("kg", "0.355", "0.355 kg × 12.90")]
    [InlineData("100g", "3.55", "355 g × 12.90/100 g")]
    [InlineData("lb", "0.5", "0.5 lb × 12.90")]
    public async Task Every_receipt_says_weight_and_price_and_its_rows_sum_to_the_line(string unit, string weight, string words)
    {
        var deli = await Open();
        (await deli.Manager.Ask($"PUT /api/menu/items/{deli.Comte}", new { unit })).Status.ShouldBe(200);
        var order = await deli.Place(deli.Line(decimal.Parse(weight, System.Globalization.CultureInfo.InvariantCulture), "sliced"));
        foreach (var format in new[] { "text", "html", "pdf" })
        {
            var receipt = System.Net.WebUtility.HtmlDecode(await Print(deli.Manager, order.Id, format));
            receipt.ShouldContain(words);
            receipt.ShouldContain("Comté");
            receipt.ShouldNotContain("x Comté");
        }

        (await Print(deli.Manager, order.Id, "escpos")).ShouldContain(words.Replace('×', '\u009e')); // of code page 858
        var rows = (await Print(deli.Manager, order.Id, "text")).Split('\n');
        decimal Last(string of) => decimal.Parse(
            rows.First(r => r.Contains(of)).Split(' ')[^1],
            System.Globalization.CultureInfo.InvariantCulture);
        (Last("Comté") + Last("+ Sliced")).ShouldBe(Number(order.Body, "total_amount"));
    }

    [Fact]
    public async Task The_journal_writes_a_sale_by_piece_as_ever_and_a_weight_with_its_unit()
    {
        var deli = await Open(("tax_rate", "0"));
        await deli.Manager.PlaceOrder(new("takeaway", [new(deli.Espresso, 2)]));
        var sale = await deli.Sale(0.355m);
        (await deli.Manager.Ask(
            $"POST /api/orders/{sale.Id}/refund",
            new { items = new[] { new { order_item_id = sale.Items[0].Id, quantity = 0.1 } }, reason = "x" })).Status.ShouldBe(201);
        var entries = (await deli.Manager.Ask("GET /api/journal")).Items
            .OrderBy(e => e.GetProperty("number").GetInt64())
            .Select(e => e.GetProperty("content").ToString())
            .ToList();
        const string piece = """
            "lines":[{"name":"Espresso","quantity":2,"unit_price":230,"modifiers":[],"discount":0,"service_charge":0,"tax_rate":0,"tax":0,
            """;
        entries[0].ShouldContain(piece);
        entries[0].ShouldContain(
            """
            ,"total":460,"combo":null}],"delivery_fee":0,
            """);
        entries[1].ShouldContain(
            """
            "quantity":0.355,"unit_price":1290,"modifiers":[],
            """);
        entries[1].ShouldContain(
            """
            ,"total":458,"combo":null,"unit":"kg"}]
            """);
        entries[2].ShouldContain(
            """
            "lines":[{"position":1,"quantity":0.1,"amount":129,
            """);
        (await deli.Manager.VerifyJournal()).ShouldBe(new JournalState(true, 3, null));
    }

    [Fact]
    public async Task Trap18_the_kitchen_hears_a_weight_once_and_of_an_edit_the_difference()
    {
        var deli = await Open();
        var order = await deli.Place(deli.Line(0.355m));
        var line = order.Items.Single().GetProperty("id").GetInt64();
        var edited = await deli.Manager.Ask($"PUT /api/orders/{order.Id}", new { items = new[] { new { id = line, quantity = 0.5 } } });
        edited.Status.ShouldBe(200, edited.ToString());
        Number(edited.Body, "total_amount").ShouldBe(6.45m);
        (await deli.Manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = line, quantity = 0.5001 } }, version = 2 })).Fields.ShouldBe(["items[0].quantity"]);
        var heard = (await deli.Manager.Ask("GET /api/events?after=0&limit=200")).Items
            .Where(e => e.GetProperty("data").TryGetProperty("kitchen", out _))
            .SelectMany(e => e.GetProperty("data").GetProperty("kitchen").EnumerateArray())
            .SelectMany(t => t.GetProperty("items").EnumerateArray())
            .Select(i => (Number(i, "quantity"), i.GetProperty("unit").GetString()));
        heard.ShouldBe([(0.355m, "kg"), (0.145m, "kg")]);
        var board = (await deli.Manager.Ask("GET /api/kitchen/tickets")).Items.Single().GetProperty("items")[0];
        (Number(board, "quantity"), board.GetProperty("unit").GetString()).ShouldBe((0.5m, "kg"));
    }
}
