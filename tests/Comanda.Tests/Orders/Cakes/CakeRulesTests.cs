using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;
using static Comanda.Tests.Orders.Cakes.CakeShop;

namespace Comanda.Tests.Orders.Cakes;

/// <summary>Cakes to order: what goes together, when they can be had, who signs for what, until when they may be changed.</summary>
public sealed class CakeRulesTests(CafeApp app)
{
    [Fact]
    public async Task Size_inscription_and_options_make_the_price_and_a_part_of_it_is_asked_ahead()
    {
        var shop = await Open(app);
        var quote = await shop.Cashier.Works(
            $"POST /api/cakes/{shop.Cake}/quote",
            new { servings = 24, options = new[] { "buttercream" }, inscription = "Anna 40", collect_at = At(6) });
        (quote.Decimal("total"), quote.Decimal("deposit"), quote.Decimal("balance"), quote.Text("deposit_taxed"))
            .ShouldBe((65m, 19.50m, 45.50m, "received"));
        quote.Decimal("tax_on_deposit").ShouldBe(1.28m);
        quote.Text("earliest_day").ShouldBe($"{At(2):yyyy-MM-dd}");
        var made = await shop.Order(new
        {
            servings = 24,
            options = new[] { "buttercream" },
            inscription = "Anna 40",
            picture_url = await Photo(shop.Cashier),
            total = 73,
        });
        (made.Status, made.Text("stage"), made.Decimal("total"), made.Decimal("deposit"), made.Decimal("balance"))
            .ShouldBe((201, "requested", 73m, 21.90m, 73m), made.ToString());
        made.Body.GetProperty("chosen").EnumerateArray().Select(o => o.GetProperty("key").GetString())
            .ShouldBe(["buttercream", "large", "writing", "photo-print"]);
        (await shop.Order(new { total = 39 })).Code.ShouldBe("total_differs");
    }

