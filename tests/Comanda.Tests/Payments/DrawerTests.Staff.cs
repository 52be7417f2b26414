using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Payments;

/// <summary>Who works which drawer, and what they are told.</summary>
public sealed partial class DrawerTests
{
    [Fact]
    public async Task A_cashier_counts_blind()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var opened = await Open(cashier, 30);
        await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("cash")]));
        var x = await cashier.Ask($"GET /api/drawers/{opened.Id}");
        foreach (var field in new[] { "expected", "sales", "payment_methods", "difference" })
            x.Body.GetProperty(field).ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, field);
        var z = await Close(cashier, opened.Id, 32);
        (Number(z, "expected"), Number(z, "difference")).ShouldBe((32.30m, -0.30m));
        (await (await shop.As("admin")).Ask("GET /api/audit?action=drawer_closed")).Items.Single().ToString().ShouldContain("32");
    }

    [Fact]
    public async Task A_cashier_works_the_drawer_they_opened_or_that_of_their_till_and_no_other()
    {
        var shop = await app.NewShop();
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var (counter, till) = ((await Open(manager, 10)).Id, (await Open(manager, 20, shop)).Id);
        (string, string) here = ("X-Device-Token", shop.TillToken);
        async Task<long[]> Listed(params (string, string)[] at) =>
            [.. (await cashier.Ask("GET /api/drawers", null, at)).Items.Select(d => d.GetProperty("id").GetInt64())];
        var payOut = new { type = "out", amount = 5, reason = "ice" };
        foreach (var drawer in new[] { counter, till })
        {
            (await cashier.Ask($"GET /api/drawers/{drawer}")).Code.ShouldBe("forbidden");
            (await cashier.Ask($"POST /api/drawers/{drawer}/movements", payOut)).Code.ShouldBe("forbidden");
            (await cashier.Ask($"POST /api/drawers/{drawer}/close", new { counted = 0 })).Code.ShouldBe("forbidden");
        }

        (await Listed()).ShouldBeEmpty();
        var register = (await manager.Ask($"GET /api/drawers/{till}")).Body.GetProperty("register_id").GetInt64();
        (await cashier.Ask("POST /api/drawers/open", new { @float = 1, register_id = register })).Code.ShouldBe("forbidden");

        // At the till it is theirs, whoever opened it: they relieve somebody. The counter's is not.
        (await Listed(here)).ShouldBe([till]);
        (await cashier.Ask($"POST /api/drawers/{counter}/movements", payOut, here)).Code.ShouldBe("forbidden");
        (await cashier.Ask($"POST /api/drawers/{till}/movements", payOut, here)).Status.ShouldBe(201);
        (await cashier.Ask($"POST /api/drawers/{till}/close", new { counted = 15 }, here)).Status.ShouldBe(200);

        // What they opened stays theirs wherever they are; what nobody opened at the counter, whoever stands there may count.
        (await Close(manager, counter, 10)).Status.ShouldBe(200);
        await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("cash")]));
        var between = (await Listed()).Single();
        (await Close(cashier, between, 2.30m)).Status.ShouldBe(200);
        var own = (await Open(cashier, 30)).Id;
        (await Listed(here)).ShouldBe([own, till]);
        (await cashier.Ask($"POST /api/drawers/{own}/close", new { counted = 30 }, here)).Status.ShouldBe(200);
        (await manager.Ask("GET /api/drawers")).Items.Count().ShouldBe(4);

        // A shop may let its cashiers work all of them.
        var all = (await cashier.Me()).Permissions.Append("manage_drawers").ToArray();
        await (await shop.As("owner")).Works("PUT /api/roles/cashier", new { permissions = all });
        var trusted = await shop.As("cashier");
        (await Close(trusted, (await Open(manager, 1)).Id, 1)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_changes_nothing()
    {
        var (shop, elsewhere) = (await app.NewShop(), await app.NewShop());
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/drawers/open", new { })).Fields.ShouldBe(["float"]);
        (await manager.Ask("POST /api/drawers/open", new { @float = -1 })).Fields.ShouldBe(["float"]);
        (await manager.Ask("POST /api/drawers/open", new { @float = 1.005 })).Fields.ShouldBe(["float"]);
        (await manager.Ask("POST /api/drawers/open", new { @float = 1, register_id = 999_999_999 })).Fields.ShouldBe(["register_id"]);
        var id = (await Open(manager, 0)).Id;
        (await manager.Ask($"POST /api/drawers/{id}/movements", new { })).Fields.ShouldBe(["type", "amount", "reason"], ignoreOrder: true);
        (await manager.Ask($"POST /api/drawers/{id}/movements", new { type = "in", amount = 0, reason = "x" })).Fields.ShouldBe(["amount"]);
        (await manager.Ask($"POST /api/drawers/{id}/close", new { })).Fields.ShouldBe(["counted"]);
        var stranger = await elsewhere.As("manager");
        foreach (var path in new[] { $"GET /api/drawers/{id}", $"POST /api/drawers/{id}/close" })
            (await stranger.Ask(
                path,
                path.StartsWith("POST", StringComparison.Ordinal) ? new { counted = 1 } : null)).Code.ShouldBe("not_found");
        (await manager.Ask($"GET /api/drawers/{id}")).Text("status").ShouldBe("open");
    }

    [Fact]
    public async Task Cash_lies_in_no_drawer_that_is_none_and_an_unknown_till_is_told()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var counter = (await Open(manager, 10)).Id;
        var online = await manager.PlaceOrder(new("online", [new(espresso)]));
        foreach (var (path, body) in new[]
        {
            ("/api/payments", (object)new { order_id = online.Id, method = "cash" }),
            ($"/api/orders/{online.Id}/refund", new { reason = "x" }),
            ("/api/drawers/open", new { @float = 1 })
        })
            (await manager.Ask("POST " + path, body, ("X-Device-Token", "nobody's"))).Fields.ShouldBe(["X-Device-Token"], path);
        (await manager.Ask("POST /api/payments", new { order_id = online.Id, method = "cash" })).Status.ShouldBe(201);
        Number(await manager.Ask($"GET /api/drawers/{counter}"), "expected").ShouldBe(12.30m);
        (await manager.Ask($"POST /api/orders/{online.Id}/refund", new { reason = "x" })).Status.ShouldBe(201);
        Number(await manager.Ask($"GET /api/drawers/{counter}"), "expected").ShouldBe(10m);
    }
}
