using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Each tax of the day, by its name and rate, from four sides.</summary>
public sealed partial class RandomDayTests
{
    private async Task<decimal> TaxOfCards(TestShop shop, decimal cent) => (long)(await app.Database.Scalar(
        "select coalesce(sum(tax), 0)::bigint from gift_card_movements where shop_id = $1", default, shop.Id))! * cent;

    private async Task TaxesAgree(ComandaClient manager)
    {
        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        var sessions = (await manager.Ask("GET /api/drawers?status=closed&limit=200")).Items.ToList();
        var orders = await AllOrders(manager);
        var sold = orders.FindAll(o => o.GetProperty("status").GetString() != "cancelled");
        var daily = Sums([day]);
        // Orders, and cards that were taxed when they were sold, as the journal says.
        Sums(sold.Concat(await CardsSold(manager))).ShouldBe(daily);
        Sums(sessions).ShouldBe(daily);
        daily.Sum(t => t.Tax).ShouldBe(Of(day, "tax"));

        // What went back is in the day by rate too, and what is left of both is what is declared.
        var taxes = day.GetProperty("taxes").EnumerateArray().ToList();
        taxes.ShouldAllBe(t => Of(t, "net") - Of(t, "refunded_net") == Of(t, "declared_net")
            && Of(t, "tax") - Of(t, "refunded_tax") == Of(t, "declared_tax"));
        taxes.Sum(t => Of(t, "refunded_tax")).ShouldBe(Of(day.GetProperty("refunded"), "tax"));
        sessions.SelectMany(s => s.GetProperty("taxes").EnumerateArray()).Sum(t => Of(t, "refunded_tax"))
            .ShouldBe(Of(day.GetProperty("refunded"), "tax"));
        var period = (await manager.Ask("GET /api/reports/sales?group_by=type")).Body.GetProperty("total");
        Of(period, "tax").ShouldBe(Of(day, "tax"));
    }

    /// <summary>What the journal says of cards that bore a tax, in the shape of orders.</summary>
    private static async Task<List<JsonElement>> CardsSold(ComandaClient manager)
    {
        var sold = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await manager.Ask($"GET /api/journal?limit=200{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            sold.AddRange(page.Items.Where(e => e.GetProperty("kind").GetString() == "gift_card").Select(e => e.GetProperty("content"))
                .Select(c => JsonSerializer.SerializeToElement(new
                {
                    taxes = c.GetProperty("taxes").EnumerateArray().Select(t => new
                    {
                        name = t.GetProperty("name").GetString(),
                        rate = Of(t, "rate"),
                        treatment = t.GetProperty("treatment").GetString(),
                        net = Of(t, "base") / Currency.Of(c.GetProperty("currency").GetString()!).UnitsPerMajor,
                        tax = Of(t, "tax") / Currency.Of(c.GetProperty("currency").GetString()!).UnitsPerMajor,
                    }),
                })));
            cursor = page.Body.GetProperty("next_cursor").GetString();
        }

        return sold;
    }

    private static async Task<List<JsonElement>> AllOrders(ComandaClient manager)
    {
        var orders = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await manager.Ask($"GET /api/orders?limit=200{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            orders.AddRange(page.Items);
            cursor = page.Body.GetProperty("next_cursor").GetString();
        }

        return orders;
    }

    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private static List<(string Name, decimal Rate, string Treatment, decimal Net, decimal Tax)> Sums(IEnumerable<JsonElement> of) =>
    [
        .. of.SelectMany(o => o.GetProperty("taxes").EnumerateArray())
            .Where(t => t.GetProperty("treatment").GetString() is "taxed" or "zero") // what an order lists
            .GroupBy(t => (
                Name: t.GetProperty("name").GetString()!, Rate: Of(t, "rate"), Treatment: t.GetProperty("treatment").GetString()!))
            .Select(g => (g.Key.Name, g.Key.Rate, g.Key.Treatment, g.Sum(t => Of(t, "net")), g.Sum(t => Of(t, "tax"))))
            .Where(t => t.Item4 != 0 || t.Item5 != 0)
            .OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Rate).ThenBy(t => t.Treatment, StringComparer.Ordinal),
    ];
}