    [Fact]
    public async Task What_is_wrong_is_told_by_its_field()
    {
        var shop = await Open(app);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { servings = 13 }, "servings"),
            (new { servings = (int?)null }, "servings"),
            (new { options = new[] { "marzipan" } }, "options[0]"),
            (new { options = new[] { "buttercream", "buttercream" } }, "options[1]"),
            (new { options = new[] { "large" } }, "options[0]"),
            (new { options = new[] { "writing" } }, "options[0]"),
            (new { options = new[] { "fondant" } }, "options[0]"),
            (new { options = new[] { "buttercream", "fondant", "fresh-fruit" }, collect_at = At(9) }, "options[1]"),
            (new { inscription = new string('a', 31) }, "inscription"),
            (new { picture_url = "https://elsewhere.example/a.png" }, "picture_url"),
            (new { picture_url = "/uploads/00000000000000000000000000000000.png" }, "picture_url"),
            (new { quantity = 0 }, "quantity"),
            (new { collect_at = (string?)null }, "collect_at"),
            (new { collect_at = At(1) }, "collect_at"),
            (new { collect_at = At(900) }, "collect_at"),
            (new { collect_at = (string?)null, collect_on = $"{At(5):yyyy-MM-dd}" }, "collect_time"),
            (new { collect_at = (string?)null, collect_time = "25:00", collect_on = $"{At(5):yyyy-MM-dd}" }, "collect_time"),
            (new { options = new[] { "buttercream", "fondant" }, collect_at = At(4) }, "collect_at"),
            (new { customer_name = " " }, "customer_name"),
            (new { customer_id = 987654321 }, "customer_id"),
            (new { menu_item_id = 987654321 }, "menu_item_id"),
            (new { deposit = new { method = "card", amount = 11.99 } }, "deposit.amount"),
            (new { deposit = new { method = "card", amount = 40.01 } }, "deposit.amount"),
            (new { deposit = new { method = "points" } }, "deposit.method"),
        })
        {
            var answer = await shop.Order(body);
            (answer.Status, string.Join(' ', answer.Fields)).ShouldBe((400, field), JsonSerializer.Serialize(body) + answer);
        }

        foreach (var (body, field) in new (object, string)[]
        {
            (new { lead_days = 61 }, "lead_days"),
            (new { order_by = "noon" }, "order_by"),
            (new { capacity = -1 }, "capacity"),
            (new { weekdays = new[] { "someday" } }, "weekdays[0]"),
            (new { days = new[] { new { day = "2026-12-24" } } }, "days[0].capacity"),
            (new { servings = new[] { new { servings = 6, option = "tiny" } } }, "servings[0].option"),
            (new { options = new[] { new { option = "fondant", requires = new[] { "icing" } } } }, "options[0].requires[0]"),
            (new { options = new[] { new { option = "fondant", requires = new[] { "writing" }, excludes = new[] { "writing" } } } },
                "options[0].excludes"),
            (new { inscription_option = "ink" }, "inscription_option"),
            (new { deposit_percent = 101 }, "deposit_percent"),
            (new { deposit_tax = "never" }, "deposit_tax"),
            (new { kept_tax_class = "tea" }, "kept_tax_class"),
        })
        {
            var answer = await shop.Manager.Ask($"PUT /api/cakes/{shop.Cake}", body);
            (answer.Status, string.Join(' ', answer.Fields)).ShouldBe((400, field), JsonSerializer.Serialize(body) + answer);
        }

        (await shop.Manager.Ask($"PUT /api/cakes/{shop.Cake}", new { capacity = 3, version = 99 })).Status.ShouldBe(412);
        (await shop.Manager.Ask("PUT /api/cakes/987654321", new { capacity = 3 })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Lead_days_are_days_on_which_the_shop_is_open_and_none_are_made_on_others()
    {
        var closed = string.Join("\",\"", new[] { 1, 2, 4 }.Select(d => $"{At(d):yyyy-MM-dd}"));
        var shop = await Open(
            app,
            new { days = new[] { new { day = $"{At(6):yyyy-MM-dd}", capacity = 0 } } },
            ("closing_days", $"[\"{closed}\"]"));
        // Tomorrow and the day after it is closed, and on the fourth: two open days ahead is the fifth.
        var days = (await shop.Manager.Works($"GET /api/cakes/{shop.Cake}/days?days=8")).Items.ToList();
        days.Select(d => d.GetProperty("day").GetString()).ShouldBe([$"{At(5):yyyy-MM-dd}", $"{At(7):yyyy-MM-dd}"]);
        days.ShouldAllBe(d => d.GetProperty("left").GetInt32() == 4);
        (await shop.Order(new { collect_at = At(3) })).Fields.ShouldBe(["collect_at"]);
        (await shop.Order(new { collect_at = At(6) })).Fields.ShouldBe(["collect_at"]);
        var made = await shop.Order(new { collect_at = (string?)null, collect_on = $"{At(5):yyyy-MM-dd}", collect_time = "15:00" });
        (made.Status, made.Body.GetProperty("collect_at").GetDateTimeOffset()).ShouldBe((201, At(5, 15)), made.ToString());
        (await shop.Manager.Works($"GET /api/cakes/{shop.Cake}/days?days=8")).Items.First().GetProperty("left").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Stages_go_on_one_by_one_signed_with_a_photograph_and_back_only_by_a_manager()
    {
        var shop = await Open(app);
        var made = await shop.Order();
        var at = $"POST {Made}/{made.Id}/stage";
        (await shop.Cashier.Ask(at, new { stage = "accepted" })).Code.ShouldBe("deposit_due");
        (await shop.Cashier.Ask(at, new { stage = "decorated" })).Code.ShouldBe("invalid_transition");
        (await shop.Cashier.Ask(at, new { stage = "eaten" })).Fields.ShouldBe(["stage"]);
        await shop.Cashier.Works($"POST {Made}/{made.Id}/deposit", new { method = "cash", tendered = 20 });
        (await shop.Cashier.Ask($"POST {Made}/{made.Id}/deposit", new { method = "cash" })).Code.ShouldBe("invalid_transition");
        var photo = await Photo(shop.Cashier);
        (await shop.Cashier.Ask(at, new { stage = "baked", photo_url = "/uploads/none.png" })).Fields.ShouldBe(["photo_url"]);
        var baked = await shop.Cashier.Works(at, new { stage = "baked", photo_url = photo, note = "a bit dark" });
        baked.Text("stage").ShouldBe("baked");
        (await shop.Cashier.Works(at, new { stage = "baked" })).Body.GetProperty("stages").GetArrayLength().ShouldBe(3);
        (await shop.Cashier.Ask(at, new { stage = "accepted", note = "burnt" })).Status.ShouldBe(403);
        (await shop.Manager.Ask(at, new { stage = "accepted" })).Fields.ShouldBe(["note"]);
        await shop.Manager.Works(at, new { stage = "accepted", note = "burnt" });
        var stages = (await shop.One(made.Id)).Body.GetProperty("stages").EnumerateArray().ToList();
        stages.Select(s => s.GetProperty("stage").GetString()).ShouldBe(["requested", "accepted", "baked", "accepted"]);
        (stages[2].GetProperty("photo_url").GetString(), stages[2].GetProperty("note").GetString()).ShouldBe((photo, "a bit dark"));
        stages.ShouldAllBe(s => s.GetProperty("by").GetString()!.Length > 0);
        (await app.Database.Scalar(
            "select count(*) from events where shop_id = $1 and event = 'cake_updated'", default, shop.Shop.Id)).ShouldBe(4L);
    }

    [Fact]
    public async Task It_is_changed_at_the_agreed_prices_until_its_hour_and_then_by_a_manager()
    {
        var shop = await Open(app);
        var id = (await shop.Accepted()).Id;
        await shop.Manager.Works($"PUT /api/menu/items/{shop.Cake}", new { price = 99 });
        var changed = await shop.Cashier.Works($"PUT {Made}/{id}", new { servings = 24, inscription = "Anna" });
        (changed.Decimal("total"), changed.Decimal("deposit_paid"), changed.Decimal("balance")).ShouldBe((61m, 12m, 49m));
        (await shop.Cashier.Ask($"PUT {Made}/{id}", new { servings = 12, version = 1 })).Status.ShouldBe(412);
        (await shop.Cashier.Ask($"PUT {Made}/{id}", new { options = new[] { "fondant" } })).Fields.ShouldBe(["options[0]"]);
        (await shop.Cashier.Works($"PUT {Made}/{id}", new { inscription = (string?)null })).Decimal("total").ShouldBe(58m);
        // What was read can be sent back, and stays.
        var read = (await shop.One(id)).Body;
        var same = await shop.Manager.Works($"PUT {Made}/{id}", read);
        foreach (var field in new[] { "total", "collect_at", "options", "chosen", "servings", "stage", "deposit_paid" })
            same.Body.GetProperty(field).ToString().ShouldBe(read.GetProperty(field).ToString(), field);
        (await shop.Manager.Works($"PUT {Made}/{id}", new { collect_time = "16:00" })).Body.GetProperty("collect_at").GetDateTimeOffset()
            .ShouldBe(At(5, 16));
        var late = await shop.Accepted(new { collect_at = At(3) });
        await app.Database.Scalar("update cake_orders set collect_at = now() + interval '47 hours' where id = $1", default, late.Id);
        (await shop.Cashier.Ask($"PUT {Made}/{late.Id}", new { servings = 24 })).Code.ShouldBe("too_late_to_change");
        await shop.Manager.Works($"PUT {Made}/{late.Id}", new { servings = 24 });
        await shop.Manager.Works($"POST {Made}/{late.Id}/stage", new { stage = "baked" });
        (await shop.Manager.Ask($"PUT {Made}/{late.Id}", new { servings = 12 })).Code.ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task A_guest_orders_sees_and_cancels_their_own_and_is_told_of_each_stage()
    {
        var shop = await Open(app);
        var (guest, other) = (await app.Guest(shop.Shop), await app.Guest(shop.Shop, "Olga"));
        var asked = new { menu_item_id = shop.Cake, servings = 12, inscription = "Gina", collect_at = At(5) };
        (await guest.Ask($"POST {Made}", shop.Asked(new { deposit = new { method = "card" } }))).Fields.ShouldBe(["deposit"]);
        var made = await guest.Works($"POST {Made}", asked);
        (made.Text("stage"), made.Text("customer_name")).ShouldBe(("requested", "Gina Rossi"));
        (await other.Ask($"GET {Made}/{made.Id}")).Status.ShouldBe(404);
        (await other.Works($"GET {Made}")).Items.ShouldBeEmpty();
        (await guest.Ask($"POST {Made}/{made.Id}/stage", new { stage = "accepted" })).Status.ShouldBe(403);
        await shop.Cashier.Works($"POST {Made}/{made.Id}/deposit", new { method = "card" });
        await shop.Manager.Works($"POST {Made}/{made.Id}/stage", new { stage = "baked" });
        var own = (await guest.Works($"GET {Made}")).Items.Single();
        own.GetProperty("stages").EnumerateArray().ShouldAllBe(s => s.GetProperty("by").ValueKind == JsonValueKind.Null);
        await Answers.Eventually(async () => (await guest.Works("GET /api/notifications")).Items
            .Any(n => n.GetProperty("message").GetString() == "Your cake is baked."));
        (await guest.Ask($"POST {Made}/{made.Id}/cancel")).Code.ShouldBe("paid_in_the_shop");
        var second = await guest.Works($"POST {Made}", asked);
        (await guest.Works($"POST {Made}/{second.Id}/cancel")).Text("stage").ShouldBe("cancelled");
        foreach (var _ in Enumerable.Range(0, 3))
            await guest.Works($"POST {Made}", asked with { collect_at = At(8) });
        (await guest.Ask($"POST {Made}", asked with { collect_at = At(9) })).Code.ShouldBe("too_many_unpaid");

        // What is kept of a guest they may take along, and have forgotten.
        (await guest.Works("GET /api/customers/me/export")).Body.GetProperty("cakes").GetArrayLength().ShouldBe(5);
        (await guest.Ask("DELETE /api/customers/me?confirm=true")).Status.ShouldBe(204);
        var forgotten = (await shop.One(made.Id)).Body;
        foreach (var field in new[] { "customer_id", "customer_name", "phone", "inscription" })
            forgotten.GetProperty(field).ValueKind.ShouldBe(JsonValueKind.Null, field);
        (await shop.Manager.Works($"POST {Made}/{made.Id}/stage", new { stage = "decorated" })).Text("stage").ShouldBe("decorated");
    }
}
