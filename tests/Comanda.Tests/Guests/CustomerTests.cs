using System.Text.Json;
using Comanda.Data;
using Comanda.Guests;

namespace Comanda.Tests.Guests;

public sealed partial class CustomerTests(CafeApp app)
{
    private static string Phone() => "+351912" + Random.Shared.Next(100_000, 999_999);

    private async Task<ComandaClient> Guest(TestShop shop, string phone, string name = "Gina Rossi", Uri? at = null)
    {
        var guest = app.Stranger(shop, at);
        await guest.Ask("POST /api/auth/register", new { name, phone });
        guest.AccessToken = (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone, otp = await shop.CodeFor(phone) })).Text("access_token");
        return guest;
    }

    [Fact]
    public async Task A_customer_is_added_found_changed_and_its_ledger_is_not_taken_from_a_body()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var rich = await cashier.Ask("POST /api/customers", new { name = "José", loyalty_points = 5000, points_net = 5000 });
        (rich.Status, string.Join(' ', rich.Fields)).ShouldBe((400, "points_net"));
        var added = await cashier.Ask(
            "POST /api/customers",
            new { name = "  José Álvarez ", email = "Jose@Example.com", phone = "00351 912 345-678" }
        );
        added.Status.ShouldBe(201, added.ToString());
        (
            added.Text("name"),
            added.Text("email"),
            added.Text("phone"),
            added.Body.GetProperty("loyalty_points").GetInt64()).ShouldBe(("José Álvarez", "Jose@Example.com", "+351912345678", 0));
        added.Response.Headers.Location!.ToString().ShouldBe($"/api/customers/{added.Id}");
        (await cashier.Ask($"PUT /api/customers/{added.Id}", new { phone = "", loyalty_points = 7 }, ("If-Match", "\"v1\""))).Code
            .ShouldBe("forbidden"); // points are for who manages customers
        var changed = await cashier.Ask($"PUT /api/customers/{added.Id}", new { phone = "", loyalty_points = 0 }, ("If-Match", "\"v1\""));
        (
            changed.Text("name"),
            changed.Text("phone"),
            changed.Body.GetProperty("loyalty_points").GetInt64(),
            changed.Body.GetProperty("version").GetInt64()).ShouldBe(("José Álvarez", "", 0, 2));
        (await cashier.Ask($"PUT /api/customers/{added.Id}", new { name = "Joe" }, ("If-Match", "\"v1\""))).Code.ShouldBe("stale_version");
        (await cashier.Ask($"GET /api/customers/{added.Id}")).Response.Headers.ETag!.Tag.ShouldBe("\"v2\"");
        // What is logged for good is which fields changed, never what stands in them.
        var log = (string)(await app.Database.Scalar(
            "select string_agg(action || coalesce(before, '') || coalesce(after, ''), ';' order by id) from audit where shop_id = $1 and "
                + "subject = 'customer'",
            default,
            shop.Id))!;
        log.ShouldBe("customer_added;customer_changed{\"changed\":[\"phone\"]}");
    }

    [Fact]
    public async Task Email_and_phone_are_unique_in_a_shop_and_free_in_another()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var (manager, elsewhere) = (await shop.As("manager"), await other.As("manager"));
        var first = await manager.Ask("POST /api/customers", new { name = "Ana", email = "ana@example.com", phone = "912345678" });
        (await elsewhere.Ask(
            "POST /api/customers",
            new { name = "Ana", email = "ana@example.com", phone = "912345678" })).Status.ShouldBe(201);
        var byMail = await manager.Ask("POST /api/customers", new { name = "Bo", email = "ANA@example.com" });
        (byMail.Status, byMail.Code).ShouldBe((409, "already_exists"));
        byMail.Fields.ShouldBe(["email"]);
        (await manager.Ask("POST /api/customers", new { name = "Bo", phone = "(912) 345-678" })).Fields.ShouldBe(["phone"]);
        var bo = await manager.Ask("POST /api/customers", new { name = "Bo" });
        (await manager.Ask($"PUT /api/customers/{bo.Id}", new { phone = "912.345.678" })).Fields.ShouldBe(["phone"]);
        foreach (var path in new[]
        {
            "GET /api/customers/{0}",
            "PUT /api/customers/{0}",
            "DELETE /api/customers/{0}",
            "GET /api/customers/{0}/orders",
            "GET /api/customers/{0}/points"
        })
            (await elsewhere.Ask(
                string.Format(path, first.Id),
                path.StartsWith("PUT", StringComparison.Ordinal) ? new { name = "X" } : null)).Code.ShouldBe("not_found", path);
        (await elsewhere.Ask($"POST /api/customers/{first.Id}/points", new { points = 5, reason = "x" })).Code.ShouldBe("not_found");
        (await elsewhere.Ask("GET /api/customers")).Items.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Fifty_at_once_with_one_phone_are_one_customer_and_a_retry_is_answered_as_the_first_time()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var phone = Phone();
        var told = await Task.WhenAll(Enumerable.Range(
            0,
            50).Select(i => manager.Ask("POST /api/customers", new { name = "N" + i, phone })));
        told.Count(t => t.Status == 201).ShouldBe(1);
        told.Where(t => t.Status != 201).ShouldAllBe(t => t.Code == "already_exists");
        var again = await Task.WhenAll(Enumerable.Range(
            0,
            8).Select(_ => manager.Ask("POST /api/customers", new { name = "No phone" }, ("Idempotency-Key", "k1"))));
        again.Select(a => a.Id).Distinct().Count().ShouldBe(1);
        (await manager.Ask(
            "POST /api/customers",
            new { name = "Another" },
            ("Idempotency-Key", "k1"))).Code.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var manager = await (await app.NewShop()).As("manager");
        (await manager.Ask("POST /api/customers", new { email = "no", phone = "12" })).Fields.ShouldBe(
            ["name", "email", "phone"],
            ignoreOrder: true);
        (await manager.Ask("POST /api/customers", new { name = "two\nlines" })).Fields.ShouldBe(["name"]);
        (await manager.Ask("POST /api/customers", new { name = new string('x', 101) })).Fields.ShouldBe(["name"]);
        (await manager.Ask("GET /api/customers?limit=201&cursor=x&q=" + new string('q', 201))).Fields.ShouldBe(
            ["limit", "cursor", "q"],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("jose", 1)]
    [InlineData("ALV", 1)]
    [InlineData("josé álvarez", 1)]
    [InlineData("varez", 0)]
    [InlineData("jose@example.com", 1)]
    [InlineData("example", 2)]
    [InlineData("345678", 1)]
    [InlineData("+351 912 345", 1)]
    [InlineData("00351912", 2)]
    [InlineData("912", 2)]
    [InlineData("':*| &!()", 0)]
    [InlineData("\"\\' or 1=1; --drop", 0)]
    [InlineData("🥐", 0)]
    [InlineData("", 3)]
    public async Task Search_finds_words_by_their_beginning_and_phones_by_any_part(string q, int found)
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var manager = await shop.As("manager");
        await manager.Ask("POST /api/customers", new { name = "José Álvarez", email = "jose@example.com", phone = "+351912345678" });
        await manager.Ask("POST /api/customers", new { name = "Zoë Ng", email = "zn@example.org", phone = "+351912999999" });
        await manager.Ask("POST /api/customers", new { name = "Bo" });
        await (await other.As("manager")).Ask(
            "POST /api/customers",
            new { name = "José Álvarez", email = "jose@example.com", phone = "+351912345678" });
        (await manager.Ask("GET /api/customers?q=" + Uri.EscapeDataString(q))).Items.Count().ShouldBe(found, q);
    }

    [Fact]
    public async Task Trap24_a_hundred_thousand_customers_are_searched_by_an_index_and_listed_in_pages()
    {
        var shop = await app.NewShop();
        await using (var connection = await app.Database.OpenConnectionAsync())
        {
            await connection.Execute(
                """
                insert into customers (shop_id, name, phone, search, created_at, updated_at)
                select $1, 'Guest ' || n, '+3519' || n, array_to_tsvector(array[$1::text || ':guest', $1::text || ':' || n,
                    $1::text || ':3519' || n]), now(), now() from generate_series(100001, 200000) n
                """,
                default, shop.Id);
            await connection.Execute("analyze customers", default);
            foreach (var (sql, asked, index) in new[]
            {
                (Customers.PageOfFound, CustomerWords.Asked(shop.Id, "1234"), "customers_search"),
                (Customers.Page, null, "Index Scan Backward")
            })
            {
                await using var explain = connection.Command(
                    "explain " + sql,
                    [shop.Id, long.MaxValue, 51, .. asked is null ? Array.Empty<object?>() : [asked]]);
                var plan = string.Join('\n', await explain.List(r => r.GetString(0), default));
                plan.ShouldContain(index, customMessage: plan);
                plan.ShouldNotContain("Seq Scan", customMessage: plan);
            }
        }

        var manager = await shop.As("manager");
        (await manager.Ask("GET /api/customers?q=123456")).Items.Single().GetProperty("name").GetString().ShouldBe("Guest 123456");
        var page = await manager.Ask("GET /api/customers?q=guest&limit=200");
        var next = await manager.Ask($"GET /api/customers?q=guest&limit=200&cursor={page.Text("next_cursor")}");
        page.Items.Concat(next.Items).Select(c => c.GetProperty("id").GetInt64()).Distinct().Count().ShouldBe(400);
    }

    [Fact]
    public async Task Erasing_forgets_who_it_was_and_keeps_the_books()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "1"));
        var manager = await shop.As("manager");
        var (phone, mark) = (Phone(), "Q" + Guid.NewGuid().ToString("N")[..10]);
        var gina = await Guest(shop, phone, "Gina " + mark);
        var customer = (await gina.Ask("GET /api/customers/me")).Id;
        await manager.Ask($"PUT /api/customers/{customer}", new { email = mark + "@example.com" });
        var espresso = (await shop.Item("Rye loaf")).Id;
        var order = await manager.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 1 } },
            type = "delivery",
            customer_id = customer,
            payments = new[]
            {
                new { method = "cash" }
            },
            delivery_address = new { address = "Rua " + mark },
        });
        order.Status.ShouldBe(201, order.ToString());
        (await manager.Ask("POST /api/orders/sync", new
        {
            orders = new[] { new
        {
            key = mark[2..],
            order = new { customer_id = customer, customer_name = mark, notes = mark, items = new[] { new { menu_item_id = espresso } } }
        } }
        })).Status.ShouldBe(200);
        (await manager.Ask($"GET /api/customers/{customer}/orders")).Items
            .Single()
            .GetProperty("customer_name")
            .GetString()
            .ShouldBe("Gina " + mark);
        var before = await manager.GetDailySales();
        (await (await shop.As("cashier")).Ask($"DELETE /api/customers/{customer}")).Code.ShouldBe("forbidden");
        (await manager.Ask($"DELETE /api/customers/{customer}")).Status.ShouldBe(204);
        (await manager.Ask($"GET /api/customers/{customer}")).Code.ShouldBe("not_found");
        (await manager.Ask($"DELETE /api/customers/{customer}")).Code.ShouldBe("not_found");
        (await manager.Ask("GET /api/customers?q=gina")).Items.ShouldBeEmpty();
        (await manager.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = espresso } }, customer_id = customer })).Fields.ShouldContain("customer_id");
        var now = await manager.Ask($"GET /api/orders/{order.Id}");
        (
            now.Body.GetProperty("customer_name").ValueKind,
            now.Body.GetProperty("delivery_address").ValueKind,
            now.Body.GetProperty("customer_id").GetInt64()).ShouldBe((JsonValueKind.Null, JsonValueKind.Null, customer));
        now.Body.GetProperty("total_amount").GetDecimal().ShouldBe(order.Body.GetProperty("total_amount").GetDecimal());
        (await manager.GetDailySales()).TotalSales.ShouldBe(before.TotalSales);
        foreach (var table in new[] { "customers", "users", "orders", "journal", "point_entries", "one_time_codes", "sales_set_aside" })
        {
            var told = await app.Database.Scalar(
                $"select count(*) from {table} t where t::text ilike any(array['%{mark}%', '%{phone[1..]}%'])",
                default);
            told.ShouldBe(0L, table);
        }

        // Their session is over, and signing in again begins anew.
        (await gina.Ask("GET /api/customers/me")).Status.ShouldBe(401);
        var again = await Guest(shop, phone, "Gina again");
        (await again.Ask("GET /api/customers/me")).Id.ShouldNotBe(customer);
        // Money that goes back for it takes back what it earned, from the record without a name.
        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "stale" })).Status.ShouldBe(201);
        (await app.Database.Scalar("select loyalty_points from customers where id = $1", default, customer)).ShouldBe(0L);
    }
}
