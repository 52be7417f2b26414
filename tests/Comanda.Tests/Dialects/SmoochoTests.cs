using System.Text.Json;
using Comanda.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Dialects;

/// <summary>Document 4 at /api/shops/{uuid}: every id is a UUID, and one that is not ours is nothing.</summary>
public sealed class SmoochoTests(CafeApp app)
{
    private static readonly System.Text.RegularExpressions.Regex Uuid =
        new("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");

    /// <summary>The owner of a shop of the test's own, and where its API begins.</summary>
    private async Task<(TestShop Shop, ComandaClient Owner, string Root)> Begin()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var login = await client.Ask("POST /api/auth/login", new { username = shop.Username("owner"), password = "password123" });
        login.Status.ShouldBe(200);
        client.AccessToken = login.Text("access_token");
        var uuid = login.Text("shop_uuid")!;
        login.Body.GetProperty("user").GetProperty("shop_uuid").GetString().ShouldBe(uuid);
        login.Body.GetProperty("user").GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Number); // that door is ours
        (await client.Ask("GET /api/auth/profile")).Text("shop_uuid").ShouldBe(uuid);
        return (shop, client, $"/api/shops/{uuid}");
    }

    /// <summary>Every member that is called an id is a UUID, or nothing.</summary>
    private static void HasOnlyUuids(JsonElement at, string place = "$")
    {
        if (at.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in at.EnumerateArray())
                HasOnlyUuids(element, place + "[]");
        }

        if (at.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in at.EnumerateObject())
        {
            var isId = member.Name is "id" || (member.Name.EndsWith("_id", StringComparison.Ordinal) && member.Name != "trace_id");
            if (isId && member.Value.ValueKind != JsonValueKind.Null)
                Uuid.IsMatch(member.Value.ToString()).ShouldBeTrue($"{place}.{member.Name} = {member.Value}");
            HasOnlyUuids(member.Value, $"{place}.{member.Name}");
        }
    }

    [Fact]
    public async Task A_shop_is_run_by_UUIDs_alone()
    {
        var (shop, owner, root) = await Begin();
        var me = await owner.Ask($"GET {root}");
        (me.Status, me.Text("id")).ShouldBe((200, root[^36..]));
        (await owner.Ask($"GET {root}/settings")).Status.ShouldBe(200);

        var made = await owner.Ask($"POST {root}/products", new { name = "Waffle", price = 6.4, category = "Sweet" });
        made.Status.ShouldBe(201);
        HasOnlyUuids(made.Body);
        made.Text("shop_id").ShouldBe(root[^36..]);
        made.Body.GetProperty("is_active").GetBoolean().ShouldBeTrue();
        var product = made.Text("id");
        var changed = await owner.Ask($"PUT {root}/products/{product}", new { price = 6.5 });
        (changed.Status, changed.Text("id")).ShouldBe((200, product));

        var placed = await owner.Ask(
            $"POST {root}/orders",
            new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = product, quantity = 2 } },
                payments = new[] { new { method = "cash" } },
            });
        placed.Status.ShouldBe(201);
        HasOnlyUuids(placed.Body);
        placed.Text("total").ShouldBe(placed.Text("total_amount"));
        (placed.Text("payment_status"), placed.Text("payment_method")).ShouldBe(("completed", "cash"));
        placed.Text("order_type").ShouldBe("takeaway");
        placed.Body.GetProperty("items")[0].GetProperty("menu_item_id").GetString().ShouldBe(product);
        placed.Response.Headers.Location!.OriginalString.ShouldBe($"{root}/orders/{placed.Text("id")}");
        placed.Response.Headers.ETag!.Tag.ShouldBe($"\"v{placed.Text("version")}\"");

        var read = await owner.Ask($"GET {placed.Response.Headers.Location!.OriginalString}");
        (read.Status, read.Text("order_number")).ShouldBe((200, placed.Text("order_number")));
        var milk = await owner.Ask($"POST {root}/inventory", new { name = "Milk of this test", unit = "l", current_stock = 5 });
        milk.Status.ShouldBe(201);
        foreach (var list in new[] { "orders", "products", "inventory", "users", "devices", "drawers", "audit" })
        {
            var all = await owner.Ask($"GET {root}/{list}");
            all.Status.ShouldBe(200, list);
            all.Items.ShouldNotBeEmpty(list);
            HasOnlyUuids(all.Body);
        }

        HasOnlyUuids((await owner.Ask($"GET {root}/menu")).Body);
        (await owner.Ask($"GET {root}/reports/sales")).Status.ShouldBe(200);

        var item = milk.Text("id");
        (await owner.Ask($"PUT {root}/inventory/{item}", new { low_stock_threshold = 7 })).Status.ShouldBe(200);
        var moved = await owner.Ask($"POST {root}/inventory/adjustment", new { inventory_id = item, adjustment = 3, reason = "delivery" });
        moved.Status.ShouldBe(201);
        moved.Body.GetProperty("movement").GetProperty("inventory_id").GetString().ShouldBe(item);
        (await owner.Ask($"GET {root}/inventory/{item}/movements")).Items.ShouldNotBeEmpty();
        (await owner.Ask($"DELETE {root}/products/{product}")).Status.ShouldBe(204);
        (await owner.Ask($"DELETE {root}/orders/{placed.Text("id")}")).Status.ShouldBe(200);

        // The same door by number is ours.
        var ours = await owner.Ask($"GET /api/shops/{shop.Id}/orders");
        ours.Items.First().GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public async Task A_forged_UUID_and_one_of_another_kind_are_404_and_change_nothing()
    {
        var (shop, owner, root) = await Begin();
        var uuids = app.FirstProcess.Services.GetRequiredService<Uuids>();
        var item = (await shop.Item("Espresso")).Id;
        var order = await owner.Ask($"POST {root}/orders", new { type = "takeaway", items = new[] { new { menu_item_id = item } } });
        order.Status.ShouldBe(201);
        foreach (var foreign in new[] { Guid.NewGuid().ToString(), uuids.Of(IdKind.Order, 999_999_999).ToString(), order.Text("id")! })
        {
            foreach (var ask in new[] { "GET products", "DELETE products", "GET inventory" }.Select(a => a.Replace(" ", $" {root}/")))
            {
                var refused = await owner.Ask($"{ask}/{foreign}");
                (refused.Status, refused.Code).ShouldBe((404, "not_found"), ask);
            }
        }

        // The number is right, and it is of another kind.
        var number = uuids.Read(Guid.Parse(order.Text("id")!))!.Value.Id;
        (await owner.Ask($"GET {root}/orders/{uuids.Of(IdKind.Order, number)}")).Status.ShouldBe(200);
        (await owner.Ask($"GET {root}/orders/{uuids.Of(IdKind.MenuItem, number)}")).Status.ShouldBe(404);
        foreach (var foreign in new[] { Guid.NewGuid(), uuids.Of(IdKind.Shop, 999_999_999), uuids.Of(IdKind.Order, shop.Id) })
        {
            (await owner.Ask($"GET /api/shops/{foreign}")).Status.ShouldBe(404);
            (await owner.Ask($"GET /api/shops/{foreign}/orders")).Status.ShouldBe(404);
        }

        // In a body it is a field that is wrong.
        var body = await owner.Ask(
            $"POST {root}/orders",
            new { type = "takeaway", items = new[] { new { menu_item_id = order.Text("id") } } });
        (body.Status, body.Code).ShouldBe((400, "invalid_request"));
    }

    [Fact]
    public async Task Another_shops_UUID_is_404_to_its_neighbours()
    {
        var (_, _, theirs) = await Begin();
        var (_, owner, _) = await Begin();
        foreach (var path in new[] { "", "/orders", "/settings", "/inventory" })
            (await owner.Ask($"GET {theirs}{path}")).Status.ShouldBe(404, path);
    }

    [Fact]
    public async Task UUIDs_are_read_in_queries_and_at_our_own_door_too()
    {
        var (_, owner, root) = await Begin();
        var guest = await owner.Ask($"POST {root}/customers", new { name = "Bo" });
        guest.Status.ShouldBe(201);
        var product = (await owner.Ask($"GET {root}/products?limit=1")).Items.First().GetProperty("id").GetString();
        await owner.Ask(
            $"POST {root}/orders",
            new { type = "takeaway", customer_id = guest.Text("id"), items = new[] { new { menu_item_id = product } } });
        (await owner.Ask($"GET {root}/orders?customer_id={guest.Text("id")}")).Items.Count().ShouldBe(1);
        (await owner.Ask($"GET {root}/orders?customer_id={Guid.NewGuid()}")).Status.ShouldBe(400);
        var ours = await owner.Ask($"GET /api/products/{product}");
        (ours.Status, ours.Body.GetProperty("id").ValueKind).ShouldBe((200, JsonValueKind.Number));
    }

    [Fact]
    public async Task A_list_goes_on_and_a_repeated_key_answers_in_the_dialect()
    {
        var (shop, owner, root) = await Begin();
        var body = new { type = "takeaway", items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } } };
        var first = await owner.Ask($"POST {root}/orders", body, ("Idempotency-Key", "key-of-smoocho"));
        var again = await owner.Ask($"POST {root}/orders", body, ("Idempotency-Key", "key-of-smoocho"));
        (again.Status, again.Text("id")).ShouldBe((201, first.Text("id")));
        again.Response.Headers.GetValues("Idempotency-Replayed").Single().ShouldBe("true");
        again.Response.Headers.Location.ShouldBe(first.Response.Headers.Location);
        await owner.Ask($"POST {root}/orders", body);
        var page = await owner.Ask($"GET {root}/orders?limit=1");
        var next = await owner.Ask($"GET {root}/orders?limit=1&cursor={page.Text("next_cursor")}");
        next.Items.Single().GetProperty("id").GetString().ShouldBe(first.Text("id"));
    }
}
