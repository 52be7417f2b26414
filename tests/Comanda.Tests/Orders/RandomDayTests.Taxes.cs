using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Each tax of the day, by its name and rate, from four sides.</summary>
public sealed partial class RandomDayTests
{
    private async Task TaxesAgree(TestShop shop, ComandaClient manager, decimal cent)
    {
        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        var sessions = (await manager.Ask("GET /api/drawers?status=closed&limit=200")).Items.ToList();
        var orders = await AllOrders(manager);
        var sold = orders.FindAll(o => o.GetProperty("status").GetString() != "cancelled");
        var daily = Sums([day]);
        Sums(sold).ShouldBe(daily);
        Sums(sessions).ShouldBe(daily);
        daily.Sum(t => t.Tax).ShouldBe(Of(day, "tax"));

        // What went back is in the day by rate too, and what is left of both is what is declared.
        var taxes = day.GetProperty("taxes").EnumerateArray().ToList();
        taxes.ShouldAllBe(t => Of(t, "net") - Of(t, "refunded_net") == Of(t, "declared_net")
            && Of(t, "tax") - Of(t, "refunded_tax") == Of(t, "declared_tax"));
        // But for refunds of sales that are gone altogether: that money went back, and nothing is declared of it.
        var gone = (long)(await app.Database.Scalar(
            "select coalesce(sum(r.tax), 0)::bigint from order_refunds r join orders o on o.id = r.order_id "
                + "where o.shop_id = $1 and o.status = 'cancelled'",
            default,
            shop.Id))! * cent;
        taxes.Sum(t => Of(t, "refunded_tax")).ShouldBe(Of(day.GetProperty("refunded"), "tax") - gone);
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
