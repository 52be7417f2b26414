using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Dialects;

/// <summary>What a client of each of the five documents sends, in its own spelling, at every address: it does what it says.</summary>
public sealed class InputSpellingTests(CafeApp app)
{
    [Fact]
    public async Task Trap30_document_0s_stock_row_and_modifiers_are_understood()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var row = await owner.Say("POST /api/inventory",
            new { ingredient_name = "Flour", quantity_in_stock = 50, reorder_threshold = 10, supplier = "Mill" });
        row.Status.ShouldBe(201, row.ToString());
        (row.Text("name"), row.Text("current_stock"), row.Text("low_stock_threshold")).ShouldBe(("Flour", "50", "10"));

        var item = await owner.Say("POST /api/menu",
            new { name = "House latte", price = 4, modifiers = new object[] { new { name = "Oat milk", price = 0.5 }, "Skim milk" } });
        item.Status.ShouldBe(201, item.ToString());
        var options = item.Body.GetProperty("modifier_groups")[0].GetProperty("options");
        options.EnumerateArray().Select(o => (o.GetProperty("key").GetString(), o.GetProperty("price").GetDecimal()))
            .ShouldBe([("oat-milk", 0.5m), ("skim-milk", 0m)]);
        item.Text("category").ShouldBe("Other");

