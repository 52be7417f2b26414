using System.Text.Json;

namespace Comanda.Tests.Dialects;

/// <summary>Rows say when they were made and changed.</summary>
public sealed class TimestampTests(CafeApp app)
{
    [Fact]
    public async Task Rows_say_when_they_were_made_and_when_they_were_changed()
    {
        var world = await WholeShop.Open(app);
        (string Path, object Change)[] rows =
        [
            ("/api/menu/items/{id}", new { name = "Flat white, large" }),
            ("/api/inventory/{id}", new { name = "Dough, resting" }),
            ("/api/users/{id}", new { name = "Uma B." }),
            ("/api/orders/{id}", new { notes = "by the window" }),
            ("/api/customers/{id}", new { name = "Ana Maria" }),
            ("/api/shops/{id}", new { address = "2 Quay" }),
            ("/api/auth/me", new { name = "Olivia O." }),
        ];
        foreach (var (path, change) in rows)
        {
            var address = world.Address(path);
            var before = await world.Owner.Ask("GET " + address);
            Instant(before.Body, "created_at").ShouldBeLessThanOrEqualTo(Instant(before.Body, "updated_at"), path);
            (await world.Owner.Ask("PUT " + address, change)).Status.ShouldBe(200, path);
            await Answers.Eventually(async () =>
            {
                var after = (await world.Owner.Ask("GET " + address)).Body;
                return Instant(after, "updated_at") > Instant(before.Body, "updated_at")
                    && Instant(after, "created_at") == Instant(before.Body, "created_at");
            });
        }

        var categories = (await world.Owner.Ask("GET /api/categories")).Items.ToList();
        categories.ShouldAllBe(c => Instant(c, "created_at") <= Instant(c, "updated_at"));
        foreach (var list in new[] { "/api/suppliers", "/api/stock/locations" })
        {
            var row = (await world.Owner.Ask("GET " + list)).Items.First();
            var changed = await world.Owner.Ask($"PUT {list}/{row.GetProperty("id")}", new { name = "Another name" });
            Instant(changed.Body, "updated_at").ShouldBeGreaterThan(Instant(row, "updated_at"), list);
            Instant(changed.Body, "created_at").ShouldBe(Instant(row, "created_at"), list);
        }
    }

    [Fact]
    public async Task A_shop_tells_whose_it_is_and_its_settings_to_those_who_may_read_them()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var mine = await owner.Ask($"GET /api/shops/{shop.Id}");
        mine.Body.GetProperty("owner_id").GetInt64().ShouldBe((await owner.Ask("GET /api/auth/me")).Id);
        mine.Body.GetProperty("settings").GetProperty("currency").GetString().ShouldBe("EUR");
        (await (await shop.As("cashier")).Ask($"GET /api/shops/{shop.Id}")).Body.TryGetProperty("settings", out _).ShouldBeFalse();
    }

    private static DateTimeOffset Instant(JsonElement row, string field) => row.GetProperty(field).GetDateTimeOffset();
}
