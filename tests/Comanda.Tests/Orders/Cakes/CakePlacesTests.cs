using Comanda.Data;
using Comanda.Tests.Stock;
using static Comanda.Tests.Orders.Cakes.CakeShop;

namespace Comanda.Tests.Orders.Cakes;

/// <summary>Of however many that come at once, as many get a cake as are made that day.</summary>
public sealed class CakePlacesTests(CafeApp app)
{
    [Fact]
    public async Task Of_twenty_who_order_at_once_four_get_a_place_whichever_process_they_ask()
    {
        var shop = await Open(app);
        var second = await shop.Shop.As("cashier", await app.StartProcess());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? shop.Cashier : second).Ask(
            $"POST {Made}", shop.Asked(new { deposit = i % 3 == 0 ? new { method = "card" } : null }))));
        answers.Count(a => a.Status == 201).ShouldBe(4);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "cake_day_full");
        (await app.Database.Scalar(
            "select sum(quantity)::int from cake_orders where menu_item_id = $1", default, shop.Cake)).ShouldBe(4);
        // What was refused took no deposit either.
        (await app.Database.Scalar("select count(*) from gift_cards where shop_id = $1 and held", default, shop.Shop.Id))
            .ShouldBe((long)answers.Count(a => a.Status == 201 && a.Decimal("deposit_paid") > 0));
        var next = await shop.Cashier.Works($"POST /api/cakes/{shop.Cake}/quote", new { servings = 12 });
        next.Text("earliest_day").ShouldBe($"{At(2):yyyy-MM-dd}");
    }

    [Fact]
    public async Task A_place_is_free_again_when_a_cake_is_cancelled_moved_or_not_paid_in_time()
    {
        var shop = await Open(app, new { capacity = 2 });
        var (first, second) = (await shop.Order(), await shop.Accepted());
        (await shop.Order()).Code.ShouldBe("cake_day_full");
        (await shop.Cashier.Ask($"PUT {Made}/{first.Id}", new { quantity = 2 })).Code.ShouldBe("cake_day_full");
        await shop.Manager.Works($"POST {Made}/{second.Id}/cancel", new { reason = "no party" });
        var third = await shop.Accepted();
        await shop.Manager.Works($"PUT {Made}/{third.Id}", new { collect_at = At(7) });
        var fourth = await shop.Accepted();
        // The first has not paid its deposit for a day: its place is somebody else's, and then there is none left for it.
        await app.Database.Scalar("update cake_orders set held_until = now() - interval '1 minute' where id = $1", default, first.Id);
        (await shop.Accepted()).Text("stage").ShouldBe("accepted");
        (await shop.Cashier.Ask($"POST {Made}/{first.Id}/deposit", new { method = "card" })).Code.ShouldBe("cake_day_full");
        await shop.Manager.Works($"POST {Made}/{fourth.Id}/cancel");
        (await shop.Cashier.Works($"POST {Made}/{first.Id}/deposit", new { method = "card" })).Text("stage").ShouldBe("accepted");
    }

    [Fact]
    public async Task A_deposit_that_is_sent_twice_is_taken_once_and_a_cake_is_collected_once()
    {
        var shop = await Open(app);
        var made = await shop.Order();
        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.Cashier.Ask(
            $"POST {Made}/{made.Id}/deposit", new { method = "card" }, ("Idempotency-Key", "once"))));
        taken.ShouldAllBe(a => a.Status == 201);
        foreach (var stage in new[] { "baked", "decorated" })
            await shop.Manager.Works($"POST {Made}/{made.Id}/stage", new { stage });
        var collected = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => shop.Cashier.Ask(
            $"POST {Made}/{made.Id}/collect", new { payments = new[] { new { method = "card" } } })));
        collected.ShouldAllBe(a => a.Status == 200 && a.Text("stage") == "collected");
        (await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, shop.Shop.Id)).ShouldBe(1L);
    }
}
