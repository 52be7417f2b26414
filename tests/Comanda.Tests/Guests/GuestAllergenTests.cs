using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests.Guests;

/// <summary>What a guest must not eat warns on items, in baskets and on the kitchen's tickets, through options and combos.</summary>
public sealed class GuestAllergenTests(CafeApp app)
{
    [Fact]
    public async Task What_a_guest_says_is_kept_in_one_spelling_and_is_theirs()
    {
        var shop = await app.NewShop();
        var (manager, cashier, barista) = (await shop.As("manager"), await shop.As("cashier"), await shop.As("barista"));
        var guest = await Guest(shop);
        (await guest.Ask("GET /api/customers/me/allergens")).Body.GetProperty("allergens").GetArrayLength().ShouldBe(0);
        var said = await guest.Ask("PUT /api/customers/me/allergens", new { allergens = new[] { "Dairy", "wheat", "milk" } });
        Words(said.Body, "allergens").ShouldBe(["gluten", "milk"], said.ToString());
        var id = (await guest.Ask("GET /api/customers/me")).Id;
        Words((await cashier.Ask($"GET /api/customers/{id}/allergens")).Body, "allergens").ShouldBe(["gluten", "milk"]);
        (await barista.Ask($"GET /api/customers/{id}/allergens")).Status.ShouldBe(403);
        (await guest.Ask(
            "PUT /api/customers/me/allergens",
            new { allergens = new[] { "milk", "chalk" } })).Fields.ShouldBe(["allergens[1]"]);
        (await guest.Ask("PUT /api/customers/me/allergens", new { })).Fields.ShouldBe(["allergens"]);
        var other = await (await app.NewShop()).As("manager");
        (await other.Ask($"PUT /api/customers/{id}/allergens", new { allergens = new[] { "chalk" } })).Status.ShouldBe(404);

        // Two records of one guest: what either said. Erased, it is gone.
        var twin = (await manager.Ask("POST /api/customers", new { name = "Twin" })).Id;
        await manager.Ask($"PUT /api/customers/{twin}/allergens", new { allergens = new[] { "fish" } });
        (await manager.Ask($"POST /api/customers/{id}/merge", new { customer_id = twin })).Status.ShouldBe(200);
        Words(
            (await manager.Ask($"GET /api/customers/{id}/allergens")).Body,
            "allergens").ShouldBe(["fish", "gluten", "milk"], ignoreOrder: true);
        var order = await Order(manager, shop, id, "Flat white");
        (await manager.Ask($"DELETE /api/customers/{id}")).Status.ShouldBe(204);
        (await app.Database.Scalar("select count(*) from guest_allergens where shop_id = $1", default, shop.Id)).ShouldBe(0L);
        (await app.Database.Scalar("select guest_allergens from orders where id = $1", default, order.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task Items_warn_the_guest_who_asks_and_nobody_else()
    {
        var shop = await app.NewShop();
        var guest = await Guest(shop);
        await guest.Ask("PUT /api/customers/me/allergens", new { allergens = new[] { "milk", "tree_nuts" } });
        var flatWhite = await shop.Item("Flat white");
        Words((await guest.Ask($"GET /api/products/{flatWhite.Id}")).Body, "allergen_warnings").ShouldBe(["milk"]);
        var list = (await guest.Ask("GET /api/products?limit=200")).Items.ToList();
        Words(
            list.Single(i => i.GetProperty("name").GetString() == "Almond croissant"),
            "allergen_warnings").ShouldBe(["milk", "tree_nuts"]);
        Words(list.Single(i => i.GetProperty("name").GetString() == "Espresso"), "allergen_warnings").ShouldBeEmpty();
        // Of a combo, what anything in it may be.
        Words(list.Single(i => i.GetProperty("name").GetString() == "Coffee and croissant"), "allergen_warnings")
            .ShouldBe(["milk", "tree_nuts"]);
        var stranger = await app.Stranger(shop).Ask($"GET /api/products/{flatWhite.Id}");
        stranger.Body.TryGetProperty("allergen_warnings", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Baskets_orders_and_tickets_warn_with_options_counted_in()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ana = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        await manager.Ask($"PUT /api/customers/{ana}/allergens", new { allergens = new[] { "milk", "gluten" } });
        var (flatWhite, combo) = ((await shop.Item("Flat white")).Id, (await shop.Item("Coffee and croissant")).Id);
        object basket = new
        {
            items = new object[]
            {
                new { menu_item_id = flatWhite },
                new { menu_item_id = flatWhite, modifiers = new[] { "oat-milk" } },
                new { menu_item_id = combo },
            },
            customer_id = ana,
        };
        var preview = await manager.Ask("POST /api/orders/preview", basket);
        preview.Status.ShouldBe(200, preview.ToString());
        var order = await manager.Ask("POST /api/orders", basket);
        order.Status.ShouldBe(201, order.ToString());
        foreach (var answer in new[] { preview, order })
        {
            var lines = answer.Items.ToList();
            Words(lines[0], "allergen_warnings").ShouldBe(["milk"]);
            // Oat milk takes the milk away, and its oats are gluten.
            Words(lines[1], "allergen_warnings").ShouldBe(["gluten"]);
            Words(lines[3], "allergen_warnings").ShouldBe(["gluten", "milk"]); // the croissant of the combo
            Words(answer.Body, "allergen_warnings").ShouldBe(["gluten", "milk"]);
        }

        var told = (await manager.Ask("GET /api/events?after=0&limit=200")).Items
            .Single(e => e.GetProperty("event").GetString() == "order_created").GetProperty("data").GetProperty("kitchen");
        var made = told.EnumerateArray().SelectMany(t => t.GetProperty("items").EnumerateArray()).ToList();
        made.Count(i => i.TryGetProperty("allergen_warnings", out _)).ShouldBe(4);
        Words(made[0], "allergen_warnings").ShouldBe(["milk"]);
        var board = (await manager.Ask("GET /api/kitchen/tickets")).Items.Single().GetProperty("items").EnumerateArray().ToList();
        Words(board[1], "allergen_warnings").ShouldBe(["gluten"]);

        // Whoever says nothing is warned of nothing; and what was said later warns of later orders.
        var bob = (await manager.Ask("POST /api/customers", new { name = "Bob" })).Id;
        var his = await Order(manager, shop, bob, "Flat white");
        Words(his.Body, "allergen_warnings").ShouldBeEmpty();
        (await manager.Ask($"PUT /api/orders/{his.Id}", new { customer_id = ana })).Status.ShouldBe(200);
        Words((await manager.Ask($"GET /api/orders/{his.Id}")).Body, "allergen_warnings").ShouldBe(["milk"]);
        await manager.Ask($"PUT /api/customers/{ana}/allergens", new { allergens = Array.Empty<string>() });
        Words((await manager.Ask($"GET /api/orders/{his.Id}")).Body, "allergen_warnings").ShouldBe(["milk"]);
        Words((await Order(manager, shop, ana, "Flat white")).Body, "allergen_warnings").ShouldBeEmpty();
    }

    private static string[] Words(JsonElement element, string field) =>
        [.. element.GetProperty(field).EnumerateArray().Select(w => w.GetString()!)];

    private static async Task<Answer> Order(ComandaClient staff, TestShop shop, long customer, string item)
    {
        var placed = await staff.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = (await shop.Item(item)).Id } }, customer_id = customer });
        placed.Status.ShouldBe(201, placed.ToString());
        return placed;
    }

    private async Task<ComandaClient> Guest(TestShop shop)
    {
        var (guest, phone) = (app.Stranger(shop), "+35196" + Random.Shared.Next(1_000_000, 9_999_999));
        (await guest.Ask("POST /api/auth/register", new { name = "Ana", phone })).Status.ShouldBe(202);
        var otp = Regex.Match((await shop.Outbox(phone)).GetProperty("body").GetString()!, @"\b\d{6}\b").Value;
        guest.AccessToken = (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp })).Text("access_token");
        return guest;
    }
}
