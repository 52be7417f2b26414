using Comanda.Kernel;
using Comanda.Shops;

namespace Comanda.Tests.Shops;

public sealed class CurrencyTests(CafeApp app)
{
    [Fact]
    public async Task A_currency_that_has_ended_is_said_so_and_a_shop_that_has_it_goes_on()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var (code, since, next) in new[] { ("BGN", "2026-01-01", "EUR"), ("ANG", "2025-03-31", "XCG") })
        {
            var refused = await owner.Ask("PUT /api/config/currency", new { value = code });
            refused.Status.ShouldBe(400, code);
            refused.ToString().ShouldContain($"{code} since {since} (now {next})");
        }

        (await owner.Ask("PUT /api/config/currency", new { value = "XCG" })).Status.ShouldBe(200);
        Currency.Of("XCG").Digits.ShouldBe(2);
        var owner2 = new { name = "O", email = $"bgn-{shop.Id}@a.example", password = "harbour at six", shop_name = "B", currency = "BGN" };
        (await app.Client().Ask("POST /api/auth/register", owner2)).Fields.ShouldBe(["currency"]);

        var old = await app.NewShop(("currency", "BGN"));
        var manager = await old.As("manager");
        var order = await manager.PlaceOrder(new("takeaway", [new((await old.Item("Espresso")).Id)], Payments: [new("cash")]));
        order.Currency.ShouldBe("BGN");
        (await (await old.As("owner")).Ask("PUT /api/config/currency", new { value = "BGN" })).Status.ShouldBe(200); // nothing changes
    }
}
