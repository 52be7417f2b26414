using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Tests.Imports;

namespace Comanda.Tests.Dialects;

/// <summary>Bodies to the letter: the client of these tests would write every name in snake_case.</summary>
internal static class Spelling
{
    public static Task<Answer> Say(
        this ComandaClient client, string methodAndPath, object body, params (string Name, string Value)[] headers) =>
        client.Ask(methodAndPath, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), headers);
}

/// <summary>A shop with one of everything that has an address, and somebody who may do anything there.</summary>
internal sealed record WholeShop(TestShop Shop, ComandaClient Owner, IReadOnlyDictionary<string, string> Ids)
{
    public static async Task<WholeShop> Open(CafeApp app)
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        async Task<Answer> Make(string what, object? body = null)
        {
            var made = await owner.Ask(what, body, ("X-Device-Token", shop.TillToken));
            made.Status.ShouldBeLessThan(300, $"{what} {made}");
            return made;
        }

        var item = await shop.Item("Flat white");
        var stocked = await Make("POST /api/inventory", new { name = "Beans", unit = "kg", current_stock = 3, low_stock_threshold = 1 });
        await Make($"PUT /api/menu/items/{item.Id}/recipe", new[] { new { inventory_id = stocked.Id, quantity = 0.02 } });
        var category = await Make("POST /api/admin/categories", new { name = "Shelf", description = "Jars" });
        var customer = await Make("POST /api/customers", new { name = "Ana", phone = "+351912345678", email = "ana@c.example" });
        var supplier = await Make("POST /api/suppliers", new { name = "Mill" });
        var place = await Make("POST /api/stock/locations", new { name = "Cellar" });
        var user = await Make(
            "POST /api/users",
            new { username = "uma" + Guid.NewGuid().ToString("N")[..10], name = "Uma", role = "barista", password = "quay street at six" });
        var card = await Make("POST /api/gift-cards", new { amount = 20, method = "card" });
        var order = await Make("POST /api/orders", new { items = new[] { new { menu_item_id = item.Id, quantity = 2 } }, table = "4" });
        var purchase = await Make(
            "POST /api/purchase-orders",
            new { supplier_id = supplier.Id, items = new[] { new { inventory_id = stocked.Id, quantity = 2 } } });
        var drawer = await Make("POST /api/drawers/open", new { @float = 100 });
        var made = await Make("POST /api/inventory", new { name = "Dough", unit = "kg", current_stock = 0 });
        await Make(
            $"PUT /api/inventory/{made.Id}/recipe",
            new { made = "ahead", yield = 1, items = new[] { new { inventory_id = stocked.Id, quantity = 0.5 } } });
        var review = await Make($"POST /api/menu/items/{item.Id}/reviews", new { rating = 4, comment = "Good" });
        var nothing = new { items = new[] { new { menu_item_id = 987654321 } } };
        var sale = new { key = "waits", made_at = DateTimeOffset.UtcNow, order = nothing };
        var synced = await Make("POST /api/orders/sync", new { orders = new[] { sale } });
        var area = await Make(
            "POST /api/delivery-areas", new { name = "Old town", postcodes = new[] { "4000" }, fee = 2, minimum = 10, minutes = 30 });
        var home = await Make(
            "POST /api/users/addresses",
            new { title = "Home", address = "1 Quay", city = "Porto", state = "P", zip_code = "4000" });
        var promotion = await Make(
            "POST /api/admin/promotions",
            new { title = "Ten", description = "A tenth off", discount_type = "percentage", discount_value = 10, code = "TEN" });
        var standing = await Make("POST /api/standing-orders", new
        {
            customer_id = customer.Id,
            weekdays = new[] { "sat" },
            at = "08:00",
            items = new[] { new { menu_item_id = item.Id, quantity = 2 } },
        });
        await Make($"PUT /api/cakes/{item.Id}", new { lead_days = 0, capacity = 1000 });
        var cake = await Make(
            "POST /api/cake-orders",
            new { menu_item_id = item.Id, customer_name = "Ana", collect_at = DateTimeOffset.UtcNow.AddDays(7) });
        await Make(
            $"PUT /api/menu/items/{item.Id}/steps",
            new { steps = new[] { new { kind = "bake", minutes = 20 } }, on_shelf_at = "23:00" });
        await Make("PUT /api/bakery/stations", new[] { new { name = "Oven", units = 2 } });
        var tomorrow = DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd");
        var bakePlan = await Make(
            $"POST /api/bakery/plan/{tomorrow}", new { items = new[] { new { menu_item_id = item.Id, quantity = 5 } } });
        var printer = await Make("POST /api/printers", new { name = "Counter", kind = "tcp9100", host = "10.0.0.5" });
        await Make($"PUT /api/inventory/{made.Id}/lots", new { shelf_life_days = 3 });
        await Make(
            $"POST /api/inventory/{stocked.Id}/adjust",
            new { adjustment = 1, reason = "delivery", lot = "L-7", best_before = "2031-05-01" });
        var lot = (await Make("GET /api/lots")).Items.First();
        var sold = SquareRows.Headings + SquareRows.Line("2026-01-05 10:00:00", "Scone", "1.0", "$3.00 $0.00 $3.00 $0.00", "T-1");
        var plan = await owner.Plan(("items.csv", sold));
        var webhook = await Make("POST /api/webhooks", new { url = "http://127.0.0.1:9/none" });
        return new(shop, owner, new Dictionary<string, string>
        {
            ["/api/menu/options/"] = item.ModifierGroups[0].Options[0].Id.ToString(),
            ["/api/menu/items/"] = item.Id.ToString(),
            ["/api/inventory/"] = made.Id.ToString(),
            ["/api/admin/categories/"] = category.Id.ToString(),
            ["/api/admin/reviews/"] = review.Id.ToString(),
            ["/api/reviews/"] = review.Id.ToString(),
            ["/api/customers/"] = customer.Id.ToString(),
            ["/api/suppliers/"] = supplier.Id.ToString(),
            ["/api/stock/locations/"] = place.Id.ToString(),
            ["/api/users/addresses/"] = home.Id.ToString(),
            ["/api/users/"] = user.Id.ToString(),
            ["/api/gift-cards/"] = card.Text("code")!,
            ["/api/orders/set-aside/"] = synced.Body.GetProperty("results")[0].GetProperty("set_aside").GetProperty("id").ToString(),
            ["/api/orders/"] = order.Id.ToString(),
            ["/api/purchase-orders/"] = purchase.Id.ToString(),
            ["/api/drawers/"] = drawer.Id.ToString(),
            ["/api/kitchen/items/"] = order.Items.First().GetProperty("id").ToString(),
            ["/api/roles/"] = "barista",
            ["/api/config/"] = "receipt_footer",
            ["/api/delivery-areas/"] = area.Id.ToString(),
            ["/api/standing-orders/"] = standing.Id.ToString(),
            ["/api/cakes/"] = item.Id.ToString(),
            ["/api/cake-orders/"] = cake.Id.ToString(),
            ["/api/bakery/plan/"] = tomorrow,
            ["/api/bakery/tasks/"] = bakePlan.Body.GetProperty("tasks")[0].GetProperty("id").ToString(),
            ["/api/shops/"] = shop.Id.ToString(),
            ["/api/admin/promotions/"] = promotion.Id.ToString(),
            ["/api/promotions/apply/"] = "TEN",
            ["/api/printers/"] = printer.Id.ToString(),
            ["/api/lots/"] = lot.GetProperty("id").ToString(),
            ["/api/imports/"] = plan.Id.ToString(),
            ["/api/webhooks/"] = webhook.Id.ToString(),
            ["/api/promotions/"] = promotion.Id.ToString(),
        });
    }

    /// <summary>The address of something of this shop's.</summary>
    public string Address(string template)
    {
        if (!template.Contains('{'))
            return template;
        var known = Ids.Keys.FirstOrDefault(k => template.StartsWith(k, StringComparison.Ordinal));
        known.ShouldNotBeNull($"{template}: a whole shop must have one of these");
        return Regex.Replace(template, @"\{[^}]+\}", Ids[known]);
    }
}
