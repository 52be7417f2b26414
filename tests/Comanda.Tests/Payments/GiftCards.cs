using System.Text.Json;

namespace Comanda.Tests.Payments;

/// <summary>What tests of gift cards ask for again and again.</summary>
internal static class GiftCards
{
    public static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    public static async Task<(string Code, Answer Sold)> Sell(
        ComandaClient client,
        decimal amount,
        string method = "card",
        string? code = null)
    {
        var sold = await client.Ask("POST /api/gift-cards", new { amount, method, code });
        sold.Status.ShouldBe(201, sold.ToString());
        return (sold.Text("code")!, sold);
    }

    public static async Task<JsonElement> Card(ComandaClient client, string code) => (await client.Ask($"GET /api/gift-cards/{code}")).Body;

    public static async Task<decimal> Balance(ComandaClient client, string code) => Of(await Card(client, code), "balance");

    public static Task<Answer> Pay(ComandaClient client, long order, string code, decimal? amount = null) =>
        client.Ask("POST /api/payments", new { order_id = order, method = "gift_card", reference = code, amount });

    public static string[] Kinds(JsonElement card) =>
        [.. card.GetProperty("movements").EnumerateArray().Select(m => m.GetProperty("kind").GetString()!)];
}
