using System.Net;

namespace Comanda.Tests.Orders;

public sealed class IdempotencyTests(CafeApp app)
{
    [Fact]
    public async Task Trap01_a_repeated_key_gets_the_first_answer_and_makes_one_order()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = new OrderRequest("takeaway", [new((await shop.Item("Flat white")).Id, 1, ["oat-milk"])], Payments: [new("card")]);

        var (first, firstText) = await Post(cashier, order, "key-1");
        // Between the two, the order moves on and the item is taken off the menu: the first answer stands all the same.
        await (await shop.As("barista")).MoveOrder((await cashier.GetOrders()).Items.Single().Id, "preparing");
        await (await shop.As("manager")).Send(HttpMethod.Delete, $"/api/menu/items/{order.Items![0].MenuItemId}");
        var (second, secondText) = await Post(cashier, order, "key-1");

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        secondText.ShouldBe(firstText);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        (await cashier.GetOrders()).Items.Count.ShouldBe(1);
        (await cashier.GetEvents(0)).Items.Count(e => e.Event == "order_created").ShouldBe(1);
    }

    [Fact]
    public async Task Trap01_eight_retries_at_once_on_two_processes_make_one_order()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var clients = new[] { await shop.As("cashier"), await shop.As("cashier", other) };
        var order = new OrderRequest("takeaway", [new((await shop.Item("Cappuccino")).Id, 3)], Payments: [new("cash", Tendered: 20m)]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Post(clients[i % 2], order, "eight-at-once")));

        answers.Select(a => a.Response.StatusCode).ShouldAllBe(s => s == HttpStatusCode.Created);
        answers.Select(a => a.Text).Distinct().Count().ShouldBe(1);
        answers.Count(a => !a.Response.Headers.Contains("Idempotency-Replayed")).ShouldBe(1);
        (await clients[0].GetOrders()).Items.Count.ShouldBe(1);
        (await clients[0].PlaceOrder(order)).OrderNumber.ShouldBe("C-2"); // the seven that lost left no hole
        (await (await shop.As("manager")).VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Trap02_two_tabs_that_flush_one_queue_make_each_order_once()
    {
        var shop = await app.NewShop();
        var espresso = (await shop.Item("Espresso")).Id;
        var queue = Enumerable.Range(0, 20)
            .Select(i => (Key: $"offline-{i}", Order: new OrderRequest(
                "takeaway",
                [new(espresso, 1 + (i % 3))],
                CustomerName: $"guest {i}")))
            .ToList();
        // Whoever is signed in flushes it: the keys are the till's, not the person's.
        var tabs = new[] { await shop.As("cashier"), await shop.As("manager") };

        await Task.WhenAll(tabs.Select(async tab =>
        {
            foreach (var (key, order) in queue)
                await tab.PlaceOrder(order, key);
        }));

        var orders = (await tabs[0].GetOrders("limit=200")).Items;
        orders.Select(o => o.CustomerName).Order().ShouldBe(queue.Select(q => q.Order.CustomerName).Order());
        orders.Select(o => o.OrderNumber).Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task A_key_used_for_another_request_is_refused()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        await cashier.PlaceOrder(new("takeaway", [new(espresso, 1)]), "same-key");
        var refusal = await Should.ThrowAsync<ComandaException>(() => cashier.PlaceOrder(new("takeaway", [new(espresso, 2)]), "same-key"));
        refusal.Status.ShouldBe(422);
        refusal.Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task A_key_of_one_shop_means_nothing_in_another()
    {
        var (one, two) = (await app.NewShop(), await app.NewShop());
        var first = await (await one.As("cashier")).PlaceOrder(new("takeaway", [new((await one.Item("Espresso")).Id)]), "shared-key");
        var second = await (await two.As("cashier")).PlaceOrder(new("takeaway", [new((await two.Item("Espresso")).Id)]), "shared-key");
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task A_refused_request_keeps_no_key()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var espresso = (await shop.Item("Espresso")).Id;
        await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new("takeaway", [new(espresso, 0)]), "later"));
        (await admin.PlaceOrder(new("takeaway", [new(espresso, 1)]), "later")).Status.ShouldBe("pending");
    }

    [Fact]
    public async Task Eight_payments_with_one_key_pay_once()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Mocha")).Id)]));
        var payments = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(_ => cashier.Pay(order.Id, new("card", order.TotalAmount), "pay-once")));
        payments.Select(p => p.Id).Distinct().Count().ShouldBe(1);
        (await cashier.GetOrder(order.Id)).Payments.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Many_keyed_payments_at_once_need_no_more_connections_than_there_are()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier", await app.StartProcess()); // ten connections
        var espresso = (await shop.Item("Espresso")).Id;
        var orders = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => cashier.PlaceOrder(new("takeaway", [new(espresso)]))));
        var paid = await Task.WhenAll(orders.Select(o => cashier.Pay(o.Id, new("card"), "pay-" + o.Id)));
        paid.ShouldAllBe(p => p.Order.PaymentStatus == "paid");
    }

    [Fact]
    public async Task The_same_request_spelled_otherwise_is_the_same_request()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var key = new Dictionary<string, string> { ["Idempotency-Key"] = "spelling" };
        using var one = await cashier.Send(
            HttpMethod.Post,
            "/api/orders",
            new { tip = 1.0m, items = new[] { new { menu_item_id = espresso } } },
            key);
        using var two = await cashier.Send(
            HttpMethod.Post,
            $"/API/shops/{shop.Id}/orders/",
            new { items = new[] { new { menu_item_id = espresso } }, tip = 1.00m },
            key);
        two.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await two.Content.ReadAsStringAsync()).ShouldBe(await one.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpResponseMessage Response, string Text)> Post(ComandaClient client, OrderRequest order, string key)
    {
        var response = await client.Send(
            HttpMethod.Post,
            "/api/orders",
            order,
            new Dictionary<string, string> { ["Idempotency-Key"] = key });
        return (response, await response.Content.ReadAsStringAsync());
    }
}