        var latte = await shop.Item("Caffè latte");
        var order = await owner.Say("POST /api/orders",
            new { items = new[] { new { menu_item_id = latte.Id, modifiers = new { milk = "oat" }, quantity = 2, unit_price = 9.9 } } });
        order.Status.ShouldBe(201, order.ToString());
        order.Items.Single().GetProperty("modifiers")[0].GetProperty("key").GetString().ShouldBe("oat-milk");
        var plain = await owner.Ask("POST /api/orders", Raw($$"""{"items":[{"menu_item_id":{{latte.Id}},"modifiers":{},"quantity":1}]}"""));
        plain.Status.ShouldBe(201, plain.ToString());
        var paid = await owner.Say("POST /api/payments", new { order_id = plain.Id, method = "digital wallet" });
        (paid.Status, paid.Text("method")).ShouldBe((201, "mobile"), paid.ToString());
    }

    [Fact]
    public async Task Trap30_document_2s_product_in_camel_case_is_that_product()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var category = await admin.Say("POST /api/admin/categories",
            new { name = "Breads", description = "d", image = "https://s3.test/a.png", isActive = true, displayOrder = 3 });
        (category.Status, category.Body.GetProperty("display_order").GetInt32()).ShouldBe((201, 3), category.ToString());
        var product = await admin.Say("POST /api/admin/products", new
        {
            name = "Rye",
            description = "dark",
            category = category.Id.ToString(),
            price = 5.5,
            discountPrice = 4.5,
            images = new[] { "https://s3.test/r.png" },
            ingredients = new[] { "rye", "water", "salt" },
            nutritionalInfo = new { calories = 250, fat = 1.5 },
            isVegetarian = true,
            allergens = new[] { "gluten", "corn" },
            preparationTime = 5,
            isAvailable = false,
            isFeatured = true,
        });
        product.Status.ShouldBe(201, product.ToString());
        product.Body.GetProperty("category_id").GetInt64().ShouldBe(category.Id);
        product.Body.GetProperty("discount_price").GetDecimal().ShouldBe(4.5m);
        product.Text("ingredients").ShouldBe("rye, water, salt");
        product.Body.GetProperty("nutritional_info").GetProperty("calories").GetInt32().ShouldBe(250);
        product.Body.GetProperty("is_vegetarian").GetBoolean().ShouldBeTrue();
        product.Body.GetProperty("allergens").EnumerateArray().Select(a => a.GetString()).ShouldBe(["gluten"]);
        product.Body.GetProperty("other_allergens").EnumerateArray().Select(a => a.GetString()).ShouldBe(["corn"]);
        product.Body.GetProperty("preparation_time").GetInt32().ShouldBe(5);
        product.Body.GetProperty("in_stock").GetBoolean().ShouldBeFalse();
        product.Body.GetProperty("is_featured").GetBoolean().ShouldBeTrue();

        var changed = await admin.Say($"PUT /api/admin/products/{product.Id}", new { discountPrice = 3.0, isFeatured = false });
        (changed.Status, changed.Body.GetProperty("discount_price").GetDecimal(), changed.Body.GetProperty("is_featured").GetBoolean())
            .ShouldBe((200, 3.0m, false));
        var hidden = await admin.Say(
            $"PUT /api/admin/categories/{category.Id}", new { name = "Bread", isActive = false, displayOrder = 7 });
        (hidden.Status, hidden.Body.GetProperty("is_active").GetBoolean(), hidden.Body.GetProperty("display_order").GetInt32())
            .ShouldBe((200, false, 7));
    }

    [Fact]
    public async Task Trap30_document_2s_order_is_a_delivery_for_later_that_is_not_paid_yet()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var bread = await shop.Item("Espresso");
        var wanted = DateTimeOffset.UtcNow.AddDays(6);
        var order = await admin.Say("POST /api/orders", new
        {
            items = new[] { new { product = bread.Id.ToString(), quantity = 2, price = bread.Price, specialInstructions = "hot" } },
            deliveryAddress = new { address = "1 Main St", landmark = "park", city = "Porto", state = "P", zipCode = "4000" },
            paymentDetails = new { method = "card", transactionId = "tx-1", status = "pending" },
            isScheduled = true,
            scheduledDeliveryTime = wanted,
            specialInstructions = "ring twice",
            subtotal = bread.Price * 2,
            deliveryFee = 0,
            taxes = 0.4,
            total = bread.Price * 2,
        });
        order.Status.ShouldBe(201, order.ToString());
        order.Text("type").ShouldBe("delivery");
        order.Body.GetProperty("delivery_address").GetProperty("zip_code").GetString().ShouldBe("4000");
        order.Text("notes").ShouldBe("ring twice");
        order.Items.Single().GetProperty("special_instructions").GetString().ShouldBe("hot");
        order.Body.GetProperty("scheduled_for").GetDateTimeOffset().ShouldBe(wanted, TimeSpan.FromMilliseconds(1));
        (order.Text("payment_status"), order.Text("payment_method")).ShouldBe(("unpaid", "card"));
        order.Body.GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);

        var now = await admin.Say("POST /api/orders", new { items = new[] { new { productId = bread.Id } }, isScheduled = true });
        now.Fields.ShouldBe(["scheduled_for"], now.ToString());
        var moved = await admin.Say($"PUT /api/admin/orders/{order.Id}/status", new { orderStatus = "preparing" });
        moved.Text("status").ShouldBe("preparing", moved.ToString());
        var person = new { name = "Dee", phone = "+1555", location = new { coordinates = new[] { -73.9, 40.7 } } };
        var brought = await admin.Say($"PUT /api/orders/{order.Id}/delivery", new { deliveryPerson = person });
        brought.Status.ShouldBe(200, brought.ToString());
        var track = await admin.Ask($"GET /api/orders/{order.Id}/track");
        track.Body.GetProperty("location")[0].GetDouble().ShouldBe(-73.9);
        track.Body.GetProperty("delivery_person").GetProperty("name").GetString().ShouldBe("Dee");
        var away = await admin.Say($"PUT /api/orders/{order.Id}/status", new { orderStatus = "out_for_delivery" });
        away.Text("status").ShouldBe("out_for_delivery", away.ToString());
    }

    [Fact]
    public async Task Trap30_document_4s_order_is_paid_and_keeps_the_number_that_its_till_gave_it()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var waffle = await shop.Item("Espresso");
        object Order(decimal total) => new
        {
            order_number = "SM-0001",
            items = new[] { new { id = waffle.Id, name = waffle.Name, price = waffle.Price, quantity = 2 } },
            subtotal = waffle.Price * 2,
            tax = 0,
            discount = 0,
            total,
            payment_method = "cash",
            payment_status = "completed",
            customer_name = "Bo",
            order_type = "takeaway",
            shop_id = shop.Id,
        };
        var order = await cashier.Say($"POST /api/shops/{shop.Id}/orders", Order(waffle.Price * 2));
        order.Status.ShouldBe(201, order.ToString());
        string[] said = ["type", "payment_status", "payment_method", "reference", "customer_name"];
        said.Select(order.Text).ShouldBe(["takeaway", "paid", "cash", "SM-0001", "Bo"]);
        order.Body.GetProperty("payments")[0].GetProperty("amount").GetDecimal().ShouldBe(waffle.Price * 2);
        (await cashier.Ask($"GET /api/orders/{order.Id}")).Text("reference").ShouldBe("SM-0001");

        var cheap = await cashier.Say($"POST /api/shops/{shop.Id}/orders", Order(0.02m));
        (cheap.Status, cheap.Code).ShouldBe((409, "total_differs"), cheap.ToString());
        var elsewhere = await cashier.Say("POST /api/orders", new { items = new[] { new { id = waffle.Id } }, shop_id = shop.Id + 1 });
        elsewhere.Fields.ShouldBe(["shop_id"], elsewhere.ToString());
    }

    [Fact]
    public async Task Trap30_document_4s_edit_pays_completes_and_takes_along()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = await shop.Item("Espresso");
        var order = await cashier.Say("POST /api/orders",
            new { items = new[] { new { product_id = item.Id } }, payment_method = "cash", payment_status = "pending" });
        (order.Status, order.Text("payment_status"), order.Text("payment_method")).ShouldBe((201, "unpaid", "cash"), order.ToString());
        var done = await cashier.Say($"PUT /api/shops/{shop.Id}/orders/{order.Id}", new
        {
            customer_name = "Bob",
            payment_method = "card",
            payment_status = "completed",
            status = "completed",
            order_type = "takeaway",
        });
        done.Status.ShouldBe(200, done.ToString());
        (done.Text("customer_name"), done.Text("payment_method"), done.Text("payment_status"), done.Text("status"), done.Text("type"))
            .ShouldBe(("Bob", "card", "paid", "completed", "takeaway"));
    }

    [Fact]
    public async Task A_sale_of_a_tills_queue_may_be_spelled_otherwise_too()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var now = DateTimeOffset.UtcNow;
        var good = new { key = "a", made_at = now, order = new { orderType = "takeaway", items = new[] { new { productId = item } } } };
        var bad = new { key = "b", made_at = now, order = new { items = new[] { new { menu_item_id = item, qty = 3 } } } };
        var synced = await cashier.Say("POST /api/orders/sync", new { orders = new object[] { good, bad } });
        var results = synced.Body.GetProperty("results");
        results[0].GetProperty("status").GetString().ShouldBe("placed", synced.ToString());
        results[0].GetProperty("order").GetProperty("type").GetString().ShouldBe("takeaway");
        results[1].GetProperty("status").GetString().ShouldBe("set_aside");
        results[1].GetProperty("set_aside").GetRawText().ShouldContain("order.items[0].qty");
    }

    [Fact]
    public async Task A_repeated_key_knows_the_same_order_in_another_spelling()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var first = await cashier.Say(
            "POST /api/orders", new { type = "takeaway", items = new[] { new { menu_item_id = item } } }, ("Idempotency-Key", "k1"));
        var again = await cashier.Say(
            "POST /api/orders", new { orderType = "takeaway", items = new[] { new { productId = item } } }, ("Idempotency-Key", "k1"));
        (again.Status, again.Id).ShouldBe((201, first.Id), again.ToString());
        again.Response.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
    }

    private static StringContent Raw(string json) => new(json, Encoding.UTF8, "application/json");
}
