using Comanda.Data;

namespace Comanda.Tests.Payments;

/// <summary>Orders of guests that wait for their payment, and what becomes of what they held.</summary>
public sealed partial class CardIntentTests
{
    /// <summary>A shop with one cake left, a guest with points and a gift card, and a Stripe of their own.</summary>
    private sealed record Waiting(
        StripeStandIn Stripe, PassingProcess Process, TestShop Shop, ComandaClient Manager, ComandaClient Gina, long Cake, string Card)
        : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            await Stripe.DisposeAsync();
        }

        public async Task<(int? Cakes, long Points, decimal OnCard, long InSlots)> Held(CafeApp app) => (
            await app.Database.Scalar("select stock_quantity from menu_items where id = $1", default, Cake) as int?,
            (await Gina.Ask("GET /api/customers/me")).Body.GetProperty("loyalty_points").GetInt64(),
            (await Manager.Ask($"GET /api/gift-cards/{Card}")).Body.GetProperty("balance").GetDecimal(),
            (long)(await app.Database.Scalar(
                "select coalesce(sum(pickup + delivery), 0)::bigint from slots where shop_id = $1", default, Shop.Id))!);
    }

    private async Task<Waiting> Wait()
    {
        var stripe = await StripeStandIn.Start();
        var process = await app.StartPassingProcess(o => o with { Stripe = stripe.Options });
        var shop = await app.NewShop(("loyalty_point_value", "0.10"));
        var (manager, gina) = (await shop.As("manager", process.Address), await app.Guest(shop, at: process.Address));
        var cake = (await shop.Item("Carrot cake")).Id;
        (await manager.Ask($"PUT /api/menu/items/{cake}/stock", new { quantity = 1 })).Status.ShouldBe(200);
        var me = (await gina.Ask("GET /api/customers/me")).Id;
        (await manager.Ask($"POST /api/customers/{me}/points", new { points = 10, reason = "welcome" })).Status.ShouldBe(201);
        var card = (await manager.Ask("POST /api/gift-cards", new { amount = 2, method = "cash" })).Text("code")!;
        return new(stripe, process, shop, manager, gina, cake, card);
    }

    private static Task<Answer> OrderCake(Waiting w, ComandaClient? guest = null) => (guest ?? w.Gina).Ask("POST /api/orders", new
    {
        items = new[] { new { menu_item_id = w.Cake } },
        redeem_points = 5,
        payments = new[] { new { method = "gift_card", reference = w.Card } },
        payment_method = "card",
    });

    private async Task LetTimeRunOut(long order) => await app.Database.Scalar(
        "update orders set payment_due_by = now() - interval '1 second' where id = $1 and payment_due_by is not null returning 1",
        default,
        order);

    private static async Task<string[]> Tickets(Waiting w) =>
        [.. (await w.Manager.Ask("GET /api/kitchen/tickets")).Items.Select(t => t.GetProperty("order_id").ToString())];

    [Fact]
    public async Task What_is_to_be_paid_by_card_is_held_and_goes_to_the_kitchen_once_it_is_paid()
    {
        await using var w = await Wait();
        var placed = await OrderCake(w);
        placed.Status.ShouldBe(201, placed.ToString());
        (placed.Text("status"), placed.Text("payment_status")).ShouldBe(("pending", "partially_paid"));
        var due = placed.Body.GetProperty("payment_due_by").GetDateTimeOffset();
        (due - placed.Body.GetProperty("created_at").GetDateTimeOffset()).ShouldBe(TimeSpan.FromMinutes(15));
        (await w.Held(app)).ShouldBe((0, 5, 0m, 1));
        (await Tickets(w)).ShouldBeEmpty();
        (await w.Manager.Ask($"PUT /api/orders/{placed.Id}/status", new { status = "preparing" })).Code.ShouldBe("awaiting_payment");
        (await OrderCake(w)).Code.ShouldBe("out_of_stock");

        var intent = await Create(w.Gina, placed.Id);
        (intent.Status, intent.Body.GetProperty("amount").GetDecimal()).ShouldBe((201, 4.30m - 0.50m - 2m));
        w.Stripe.Status = "succeeded";
        (await Confirm(w.Gina, PaymentId(intent))).Body.GetProperty("order").GetProperty("payment_status").GetString().ShouldBe("paid");
        var paid = await w.Gina.Ask($"GET /api/orders/{placed.Id}");
        paid.Body.TryGetProperty("payment_due_by", out _).ShouldBeFalse();
        (await Tickets(w)).ShouldBe([placed.Id.ToString()]);
        var told = (await w.Manager.Ask("GET /api/events?after=0&limit=200")).Items
            .Where(e => e.GetProperty("data").TryGetProperty("kitchen", out _)).ToList();
        told.Select(e => e.GetProperty("event").GetString()).ShouldBe(["order_updated"]); // the station hears of it once
        (await w.Manager.Ask($"PUT /api/orders/{placed.Id}/status", new { status = "preparing" })).Status.ShouldBe(200);
        (await w.Manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap21_a_payment_that_never_comes_frees_what_was_held_and_one_that_comes_late_goes_back()
    {
        await using var w = await Wait();
        var before = await w.Held(app);
        var placed = await OrderCake(w);
        var intent = await Create(w.Gina, placed.Id);
        await LetTimeRunOut(placed.Id);
        await Answers.Eventually(async () => (await w.Gina.Ask($"GET /api/orders/{placed.Id}")).Text("status") == "cancelled");
        (await w.Held(app)).ShouldBe(before);
        (await w.Gina.Ask($"GET /api/orders/{placed.Id}")).Text("cancel_reason").ShouldBe("not paid in time");
        w.Stripe.Asked.Count(a => a.EndsWith("/cancel", StringComparison.Ordinal)).ShouldBe(1); // nobody can pay it any more
        (await Create(w.Gina, placed.Id)).Code.ShouldBe("order_cancelled");
        (await w.Gina.Ask($"GET /api/orders/{placed.Id}/track")).Body.GetProperty("timeline").EnumerateArray()
            .Select(t => t.GetProperty("status").GetString()).ShouldBe(["pending", "cancelled"]);

        // The next one gets the cake; and what comes now, twice, goes back once and makes no second order.
        var hugo = await app.Guest(w.Shop, "Hugo", w.Process.Address);
        var next = await hugo.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = w.Cake } }, payment_method = "cash" });
        next.Status.ShouldBe(201, next.ToString());
        var body = Event("succeeded", w.Stripe.First, "succeeded");
        var signature = await Sign(body, DateTimeOffset.UtcNow);
        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Tell(w.Gina.WithoutToken(), body, signature))))
            .ShouldAllBe(t => t.Status == 200);
        w.Stripe.Asked.Where(a => a.StartsWith("POST /v1/refunds", StringComparison.Ordinal))
            .ShouldAllBe(a => a.Contains("key=comanda-back-" + w.Stripe.First));
        var after = await w.Gina.Ask($"GET /api/orders/{placed.Id}");
        (after.Text("status"), after.Text("payment_status")).ShouldBe(("cancelled", "refunded"));
        (await w.Gina.Ask("GET /api/orders")).Items.Count().ShouldBe(1);
        (await app.Database.Scalar("select settled_at is not null from card_intents where id = $1", default, PaymentId(intent)))
            .ShouldBe(true);
        (await w.Manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap21_who_paid_in_the_last_moment_has_their_order()
    {
        await using var w = await Wait();
        var placed = await OrderCake(w);
        await Create(w.Gina, placed.Id);
        w.Stripe.Status = "succeeded"; // at the provider, and nobody has told us yet
        await LetTimeRunOut(placed.Id);
        await Answers.Eventually(async () => (await w.Gina.Ask($"GET /api/orders/{placed.Id}")).Text("payment_status") == "paid");
        (await w.Gina.Ask($"GET /api/orders/{placed.Id}")).Text("status").ShouldBe("pending");
        (await Tickets(w)).ShouldBe([placed.Id.ToString()]);
        w.Stripe.Asked.ShouldNotContain(a => a.StartsWith("POST /v1/refunds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trap22_fifty_who_tell_of_the_payment_while_its_time_runs_out_come_to_one_end()
    {
        for (var round = 0; round < 3; round++)
        {
            await using var w = await Wait();
            var before = await w.Held(app);
            var placed = await OrderCake(w);
            var intent = await Create(w.Gina, placed.Id);
            var body = Event("succeeded", w.Stripe.First, "succeeded");
            var signature = await Sign(body, DateTimeOffset.UtcNow);
            await LetTimeRunOut(placed.Id);
            await Task.Delay(700 * round); // sometimes before the looking round, sometimes in the middle of it
            var told = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
                i % 2 == 0 ? Tell(w.Gina.WithoutToken(), body, signature) : Confirm(w.Gina, PaymentId(intent))));
            told.ShouldAllBe(t => t.Status == 200);
            await Answers.Eventually(async () => await app.Database.Scalar(
                "select settled_at is not null from card_intents where id = $1", default, PaymentId(intent)) is true);
            await Answers.Eventually(async () =>
                !(await w.Gina.Ask($"GET /api/orders/{placed.Id}")).Body.TryGetProperty("payment_due_by", out _));
            var end = await w.Gina.Ask($"GET /api/orders/{placed.Id}");
            var refunds = w.Stripe.Asked.Where(a => a.StartsWith("POST /v1/refunds", StringComparison.Ordinal)).Distinct().Count();
            if (end.Text("status") == "cancelled")
            {
                (await w.Held(app)).ShouldBe(before);
                refunds.ShouldBe(1);
            }
            else
            {
                (end.Text("status"), end.Text("payment_status"), refunds).ShouldBe(("pending", "paid", 0));
                (await w.Held(app)).ShouldBe((0, 5, 0m, 1));
            }

            (await w.Manager.VerifyJournal()).Valid.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Points_that_pay_for_all_of_it_leave_nothing_to_wait_for_and_nobody_holds_more_than_three()
    {
        await using var w = await Wait();
        var espresso = (await w.Shop.Item("Espresso")).Id;
        var me = (await w.Gina.Ask("GET /api/customers/me")).Id;
        await w.Manager.Ask($"POST /api/customers/{me}/points", new { points = 90, reason = "more" });
        Task<Answer> Order(int? points) => w.Gina.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso } },
            payment_method = "card",
            redeem_points = points,
        });
        var all = await Order(50);
        (all.Text("payment_status"), all.Body.TryGetProperty("payment_due_by", out _)).ShouldBe(("paid", false));
        (await Tickets(w)).ShouldBe([all.Id.ToString()]);
        var many = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Order(null)));
        many.Count(m => m.Status == 201).ShouldBe(3);
        many.Where(m => m.Status != 201).ShouldAllBe(m => m.Code == "too_many_unpaid");
        (await w.Gina.Ask($"POST /api/orders/{many.First(m => m.Status == 201).Id}/cancel")).Status.ShouldBe(200);
        (await Order(null)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Trap16_points_that_fifty_orders_want_pay_one_and_come_back_once()
    {
        await using var w = await Wait();
        var espresso = (await w.Shop.Item("Espresso")).Id;
        var placed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => w.Gina.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, redeem_points = 10 })));
        placed.Count(p => p.Status == 201).ShouldBe(1);
        placed.Where(p => p.Status != 201).ShouldAllBe(p => p.Code == "insufficient_points");
        var order = placed.Single(p => p.Status == 201).Id;
        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => w.Gina.Ask($"POST /api/orders/{order}/cancel"))))
            .ShouldAllBe(c => c.Status == 200);
        var me = await w.Gina.Ask("GET /api/customers/me");
        me.Body.GetProperty("loyalty_points").GetInt64().ShouldBe(10);
        (await app.Database.Scalar("select sum(points)::bigint from point_entries where customer_id = $1", default, me.Id)).ShouldBe(10L);
    }

    [Fact]
    public async Task Trap17_a_gift_card_that_fifty_guests_want_pays_one_and_has_its_money_back_once()
    {
        await using var w = await Wait();
        var guests = await app.Guests(w.Shop, 50, w.Process.Address);
        var roll = (await w.Shop.Item("Seeded roll")).Id; // 1.10, and there are 2.00 on the card
        var placed = await Task.WhenAll(guests.Select(g => g.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = roll } },
            payments = new[] { new { method = "gift_card", reference = w.Card, amount = 1.10 } },
        })));
        placed.Count(p => p.Status == 201).ShouldBe(1);
        placed.Where(p => p.Status != 201).ShouldAllBe(p => p.Code == "insufficient_balance");
        var winner = Array.FindIndex(placed, p => p.Status == 201);
        (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => guests[winner].Ask($"POST /api/orders/{placed[winner].Id}/cancel"))))
            .ShouldAllBe(c => c.Status == 200);
        (await w.Held(app)).OnCard.ShouldBe(2m);
        (await w.Manager.Ask($"GET /api/orders?status=cancelled")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_guest_who_paid_by_card_cancels_and_the_provider_gives_it_back_what_the_shop_took_the_shop_gives()
    {
        await using var w = await Wait();
        var espresso = (await w.Shop.Item("Espresso")).Id;
        object Order() => new { items = new[] { new { menu_item_id = espresso } }, payment_method = "card" };
        var placed = await w.Gina.Ask("POST /api/orders", Order());
        var intent = await Create(w.Gina, placed.Id);
        w.Stripe.Status = "succeeded";
        await Confirm(w.Gina, PaymentId(intent));
        (await w.Gina.Ask($"POST /api/orders/{placed.Id}/cancel")).Text("payment_status").ShouldBe("refunded");
        await Answers.Eventually(() => Task.FromResult(
            w.Stripe.Asked.Any(a => a.StartsWith("POST /v1/refunds", StringComparison.Ordinal)
                && a.EndsWith(" 230", StringComparison.Ordinal))));
        var inCash = await w.Gina.Ask("POST /api/orders", Order());
        (await w.Manager.Ask("POST /api/payments", new { order_id = inCash.Id, method = "cash" })).Status.ShouldBe(201);
        (await Tickets(w)).ShouldContain(inCash.Id.ToString()); // paid is paid, whoever took it
        (await w.Gina.Ask($"POST /api/orders/{inCash.Id}/cancel")).Code.ShouldBe("paid_in_the_shop");
    }
}
