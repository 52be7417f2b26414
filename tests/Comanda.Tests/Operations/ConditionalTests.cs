using Comanda.Tests.Stock;

namespace Comanda.Tests.Operations;

/// <summary>Versions and their tags: in what is made, in what is read, and in front of a change.</summary>
public sealed class ConditionalTests(CafeApp app)
{
    [Theory]
    [InlineData("\"v1\"", 200)]
    [InlineData("\"1\"", 200)]
    [InlineData("1", 200)]
    [InlineData("v1", 200)]
    [InlineData("W/\"v1\"", 200)]
    [InlineData("W/\"1\"", 200)]
    [InlineData("\"v9\", \"v1\"", 200)]
    [InlineData(" * ", 200)]
    [InlineData("\"v2\"", 412)]
    [InlineData("\"2\"", 412)]
    [InlineData("11", 412)]
    [InlineData("\"v01\"", 412)]
    [InlineData("\"vv1\"", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"v\"", 412)]
    public async Task A_version_is_known_by_every_spelling_of_its_tag_and_another_by_none(string tag, int status)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var supplier = await manager.Ask("POST /api/suppliers", new { name = "Dairy" });
        var changed = await manager.Ask($"PUT /api/suppliers/{supplier.Id}", new { name = "Creamery" }, ("If-Match", tag));
        changed.Status.ShouldBe(status, changed.ToString());
        (await manager.Ask("GET /api/suppliers")).Items.First(s => s.GetProperty("id").GetInt64() == supplier.Id)
            .GetProperty("name").GetString().ShouldBe(status == 200 ? "Creamery" : "Dairy");
    }

    [Fact]
    public async Task A_change_may_say_in_its_body_which_version_it_was_made_against()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var suffix = Guid.NewGuid().ToString("N")[..8];
        async Task<long> Made(string what, object body) => (await owner.Works(what, body)).Id;
        var beans = await Made("POST /api/inventory", new { name = "Beans", unit = "kg" });
        var bread = await Made("POST /api/inventory", new { name = "Bread", unit = "piece" });
        var purchase = await Made("POST /api/purchase-orders", new
        {
            items = new[] { new { inventory_id = beans, quantity = 1, unit_cost = 2 } },
        });
        var person = new { name = "Rui", username = "rui" + suffix, role = "barista", password = "a long enough one" };
        string[] changes =
        [
            "/api/auth/me",
            $"/api/shops/{shop.Id}",
            $"/api/users/{await Made("POST /api/users", person)}",
            $"/api/customers/{await Made("POST /api/customers", new { name = "Ana" })}",
            $"/api/inventory/{beans}",
            $"/api/inventory/{bread}/recipe",
            $"/api/suppliers/{await Made("POST /api/suppliers", new { name = "Dairy" })}",
            $"/api/stock/locations/{await Made("POST /api/stock/locations", new { name = "Cellar" })}",
            $"/api/purchase-orders/{purchase}",
            $"/api/menu/items/{await Made("POST /api/menu/items", new { name = "Bun", category = "Cakes", price = 2 })}",
            $"/api/admin/categories/{await Made("POST /api/admin/categories", new { name = "Toasts" })}",
        ];
        foreach (var path in changes)
        {
            var now = await owner.Ask($"PUT {path}", new { });
            now.Status.ShouldBe(200, $"{path}: {now}");
            var version = long.Parse(now.Response.Headers.ETag!.Tag.Trim('"', 'v'));
            var stale = await owner.Ask($"PUT {path}", new { version = version - 1 });
            (stale.Status, stale.Code).ShouldBe((412, "stale_version"), path);
            var fresh = await owner.Ask($"PUT {path}", new { version });
            fresh.Status.ShouldBe(200, $"{path}: {fresh}");
        }
    }

    [Fact]
    public async Task Whatever_has_a_version_is_made_with_its_tag_and_repeated_with_it()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var item = (await shop.Item("Espresso")).Id;
        var suffix = Guid.NewGuid().ToString("N")[..8];
        (string What, object Body)[] made =
        [
            ("POST /api/orders", new { items = new[] { new { menu_item_id = item } } }),
            ("POST /api/customers", new { name = "Ana" }),
            ("POST /api/inventory", new { name = "Beans", unit = "kg" }),
            ("POST /api/suppliers", new { name = "Dairy" }),
            ("POST /api/stock/locations", new { name = "Cellar" }),
            ("POST /api/menu/items", new { name = "Bun", category = "Cakes", price = 2 }),
            ("POST /api/menu", new { name = "Roll", category = "Cakes", price = 2 }),
            ("POST /api/admin/categories", new { name = "Toasts" }),
            ("POST /api/users", new { name = "Rui", username = "rui" + suffix, role = "barista", password = "a long enough one" }),
            ("POST /api/shops", new { name = "Another" }),
        ];
        foreach (var (what, body) in made)
        {
            var key = ("Idempotency-Key", Guid.NewGuid().ToString());
            var first = await owner.Ask(what, body, key);
            first.Status.ShouldBe(201, $"{what}: {first}");
            first.Response.Headers.ETag!.Tag.ShouldBe($"\"v{first.Text("version")}\"", what);
            if (what is not ("POST /api/orders" or "POST /api/customers" or "POST /api/inventory"))
                continue;
            var again = await owner.Ask(what, body, key);
            again.Response.Headers.Contains("Idempotency-Replayed").ShouldBeTrue(what);
            again.Response.Headers.ETag!.Tag.ShouldBe(first.Response.Headers.ETag.Tag, what);
        }

        // What has no version has no tag: a client that sent one would be refused for ever.
        var payment = await owner.Ask("POST /api/gift-cards", new { amount = 5, method = "cash" });
        (payment.Status, payment.Response.Headers.ETag).ShouldBe((201, null));
    }
}
