using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Orders;

/// <summary>Deposits on bottles, crates and cups: they go along with what leaves the shop, and come back as negative lines.</summary>
public sealed class DepositTests(CafeApp app)
{
    private static object Table { get; } = new
    {
        classes = new[] { new { code = "drink" }, new { code = "food" }, new { code = "deposit-one-way" } },
        rows = new object[]
        {
            new { @class = "drink", way = "any", name = "VAT", rate = 19 },
            new { @class = "food", way = "any", name = "VAT", rate = 7 },
            new { @class = "deposit-one-way", way = "any", name = "deposit", treatment = "outside" },
        },
        default_class = "food",
    };

    [Fact]
    public async Task No_category_has_the_station_of_deposits()
    {
        var manager = await (await app.NewShop()).As("manager");
        var refused = await manager.Ask("POST /api/admin/categories", new { name = "Bottles", station = "none" });
        refused.Status.ShouldBe(400);
        refused.Body.GetProperty("errors").GetProperty("station")[0].GetString()!.ShouldContain("none is kept for deposits");
        (await manager.Ask("POST /api/admin/categories", new { name = "Bottles", station = "no-one" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task A_bottle_that_leaves_the_shop_takes_its_deposit_along_and_one_that_stays_does_not()
    {
        var (manager, cola, deposit) = await Shop();
        var away = await Place(manager, "takeaway", new { menu_item_id = cola, quantity = 2 });
        away.Items.Select(l => (l.GetProperty("name").GetString(), Of(l, "quantity"), Of(l, "total")))
            .ShouldBe([("Cola", 2m, 5.00m), ("Deposit on cola", 2m, 0.50m)]);
        (Of(away.Body, "total_amount"), Taxes(away.Body).Single()).ShouldBe((5.50m, ("VAT", 19m, 4.62m, 0.88m)));
        var here = await Place(manager, "dine-in", new { menu_item_id = cola, quantity = 2 });
        here.Items.Count().ShouldBe(1);
        var mixed = await Place(manager, "dine-in", new { menu_item_id = cola, way = "takeaway" });
        mixed.Items.Select(l => l.GetProperty("way").GetString()).ShouldBe(["takeaway", "takeaway"]);
        deposit.ShouldBeGreaterThan(0);
        // Nobody makes a deposit.
        away.Items.Select(l => l.GetProperty("station").GetString()).Last().ShouldBe("none");
        var board = (await manager.Ask("GET /api/kitchen/tickets")).Items.First(t => t.GetProperty("order_id").GetInt64() == away.Id);
        board.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Bottles_come_back_with_a_purchase_or_alone_and_the_drawer_pays_them_out()
    {
        var (manager, cola, deposit) = await Shop(("cash_rounding", "0.05"));
        var both = await Place(
            manager, "takeaway", new { menu_item_id = cola }, new { menu_item_id = deposit, quantity = -3 });
        (Of(both.Body, "total_amount"), Taxes(both.Body).Single()).ShouldBe((2.00m, ("VAT", 19m, 1.68m, 0.32m)));
        var paid = await manager.Ask("POST /api/payments", new { order_id = both.Id, method = "cash", tendered = 5 });
        Of(paid.Body, "change").ShouldBe(3.00m);

        var empties = new { items = new[] { new { menu_item_id = deposit, quantity = -4 } }, type = "takeaway" };
        (await manager.Ask("POST /api/orders/preview", empties)).Body.GetProperty("total_amount").GetDecimal().ShouldBe(-1.00m);
        (await manager.Ask("POST /api/orders", new { empties.items, empties.type, tip = 1 })).Fields.ShouldBe(["tip"]);
        var back = await manager.Ask(
            "POST /api/orders", new { empties.items, empties.type, payments = new[] { new { method = "cash" } } });
        (back.Status, back.Text("payment_status"), Of(back.Body, "balance_due")).ShouldBe((201, "paid", 0m), back.ToString());
        Taxes(back.Body).Single().ShouldBe(("VAT", 19m, -0.84m, -0.16m));
        var receipt = await manager.Send(HttpMethod.Get, $"/api/orders/{back.Id}/receipt?format=text");
        (await receipt.Content.ReadAsStringAsync()).ShouldContain("Paid out in cash");
        var other = await Place(manager, "takeaway", new { menu_item_id = deposit, quantity = -1 });
        (await manager.Ask("POST /api/payments", new { order_id = other.Id, method = "card" })).Fields.ShouldBe(["method"]);
        Task<Answer> Out(decimal amount) => manager.Ask("POST /api/payments", new { order_id = other.Id, method = "cash", amount });
        (await Out(-0.10m)).Fields.ShouldBe(["amount"]);
        (await Out(-0.25m)).Status.ShouldBe(201);
        (await manager.Ask($"POST /api/orders/{back.Id}/refund", new { reason = "x" })).Code.ShouldBe("already_refunded");
        long[] settled = [other.Id, back.Id, both.Id], none = [];
        foreach (var (status, ids) in new[] { ("paid", settled), ("refunded", none), ("partially_paid", none) })
            (await manager.Ask($"GET /api/orders?payment_status={status}")).Items.Select(o => o.GetProperty("id").GetInt64()).ShouldBe(ids);

        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        (Of(day, "total_sales"), Of(day.GetProperty("payment_methods"), "cash"), Of(day, "unpaid")).ShouldBe((0.75m, 0.75m, 0m));
        var drawer = (await manager.Ask("GET /api/drawers?status=open")).Items.Single(d => Of(d, "orders") > 0);
        (Of(drawer, "expected"), Of(drawer, "tax")).ShouldBe((0.75m, Of(day, "tax")));

        // Cancelled after all: the guest has the bottles again, and the drawer its money.
        (await manager.Ask($"POST /api/orders/{back.Id}/cancel", new { reason = "wrong crate" })).Status.ShouldBe(200);
        day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        (Of(day, "total_sales"), Of(day.GetProperty("payment_methods"), "cash")).ShouldBe((1.75m, 1.75m));
        (await manager.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task A_deposit_bears_no_discount_and_no_charge_and_earns_no_points()
    {
        var (manager, cola, deposit) = await Shop(("service_charge", "10"), ("loyalty_points_per_unit", "100"));
        var guest = await manager.Ask("POST /api/customers", new { name = "Ana" });
        var order = await manager.Ask("POST /api/orders", new
        {
            type = "dine-in",
            items = new object[] { new { menu_item_id = cola, way = "takeaway" }, new { menu_item_id = cola } },
            discount = new { type = "percentage", value = 50, reason = "friends" },
            payments = new[] { new { method = "card" } },
            customer_id = guest.Id,
        });
        // Two colas of 2.50 at half price, a tenth on the one that is drunk here, and the deposit as it is.
        order.Items.Select(l => (Of(l, "discount"), Of(l, "service_charge"), Of(l, "total")))
            .ShouldBe([(1.25m, 0m, 1.25m), (0m, 0m, 0.25m), (1.25m, 0.13m, 1.38m)]);
        Of(order.Body, "points_earned").ShouldBe(0);
        var plain = await manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new[] { new { menu_item_id = deposit, quantity = 8 } },
            payments = new[] { new { method = "card" } },
            customer_id = guest.Id,
        });
        Of(plain.Body, "points_earned").ShouldBe(0);
        (await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = deposit, discount = new { type = "fixed", value = 0.10m, reason = "x" } } },
        })).Fields.ShouldBe(["items[0].discount"]);
    }

    [Fact]
    public async Task All_of_an_order_goes_back_with_the_bottles_that_came_with_it()
    {
        var (manager, cola, deposit) = await Shop();
        var order = await manager.Ask("POST /api/orders", new
        {
            type = "takeaway",
            items = new object[] { new { menu_item_id = cola, quantity = 2 }, new { menu_item_id = deposit, quantity = -3 } },
            payments = new[] { new { method = "card" } },
        });
        Of(order.Body, "total_amount").ShouldBe(4.75m);
        var some = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { amount = 1.50m, reason = "warm" });
        some.Status.ShouldBe(201, some.ToString());
        var rest = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "all" });
        (rest.Status, Of(rest.Body, "amount")).ShouldBe((201, 3.25m), rest.ToString());
        (Of(some.Body, "tax") + Of(rest.Body, "tax")).ShouldBe(Of(order.Body, "tax"));
        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        day.GetProperty("taxes").EnumerateArray().ShouldAllBe(t => Of(t, "declared_net") == 0 && Of(t, "declared_tax") == 0);
        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "again" })).Code.ShouldBe("already_refunded");
    }

    [Fact]
    public async Task A_bottle_less_is_a_deposit_less()
    {
        var (manager, cola, deposit) = await Shop();
        var order = await Place(
            manager, "takeaway", new { menu_item_id = cola, quantity = 3 }, new { menu_item_id = cola, way = "dine-in" });
        var ids = order.Items.Select(l => l.GetProperty("id").GetInt64()).ToArray();
        var fewer = await Edit(order, new { id = ids[0], quantity = 2 }, new { id = ids[1] }, new { id = ids[2] });
        fewer.Items.Select(l => Of(l, "quantity")).ShouldBe([2m, 2m, 1m], fewer.ToString());
        // A screen that sends back all that it read, but for the line that was changed.
        var read = await Edit(
            fewer, new { id = ids[0], quantity = 1 }, new { id = ids[1], quantity = 2 }, new { id = ids[2], quantity = 1 });
        read.Items.Select(l => Of(l, "quantity")).ShouldBe([1m, 1m, 1m]);
        var said = await Edit(read, new { id = ids[0], quantity = 2 }, new { id = ids[1], quantity = 3 }, new { id = ids[2] });
        said.Items.Select(l => Of(l, "quantity")).ShouldBe([2m, 3m, 1m]);
        var gone = await Edit(said, new { id = ids[1] }, new { id = ids[2] });
        gone.Items.Select(l => Of(l, "quantity")).ShouldBe([1m, 1m]);
        var back = await Edit(gone, new { id = ids[2] }, new { menu_item_id = deposit, quantity = -2 });
        Of(back.Body, "total_amount").ShouldBe(2.00m);
        var line = back.Items.Last().GetProperty("id").GetInt64();
        var three = await Edit(back, new { id = ids[2] }, new { id = line, quantity = -3 });
        Of(three.Body, "total_amount").ShouldBe(1.75m);

        async Task<Answer> Edit(Answer before, params object[] items)
        {
            var edited = await manager.Ask($"PUT /api/orders/{order.Id}", new { items }, ("If-Match", before.Text("version")!));
            edited.Status.ShouldBe(200, edited.ToString());
            return edited;
        }
    }

    [Fact]
    public async Task Only_a_deposit_comes_back_and_only_at_the_counter()
    {
        var (manager, cola, deposit) = await Shop();
        (await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = cola, quantity = -1 } } })).Fields
            .ShouldBe(["items[0].quantity"]);
        (await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = deposit, quantity = -1000 } } })).Fields
            .ShouldBe(["items[0].quantity"]);
        (await manager.Ask($"PUT /api/menu/items/{deposit}/stock", new { quantity = 5 })).Fields.ShouldBe(["quantity"]);
        (await manager.Ask($"PUT /api/menu/items/{deposit}", new { deposit_item_id = deposit })).Fields.ShouldBe(["deposit_item_id"]);
        (await manager.Ask($"PUT /api/menu/items/{cola}", new { deposit_item_id = cola })).Fields.ShouldBe(["deposit_item_id"]);
        (await manager.Ask($"PUT /api/menu/items/{deposit}", new { sold_by = "weight" })).Fields.ShouldBe(["is_deposit"]);
        (await manager.Ask($"PUT /api/menu/items/{cola}", new { deposit_item_id = 0 })).Status.ShouldBe(200);
        (await Place(manager, "takeaway", new { menu_item_id = cola })).Items.Count().ShouldBe(1);
        var errors = new FieldErrors();
        var guest = new Caller
        {
            UserId = 1,
            SessionId = 1,
            Username = "guest",
            Name = "Guest",
            Role = Caller.CustomerRole,
            ShopId = 1,
            Permissions = new HashSet<Permission>(),
        };
        BasketRules.CheckReturns(new(null, [new(deposit, -1)]), guest, errors);
        errors.ToRefusal().Errors!.Keys.ShouldBe(["items[0].quantity"]);
    }

    private async Task<(ComandaClient Manager, long Cola, long Deposit)> Shop(params (string, string)[] settings)
    {
        var shop = await app.NewShop([("tax_rounding", "per_rate"), .. settings]);
        (await (await shop.As("admin")).Ask("PUT /api/taxes", Table)).Status.ShouldBe(200);
        var manager = await shop.As("manager");
        var deposit = await manager.Ask(
            "POST /api/menu/items",
            new { name = "Deposit on cola", category = "Deposits", price = 0.25m, tax_class = "drink", is_deposit = true });
        deposit.Body.GetProperty("is_deposit").GetBoolean().ShouldBeTrue(deposit.ToString());
        var cola = await manager.Ask(
            "POST /api/menu/items",
            new { name = "Cola", category = "Bottles", price = 2.50m, tax_class = "drink", deposit_item_id = deposit.Id });
        cola.Body.GetProperty("deposit_item_id").GetInt64().ShouldBe(deposit.Id, cola.ToString());
        return (manager, cola.Id, deposit.Id);
    }

    private static async Task<Answer> Place(ComandaClient client, string type, params object[] items)
    {
        var placed = await client.Ask("POST /api/orders", new { type, items });
        placed.Status.ShouldBe(201, placed.ToString());
        return placed;
    }

    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private static List<(string, decimal, decimal, decimal)> Taxes(JsonElement of) =>
    [
        .. of.GetProperty("taxes").EnumerateArray()
            .Select(t => (t.GetProperty("name").GetString()!, Of(t, "rate"), Of(t, "net"), Of(t, "tax"))),
    ];
}
