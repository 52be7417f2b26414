using Comanda.Data;

namespace Comanda.Tests.Guests;

public sealed class AddressTests(CafeApp app)
{
    private static object Home(string title = "Home", bool? is_default = null) => new
    {
        title,
        address = "1 Quay Street",
        landmark = "blue door",
        city = "Lisbon",
        state = "LX",
        zip_code = "1100-053",
        location = new[] { -9.1393, 38.7223 },
        is_default,
    };

    private static string[] Defaults(Answer list) =>
        [.. list.Items.Where(a => a.GetProperty("is_default").GetBoolean()).Select(a => a.GetProperty("title").GetString()!)];

    [Fact]
    public async Task A_guest_keeps_addresses_of_which_one_is_the_default()
    {
        var gina = await app.Guest(await app.NewShop());
        var home = await gina.Ask("POST /api/users/addresses", Home());
        (home.Status, home.Response.Headers.Location!.ToString()).ShouldBe((201, $"/api/users/addresses/{home.Id}"));
        home.Body.GetProperty("is_default").GetBoolean().ShouldBeTrue(); // the first one, though nobody said so
        (home.Text("landmark"), home.Text("state"), home.Text("zip_code")).ShouldBe(("blue door", "LX", "1100-053"));
        home.Body.GetProperty("location").EnumerateArray().Select(l => l.GetDouble()).ShouldBe([-9.1393, 38.7223]);
        var work = await gina.Ask("POST /api/users/addresses", Home("Work"));
        work.Body.GetProperty("is_default").GetBoolean().ShouldBeFalse();
        var mother = await gina.Ask("POST /api/users/addresses", Home("Mother", true));
        Defaults(await gina.Ask("GET /api/users/addresses")).ShouldBe(["Mother"]);

        var changed = await gina.Ask($"PUT /api/users/addresses/{work.Id}", new { city = "Porto", is_default = true });
        (changed.Status, changed.Text("city"), changed.Text("address")).ShouldBe((200, "Porto", "1 Quay Street"));
        Defaults(await gina.Ask("GET /api/users/addresses")).ShouldBe(["Work"]);
        (await gina.Ask($"PUT /api/users/addresses/{work.Id}", new { is_default = false })).Fields.ShouldBe(["is_default"]);
        (await gina.Ask($"PUT /api/users/addresses/{work.Id}", new { city = "Faro" }, ("If-Match", "\"v1\""))).Code
            .ShouldBe("stale_version");
        (await gina.Ask($"DELETE /api/users/addresses/{work.Id}")).Status.ShouldBe(204);
        Defaults(await gina.Ask("GET /api/users/addresses")).ShouldBe(["Mother"]); // the newest of those that are left
        (await gina.Ask($"GET /api/users/addresses/{work.Id}")).Code.ShouldBe("not_found");
        (await gina.Ask($"GET /api/users/addresses/{mother.Id}")).Text("title").ShouldBe("Mother");
    }

    [Fact]
    public async Task However_many_become_the_default_at_once_one_is()
    {
        var shop = await app.NewShop();
        var elsewhere = await app.StartProcess();
        var gina = await app.Guest(shop);
        var there = new ComandaClient(app.Stranger(shop, elsewhere).Http) { AccessToken = gina.AccessToken };
        var added = await Task.WhenAll(Enumerable.Range(0, 24).Select(
            i => (i % 2 == 0 ? gina : there).Ask("POST /api/users/addresses", Home("A" + i, i % 3 == 0 ? true : null))));
        added.ShouldAllBe(a => a.Status == 201);
        Defaults(await gina.Ask("GET /api/users/addresses")).Length.ShouldBe(1);
        await Task.WhenAll(added.Select((a, i) => i % 4 == 0
            ? gina.Ask($"DELETE /api/users/addresses/{a.Id}")
            : there.Ask($"PUT /api/users/addresses/{a.Id}", new { is_default = true })));
        var left = await gina.Ask("GET /api/users/addresses");
        (left.Items.Count(), Defaults(left).Length).ShouldBe((18, 1));
        foreach (var address in left.Items.Select(a => a.GetProperty("id").GetInt64()).ToList())
        {
            await gina.Ask($"DELETE /api/users/addresses/{address}");
            var rest = await gina.Ask("GET /api/users/addresses");
            Defaults(rest).Length.ShouldBe(rest.Items.Any() ? 1 : 0);
        }
    }

