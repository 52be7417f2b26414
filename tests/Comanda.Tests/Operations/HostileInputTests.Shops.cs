using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Imports;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>Ids of another shop, in every path.</summary>
public sealed partial class HostileInputTests
{
    /// <summary>Every path with an id, with ids of another shop: not there, and never a hint that they are.</summary>
    [Fact]
    public async Task Another_shops_ids_are_not_there_in_any_path()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var (me, they) = (await mine.As("owner"), await theirs.As("owner"));
        var espresso = await theirs.Item("Espresso");
        var order = await they.PlaceOrder(new("takeaway", [new(espresso.Id)]));
        var category = (await they.Ask("GET /api/categories")).Items.First().GetProperty("id").GetInt64();
        var user = (await they.Ask("GET /api/users?limit=1")).Items.First().GetProperty("id").GetInt64();
        var device = (await they.Ask("GET /api/devices")).Items.First().GetProperty("id").GetInt64();
        var session = (await they.Ask("GET /api/auth/sessions")).Items.First().GetProperty("id").GetInt64();
        var review = (await they.Ask($"POST /api/products/{espresso.Id}/reviews", new { rating = 5 })).Id;
        var drawer = (await they.Ask("POST /api/drawers/open", new { @float = 10 })).Id;
        var customer = (await they.Ask("POST /api/customers", new { name = "Gina", phone = "+351912345678" })).Id;
        var option = (await they.Ask($"GET /api/menu/items/{(await theirs.Item("Flat white")).Id}")).Body
            .GetProperty("modifier_groups")[0]
            .GetProperty("options")[0]
            .GetProperty("id")
            .GetInt64();
        var beans = (await they.Ask(
            "POST /api/inventory",
            new { name = "Beans", current_stock = -1, supplier = "Roastery", location = "Cellar" })).Body;
        var purchase = (await they.Ask(
            "POST /api/purchase-orders",
            new { items = new[] { new { inventory_id = beans.GetProperty("id").GetInt64(), quantity = 1 } } })).Id;
        var alert = 0L;
        await Answers.Eventually(async () => (alert = (await they.Ask("GET /api/alerts")).Items
            .Select(a => a.GetProperty("id").GetInt64())
            .FirstOrDefault()) != 0);
        var sent = await they.Ask("POST /api/orders/sync", new { orders = new[] { new { key = "set aside" } } });
        var aside = sent.Body.GetProperty("results")[0].GetProperty("set_aside").GetProperty("id").GetInt64();
        var address = (await they.Ask(
            "POST /api/users/addresses", new { title = "Home", address = "1 Quay", city = "Lisbon", zip_code = "1100" })).Id;
        var area = (await they.Ask("POST /api/delivery-areas", new { name = "Centre", postcodes = new[] { "1100" } })).Id;
        var promotion = (await they.Ask(
            "POST /api/admin/promotions",
            new { title = "Ten", description = "Off", discount_type = "percentage", discount_value = 10, code = "TEN" })).Id;
        var guest = (await they.Ask("POST /api/customers", new { name = "Standing Guest", phone = "+351912000777" })).Id;
        var standing = (await they.Ask("POST /api/standing-orders", new
        {
            customer_id = guest,
            weekdays = new[] { "sat" },
            at = "08:00",
            items = new[] { new { menu_item_id = espresso.Id } },
        })).Id;
        await they.Ask($"PUT /api/cakes/{espresso.Id}", new { lead_days = 0 });
        var cake = (await they.Ask(
            "POST /api/cake-orders",
            new { menu_item_id = espresso.Id, customer_name = "Ana", collect_at = DateTimeOffset.UtcNow.AddDays(7) })).Id;
        await they.Ask(
            $"PUT /api/menu/items/{espresso.Id}/steps",
            new { steps = new[] { new { kind = "bake", minutes = 20 } }, on_shelf_at = "23:59" });
        var bakes = new { items = new[] { new { menu_item_id = espresso.Id, quantity = 5 } } };
        var bakeTask = (await they.Ask($"POST /api/bakery/plan/{DateTime.UtcNow.AddDays(1):yyyy-MM-dd}", bakes)).Body
            .GetProperty("tasks")[0].GetProperty("id").GetInt64();
        var webhook = (await they.Ask(
            "POST /api/webhooks", new { url = "https://1.1.1.1/", events = new[] { "gift_card_refunded" } })).Id; // none here
        (await they.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "gina@example.com" })).Status.ShouldBe(202);
        var message = (long)(await app.Database.Scalar("select max(id) from messages where shop_id = $1", default, theirs.Id))!;
        var notification = (long)(await app.Database.Scalar(
            """
            insert into notifications (shop_id, user_id, type, title, message, event_seq, created_at)
            values ($1, $2, 'system', 'Ready', 'Your order is ready', -1000 - $1, now()) returning id
            """,
            default,
            theirs.Id,
            (await they.Me()).Id))!;
        await they.Ask(
            $"POST /api/inventory/{beans.GetProperty("id")}/adjust", new { adjustment = 1, reason = "delivery", lot = "theirs" });
        var lot = (await they.Ask("GET /api/lots")).Items.First().GetProperty("id").GetInt64();
        var printer = (await they.Ask("POST /api/printers", new { name = "Bar", kind = "cloudprnt" })).Id;
        var job = (await they.Ask("POST /api/print-jobs", new { printer_id = printer, kind = "report" })).Id;
        var plan = (await they.Plan(("items.csv", SquareRows.Headings
            + SquareRows.Line("2026-01-05 10:00:00", "Scone", "1.0", "$3.00 $0.00 $3.00 $0.00", "T-1")))).Id;
        // Whose id stands where. A path of a kind that is not here fails the test.
        var ids = new Dictionary<string, long>
        {
            ["/api/orders/"] = order.Id,
            ["/api/menu/items/"] = espresso.Id,
            ["/api/categories/"] = category,
            ["/api/admin/categories/"] = category,
            ["/api/users/"] = user,
            ["/api/devices/"] = device,
            ["/api/auth/sessions/"] = session,
            ["/api/shops/"] = theirs.Id,
            ["/api/reviews/"] = review,
            ["/api/admin/reviews/"] = review,
            ["/api/drawers/"] = drawer,
            ["/api/kitchen/items/"] = order.Items[0].Id,
            ["/api/customers/"] = customer,
            ["/api/orders/set-aside/"] = aside,
            ["/api/menu/options/"] = option,
            ["/api/inventory/"] = beans.GetProperty("id").GetInt64(),
            ["/api/suppliers/"] = beans.GetProperty("supplier_id").GetInt64(),
            ["/api/stock/locations/"] = beans.GetProperty("location_id").GetInt64(),
            ["/api/alerts/"] = alert,
            ["/api/purchase-orders/"] = purchase,
            ["/api/users/addresses/"] = address,
            ["/api/favorites/"] = espresso.Id,
            ["/api/delivery-areas/"] = area,
            ["/api/standing-orders/"] = standing,
            ["/api/cakes/"] = espresso.Id,
            ["/api/cake-orders/"] = cake,
            ["/api/bakery/tasks/"] = bakeTask,
            ["/api/promotions/"] = promotion,
            ["/api/admin/promotions/"] = promotion,
            ["/api/webhooks/"] = webhook,
            ["/api/notifications/"] = notification,
            ["/api/admin/messages/"] = message,
            ["/api/lots/"] = lot,
            ["/api/printers/"] = printer,
            ["/api/print-jobs/"] = job,
            ["/api/imports/"] = plan,
        };
        // What an endpoint wants to read before it looks for the id.
        var bodies = new Dictionary<string, object>
        {
            ["change_order_status"] = new { status = "completed" },
            ["refund_order"] = new { amount = 1, reason = "x" },
            ["split_order"] = new { ways = 2 },
            ["transfer_order"] = new { table = "7" },
            ["email_receipt"] = new { to = "a@example.com" },
            ["take_cake_deposit"] = new { method = "card" },
            ["move_cake"] = new { stage = "baked" },
            ["update_delivery"] = new { location = new[] { 1.0, 2.0 } },
            ["send_by_partner"] = new { partner = "simulated" },
            ["change_address"] = new { title = "Mine" },
            ["merge_orders"] = new
            {
                order_ids = new[] { (await me.PlaceOrder(new(
                "takeaway",
                [new((await mine.Item("Espresso")).Id)]))).Id }
            },
            ["change_menu_item"] = new { price = 0.01 },
            ["set_menu_item_stock"] = new { in_stock = false },
            ["change_category"] = new { name = "Mine" },
            ["add_review"] = new { rating = 1 },
            ["change_review"] = new { rating = 1 },
            ["moderate_review"] = new { is_approved = false },
            ["move_cash"] = new { type = "out", amount = 1, reason = "x" },
            ["close_drawer"] = new { counted = 1 },
            ["add_round"] = new { items = new[] { new { menu_item_id = (await mine.Item("Espresso")).Id } } },
            ["prepare_line"] = new { status = "ready" },
            ["discard_set_aside_sale"] = new { reason = "x" },
            ["adjust_points"] = new { points = 1, reason = "x" },
            ["adjust_stock"] = new { adjustment = 1 },
            ["transfer_stock"] = new { quantity = 1, to_location = "Bar" },
            ["finish_bake_task"] = new { },
            ["change_menu_item_steps"] = new { steps = Array.Empty<object>() },
            ["change_stock_item_steps"] = new { steps = Array.Empty<object>() },
            ["make_stock"] = new { quantity = 1 },
            ["change_stock_item_recipe"] = new { made = "ahead", yield = 1, items = Array.Empty<object>() },
            ["change_menu_item_recipe"] = Array.Empty<object>(),
            ["change_option_recipe"] = Array.Empty<object>(),
            ["change_purchase_order"] = new { note = "Mine" },
            ["rehearse_promotion"] = new { from = "2026-01-01", to = "2026-01-02" },
            ["replay_webhook"] = new { after = 0 },
            ["rotate_webhook"] = new { },
            ["change_promotion"] = new { title = "Mine" },
            ["move_purchase_order"] = new { status = "cancelled" },
            ["say_lot_allergens"] = new { allergens = Array.Empty<string>() },
            ["say_stock_item_allergens"] = new { allergens = Array.Empty<string>() },
            ["keep_lots"] = new { shelf_life_days = 2 },
            ["scan_lot"] = new { order_item_id = 1, lot = "theirs" },
            ["run_import"] = new { },
        };
        var tried = 0;
        foreach (var endpoint in app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var (method, route) = (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0], endpoint.RoutePattern.RawText!);
            var body = method is "POST" or "PUT"
                ? bodies.GetValueOrDefault(endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName, new { name = "Mine" })
                : null;
            // What is no favourite is none afterwards, whatever it is. Pages of the storefront take no token (StoreGuestTests).
            if (route.StartsWith("/api/", StringComparison.Ordinal)
                && route.Contains(":long}", StringComparison.Ordinal)
                && (method, route) != ("DELETE", "/api/favorites/{id:long}"))
            {
                tried++;
                var kind = route[..route.IndexOf('{', StringComparison.Ordinal)];
                ids.ShouldContainKey(kind, $"say whose id stands in {route}");
                string With(long id) => $"{method} {System.Text.RegularExpressions.Regex.Replace(route, @"\{[^}]+\}", id.ToString())}";
                var (foreign, nothing) = (await me.Ask(With(ids[kind]), body), await me.Ask(With(987_654_321), body));
                (foreign.Status, foreign.Code, foreign.Text("detail")).ShouldBe(
                    (404, "not_found", nothing.Text("detail")),
                    $"{With(ids[kind])}: {foreign}");
                (nothing.Status, nothing.Code).ShouldBe((404, "not_found"), $"{With(987_654_321)}: {nothing}");
            }

            // And the other shop before any path of the API that is not open to everyone.
            if (route.StartsWith("/api/", StringComparison.Ordinal)
                && !route.StartsWith("/api/shops", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<NeedsPermission>() is not null)
            {
                tried++;
                var path = System.Text.RegularExpressions.Regex.Replace(route["/api".Length..], @"\{[^}]+\}", order.Id.ToString());
                var there = await me.Ask($"{method} /api/shops/{theirs.Id}{path}", body);
                (there.Status, there.Code).ShouldBe((404, "not_found"), $"{method} /api/shops/{theirs.Id}{path}: {there}");
            }
        }

        tried.ShouldBeGreaterThan(100);
        foreach (var role in new[] { "barista", "" })
            (await me.Ask(
                $"PUT /api/users/{user}",
                role.Length == 0 ? new { is_active = false } : new { role })).Code.ShouldBe("not_found");

        // In bodies they are field errors.
        (await me.Ask("POST /api/payments", new { order_id = order.Id, method = "card" })).Fields.ShouldBe(["order_id"]);
        (await me.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso.Id } } })).Status.ShouldBe(400);
        (await me.Ask("POST /api/menu", new { name = "X", price = 1, category_id = category })).Fields.ShouldBe(["category_id"]);
        // And nothing has happened to them.
        (await they.Ask($"GET /api/orders/{order.Id}")).Text("status").ShouldBe("pending");
        (await they.Ask($"GET /api/customers/{customer}")).Text("name").ShouldBe("Gina");
        (await they.Ask($"GET /api/drawers/{drawer}")).Text("status").ShouldBe("open");
        (await they.Ask($"GET /api/menu/items/{espresso.Id}")).Body.GetProperty("price").GetDecimal().ShouldBe(espresso.Price);
        (await they.Me()).Role.ShouldBe("owner");
    }
}
