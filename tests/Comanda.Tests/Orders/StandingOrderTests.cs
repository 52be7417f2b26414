using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Orders;

/// <summary>Every Saturday two rye: standing orders become orders in time, each day once.</summary>
public sealed class StandingOrderTests(CafeApp app)
{
    private const string Standing = "/api/standing-orders";

    private static DateOnly Day(int ahead) => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(ahead);

    private static string Word(int ahead) => Day(ahead).DayOfWeek.ToString()[..3].ToLowerInvariant();

    private sealed record BreadShop(TestShop Shop, ComandaClient Manager, long Rye, long Guest);

    private async Task<BreadShop> Open()
    {
        var shop = await app.NewShop(("time_zone", "Etc/UTC"), ("opening_hours", "{}"));
        var manager = await shop.As("manager");
        var rye = (await manager.Works("POST /api/menu/items", new { name = "Rye", category = "From the oven", price = 4 })).Id;
        var guest = (await manager.Works("POST /api/customers", new { name = "Rita", phone = "+351912000222" })).Id;
        return new(shop, manager, rye, guest);
    }

    private static object TwoRye(BreadShop shop, int ahead, object? more = null)
    {
        var fields = new Dictionary<string, object?>
        {
            ["customer_id"] = shop.Guest,
            ["weekdays"] = new[] { Word(ahead) },
            ["at"] = "08:30",
            ["items"] = new[] { new { menu_item_id = shop.Rye, quantity = 2 } },
        };
        foreach (var field in JsonSerializer.SerializeToElement(more ?? new { }).EnumerateObject())
            fields[field.Name] = field.Value;
        return fields;
    }

    private static async Task<JsonElement> NextOf(BreadShop shop, long id, string status)
    {
        JsonElement next = default;
        await Answers.Eventually(async () =>
        {
            next = (await shop.Manager.Works($"GET {Standing}/{id}")).Body.GetProperty("next")[0];
            return next.GetProperty("status").GetString() == status;
        });
        return next;
    }

    [Fact]
    public async Task A_day_that_is_near_becomes_one_order_whichever_process_is_alive()
    {
        var shop = await Open();
        await app.StartProcess();
        await app.StartProcess();
        var made = await shop.Manager.Works($"POST {Standing}", TwoRye(shop, 1));
        made.Status.ShouldBe(201);
        var next = await NextOf(shop, made.Id, "placed");
        next.GetProperty("day").GetString().ShouldBe($"{Day(1):yyyy-MM-dd}");
        var order = await shop.Manager.Works($"GET /api/orders/{next.GetProperty("order_id").GetInt64()}");
        (order.Decimal("total_amount"), order.Body.GetProperty("customer_id").GetInt64()).ShouldBe((8m, shop.Guest));
        order.Body.GetProperty("scheduled_for").GetDateTimeOffset().ShouldBe(new(Day(1).ToDateTime(new(8, 30)), TimeSpan.Zero));
        // Rounds of all three have gone by, and what is noted of the day may be lost: the day stays one order.
        await app.Database.Scalar("delete from standing_order_days where standing_order_id = $1", default, made.Id);
        await NextOf(shop, made.Id, "placed");
        (await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, shop.Shop.Id)).ShouldBe(1L);

        // The baker bakes them, and the morning has one list.
        var bake = (await shop.Manager.Works($"GET /api/reports/bake-list?date={Day(1):yyyy-MM-dd}&all=true")).Items
            .Single(i => i.GetProperty("menu_item_id").GetInt64() == shop.Rye);
        bake.Decimal("already_ordered").ShouldBe(2);
        var morning = (await shop.Manager.Works($"GET {Standing}/day?date={Day(1):yyyy-MM-dd}")).Body;
        morning.GetProperty("items")[0].Decimal("quantity").ShouldBe(2);
        var row = morning.GetProperty("guests")[0];
        (row.GetProperty("customer_name").GetString(), row.GetProperty("status").GetString(), row.Decimal("balance_due"))
            .ShouldBe(("Rita", "placed", 8m));
        row.GetProperty("order_number").GetString().ShouldBe(order.Text("order_number"));

