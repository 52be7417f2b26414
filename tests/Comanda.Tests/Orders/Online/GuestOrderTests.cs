using Comanda.Data;

namespace Comanda.Tests.Orders.Online;

/// <summary>What a guest may with orders: their own, at the menu's prices, while nobody has begun.</summary>
public sealed class GuestOrderTests(CafeApp app)
{
    private static object Basket(long item, string type = "online", object? more = null) =>
        new { type, items = new[] { new { menu_item_id = item, quantity = 1 } }, notes = more };

    [Fact]
    public async Task A_guest_orders_reads_and_cancels_their_own_and_nothing_of_others()
    {
        var shop = await app.NewShop();
        var (gina, hugo, cashier) = (await app.Guest(shop), await app.Guest(shop, "Hugo"), await shop.As("cashier"));
        var espresso = await shop.Item("Espresso");
        var placed = await gina.Ask("POST /api/orders", Basket(espresso.Id));
        (placed.Status, placed.Text("status"), placed.Text("customer_name")).ShouldBe((201, "pending", "Gina Rossi"));
        placed.Body.GetProperty("cashier_id").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        placed.Body.GetProperty("customer_id").GetInt64().ShouldBe((await gina.Ask("GET /api/customers/me")).Id);
        placed.Body.GetProperty("total_amount").GetDecimal().ShouldBe(espresso.Price);
        // What she does not say is filled in: fetched, or brought where there is an address.
        (await gina.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = espresso.Id } } })).Text("type").ShouldBe("online");

        var path = $"/api/orders/{placed.Id}";
        (await gina.Ask($"GET {path}")).Text("order_number").ShouldBe(placed.Text("order_number"));
        (await gina.Ask("GET /api/orders")).Items.Count().ShouldBe(2);
        (await hugo.Ask("GET /api/orders")).Items.ShouldBeEmpty();
        (await hugo.Ask($"GET /api/orders?customer_id={placed.Text("customer_id")}")).Items.ShouldBeEmpty();
        string[] hers =
            [$"GET {path}", $"GET {path}/receipt", $"GET {path}/track", $"GET {path}/again", $"POST {path}/cancel", $"DELETE {path}"];
        foreach (var what in hers)
            (await hugo.Ask(what)).Code.ShouldBe("not_found", what);
        (await hugo.Ask("POST /api/payments/create-intent", new { order_id = placed.Id })).Fields.ShouldBe(["order_id"]);
        foreach (var what in new[]
            {
                $"PUT {path}", $"PUT {path}/status", $"PUT {path}/delivery", $"POST {path}/refund", $"POST {path}/items",
            })
            (await gina.Ask(what, new { status = "completed" })).Code.ShouldBe("forbidden", what);
        foreach (var what in new[] { "POST /api/payments", "GET /api/drawers", "POST /api/drawers/open", "GET /api/gift-cards" })
        {
            object? body = what.StartsWith("POST", StringComparison.Ordinal)
                ? new { order_id = placed.Id, method = "cash", @float = 1 }
                : null;
            (await gina.Ask(what, body)).Code.ShouldBe("forbidden", what);
        }

        // Her receipt, as often as she likes; the till's first print is still the first.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var receipt = await Receipt(gina);
            receipt.ShouldContain(placed.Text("order_number")!);
            receipt.ShouldNotContain("COPY");
        }

        (await Receipt(cashier)).ShouldNotContain("COPY");
        (await Receipt(gina)).ShouldContain("COPY");
        async Task<string> Receipt(ComandaClient by) =>
            await (await by.Ask($"GET {path}/receipt?format=text")).Response.Content.ReadAsStringAsync();

        // The shop has it among its own, and it is nobody's sale.
        (await cashier.Ask($"GET {path}")).Text("customer_name").ShouldBe("Gina Rossi");
        // Somebody of the shop takes one for her: she sees it, and not who took it.
        var taken = await cashier.Ask("POST /api/orders", new
        {
            customer_id = placed.Body.GetProperty("customer_id").GetInt64(),
            items = new[] { new { menu_item_id = espresso.Id } },
        });
        var seen = await gina.Ask($"GET /api/orders/{taken.Id}");
        (seen.Status, seen.Body.GetProperty("cashier_name").ValueKind).ShouldBe((200, System.Text.Json.JsonValueKind.Null));

        (await gina.Ask($"POST {path}/cancel", new { reason = "changed my mind" })).Text("status").ShouldBe("cancelled");
        (await gina.Ask($"POST {path}/cancel")).Status.ShouldBe(200);
        (await cashier.Ask($"PUT /api/orders/{taken.Id}/status", new { status = "preparing" })).Status.ShouldBe(200);
        (await gina.Ask($"DELETE /api/orders/{taken.Id}")).Code.ShouldBe("not_pending");
    }

    [Fact]
    public async Task What_only_staff_may_say_is_no_field_of_a_guests_order_and_nothing_is_placed()
    {
        var shop = await app.NewShop();
        var (gina, hugo) = (await app.Guest(shop), await app.Guest(shop, "Hugo"));
        var items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } };
        var discount = new { type = "percentage", value = 100, reason = "me" };
        var others = (await hugo.Ask("GET /api/customers/me")).Id;
        foreach (var (body, field) in new (object, string)[]
        {
            (new { items, discount }, "discount"),
            (new { items = new[] { new { items[0].menu_item_id, discount } } }, "items[0].discount"),
            (new { items = new[] { new { items[0].menu_item_id, quantity = -2 } } }, "items[0].quantity"),
            (new { items, approval = new { pin = "1234" } }, "approval"),
            (new { items, service_charge = false }, "service_charge"),
            (new { items, hold = true }, "hold"),
            (new { items, customer_id = others }, "customer_id"),
            (new { items, payments = new[] { new { method = "cash" } } }, "payments[0].method"),
            (new { items, payments = new[] { new { method = "card", reference = "paid, honestly" } } }, "payments[0].method"),
            (new { items, payment_method = "gift_card" }, "payment_method"),
            (new { items, address_id = 999_999_999 }, "address_id"),
            (new { items, scheduled_for = DateTimeOffset.UtcNow.AddDays(90) }, "scheduled_for"),
        })
        {
            foreach (var way in new[] { "POST /api/orders", "POST /api/orders/preview" })
            {
                var refused = await gina.Ask(way, body);
                (refused.Status, refused.Fields.FirstOrDefault()).ShouldBe((400, field), $"{way} {field}: {refused}");
            }
        }

        // Numbers that are too large for a place are none, also under a key.
        using var far = new StringContent(
            "{\"items\":[{\"menu_item_id\":" + items[0].menu_item_id
                + "}],\"delivery_address\":{\"address\":\"x\",\"location\":[1e999,1]}}",
            System.Text.Encoding.UTF8,
            "application/json");
        (await gina.Ask("POST /api/orders", far, ("Idempotency-Key", "far"))).Fields.ShouldBe(["delivery_address.location"]);

        // Another price is never charged, and the wrong one is told.
        (await gina.Ask("POST /api/orders", new { items, total_amount = 0.01 })).Code.ShouldBe("total_differs");
        (await gina.Ask("GET /api/orders")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shop_says_what_guests_may_order_and_whether_they_pay_ahead()
    {
        var shop = await app.NewShop(("online_orders", "pickup"), ("online_payment", "card"));
        var (gina, admin) = (await app.Guest(shop), await shop.As("admin"));
        var espresso = (await shop.Item("Espresso")).Id;
        var items = new[] { new { menu_item_id = espresso } };
        var brought = new { items, delivery_address = new { address = "1 Quay" } };
        (await gina.Ask("POST /api/orders", brought)).Code.ShouldBe("not_offered");
        (await gina.Ask("POST /api/orders", new { items, payment_method = "cash" })).Fields.ShouldBe(["payment_method"]);
        (await gina.Ask("POST /api/orders", new { items })).Body.TryGetProperty("payment_due_by", out _).ShouldBeTrue();
        (await admin.Ask("PUT /api/config/online_orders", new { value = "delivery" })).Status.ShouldBe(200);
        (await gina.Ask("POST /api/orders", new { items })).Code.ShouldBe("not_offered");
        (await gina.Ask("POST /api/orders", brought)).Status.ShouldBe(201);
        (await admin.Ask("PUT /api/config/online_orders", new { value = "none" })).Status.ShouldBe(200);
        (await gina.Ask("POST /api/orders/preview", brought)).Code.ShouldBe("not_offered");
        (await admin.Ask("PUT /api/config/online_orders", new { value = "some" })).Fields.ShouldBe(["value"]);
        (await admin.Ask("POST /api/orders", new { items, type = "online" })).Status.ShouldBe(201); // who works there sells
    }

    [Fact]
    public async Task An_address_of_ones_own_is_taken_and_stays_in_the_order_as_it_was()
    {
        var shop = await app.NewShop();
        var (gina, hugo, manager) = (await app.Guest(shop), await app.Guest(shop, "Hugo"), await shop.As("manager"));
        var loaf = (await shop.Item("Rye loaf")).Id;
        var home = await gina.Ask(
            "POST /api/users/addresses",
            new { title = "Home", address = "1 Quay Street", city = "Lisbon", zip_code = "1100", location = new[] { -9.1, 38.7 } });
        object Order(long? customer = null) => new
        {
            items = new[] { new { menu_item_id = loaf } },
            type = "delivery",
            address_id = home.Id,
            customer_id = customer,
        };
        var placed = await gina.Ask("POST /api/orders", Order());
        placed.Status.ShouldBe(201, placed.ToString());
        (await gina.Ask($"PUT /api/users/addresses/{home.Id}", new { address = "2 New Street" })).Status.ShouldBe(200);
        (await gina.Ask($"DELETE /api/users/addresses/{home.Id}")).Status.ShouldBe(204);
        var kept = (await gina.Ask($"GET /api/orders/{placed.Id}")).Body.GetProperty("delivery_address");
        (kept.GetProperty("address").GetString(), kept.GetProperty("zip_code").GetString()).ShouldBe(("1 Quay Street", "1100"));

        var next = await gina.Ask("POST /api/users/addresses", new { title = "H", address = "3 Street", city = "L", zip_code = "1" });
        object Next(long? customer = null) => new
        {
            items = new[] { new { menu_item_id = loaf } },
            type = "delivery",
            address_id = next.Id,
            customer_id = customer,
        };
        (await hugo.Ask("POST /api/orders", Next())).Fields.ShouldBe(["address_id"]);
        var ginas = placed.Body.GetProperty("customer_id").GetInt64();
        (await manager.Ask("POST /api/orders", Next())).Fields.ShouldBe(["address_id"]);
        var byPhone = await manager.Ask("POST /api/orders", Next(ginas)); // she calls, and the shop knows where she lives
        byPhone.Body.GetProperty("delivery_address").GetProperty("address").GetString().ShouldBe("3 Street");
    }

    [Fact]
    public async Task What_she_had_is_ordered_again_and_her_usual_is_known()
    {
        var shop = await app.NewShop();
        var (gina, manager) = (await app.Guest(shop), await shop.As("manager"));
        var latte = await shop.Item("Caffè latte");
        var loaf = (await shop.Item("Rye loaf")).Id;
        var option = latte.ModifierGroups[0].Options[0].Key;
        var items = new object[]
        {
            new { menu_item_id = latte.Id, quantity = 2, modifiers = new[] { option }, special_instructions = "hot" },
            new { menu_item_id = loaf, quantity = 1 },
        };
        var first = await gina.Ask("POST /api/orders", new { items });
        await gina.Ask("POST /api/orders", new { items = items[..1] });
        var again = await gina.Ask($"GET /api/orders/{first.Id}/again");
        again.Body.GetProperty("missing").GetArrayLength().ShouldBe(0);
        var second = await gina.Ask("POST /api/orders", new { items = again.Body.GetProperty("items") });
        (second.Status, second.Text("total_amount")).ShouldBe((201, first.Text("total_amount")));
        var usual = (await gina.Ask("GET /api/customers/me/usual")).Items.ToList();
        (usual[0].GetProperty("name").GetString(), usual[0].GetProperty("times").GetInt32()).ShouldBe(("Caffè latte", 3));
        (await gina.Ask("POST /api/orders", new { items = usual.Select(u => u.GetProperty("line")) })).Status.ShouldBe(201);
        (await manager.Ask($"PUT /api/menu/items/{loaf}/stock", new { in_stock = false })).Status.ShouldBe(200);
        var short1 = await gina.Ask($"GET /api/orders/{first.Id}/again");
        short1.Body.GetProperty("missing")[0].GetProperty("name").GetString().ShouldBe("Rye loaf");
        short1.Items.Count().ShouldBe(1);
        (await manager.Ask("GET /api/customers/me/usual")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task A_bottle_that_is_ordered_again_takes_its_deposit_along_once()
    {
        var shop = await app.NewShop();
        var (gina, manager) = (await app.Guest(shop), await shop.As("manager"));
        var deposit = await manager.Ask(
            "POST /api/menu/items", new { name = "Deposit", category = "Deposits", price = 0.25, is_deposit = true });
        var cola = await manager.Ask(
            "POST /api/menu/items", new { name = "Cola", category = "Bottles", price = 2.5, deposit_item_id = deposit.Id });
        var placed = await gina.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = cola.Id, quantity = 2 } } });
        placed.Items.Count().ShouldBe(2, placed.ToString());
        var again = await gina.Ask($"GET /api/orders/{placed.Id}/again");
        var next = await gina.Ask("POST /api/orders", new { items = again.Body.GetProperty("items") });
        next.Text("total_amount").ShouldBe(placed.Text("total_amount"));
        var empties = new object[] { new { menu_item_id = cola.Id }, new { menu_item_id = deposit.Id, quantity = -20 } };
        (await gina.Ask("POST /api/orders", new { items = empties })).Fields.ShouldBe(["items[1].quantity"]);
    }

    [Fact]
    public async Task A_guest_takes_their_data_along_and_is_forgotten_when_they_say_so()
    {
        var shop = await app.NewShop();
        var (gina, hugo) = (await app.Guest(shop), await app.Guest(shop, "Hugo"));
        var espresso = (await shop.Item("Espresso")).Id;
        await gina.Ask("POST /api/users/addresses", new { title = "Home", address = "1 Quay", city = "Lisbon", zip_code = "1100" });
        await gina.Ask($"POST /api/favorites/{espresso}");
        await gina.Ask("POST /api/users/fcm-token", new { fcm_token = "of-gina-" + shop.Id });
        await gina.Ask($"POST /api/products/{espresso}/reviews", new { rating = 5, comment = "Strong" });
        var order = await gina.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = espresso } }, delivery_address = new { address = "1 Quay" } });
        order.Status.ShouldBe(201, order.ToString());
        await hugo.Ask("POST /api/orders", Basket(espresso));
        var data = (await gina.Ask("GET /api/customers/me/export")).Body;
        data.GetProperty("customer").GetProperty("name").GetString().ShouldBe("Gina Rossi");
        data.GetProperty("addresses")[0].GetProperty("address").GetString().ShouldBe("1 Quay");
        data.GetProperty("favorites")[0].GetInt64().ShouldBe(espresso);
        data.GetProperty("reviews")[0].GetProperty("comment").GetString().ShouldBe("Strong");
        data.GetProperty("orders").EnumerateArray().Select(o => o.GetProperty("id").GetInt64()).ShouldBe([order.Id]);
        data.ToString().ShouldNotContain("Hugo");
        (await (await shop.As("owner")).Ask("GET /api/customers/me/export")).Code.ShouldBe("not_found");

        var user = (await gina.Me()).Id;
        (await gina.Ask("DELETE /api/customers/me")).Fields.ShouldBe(["confirm"]);
        (await gina.Ask("DELETE /api/customers/me?confirm=true")).Status.ShouldBe(204);
        (await gina.Ask("GET /api/orders")).Status.ShouldBe(401);
        foreach (var table in new[] { "guest_addresses", "favorites", "push_tokens" })
            (await app.Database.Scalar($"select count(*) from {table} where user_id = $1", default, user)).ShouldBe(0L, table);
        var left = await (await shop.As("manager")).Ask($"GET /api/orders/{order.Id}");
        left.Body.GetProperty("customer_name").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        left.Body.GetProperty("delivery_address").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }
}
