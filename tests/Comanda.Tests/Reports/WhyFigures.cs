using System.Globalization;
using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>Every figure of the reports of a period, asked why.</summary>
internal static class WhyFigures
{
    /// <summary>Each figure is the sum of its shares; answers how many had any.</summary>
    public static async Task<int> Agree(ComandaClient manager, DateOnly from, DateOnly to)
    {
        var period = string.Create(CultureInfo.InvariantCulture, $"from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}");
        var some = 0;
        foreach (var (query, expected) in await Of(manager, period))
        {
            var (value, shares) = await Read(manager, $"{query}&{period}", 200);
            value.ShouldBe(expected, query);
            shares.Sum(s => s.Decimal("share")).ShouldBe(expected, query);
            shares.ShouldAllBe(s => s.Decimal("share") != 0);
            some += shares.Count > 0 ? 1 : 0;
        }

        return some;
    }

    /// <summary>The figure, and the shares of all its pages.</summary>
    public static async Task<(decimal Value, List<JsonElement> Shares)> Read(ComandaClient manager, string query, int limit)
    {
        var shares = new List<JsonElement>();
        string? cursor = null;
        while (true)
        {
            var page = (await manager.Works(
                $"GET /api/reports/why?figure={query}&limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}")).Body;
            shares.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
            if (cursor is null)
                return (page.Decimal("value"), shares);
            page.GetProperty("items").GetArrayLength().ShouldBe(limit);
        }
    }

    private static async Task<List<(string Query, decimal Expected)>> Of(ComandaClient manager, string period)
    {
        async Task<JsonElement> Report(string path) => (await manager.Works($"GET /api/reports/{path}{period}")).Body;
        var all = new List<(string, decimal)>();
        var summary = await Report("summary?");
        var total = summary.GetProperty("total");
        Add(total, "", "orders", "sales", "net_sales", "tax", "tips", "discounts", "service_charges", "refunds", "refunded_tax",
            "cash_rounding", "gift_cards_sold", "unpaid", "voids", "voided", "cost_of_goods");
        foreach (var (list, side) in new[] { ("payment_methods", "method"), ("refund_methods", "method") })
        {
            foreach (var method in summary.GetProperty(list).EnumerateObject())
                all.Add(($"{list}&{side}={method.Name}", method.Value.GetDecimal()));
        }

        foreach (var tax in summary.GetProperty("taxes").EnumerateArray())
            Add(
                tax,
                $"&tax={Escaped(tax, "name")}&rate={tax.GetProperty("rate").GetRawText()}&treatment={Escaped(tax, "treatment")}",
                "net", "tax", "refunded_net", "refunded_tax", "declared_net", "declared_tax");
        foreach (var what in (string[])["discount_reason", "void_reason"])
        {
            foreach (var reason in summary.GetProperty(what + "s").EnumerateArray())
                Add(reason, $"&{what}={Escaped(reason, "reason")}", "count", "amount");
        }

        foreach (var promotion in summary.GetProperty("promotions").EnumerateArray())
            Add(promotion, $"&promotion={Escaped(promotion, "promotion_id")}", "uses", "discount");
        foreach (var side in (string[])["hour", "category", "type"])
        {
            foreach (var row in (await Report($"sales?group_by={side}&")).GetProperty("rows").EnumerateArray())
                Add(row, $"&{side}={Escaped(row, "key")}", "orders", "lines", "units", "sales", "tax", "discounts");
        }

        foreach (var product in (await Report("products/top?limit=200&")).GetProperty("items").EnumerateArray())
        {
            var which = $"&product={Escaped(product, "menu_item_id")}";
            Add(product, which, "quantity", "revenue");
            if (product.GetProperty("cost").ValueKind == JsonValueKind.Number)
                Add(product, which, "cost");
        }

        foreach (var row in (await Report("performance?")).GetProperty("staff").EnumerateArray())
        {
            var person = row.GetProperty("user_id").ValueKind == JsonValueKind.Null ? "none" : Escaped(row, "user_id");
            Add(row, $"&person={person}", "orders", "sales", "tips", "discounts", "refunds", "refund_count", "cancelled");
        }

        return all;

        void Add(JsonElement report, string of, params string[] names) =>
            all.AddRange(names.Select(n => (n + of, report.Decimal(n))));
    }

    private static string Escaped(JsonElement row, string name)
    {
        var value = row.GetProperty(name);
        return Uri.EscapeDataString(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText().Replace("null", ""));
    }
}
