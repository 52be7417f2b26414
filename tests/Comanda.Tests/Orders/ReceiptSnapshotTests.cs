using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Orders;

/// <summary>
/// Receipts as guests hold them, whole: a change of one is seen in the difference of its snapshot. Instants and links are cut out of them,
/// and the bytes for a printer are written as text.
/// </summary>
public sealed partial class ReceiptSnapshotTests(CafeApp app)
{
    private static readonly string[] Queries = ["format=text", "format=text&columns=32", "format=html", "format=escpos"];

    [Fact]
    public async Task A_discount_a_service_charge_and_taxes_of_two_rates()
    {
        var (shop, manager) = await Cafe(("service_charge", "10"), ("tax_rate", "20"));
        var beer = await manager.Ask("POST /api/menu/items", new { name = "Pale ale", category = "Drinks", price = 4.5m, tax_rate = 23 });
        var basket = new
        {
            type = "dine-in",
            table = "7",
            tip = 1.5m,
            items = new object[]
            {
                new { menu_item_id = (await shop.Item("Smoked salmon bagel")).Id, quantity = 2, special_instructions = "without onion" },
                new { menu_item_id = beer.Id, discount = new { type = "percentage", value = 50, reason = "flat" } },
            },
            discount = new { type = "fixed", value = 1.6m, reason = "late" },
            payments = new object[] { new { method = "card", amount = 10 }, new { method = "cash", tendered = 50 } },
        };
        await ShouldMatch(manager, basket, nameof(A_discount_a_service_charge_and_taxes_of_two_rates));
    }

    [Fact]
    public async Task Taxes_on_top_of_prices()
    {
        var (shop, manager) = await Cafe(("prices_include_tax", "false"), ("tax_rate", "8.875"), ("currency", "USD"));
        var basket = new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = (await shop.Item("Flat white")).Id, quantity = 3, modifiers = new[] { "oat-milk" } } },
        };
        await ShouldMatch(manager, basket, nameof(Taxes_on_top_of_prices));
    }

    [Fact]
    public async Task Foreign_letters()
    {
        var (_, manager) = await Cafe(("receipt_footer", "Ευχαριστούμε!\nДо свидания"));
        var soup = await manager.Ask(
            "POST /api/menu/items",
            new { name = "Żurek śląski z białą kiełbasą", category = "Soups", price = 5.2m });
        var basket = new
        {
            type = "takeaway",
            customer_name = "Ελένη Παπαδοπούλου",
            items = new[] { new { menu_item_id = soup.Id, special_instructions = "без сметаны; ağzına kadar ☕" } },
            payments = new[] { new { method = "card" } },
        };
        await ShouldMatch(manager, basket, nameof(Foreign_letters));
    }

    [Fact]
    public async Task A_reprint()
    {
        var (shop, manager) = await Cafe();
        var basket = new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } },
            payments = new[] { new { method = "cash" } },
        };
        var order = await manager.Works("POST /api/orders", basket);
        await Print(manager, order.Id, "format=text");
        foreach (var query in Queries)
            Hold(nameof(A_reprint), query, await Print(manager, order.Id, query));
    }

    /// <summary>A shop that is called the same in each run.</summary>
    private async Task<(TestShop Shop, ComandaClient Manager)> Cafe(params (string Key, string Value)[] settings)
    {
        var shop = await app.NewShop([("tax_number", "PT 500 000 000"), .. settings]);
        await (await shop.As("owner")).Works(
            $"PUT /api/shops/{shop.Id}",
            new { name = "Corner Café", address = "1 Harbour Street\nAnytown" });
        return (shop, await shop.As("manager"));
    }

    /// <summary>Every first receipt: an order for each, since the second one of an order is a reprint.</summary>
    private static async Task ShouldMatch(ComandaClient client, object basket, string name)
    {
        foreach (var query in Queries)
            Hold(name, query, await Print(client, (await client.Works("POST /api/orders", basket)).Id, query));
    }

    private static void Hold(string name, string query, string receipt) => Repository.ShouldMatch(
        "tests/Comanda.Tests/Orders",
        $"Receipt.{name}.{query.Replace("format=", "", StringComparison.Ordinal).Replace("&columns=", "-", StringComparison.Ordinal)}",
        receipt);

    private static async Task<string> Print(ComandaClient client, long order, string query)
    {
        using var response = await client.Send(HttpMethod.Get, $"/api/orders/{order}/receipt?{query}");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var text = query.Contains("escpos", StringComparison.Ordinal) ? ReadBytes(bytes) : Encoding.UTF8.GetString(bytes);
        text = Instants().Replace(text, "<date and time>    ");
        text = Pictures().Replace(text, "<QR code>");
        text = Links().Replace(text, "<link>");
        text = Numbers().Replace(text, m => m.Groups[1].Value + "n".PadLeft(m.Groups[2].Length));
        return text.Replace("<tr", "\n<tr", StringComparison.Ordinal).Replace("<style>", "\n<style>", StringComparison.Ordinal);
    }

    /// <summary>Letters as they are, what printers obey and what is beyond ASCII by its number.</summary>
    private static string ReadBytes(byte[] bytes)
    {
        var text = Codes().Replace(Encoding.Latin1.GetString(PrinterBytes.WithoutPictures(bytes)), "<QR code>");
        return string.Concat(text.Select(c => c is '\n' or (>= ' ' and <= '~')
            ? c.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"<{(int)c:x2}>")));
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")]
    private static partial Regex Instants();

    [GeneratedRegex("<svg.*?</svg>")]
    private static partial Regex Pictures();

    [GeneratedRegex(@"http://[^""<\n]+(?:\n[^\s<]+)*")]
    private static partial Regex Links();

    /// <summary>Each query has an order of its own: their numbers are not what is looked at.</summary>
    [GeneratedRegex(@"((?:Receipt|Journal entry)(?: +|</td><td>)|· )((?:C-)?\d+)")]
    private static partial Regex Numbers();

    /// <summary>The commands that draw the code: the size of a module follows the link's length, as that follows the port's.</summary>
    [GeneratedRegex(@"(?:\x1d\(k(?:\x03\x00...|\x04\x00....|..1P0[!-~]+))+", RegexOptions.Singleline)]
    private static partial Regex Codes();
}
