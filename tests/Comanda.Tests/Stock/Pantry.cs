using System.Text.Json;

namespace Comanda.Tests.Stock;

/// <summary>Words of stock tests.</summary>
internal static class Pantry
{
    public static async Task<long> Ingredient(
        this ComandaClient client,
        string name,
        string unit,
        decimal stock,
        decimal? threshold = null,
        decimal cost = 0)
    {
        var added = await client.Ask(
            "POST /api/inventory",
            new { name, unit, current_stock = stock, low_stock_threshold = threshold, unit_cost = cost });
        added.Status.ShouldBe(201, added.ToString());
        return added.Id;
    }

    public static async Task<decimal> Stock(this ComandaClient client, long id) =>
        (await client.Ask($"GET /api/inventory/{id}")).Body.GetProperty("current_stock").GetDecimal();

    public static async Task<Answer> Works(
        this ComandaClient client,
        string methodAndPath,
        object? body = null,
        params (string Name, string Value)[] headers)
    {
        var answer = await client.Ask(methodAndPath, body, headers);
        answer.Status.ShouldBeLessThan(300, methodAndPath + " " + answer);
        return answer;
    }

    public static decimal Decimal(this JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    public static decimal Decimal(this Answer answer, string field) => answer.Body.Decimal(field);

    public static async Task<int> Alerts(this ComandaClient client, long id) =>
        (await client.Ask("GET /api/alerts")).Items.Count(a => a.GetProperty("inventory_id").GetInt64() == id);
}
