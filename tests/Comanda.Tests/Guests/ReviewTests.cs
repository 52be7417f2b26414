using System.Text.Json;
using Comanda.Tests.Identity;

namespace Comanda.Tests.Guests;

public sealed class ReviewTests(CafeApp app)
{
    private async Task<ComandaClient> Guest(TestShop shop, string name = "Gina Rossi", Uri? at = null)
    {
        var phone = "+351930" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop, at);
        await guest.Ask("POST /api/auth/register", new { name, phone });
        guest.AccessToken = (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone, otp = await shop.CodeFor(phone) })).Text("access_token");
        return guest;
    }

    private static async Task<(decimal Average, int Count)> Ratings(ComandaClient client, long item)
    {
        var ratings = (await client.Ask($"GET /api/products/{item}")).Body.GetProperty("ratings");
        return (ratings.GetProperty("average").GetDecimal(), ratings.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task One_review_for_each_guest_and_the_average_follows_exactly()
    {
        var shop = await app.NewShop();
        var (gina, hugo) = (await Guest(shop), await Guest(shop, "Hugo"));
        var latte = (await shop.Item("Caffè latte")).Id;
        (await Ratings(gina, latte)).ShouldBe((0, 0));
        var first = await gina.Ask(
            $"POST /api/products/{latte}/reviews",
            new { rating = 5, comment = "  Silk.  ", images = new[] { "/uploads/x.jpg" } });
        first.Status.ShouldBe(201, first.ToString());
        (first.Text("comment"), first.Text("author"), first.Body.GetProperty("is_mine").GetBoolean()).ShouldBe(("Silk.", "Gina R.", true));
        (await gina.Ask($"POST /api/products/{latte}/reviews", new { rating = 1 })).Code.ShouldBe("already_exists");
        (await hugo.Ask($"POST /api/products/{latte}/reviews", new { rating = 2 })).Status.ShouldBe(201);
        (await Ratings(gina, latte)).ShouldBe((3.5m, 2));
        (await gina.Ask($"PUT /api/reviews/{first.Id}", new { rating = 4 })).Text("comment").ShouldBe("Silk.");
        (await Ratings(gina, latte)).ShouldBe((3m, 2));
        (await hugo.Ask($"PUT /api/reviews/{first.Id}", new { rating = 1 })).Code.ShouldBe("forbidden");
        (await hugo.Ask($"DELETE /api/reviews/{first.Id}")).Code.ShouldBe("forbidden");
        var listed = (await app.Stranger(shop).Ask($"GET /api/products/{latte}/reviews")).Items.ToList();
        listed.Select(r => r.GetProperty("rating").GetInt32()).ShouldBe([2, 4]);
        (await app.Stranger(shop).Ask("GET /api/products?sort=rating&limit=1")).Items.Single().GetProperty("id").GetInt64().ShouldBe(latte);
        (await gina.Ask($"DELETE /api/reviews/{first.Id}")).Status.ShouldBe(204);
        (await Ratings(gina, latte)).ShouldBe((2m, 1));
    }

    [Fact]
    public async Task A_hidden_review_counts_for_nobody_and_is_seen_by_its_writer()
    {
        var shop = await app.NewShop();
        var (gina, manager) = (await Guest(shop), await shop.As("manager"));
        var latte = (await shop.Item("Caffè latte")).Id;
        var review = await gina.Ask($"POST /api/products/{latte}/reviews", new { rating = 1, comment = "rude words" });
        (await gina.Ask($"PUT /api/admin/reviews/{review.Id}", new { is_approved = true })).Code.ShouldBe("forbidden");
        (await manager.Ask($"PUT /api/v1/admin/reviews/{review.Id}", new { is_approved = false })).Status.ShouldBe(200);
        (await manager.Ask($"PUT /api/admin/reviews/{review.Id}", new { })).Fields.ShouldBe(["is_approved"]);
        (await Ratings(gina, latte)).ShouldBe((0, 0));
        async Task<int> SeenBy(ComandaClient client) => (await client.Ask($"GET /api/products/{latte}/reviews")).Items.Count();
        (await SeenBy(app.Stranger(shop))).ShouldBe(0);
        (await SeenBy(await Guest(shop))).ShouldBe(0);
        (await SeenBy(gina)).ShouldBe(1);
        (await SeenBy(manager)).ShouldBe(1);
        (await (await Guest(shop)).Ask($"POST /api/reviews/{review.Id}/like")).Code.ShouldBe("not_found");
        // Taking it away and writing it anew leads past nobody.
        (await gina.Ask($"DELETE /api/reviews/{review.Id}")).Status.ShouldBe(204);
        (await SeenBy(gina)).ShouldBe(0);
        (await gina.Ask($"DELETE /api/reviews/{review.Id}")).Code.ShouldBe("not_found");
        var again = await gina.Ask($"POST /api/products/{latte}/reviews", new { rating = 1, comment = "rude words" });
        (again.Status, again.Body.GetProperty("is_approved").GetBoolean()).ShouldBe((201, false));
        (await SeenBy(app.Stranger(shop))).ShouldBe(0);
        await manager.Ask($"PUT /api/admin/reviews/{again.Id}", new { is_approved = true });
        (await Ratings(gina, latte)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Likes_count_people_not_presses()
    {
        var shop = await app.NewShop();
        var gina = await Guest(shop);
        var review = await gina.Ask($"POST /api/products/{(await shop.Item("Espresso")).Id}/reviews", new { rating = 5 });
        var fans = new[] { await Guest(shop), await Guest(shop), await Guest(shop) };
        await Task.WhenAll(fans.SelectMany(f => Enumerable.Range(0, 5).Select(_ => f.Ask($"POST /api/reviews/{review.Id}/like"))));
        var liked = await fans[0].Ask($"POST /api/reviews/{review.Id}/like");
        (liked.Body.GetProperty("likes").GetInt32(), liked.Body.GetProperty("is_liked").GetBoolean()).ShouldBe((3, true));
        (await fans[0].Ask($"DELETE /api/reviews/{review.Id}/like")).Body.GetProperty("likes").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Many_at_once_from_two_processes_lose_no_star()
    {
        var shop = await app.NewShop();
        var other = await app.StartProcess();
        var item = (await shop.Item("Flat white")).Id;
        var guests = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Guest(shop, "Guest " + i, i % 2 == 0 ? null : other)));
        var told = await Task.WhenAll(guests.Select((g, i) => g.Ask($"POST /api/products/{item}/reviews", new { rating = 1 + (i % 5) })));
        told.ShouldAllBe(t => t.Status == 201);
        (await Ratings(guests[0], item)).ShouldBe((3m, 20));
        await Task.WhenAll(told.Select((t, i) => i % 5 == 4
            ? guests[i].Ask($"DELETE /api/reviews/{t.Id}")
            : guests[i].Ask($"PUT /api/reviews/{t.Id}", new { rating = 2 })));
        await Answers.Eventually(async () => await Ratings(guests[1], item) == (2m, 16));
        var page = await guests[0].Ask($"GET /api/products/{item}/reviews?limit=10");
        var rest = await guests[0].Ask($"GET /api/products/{item}/reviews?limit=10&cursor={page.Text("next_cursor")}");
        (page.Items.Count(), rest.Items.Count(), rest.Body.GetProperty("next_cursor").ValueKind).ShouldBe((10, 6, JsonValueKind.Null));
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_other_shops_see_nothing()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var gina = await Guest(shop);
        var espresso = (await shop.Item("Espresso")).Id;
        foreach (var rating in new object[] { 0, 6, 4.5, "five" })
            (await gina.Ask($"POST /api/products/{espresso}/reviews", new { rating })).Fields.ShouldBe(["rating"], $"{rating}");
        (await gina.Ask(
            $"POST /api/products/{espresso}/reviews",
            new { comment = new string('x', 2001), rating = 3 })).Fields.ShouldBe(["comment"]);
        (await gina.Ask($"POST /api/products/{espresso}/reviews", new { comment = "no stars" })).Fields.ShouldBe(["rating"]);
        (await gina.Ask("POST /api/products/999999999/reviews", new { rating = 3 })).Code.ShouldBe("not_found");
        var review = await gina.Ask($"POST /api/products/{espresso}/reviews", new { rating = 3 });
        var stranger = await Guest(other);
        (await stranger.Ask($"GET /api/products/{espresso}/reviews")).Code.ShouldBe("not_found");
        (await stranger.Ask($"POST /api/reviews/{review.Id}/like")).Code.ShouldBe("not_found");
        (await stranger.Ask($"PUT /api/reviews/{review.Id}", new { rating = 1 })).Code.ShouldBe("not_found");
        (await (await other.As("manager")).Ask(
            $"PUT /api/admin/reviews/{review.Id}",
            new { is_approved = false })).Code.ShouldBe("not_found");
    }
}
