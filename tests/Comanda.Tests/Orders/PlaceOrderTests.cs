using System.Net;
using System.Text.Json;

namespace Comanda.Tests.Orders;

public sealed partial class PlaceOrderTests(CafeApp app)
{
    [Fact]
    public async Task System_1s_example_to_the_letter()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var latte = await shop.Item("Caffè latte");

        using var response = await admin.Send(HttpMethod.Post, "/api/orders", Raw(
            $$"""
            {
              "type": "dine-in",
              "items": [
                {
                  "menu_item_id": {{latte.Id}},
                  "quantity": 2,
                  "modifiers": ["skim-milk", "extra-shot"]
                }
              ]
            }
            """));

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        var text = await response.Content.ReadAsStringAsync();
        using var order = JsonDocument.Parse(text);
        response.Headers.Location!.ToString().ShouldBe("/api/orders/" + order.RootElement.GetProperty("id").GetInt64());
        order.RootElement.GetProperty("status").GetString().ShouldBe("pending");
        order.RootElement.GetProperty("estimated_time").GetInt32().ShouldBe(10);
        order.RootElement.GetProperty("total_amount").GetRawText().ShouldBe("9.50");
    }

    [Fact]
    public async Task A_flat_white_with_oat_milk_paid_in_cash_gives_change()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var flatWhite = await shop.Item("Flat white");

        var order = await cashier.PlaceOrder(new(
            "takeaway",
            [new(flatWhite.Id, 1, ["oat-milk"], SpecialInstructions: "extra hot")],
            Payments: [new("cash", 4.50m, 10m)]));

        order.TotalAmount.ShouldBe(4.50m);
        order.PaymentStatus.ShouldBe("paid");
        order.BalanceDue.ShouldBe(0m);
        order.Payments.Single().Change.ShouldBe(5.50m);
        order.Items.Single().Modifiers.Single().Name.ShouldBe("Oat milk");
        order.Items.Single().SpecialInstructions.ShouldBe("extra hot");
        order.Items.Sum(i => i.Total).ShouldBe(order.TotalAmount);
        (await cashier.GetOrder(order.Id)).ShouldBeEquivalentTo(order);
    }

    [Fact]
    public async Task Online_orders_have_a_register_of_their_own_and_deliveries_an_address()
    {
        var shop = await app.NewShop(("delivery_fee", "2.50"));
        var admin = await shop.As("admin");
        var espresso = (await shop.Item("Espresso")).Id;
        (await admin.PlaceOrder(new("online", [new(espresso)]))).OrderNumber.ShouldBe("W-1");
        using var response = await admin.Send(HttpMethod.Post, $"/api/shops/{shop.Id}/orders", new
        {
            type = "delivery",
            items = new[] { new { menu_item_id = espresso } },
            delivery_address = new { address = "1 Quay", city = "Porto", zip_code = "4000" },
        });
        response.Headers.Location!.ToString().ShouldStartWith($"/api/shops/{shop.Id}/orders/");
        using var order = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        order.RootElement.GetProperty("total_amount").GetRawText().ShouldBe("4.80");
        order.RootElement.GetProperty("delivery_address").GetProperty("zip_code").GetString().ShouldBe("4000");
        (await admin.GetOrders()).Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_practice_order_takes_no_money_and_a_trainee_edits_nothing_else()
    {
        var shop = await app.NewShop();
        var espresso = (await shop.Item("Espresso")).Id;
        var trainee = await shop.As("trainee");
        var cashier = await shop.As("cashier");
        var practice = await trainee.PlaceOrder(new("takeaway", [new(espresso)]));
        (await Should.ThrowAsync<ComandaException>(() => cashier.Pay(practice.Id, new("cash")))).Code.ShouldBe("training_order");
        var real = await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
        using var edit = await trainee.Send(HttpMethod.Put, $"/api/orders/{real.Id}", new { table = "1" });
        edit.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var own = await trainee.Send(HttpMethod.Put, $"/api/orders/{practice.Id}", new { table = "1" });
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Lines_keep_their_price_when_the_menu_changes()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var espresso = await shop.Item("Espresso");
        var order = await admin.PlaceOrder(new("takeaway", [new(espresso.Id)]));

        await admin.ChangeMenuItem(espresso.Id, new { name = "Espresso grande", price = 9.99m });

        var again = await admin.GetOrder(order.Id);
        again.Items.Single().Name.ShouldBe("Espresso");
        again.TotalAmount.ShouldBe(2.30m);
        (await admin.PlaceOrder(new("takeaway", [new(espresso.Id)]))).TotalAmount.ShouldBe(9.99m);
    }

    [Fact]
    public async Task What_is_sold_out_is_refused_by_name()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var croissant = await shop.Item("Butter croissant");
        using (await admin.Send(HttpMethod.Put, $"/api/menu/items/{croissant.Id}/stock", new { in_stock = false }))
        {
        }

        var refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new("takeaway", [new(croissant.Id)])));
        refusal.Status.ShouldBe(409);
        refusal.Code.ShouldBe("out_of_stock");
        refusal.Message.ShouldContain("Butter croissant");
    }

    [Fact]
    public async Task Paying_more_than_is_due_is_refused_and_places_nothing()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var espresso = await shop.Item("Espresso");
        var refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new(
            "takeaway",
            [new(espresso.Id)],
            Payments: [new("card", 2.31m)])));
        refusal.Code.ShouldBe("overpayment");
        refusal = await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new(
            "takeaway",
            [new(espresso.Id)],
            Payments: [new("card", 2.30m), new("cash", 1m)])));
        refusal.Code.ShouldBe("overpayment");
        (await admin.GetOrders()).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_trainees_order_is_training_and_stays_out_of_takings()
    {
        var shop = await app.NewShop();
        var trainee = await shop.As("trainee");
        var espresso = await shop.Item("Espresso");
        (await trainee.PlaceOrder(new("takeaway", [new(espresso.Id)]))).Training.ShouldBeTrue();
        var day = await (await shop.As("manager")).GetDailySales();
        day.TotalSales.ShouldBe(0m);
        day.OrderCount.ShouldBe(0);
        day.ByHour.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_till_of_a_device_token_numbers_its_own_orders()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = await shop.Item("Espresso");
        (await cashier.PlaceOrder(new("takeaway", [new(espresso.Id)]))).OrderNumber.ShouldBe("C-1");
        cashier.Http.DefaultRequestHeaders.Add("X-Device-Token", shop.TillToken);
        (await cashier.PlaceOrder(new("takeaway", [new(espresso.Id)]))).OrderNumber.ShouldBe("T1-1");
        (await cashier.PlaceOrder(new("takeaway", [new(espresso.Id)]))).OrderNumber.ShouldBe("T1-2");

        var stranger = await shop.As("cashier");
        stranger.Http.DefaultRequestHeaders.Add("X-Device-Token", "somebody-elses");
        (await Should.ThrowAsync<ComandaException>(() => stranger.PlaceOrder(new("takeaway", [new(espresso.Id)])))).Problem!.Errors!
            .ShouldContainKey("X-Device-Token");
    }

    [Fact]
    public async Task Another_shops_order_does_not_exist()
    {
        var mine = await app.NewShop();
        var theirs = await app.NewShop();
        var order = await (await theirs.As("admin")).PlaceOrder(new("takeaway", [new((await theirs.Item("Espresso")).Id)]));
        var admin = await mine.As("admin");
        foreach (var (method, path) in new[] { ("GET", ""), ("DELETE", ""), ("GET", "/receipt"), ("POST", "/cancel") })
        {
            using var response = await admin.Send(new HttpMethod(method), $"/api/orders/{order.Id}{path}");
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, method + path);
        }

        using var move = await admin.Send(HttpMethod.Put, $"/api/orders/{order.Id}/status", new { status = "preparing" });
        move.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var pay = await admin.Send(HttpMethod.Post, "/api/payments", new { order_id = order.Id, method = "card" });
        pay.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var shop = await admin.Send(HttpMethod.Get, $"/api/shops/{theirs.Id}/orders");
        shop.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Should.ThrowAsync<ComandaException>(() => admin.PlaceOrder(new("takeaway", [new((theirs.Item("Espresso")
            .GetAwaiter()
            .GetResult()).Id)])))).Status.ShouldBe(400);
    }
}
