using System.Text.Json;

namespace Comanda.Tests.Promotions;

/// <summary>How promotions are made and changed, who sees them, and what is refused.</summary>
public sealed class EditPromotionsTests(CafeApp app)
{
    [Fact]
    public async Task What_was_given_is_answered_and_changes_one_by_one()
    {
        var shop = await app.NewShop(("time_zone", "UTC"));
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var made = await manager.Ask("POST /api/admin/promotions", new
        {
            title = "Evening",
            description = "After work.\nEvery day.",
            image = "/uploads/x.png",
            discount_type = "percentage",
            discount_value = 12.5,
            code = "eve-1",
            minimum_order_value = 5,
            start_date = "2026-01-01",
            end_date = "2099-12-31T20:00:00+02:00",
            applicable_products = new[] { espresso },
            ways = new[] { "dine-in" },
            usage_limit = 7,
        });
        made.Status.ShouldBe(201, made.ToString());
        made.Response.Headers.Location!.ToString().ShouldBe($"/api/admin/promotions/{made.Id}");
        (
            made.Text("code"),
            made.Number("discount_value"),
            made.Number("minimum_order_value"),
            made.Text("start_date"),
            made.Text("end_date"))
            .ShouldBe(("EVE-1", 12.5m, 5m, "2026-01-01T00:00:00Z", "2099-12-31T18:00:00Z"));
        (made.Number("usage_limit"), made.Number("used"), made.Text("version")).ShouldBe((7m, 0m, "1"));

        var changed = await manager.Ask(
            $"PUT /api/admin/promotions/{made.Id}",
            new { discount_value = 20, usage_limit = 0, end_date = "" },
            ("If-Match", "\"v1\""));
        changed.Status.ShouldBe(200, changed.ToString());
        (
            changed.Number("discount_value"),
            changed.Text("title"),
            changed.Body.GetProperty("usage_limit").ValueKind,
            changed.Body.GetProperty("end_date").ValueKind)
            .ShouldBe((20m, "Evening", JsonValueKind.Null, JsonValueKind.Null));
        (await manager.Ask($"PUT /api/admin/promotions/{made.Id}", new { title = "X" }, ("If-Match", "\"v1\""))).Status.ShouldBe(412);
        (await manager.Ask($"PUT /api/admin/promotions/{made.Id}", new { title = "X", version = 1 })).Status.ShouldBe(412);
        var taken = await manager.Ask(
            "POST /api/admin/promotions",
            new { title = "Two", discount_type = "fixed", discount_value = 1, code = "EVE-1" });
        (taken.Status, taken.Code, taken.Fields.Single()).ShouldBe((409, "already_exists", "code"));
        var again = new { title = "Again", discount_type = "fixed", discount_value = 1 };
        var (first, second) = (
            await manager.Ask("POST /api/admin/promotions", again, ("Idempotency-Key", "p1")),
            await manager.Ask("POST /api/admin/promotions", again, ("Idempotency-Key", "p1")));
        second.Id.ShouldBe(first.Id);
        (await (await shop.As("admin")).Ask("GET /api/audit?action=promotion_changed")).Items.Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"discount_type":"fixed","discount_value":1}""", "title")]
    [InlineData("""{"title":"X","discount_value":1}""", "discount_type")]
    [InlineData("""{"title":"X","discount_type":"gift","discount_value":1}""", "discount_type")]
    [InlineData("""{"title":"X","discount_type":"percentage","discount_value":101}""", "discount_value")]
    [InlineData("""{"title":"X","discount_type":"percentage"}""", "discount_value")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":0.005}""", "discount_value")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":-1}""", "discount_value")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"code":"a b"}""", "code")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"minimum_order_value":-1}""", "minimum_order_value")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"start_date":"soon"}""", "start_date")]
    [InlineData(
        """{"title":"X","discount_type":"fixed","discount_value":1,"start_date":"2026-02-02","end_date":"2026-01-01"}""",
        "end_date")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"weekdays":["sunday"]}""", "weekdays[0]")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"available_from":"25:00"}""", "available_from")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"ways":["drone"]}""", "ways[0]")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"applicable_products":[999999999]}""", "applicable_products[0]")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"applicable_categories":[0]}""", "applicable_categories[0]")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"usage_limit":-1}""", "usage_limit")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"buy_quantity":2}""", "buy_quantity")]
    [InlineData("""{"title":"X","discount_type":"buy_x_get_y","get_quantity":1}""", "buy_quantity")]
    [InlineData("""{"title":"X","discount_type":"buy_x_get_y","buy_quantity":1,"get_quantity":0}""", "get_quantity")]
    [InlineData("""{"title":"X","discount_type":"combo","discount_value":1}""", "combo")]
    [InlineData("""{"title":"X","discount_type":"combo","discount_value":1,"combo":[{"quantity":1}]}""", "combo[0]")]
    [InlineData("""{"title":"X","discount_type":"combo","discount_value":1,"combo":[null]}""", "combo[0]")]
    [InlineData("""{"title":"X","discount_type":"fixed","discount_value":1,"priority":100000}""", "priority")]
    public async Task What_is_wrong_is_named_and_changes_nothing(string body, string field)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var refused = await manager.Ask("POST /api/admin/promotions", JsonElement.Parse(body));
        (refused.Status, refused.Fields.SingleOrDefault()).ShouldBe((400, field), refused.ToString());
        (await manager.Ask("GET /api/admin/promotions")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Guests_see_what_is_listed_and_not_over_and_another_shops_is_not_there()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var shown = await manager.Promote(new { title = "Shown", discount_type = "fixed", discount_value = 1, code = "SHOWN" });
        var soon = await manager.Promote(new { title = "Soon", discount_type = "fixed", discount_value = 1, start_date = "2100-01-01" });
        var secret = await manager.Promote(new
        {
            title = "Secret",
            discount_type = "fixed",
            discount_value = 1,
            code = "SECRET",
            is_listed = false,
        });
        await manager.Promote(new { title = "Over", discount_type = "fixed", discount_value = 1, end_date = "2020-01-01" });
        await manager.Promote(new { title = "Off", discount_type = "fixed", discount_value = 1, is_active = false });
        var guests = await app.Stranger(shop).Ask("GET /api/promotions");
        guests.Items.Select(p => p.GetProperty("id").GetInt64()).ShouldBe([soon, shown]);
        guests.Items.ShouldAllBe(p => p.GetProperty("used").ValueKind == JsonValueKind.Null);
        (await manager.Ask("GET /api/admin/promotions")).Items.Count().ShouldBe(5);
        var page = await manager.Ask("GET /api/admin/promotions?limit=2");
        (page.Items.Count(), page.Text("next_cursor")!.Length > 0).ShouldBe((2, true));
        (await manager.Ask($"GET /api/admin/promotions?limit=200&cursor={page.Text("next_cursor")}")).Items.Count().ShouldBe(3);
        (await (await shop.As("cashier")).Order((await shop.Item("Espresso")).Id, 1, "secret")).Status.ShouldBe(201);

        var other = await (await app.NewShop()).As("manager");
        (await other.Ask($"GET /api/admin/promotions/{secret}")).Status.ShouldBe(404);
        (await other.Ask($"PUT /api/admin/promotions/{secret}", new { discount_type = "nonsense" })).Status.ShouldBe(404);
        (await other.Ask($"DELETE /api/admin/promotions/{secret}")).Status.ShouldBe(404);
        (await (await shop.As("cashier")).Ask("GET /api/admin/promotions")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Every_process_learns_of_a_change()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        await using var process = await app.StartPassingProcess(options => options);
        var there = await shop.As("cashier", process.Address);
        var espresso = (await shop.Item("Espresso")).Id;
        (await there.Ask("POST /api/orders/preview", PromotionsOf.Basket(espresso))).Number("total_amount").ShouldBe(2.30m);
        var id = await manager.Promote(new { title = "Now", discount_type = "fixed", discount_value = 1 });
        await Costs(1.30m);
        (await manager.Ask($"DELETE /api/admin/promotions/{id}")).Status.ShouldBe(204);
        await Costs(2.30m);

        Task Costs(decimal total) => Answers.Eventually(async () =>
            (await there.Ask("POST /api/orders/preview", PromotionsOf.Basket(espresso))).Number("total_amount") == total);
    }
}
