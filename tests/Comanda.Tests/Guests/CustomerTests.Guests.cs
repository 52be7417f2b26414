using System.Text.Json;
using Comanda.Data;
using Comanda.Guests;

namespace Comanda.Tests.Guests;

/// <summary>The record that a guest finds as their own.</summary>
public sealed partial class CustomerTests
{
    [Fact]
    public async Task A_guest_who_signs_in_finds_the_record_with_their_phone_however_many_ask_at_once()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var other = await app.StartProcess();
        var phone = Phone();
        var known = await manager.Ask("POST /api/customers", new { name = "Gina (the tall one)", phone });
        await manager.Ask($"POST /api/customers/{known.Id}/points", new { points = 30, reason = "welcome" });
        var gina = await Guest(shop, phone);
        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gina.Ask("GET /api/customers/me")));
        asked.ShouldAllBe(a => a.Id == known.Id);
        (
            asked[0].Body.GetProperty("loyalty_points").GetInt64(),
            asked[0].Body.GetProperty("has_account").GetBoolean()).ShouldBe((30, true));
        (await gina.Ask("GET /api/customers/me/points")).Items.Single().GetProperty("points").GetInt64().ShouldBe(30);
        // Nobody knows this one yet: of twenty at once from two processes, one makes the record.
        var (hugoPhone, hugos) = (Phone(), new List<Task<Answer>>());
        var hugo = await Guest(shop, hugoPhone, "Hugo");
        var there = new ComandaClient(app.Stranger(shop, other).Http) { AccessToken = hugo.AccessToken };
        for (var i = 0; i < 20; i++)
            hugos.Add((i % 2 == 0 ? hugo : there).Ask("GET /api/customers/me"));
        (await Task.WhenAll(hugos)).Select(h => h.Id).Distinct().Count().ShouldBe(1);
        (await manager.Ask("GET /api/customers")).Items.Count().ShouldBe(2);
        (await manager.Ask("GET /api/customers/me")).Code.ShouldBe("not_found");
        (await gina.Ask($"GET /api/customers/{known.Id}")).Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task A_phone_that_somebody_else_has_now_leads_to_a_record_of_their_own()
    {
        var shop = await app.NewShop();
        var (phone, newPhone) = (Phone(), Phone());
        var ana = await Guest(shop, phone, "Ana");
        var hers = await ana.Ask("GET /api/customers/me");
        await ana.Ask("POST /api/auth/send-otp", new { phone = newPhone });
        (await ana.Ask("PUT /api/auth/me", new { phone = newPhone, otp = await shop.CodeFor(newPhone) })).Status.ShouldBe(200);
        var next = await Guest(shop, phone, "Next owner");
        var theirs = await next.Ask("GET /api/customers/me");
        theirs.Id.ShouldNotBe(hers.Id);
        (theirs.Text("name"), theirs.Text("phone")).ShouldBe(("Next owner", phone));
        (await ana.Ask("GET /api/customers/me")).Id.ShouldBe(hers.Id);
    }

    [Fact]
    public async Task An_email_address_that_nobody_proved_leads_to_no_record()
    {
        var shop = await app.NewShop();
        var victim = await (await shop.As("manager")).Ask("POST /api/customers", new { name = "Vera", email = "vera@example.com" });
        var thief = await Guest(shop, Phone(), "Thief");
        (await thief.Ask("PUT /api/auth/me", new { email = "vera@example.com" })).Status.ShouldBe(200);
        (await thief.Ask("GET /api/customers/me")).Id.ShouldNotBe(victim.Id);
    }
}
