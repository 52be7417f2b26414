using System.Globalization;

namespace Comanda.Tests.Stock;

/// <summary>
/// A bakery whose croissants are baked of dough that is made of flour: 6 kg of flour are 10 kg of dough, 100 g of dough are one croissant.
/// </summary>
internal sealed record Bakery(TestShop Shop, ComandaClient Manager, long Croissant, long Flour, long Dough, long Baked)
{
    public static DateOnly Day(int ahead) => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(ahead);

    public static async Task<Bakery> Open(CafeApp app, params (string Key, string Value)[] settings)
    {
        var shop = await app.NewShop([("time_zone", "Etc/UTC"), .. settings]);
        var manager = await shop.As("manager");
        var (flour, dough, baked) = (
            await manager.Ingredient("Flour", "kg", 0, cost: 1),
            await manager.Ingredient("Croissant dough", "kg", 0),
            await manager.Ingredient("Croissant, baked", "piece", 0));
        await manager.Works(
            $"PUT /api/inventory/{dough}/recipe",
            new { made = "ahead", yield = 10, items = new[] { new { inventory_id = flour, quantity = 6 } } });
        await manager.Works(
            $"PUT /api/inventory/{baked}/recipe",
            new { made = "ahead", yield = 10, items = new[] { new { inventory_id = dough, quantity = 1 } } });
        var croissant = (await shop.Item("Butter croissant")).Id;
        await manager.Works(
            $"PUT /api/menu/items/{croissant}/recipe",
            new[] { new { inventory_id = baked, quantity = 1 } });
        return new(shop, manager, croissant, flour, dough, baked);
    }

    public Task<Answer> Deliver(string lot, decimal quantity, int? keeps, long? item = null) => Manager.Works(
        $"POST /api/inventory/{item ?? Flour}/adjust",
        new { adjustment = quantity, reason = "delivery", lot, best_before = keeps is { } days ? Day(days) : (DateOnly?)null });

    public async Task<string> Make(long item, decimal quantity, string? lot = null, int? keeps = null) => (await Manager.Works(
        $"POST /api/inventory/{item}/make",
        new { quantity, lot, best_before = keeps is { } days ? Day(days) : (DateOnly?)null })).Text("lot")!;

    public Task<Answer> Sell(int quantity, long? customer = null) => Manager.Works(
        "POST /api/orders",
        new { type = "takeaway", customer_id = customer, items = new[] { new { menu_item_id = Croissant, quantity } } });

    /// <summary>The lots of an order's lines: name and how much.</summary>
    public async Task<string> LotsOf(long order) => string.Join(
        ", ",
        (await Manager.Works($"GET /api/orders/{order}/lots")).Items
            .SelectMany(i => i.GetProperty("lots").EnumerateArray())
            .Select(l => (l.GetProperty("lot").GetString() ?? "-") + " "
                + l.Decimal("quantity").ToString(CultureInfo.InvariantCulture)));

    public async Task<decimal> Left(string lot) =>
        (await Manager.Works($"GET /api/lots?lot={lot}")).Items.Single().Decimal("remaining");
}
