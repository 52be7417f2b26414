using System.Text.Json;
using Comanda.Data;
using Comanda.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>What waits: held orders, those for later, and how long it takes.</summary>
public sealed partial class KitchenTests
{
    [Fact]
    public async Task A_held_order_waits_for_its_guest_and_takes_money_meanwhile()
    {
        var (_, manager, espresso, _) = await Kitchen(app);
        var order = await Place(manager, new { hold = true }, (espresso, 1));
        (order.Body.GetProperty("held").GetBoolean(), order.Body.GetProperty("fired_at").ValueKind).ShouldBe((true, JsonValueKind.Null));
        (await Tickets(manager)).ShouldBeEmpty();
        (await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status = "preparing" })).Code.ShouldBe("order_held");
        (await manager.Ask("GET /api/orders?held=true")).Items.Count().ShouldBe(1);
        (await manager.Ask("POST /api/payments", new { order_id = order.Id, method = "card" })).Status.ShouldBe(201);
        (await manager.Ask($"POST /api/orders/{order.Id}/resume")).Body.GetProperty("held").GetBoolean().ShouldBeFalse();
        (await Tickets(manager)).Count.ShouldBe(1);
        (await manager.Ask("GET /api/orders?held=true")).Items.ShouldBeEmpty();
        (await manager.Ask("GET /api/orders?open=true")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_ordered_for_later_is_fired_in_time_and_not_before()
    {
        var (_, manager, espresso, _) = await Kitchen(app);
        var later = await Place(manager, new { scheduled_for = DateTimeOffset.UtcNow.AddHours(5) }, (espresso, 1));
        later.Body.GetProperty("estimated_time").GetInt32().ShouldBeInRange(299, 300);
        (await Tickets(manager)).ShouldBeEmpty();
        // two minutes of work: due in four seconds
        var soon = await Place(manager, new { scheduled_for = DateTimeOffset.UtcNow.AddMinutes(2).AddSeconds(4) }, (espresso, 1));
        (await Tickets(manager)).ShouldBeEmpty();
        for (var wait = 0; wait < 100 && (await Tickets(manager)).Count == 0; wait++)
            await Task.Delay(200);
        (await Tickets(manager)).Single().GetProperty("order_id").GetInt64().ShouldBe(soon.Id);
        (await Now(manager, later)).GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);
        // begun early, by hand
        (await manager.Ask($"PUT /api/orders/{later.Id}/status", new { status = "preparing" })).Status.ShouldBe(200);
        (await Tickets(manager)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_estimate_grows_with_what_stands_before_it_and_shrinks_with_hands()
    {
        var (shop, manager, espresso, _) = await Kitchen(app); // two minutes each
        var first = await Place(manager, new { }, (espresso, 10));
        first.Body.GetProperty("estimated_time").GetInt32().ShouldBe(20);
        var second = await Place(manager, new { }, (espresso, 1));
        second.Body.GetProperty("estimated_time").GetInt32().ShouldBeInRange(21, 22);
        (await manager.Ask($"PUT /api/orders/{first.Id}/status", new { status = "completed" })).Status.ShouldBe(200);
        await Task.Delay(1200);
        async Task<int> Asked() => (await manager.Ask(
            "POST /api/orders/preview",
            new { items = new[] { new { menu_item_id = espresso, quantity = 6 } } })).Body.GetProperty("estimated_time").GetInt32();
        (await Asked()).ShouldBeInRange(12, 14);
        (await (await shop.As("admin")).Ask("PUT /api/config/kitchen_hands", new { value = "2" })).Status.ShouldBe(200);
        (await Asked()).ShouldBeInRange(6, 7);
    }

    [Fact]
    public async Task A_cake_that_takes_ten_hours_is_begun_however_many_breakfasts_are_wanted_before_it()
    {
        var (shop, manager, espresso, cake) = await Kitchen(app);
        (await manager.Ask($"PUT /api/menu/items/{cake}", new { preparation_time = 600 })).Status.ShouldBe(200);
        var breakfast = await Place(manager, new { scheduled_for = DateTimeOffset.UtcNow.AddHours(4) }, (espresso, 1));
        var order = await Place(manager, new { scheduled_for = DateTimeOffset.UtcNow.AddHours(20) }, (cake, 1));
        (await Now(manager, order)).GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);
        // Six hundred more of them, as a chain has in the evening; and the cake's ten hours have begun.
        await app.Database.Scalar(
            """
            insert into orders select (jsonb_populate_record(
                null::orders, to_jsonb(o) || jsonb_build_object('id', -o.id * 1000 - n, 'number', -o.id * 1000 - n))).*
            from orders o, generate_series(1, 600) n where o.id = $1
            """,
            default, breakfast.Id);
        await app.Database.Scalar("update orders set scheduled_for = now() + interval '9 hours' where id = $1", default, order.Id);

        var services = app.FirstProcess.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>();
        await services.OfType<FireInTime>().Single().FireDue(default);
        (await Now(manager, order)).GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await Now(manager, breakfast)).GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);
        await app.Database.Scalar("delete from orders where shop_id = $1 and id < 0", default, shop.Id);
    }
}