    [Fact]
    public async Task Another_guests_address_is_not_there_and_what_is_wrong_is_named()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var (gina, hugo, elsewhere) = (await app.Guest(shop), await app.Guest(shop, "Hugo"), await app.Guest(other));
        var home = await gina.Ask("POST /api/users/addresses", Home());
        foreach (var stranger in new[] { hugo, elsewhere, await shop.As("owner") })
        {
            (await stranger.Ask($"GET /api/users/addresses/{home.Id}")).Code.ShouldBe("not_found");
            (await stranger.Ask($"PUT /api/users/addresses/{home.Id}", new { title = " " })).Code.ShouldBe("not_found");
            (await stranger.Ask($"DELETE /api/users/addresses/{home.Id}")).Code.ShouldBe("not_found");
            (await stranger.Ask("GET /api/users/addresses")).Items.ShouldBeEmpty();
        }

        (await gina.Ask("POST /api/users/addresses", new { })).Fields.ShouldBe(["title", "address", "city", "zip_code"]);
        (await gina.Ask($"PUT /api/users/addresses/{home.Id}", new { title = " ", city = "" })).Fields.ShouldBe(["title", "city"]);
        foreach (var location in new[] { [200.0, 1], [1.0], new[] { 1.0, 2, 3 } })
            (await gina.Ask($"PUT /api/users/addresses/{home.Id}", new { location })).Fields.ShouldBe(["location"]);
        (await gina.Ask("POST /api/users/addresses", new { title = new string('x', 41) })).Fields.ShouldContain("title");
        (await app.Stranger(shop).Ask("GET /api/users/addresses")).Code.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task Favourites_are_there_once_and_devices_are_whose_they_are_now()
    {
        var shop = await app.NewShop();
        var (gina, hugo) = (await app.Guest(shop), await app.Guest(shop, "Hugo"));
        var (espresso, loaf) = ((await shop.Item("Espresso")).Id, (await shop.Item("Rye loaf")).Id);
        foreach (var item in new[] { espresso, loaf, espresso })
            (await gina.Ask($"POST /api/favorites/{item}")).Status.ShouldBe(204);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gina.Ask($"POST /api/favorites/{loaf}")));
        (await gina.Ask("GET /api/favorites")).Items.Select(i => i.GetProperty("name").GetString()).ShouldBe(["Rye loaf", "Espresso"]);
        (await hugo.Ask("GET /api/favorites")).Items.ShouldBeEmpty();
        (await gina.Ask("POST /api/favorites/999999999")).Code.ShouldBe("not_found");
        (await gina.Ask($"POST /api/favorites/{(await (await app.NewShop()).Item("Espresso")).Id}")).Code.ShouldBe("not_found");
        for (var i = 0; i < 2; i++)
            (await gina.Ask($"DELETE /api/favorites/{espresso}")).Status.ShouldBe(204);
        (await (await shop.As("manager")).Ask($"DELETE /api/menu/items/{loaf}")).Status.ShouldBeLessThan(300);
        (await gina.Ask("GET /api/favorites")).Items.ShouldBeEmpty(); // what has left the menu

        var token = "fcm-" + Guid.NewGuid().ToString("N");
        (await gina.Ask("POST /api/users/fcm-token", new { fcm_token = token })).Status.ShouldBe(204);
        (await hugo.Ask("POST /api/v1/users/fcm-token", new { token })).Status.ShouldBe(204);
        (await app.Database.Scalar("select count(*) from push_tokens where token = $1", default, token)).ShouldBe(1L);
        (await app.Database.Scalar("select user_id from push_tokens where token = $1", default, token)).ShouldBe((await hugo.Me()).Id);
        (await hugo.Ask("POST /api/users/fcm-token", new { })).Fields.ShouldBe(["fcm_token"]);
        for (var i = 0; i < 25; i++)
            await hugo.Ask("POST /api/users/fcm-token", new { fcm_token = $"{token}-{i}" });
        (await app.Database.Scalar("select count(*) from push_tokens where user_id = $1", default, (await hugo.Me()).Id)).ShouldBe(20L);
    }
}