        // Cancelled by hand it stays so, and is not on the list.
        await shop.Manager.Works($"POST /api/orders/{order.Id}/cancel", new { reason = "ill" });
        (await shop.Manager.Works($"GET {Standing}/day")).Body.GetProperty("guests").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Holidays_pause_it_and_its_end_ends_it()
    {
        var shop = await Open();
        var pauses = new[] { new { from = Day(1), to = Day(5) } };
        var made = await shop.Manager.Works($"POST {Standing}", TwoRye(shop, 1, new { pauses }));
        var next = made.Body.GetProperty("next");
        next.EnumerateArray().Select(n => n.GetProperty("status").GetString()).ShouldBe(["paused", "due", "due", "due"]);
        var morning = (await shop.Manager.Works($"GET {Standing}/day")).Body;
        (morning.GetProperty("items").GetArrayLength(), morning.GetProperty("guests")[0].GetProperty("status").GetString())
            .ShouldBe((0, "paused"));
        var version = (await shop.Manager.Works($"GET {Standing}/{made.Id}")).Body.GetProperty("version").GetInt64();
        (await shop.Manager.Ask($"PUT {Standing}/{made.Id}", new { days_ahead = 3, version = version + 1 })).Status.ShouldBe(412);
        await shop.Manager.Works($"PUT {Standing}/{made.Id}", new { pauses = Array.Empty<object>(), version });
        await NextOf(shop, made.Id, "placed");
        (await shop.Manager.Ask($"DELETE {Standing}/{made.Id}")).Status.ShouldBe(204);
        (await shop.Manager.Works($"GET {Standing}?status=active")).Items.ShouldBeEmpty();
        (await shop.Manager.Works($"GET {Standing}?customer_id={shop.Guest}")).Items.Single().GetProperty("status").GetString()
            .ShouldBe("ended");
        (await shop.Manager.Ask($"PUT {Standing}/{made.Id}", new { days_ahead = 3 })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task It_is_paid_from_a_balance_as_far_as_that_reaches_and_nobody_goes_without_bread_for_it()
    {
        var shop = await Open();
        await shop.Manager.Works("POST /api/drawers/open", new { @float = 0 });
        var card = (await shop.Manager.Works("POST /api/gift-cards", new { amount = 10, method = "cash" })).Text("code")!;
        var made = await shop.Manager.Works(
            $"POST {Standing}", TwoRye(shop, 1, new { pay = "gift_card", gift_card = card, days_ahead = 1 }));
        made.Text("gift_card")!.ShouldNotBe(card);
        var next = await NextOf(shop, made.Id, "placed");
        var order = await shop.Manager.Works($"GET /api/orders/{next.GetProperty("order_id").GetInt64()}");
        (order.Text("payment_status"), order.Decimal("balance_due")).ShouldBe(("paid", 0m));

        var again = await shop.Manager.Works(
            $"POST {Standing}",
            TwoRye(shop, 1, new
            {
                pay = "gift_card",
                gift_card = card,
                items = new[] { new { menu_item_id = shop.Rye, quantity = 3 } },
            }));
        next = await NextOf(shop, again.Id, "placed");
        order = await shop.Manager.Works($"GET /api/orders/{next.GetProperty("order_id").GetInt64()}");
        order.Decimal("balance_due").ShouldBe(10m); // 2.00 were left on the card
        var third = await shop.Manager.Works($"POST {Standing}", TwoRye(shop, 1, new { pay = "gift_card", gift_card = card }));
        next = await NextOf(shop, third.Id, "placed");
        next.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task What_cannot_be_placed_says_why_and_is_tried_again()
    {
        var shop = await Open();
        var admin = await shop.Shop.As("admin");
        await admin.Works(
            "PUT /api/config/opening_hours",
            new { value = new Dictionary<string, string[]> { [Word(3)] = ["08:00-18:00"] } });
        var made = await shop.Manager.Works($"POST {Standing}", TwoRye(shop, 1));
        (await NextOf(shop, made.Id, "failed")).GetProperty("reason").GetString().ShouldBe("closed");
        await admin.Works("PUT /api/config/opening_hours", new { value = new { } });
        await app.Database.Scalar(
            "update standing_order_days set at = at - interval '1 hour' where standing_order_id = $1", default, made.Id);
        await NextOf(shop, made.Id, "placed");
    }

    [Theory]
    [InlineData("""{"customer_id": 1}""", "customer_id")]
    [InlineData("""{"weekdays": []}""", "weekdays")]
    [InlineData("""{"weekdays": ["saturday"]}""", "weekdays[0]")]
    [InlineData("""{"at": "8 am"}""", "at")]
    [InlineData("""{"items": []}""", "items")]
    [InlineData("""{"items": [{"menu_item_id": 1}]}""", "items[0].menu_item_id")]
    [InlineData("""{"items": [null]}""", "items[0]")]
    [InlineData("""{"days_ahead": 8}""", "days_ahead")]
    [InlineData("""{"ends": "2020-01-01"}""", "ends")]
    [InlineData("""{"pauses": [{"from": "2026-02-02", "to": "2026-02-01"}]}""", "pauses[0].to")]
    [InlineData("""{"pauses": [{}]}""", "pauses[0].from,pauses[0].to")]
    [InlineData("""{"pay": "gift_card"}""", "gift_card")]
    [InlineData("""{"pay": "gift_card", "gift_card": "NO-SUCH-CARD"}""", "gift_card")]
    [InlineData("""{"gift_card": "NO-SUCH-CARD"}""", "gift_card")]
    [InlineData("""{"pay": "later"}""", "pay")]
    [InlineData("""{"type": "delivery"}""", "delivery_address")]
    public async Task What_is_none_is_refused(string fields, string wrong)
    {
        var shop = await Open();
        var answer = await shop.Manager.Ask($"POST {Standing}", TwoRye(shop, 1, JsonElement.Parse(fields)));
        answer.Status.ShouldBe(400, answer.ToString());
        string.Join(',', answer.Fields.Order(StringComparer.Ordinal)).ShouldBe(wrong);
    }

    [Fact]
    public void Its_days_are_those_of_the_week_from_its_begin_to_its_end()
    {
        StandingDays days = new(
            new HashSet<DayOfWeek> { DayOfWeek.Saturday, DayOfWeek.Sunday },
            new(2026, 8, 2),
            new(2026, 8, 16),
            [new(new(2026, 8, 8), new(2026, 8, 14))]);
        days.Between(new(2026, 7, 1), new(2026, 12, 31)).Select(d => (d.Day.Day, d.IsPaused))
            .ShouldBe([(2, false), (8, true), (9, true), (15, false), (16, false)]);
        days.Between(new(2026, 8, 15), new(2026, 8, 15)).Count().ShouldBe(1);
    }
}
