using System.Text.Json;

namespace Comanda.Tests.Dialects;

/// <summary>What clients of the five documents count on, whichever they speak.</summary>
public sealed class EverybodyTests(CafeApp app)
{
    [Fact]
    public async Task An_order_in_preparation_can_be_completed_and_a_delivery_taken_along()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var here = await cashier.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } } });
        foreach (var status in (string[])["in-progress", "completed"])
            (await cashier.Ask($"PUT /api/orders/{here.Id}/status", new { status })).Status.ShouldBe(200, status);
        (await cashier.Ask($"GET /api/orders/{here.Id}")).Items.Single().GetProperty("kitchen_status").GetString().ShouldBe("ready");
        (await cashier.Ask($"PUT /api/orders/{here.Id}/status", new { status = "out_for_delivery" })).Code.ShouldBe("invalid_transition");

        var sent = await cashier.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = item } }, delivery_address = new { address = "1 Quay" } });
        foreach (var status in (string[])["preparing", "out_for_delivery", "delivered", "completed"])
            (await cashier.Ask($"PUT /api/orders/{sent.Id}/status", new { status })).Status.ShouldBe(200, status);
    }

    [Fact]
    public async Task Whoever_lists_all_gets_all_up_to_a_thousand_and_is_told_how_to_go_on()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        await using (var command = app.Database.CreateCommand(
            $"""
            insert into customers (shop_id, name, search, created_at, updated_at)
            select {shop.Id}, 'Guest ' || n, 'guest'::tsvector, now(), now() from generate_series(1, 1200) n
            """))
            await command.ExecuteNonQueryAsync();
        var all = await owner.Ask("GET /api/customers");
        all.Items.Count().ShouldBe(1000);
        var rest = await owner.Ask($"GET /api/customers?cursor={all.Text("next_cursor")}");
        rest.Items.Count().ShouldBe(200);
        rest.Body.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await owner.Ask("GET /api/customers?limit=50")).Items.Count().ShouldBe(50);
        (await owner.Ask("GET /api/customers?limit=201")).Fields.ShouldBe(["limit"]);
    }

    [Fact]
    public async Task A_stock_row_posted_again_was_counted()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var row = new { ingredient_name = "Flour", quantity_in_stock = 50, reorder_threshold = 10 };
        var flour = await owner.Ask("POST /api/inventory", row);
        var again = await owner.Ask(
            "POST /api/inventory", new { ingredient_name = "flour", quantity_in_stock = 70, reorder_threshold = 12 });
        (again.Status, again.Id, again.Text("current_stock"), again.Text("low_stock_threshold"))
            .ShouldBe((200, flour.Id, "70", "12"), again.ToString());
        var byId = await owner.Ask("POST /api/inventory", new { id = flour.Id, quantity_in_stock = 65 }, ("Idempotency-Key", "c1"));
        (byId.Status, byId.Text("current_stock")).ShouldBe((200, "65"), byId.ToString());
        (await owner.Ask("POST /api/inventory", new { id = flour.Id, quantity_in_stock = 65 }, ("Idempotency-Key", "c1")))
            .Response.Headers.Contains("Idempotency-Replayed").ShouldBeTrue();
        (await owner.Ask("POST /api/inventory", new { id = flour.Id, quantity_in_stock = 60 }, ("Idempotency-Key", "c1")))
            .Status.ShouldBe(422);
        var moved = await owner.Ask("POST /api/inventory", new { id = flour.Id, adjustment = -5, reason = "waste" });
        moved.Status.ShouldBe(201, moved.ToString());
        (await owner.Ask("POST /api/inventory", new { name = "Flour" })).Code.ShouldBe("already_exists");
        var movements = (await owner.Ask($"GET /api/inventory/{flour.Id}/movements")).Items.ToList();
        movements.Select(m => m.GetProperty("reason").GetString()).ShouldBe(["waste", "count", "count", "delivery"]);
        (await owner.Ask($"PUT /api/inventory/{flour.Id}", new { quantity = 9 })).Text("current_stock").ShouldBe("9");
    }

    [Fact]
    public async Task An_account_made_as_staff_stays_staff_and_may_what_a_cashier_may()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var name = "stan" + Guid.NewGuid().ToString("N")[..8];
        var made = await admin.Ask(
            "POST /api/users", new { username = name, name = "Stan", role = "staff", password = "quay street at six" });
        (made.Status, made.Text("role")).ShouldBe((201, "staff"), made.ToString());
        var stan = app.Client();
        await stan.SignIn(name, "quay street at six");
        var me = await stan.Ask("GET /api/auth/me");
        me.Text("role").ShouldBe("staff");
        var cashier = await (await shop.As("cashier")).Ask("GET /api/auth/me");
        me.Body.GetProperty("permissions").GetRawText().ShouldBe(cashier.Body.GetProperty("permissions").GetRawText());
        (await admin.Ask("GET /api/users?role=cashier")).Items.ShouldContain(u => u.GetProperty("role").GetString() == "staff");
        var plain = await admin.Ask("POST /api/users", new { username = name + "2", name = "Ned", password = "quay street at six" });
        (plain.Status, plain.Text("role")).ShouldBe((201, "cashier"), plain.ToString());
    }

    [Fact]
    public async Task Settings_of_a_shops_own_are_kept_and_read_back_where_they_were_put()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var put = await owner.Ask(
            $"PUT /api/shops/{shop.Id}/settings",
            new { theme = "dark", gst_number = "29ABC", printer = new { width = 42 }, receipt_footer = "bye" });
        put.Status.ShouldBe(200, put.ToString());
        var read = await owner.Ask($"GET /api/shops/{shop.Id}/settings");
        (read.Text("theme"), read.Text("gst_number"), read.Text("receipt_footer")).ShouldBe(("dark", "29ABC", "bye"));
        read.Body.GetProperty("printer").GetProperty("width").GetInt32().ShouldBe(42);
        (await owner.Ask("GET /api/config")).Items.ShouldContain(
            r => r.GetProperty("key").GetString() == "custom.theme" && r.GetProperty("value").GetString() == "dark");
        var wrapped = await owner.Say(
            $"PUT /api/shops/{shop.Id}/settings", new { settings = new { theme = "light", receiptFooter = "ciao" } });
        (wrapped.Status, wrapped.Text("theme"), wrapped.Text("receipt_footer")).ShouldBe((200, "light", "ciao"), wrapped.ToString());
        var one = await owner.Ask("PUT /api/config/custom.columns", new { value = 3 });
        (one.Status, one.Body.GetProperty("value").GetInt32()).ShouldBe((200, 3), one.ToString());
        (await owner.Ask($"GET /api/shops/{shop.Id}/settings")).Body.GetProperty("custom.columns").GetInt32().ShouldBe(3);
        (await owner.Ask("PUT /api/config/colums", new { value = 3 })).Status.ShouldBe(404);
        (await owner.Ask($"PUT /api/shops/{shop.Id}/settings", new Dictionary<string, object> { ["a name"] = 1 }))
            .Fields.ShouldBe(["a name"]);
    }

    [Fact]
    public async Task Operational_hours_are_opening_hours()
    {
        var owner = await (await app.NewShop()).As("owner");
        var put = await owner.Ask("PUT /api/config/operational_hours", new { value = "08:00-22:00" });
        (put.Status, put.Text("key"), put.Text("value")).ShouldBe((200, "operational_hours", "08:00-22:00"), put.ToString());
        var rows = (await owner.Ask("GET /api/config")).Items
            .ToDictionary(r => r.GetProperty("key").GetString()!, r => r.GetProperty("value"));
        (rows["operational_hours"].GetString(), rows["opening_hours"].GetString()).ShouldBe(("08:00-22:00", "08:00-22:00"));
    }

    [Fact]
    public async Task A_refund_with_an_empty_body_or_none_gives_all_back()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        foreach (var body in (object?[])[new { }, null])
        {
            var order = await manager.Ask(
                "POST /api/orders", new { items = new[] { new { menu_item_id = item, quantity = 2 } }, payment_method = "cash" });
            order.Text("payment_status").ShouldBe("paid", order.ToString());
            var back = await manager.Ask($"POST /api/orders/{order.Id}/refund", body);
            back.Status.ShouldBe(201, back.ToString());
            back.Body.GetProperty("amount").GetDecimal().ShouldBe(order.Body.GetProperty("total_amount").GetDecimal());
            (await manager.Ask($"GET /api/orders/{order.Id}")).Text("payment_status").ShouldBe("refunded");
        }
    }

    [Fact]
    public async Task Payment_method_is_one_payment_of_all_that_is_due_unless_it_is_pending()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        object[] lines = [new { menu_item_id = item }];
        (await cashier.Ask("POST /api/orders", new { items = lines, payment_method = "card" })).Text("payment_status").ShouldBe("paid");
        var owed = await cashier.Ask("POST /api/orders", new { items = lines, payment_method = "card", payment_status = "pending" });
        owed.Text("payment_status").ShouldBe("unpaid");
        (await cashier.Ask("POST /api/orders", new { items = lines, payment_status = "completed" })).Fields.ShouldBe(["payment_method"]);
        (await cashier.Ask("POST /api/orders", new { items = lines, payment_method = "shells" })).Fields.ShouldContain("payment_method");
        (await cashier.Ask("POST /api/orders", new { items = lines, payment_method = "card", payment_status = "soon" }))
            .Fields.ShouldBe(["payment_status"]);

        var settled = await cashier.Ask($"PUT /api/orders/{owed.Id}", new { payment_status = "completed" });
        (settled.Text("payment_status"), settled.Text("payment_method")).ShouldBe(("paid", "card"), settled.ToString());
        (await cashier.Ask($"PUT /api/orders/{owed.Id}", new { payment_status = "completed" }))
            .Body.GetProperty("payments").GetArrayLength()
            .ShouldBe(1);
        (await (await shop.As("barista")).Ask($"PUT /api/orders/{owed.Id}", new { payment_status = "completed" })).Status.ShouldBe(403);
        (await cashier.Ask($"PUT /api/orders/{owed.Id}", new { status = "ready" })).Code.ShouldBe("invalid_transition");
        (await cashier.Ask($"PUT /api/orders/{owed.Id}", new { status = "completed" })).Text("status").ShouldBe("completed");
    }

    [Fact]
    public async Task An_edit_that_cannot_be_paid_changes_nothing_else_either()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var item = (await shop.Item("Espresso")).Id;
        var order = await cashier.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } } });
        var torn = await cashier.Ask($"PUT /api/orders/{order.Id}", new { notes = "lost?", payment_status = "completed" });
        torn.Fields.ShouldBe(["payment_method"], torn.ToString());
        (await cashier.Ask($"GET /api/orders/{order.Id}")).Body.GetProperty("notes").ValueKind.ShouldBe(JsonValueKind.Null);
        var dear = await cashier.Ask($"PUT /api/orders/{order.Id}", new { tip = 1, total_amount = 0.01 });
        (dear.Status, dear.Code).ShouldBe((409, "total_differs"), dear.ToString());
        (await cashier.Ask($"GET /api/orders/{order.Id}")).Text("tip").ShouldBe("0.00");
        var seen = order.Body.GetProperty("total_amount").GetDecimal() + 1;
        (await cashier.Ask($"PUT /api/orders/{order.Id}", new { tip = 1, total = seen })).Status.ShouldBe(200);
        var gone = await cashier.Ask($"PUT /api/orders/{order.Id}", new { status = "canceled" });
        gone.Text("status").ShouldBe("cancelled", gone.ToString());
    }

    [Fact]
    public async Task A_pin_with_the_username_signs_in_where_the_shop_lets_it()
    {
        var shop = await app.NewShop();
        var (owner, stranger) = (await shop.As("owner"), app.Stranger(shop));
        var login = new { username = shop.Username("cashier"), pin = "3456" };
        (await stranger.Ask("POST /auth/login", login)).Status.ShouldBe(403);
        (await stranger.Ask("POST /auth/login", login, ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);
        (await stranger.Ask("POST /auth/login", new { pin = "3456" }, ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);
        (await owner.Ask("PUT /api/config/pin_sign_in", new { value = "anywhere" })).Status.ShouldBe(200);
        await Answers.Eventually(async () => (await stranger.Ask("POST /auth/login", login)).Status == 200);
        (await stranger.Ask("POST /auth/login", new { username = shop.Username("cashier"), pin = "2345" }))
            .Code.ShouldBe("bad_credentials");
        (await stranger.Ask("POST /auth/login", new { username = shop.Username("nobody"), pin = "3456" })).Code.ShouldBe("bad_credentials");
        (await stranger.Ask("POST /auth/login", new { pin = "3456" })).Status.ShouldBe(401);
        for (var i = 0; i < 4; i++)
            await stranger.Ask("POST /auth/login", new { username = shop.Username("cashier"), pin = "9999" });
        (await stranger.Ask("POST /auth/login", login)).Code.ShouldBe("account_locked");
    }

    [Fact]
    public async Task An_owner_registers_without_naming_the_shop_and_nobody_joins_one_by_themselves()
    {
        var email = $"keeper{Guid.NewGuid():N}@s.example";
        var made = await app.Client().Ask("POST /api/auth/register", new { name = "Keeper", email, password = "quay street at six" });
        made.Status.ShouldBe(201, made.ToString());
        var client = app.Client();
        client.AccessToken = made.Text("access_token");
        var shop = await client.Ask($"GET /api/shops/{made.Body.GetProperty("user").GetProperty("shop_id")}");
        shop.Text("name").ShouldBe("Keeper's shop");
        var joins = await app.Client().Ask(
            "POST /api/auth/register",
            new { name = "Eve", email = "e" + email, password = "quay street at six", role = "cashier", shop_id = shop.Id });
        joins.Status.ShouldBe(403, joins.ToString());
    }

    [Fact]
    public async Task A_refusal_says_its_sentence_as_message_too()
    {
        var answer = await app.Client().Ask("GET /api/orders");
        answer.Text("message").ShouldBe(answer.Text("detail"));
        var invalid = await (await (await app.NewShop()).As("owner")).Ask("POST /api/customers", new { name = new string('x', 500) });
        (invalid.Status, invalid.Text("message")).ShouldBe((400, invalid.Text("detail")));
    }
}
