using System.Text.Json;

namespace Comanda.Tests.Promotions;

/// <summary>What tests of promotions ask for again and again.</summary>
internal static class PromotionsOf
{
    /// <summary>Adds one; answers its id.</summary>
    public static async Task<long> Promote(this ComandaClient manager, object promotion)
    {
        var made = await manager.Ask("POST /api/admin/promotions", promotion);
        made.Status.ShouldBe(201, made.ToString());
        return made.Id;
    }

    public static async Task<Answer> Order(
        this ComandaClient client,
        long item,
        int quantity = 1,
        string? code = null,
        long? customer = null) =>
        await client.Ask("POST /api/orders", Basket(item, quantity, code, customer));

    public static object Basket(long item, int quantity = 1, string? code = null, long? customer = null) => new
    {
        type = "takeaway",
        items = new[] { new { menu_item_id = item, quantity } },
        promo_code = code,
        customer_id = customer,
    };

    public static decimal Number(this Answer answer, string field) => answer.Body.GetProperty(field).GetDecimal();

    public static decimal Number(this JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    public static async Task<int> Used(this ComandaClient manager, long promotion) =>
        (await manager.Ask($"GET /api/admin/promotions/{promotion}")).Body.GetProperty("used").GetInt32();
}
