using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Identity;
using Comanda.Orders;

namespace Comanda.Tests.Operations;

/// <summary>The API's description is what a generated client is made of: it says what everything is, and what is so.</summary>
public sealed class ApiReferenceTests(CafeApp app)
{
    [Fact]
    public async Task Every_field_item_parameter_and_body_has_a_type_and_every_list_has_items()
    {
        var everything = (await ApiDocument.Of(app)).Everything().ToList();
        everything.Count.ShouldBeGreaterThan(1500);
        everything.Where(e => !ApiDocument.IsTyped(e.Shape)).Select(e => e.Place).ShouldBeEmpty();
        everything.Where(e => ApiDocument.TypesOf(e.Shape) is ["array"] or ["null", "array"] && !e.Shape.TryGetProperty("items", out _))
            .Select(e => e.Place)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task What_may_be_null_is_not_required()
    {
        var shapes = (await ApiDocument.Of(app)).Everything().Where(e => e.Shape.TryGetProperty("required", out _)).ToList();
        shapes.Count.ShouldBeGreaterThan(100);
        shapes.SelectMany(s => ApiDocument.Listed(s.Shape, "required").Select(r => (s.Place, Field: r.GetString()!, s.Shape)))
            .Where(r => ApiDocument.MayBeNull(r.Shape.GetProperty("properties").GetProperty(r.Field)))
            .Select(r => $"{r.Place}.{r.Field}")
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Money_instants_days_and_closed_lists_of_words_are_told_apart_from_other_numbers_and_texts()
    {
        var order = Shape(await ApiDocument.Of(app), "OrderView");
        JsonElement Field(string name) => order.GetProperty("properties").GetProperty(name);
        Field("total_amount").GetProperty("type").GetString().ShouldBe("number");
        Field("total_amount").GetProperty("format").GetString().ShouldBe("decimal");
        Field("created_at").GetProperty("format").GetString().ShouldBe("date-time");
        Field("business_day").GetProperty("format").GetString().ShouldBe("date");
        ApiDocument.TypesOf(Field("scheduled_for")).ShouldBe(["null", "string"]);
        Words(Field("status")).ShouldBe(WireName<OrderStatus>.All);
        Words(Field("type")).ShouldBe(WireName<OrderType>.All);
        var user = Shape(await ApiDocument.Of(app), "UserView").GetProperty("properties");
        Words(user.GetProperty("role")).ShouldBe(new WordsAttribute(typeof(RoleNames)).Words);
        Words(user.GetProperty("permissions").GetProperty("items")).ShouldBe(WireName<Permission>.All);
    }

    [Fact]
    public async Task A_closed_parameter_of_the_query_lists_its_words_takes_each_and_no_other()
    {
        var owner = await (await app.NewShop()).As("owner");
        var closed = (await ApiDocument.Of(app)).Operations
            .SelectMany(o => ApiDocument.Listed(o.Body, "parameters"), (o, p) => (Operation: o, Parameter: p))
            .Where(c => c.Parameter.GetProperty("in").GetString() == "query"
                && c.Parameter.GetProperty("schema").TryGetProperty("enum", out _))
            .Select(c => (c.Operation, Name: c.Parameter.GetProperty("name").GetString()!, Words: Words(c.Parameter.GetProperty("schema"))))
            .ToList();
        closed.Select(c => $"{c.Operation.Id} {c.Name}").Order(StringComparer.Ordinal).ShouldBe(
        [
            "accounting format",
            "audit action",
            "cake_orders stage",
            "cakes_report format",
            "cost_report format",
            "cost_report group_by",
            "featured_items sort",
            "gift_cards status",
            "kitchen_tickets status",
            "markdowns_report format",
            "menu_items sort",
            "messages status",
            "orders payment_status",
            "orders status",
            "orders type",
            "print_job_paper format",
            "purchase_orders status",
            "receipt format",
            "sales_report format",
            "sales_report group_by",
            "search_menu sort",
            "set_aside_sales status",
            "slots type",
            "staff_performance format",
            "standing_orders status",
            "stock_movements reason",
            "stock_use format",
            "summary format",
            "top_products by",
            "top_products format",
            "users role",
            "why_figure format",
        ]);
        foreach (var (operation, name, words) in closed.Where(c => !c.Operation.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var word in words.OfType<string>())
                (await owner.Ask($"GET {operation.Path}?{name}={word}")).Status.ShouldNotBe(400, $"{operation.Id} {name}={word}");
            (await owner.Ask($"GET {operation.Path}?{name}=no-such-word")).Status.ShouldBe(400, $"{operation.Id} {name}");
        }
    }

    [Fact]
    public async Task The_descriptions_name_fields_as_the_wire_does_and_no_type_of_the_code()
    {
        var document = await ApiDocument.Of(app);
        var described = document.Everything().Where(e => e.Shape.TryGetProperty("description", out _)).ToList();
        described.Count.ShouldBeGreaterThan(100);
        var own = document.Shapes.Select(s => s.Name).ToHashSet();
        described.Where(e => Regex.Matches(e.Shape.GetProperty("description").GetString()!, @"\b(\w+)\.[A-Z]\w+")
                .Any(m => own.Contains(m.Groups[1].Value)))
            .Select(e => $"{e.Place}: {e.Shape.GetProperty("description")}")
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task The_list_of_operations_and_their_answers_is_the_one_that_was_looked_at()
    {
        var text = new StringBuilder("# Every operation: its method and path, its id, the statuses it may answer. Made by a test.\n");
        foreach (var o in (await ApiDocument.Of(app)).Operations.OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Method))
        {
            var statuses = o.Responses.Select(r => r.Name).Order(StringComparer.Ordinal);
            text.Append($"{o.Method} {o.Path}  {o.Id}  {string.Join(' ', statuses)}\n");
        }

        await Repository.ShouldHold("docs/operations.txt", text.ToString());
    }

    /// <summary>An owner's day over the whole API: whatever is answered is as the document says, to the last field.</summary>
    [Fact]
    public async Task What_is_answered_is_what_the_document_says()
    {
        var document = await ApiDocument.Of(app);
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var contradicted = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        async Task<Answer> Ask(string what, object? body = null)
        {
            var answer = await owner.Ask(what, body, ("X-Device-Token", shop.TillToken));
            var (method, path) = (what.Split(' ')[0], what.Split(' ', 2)[1].Split('?')[0]);
            var operation = document.Operations.Where(o => o.Method == method && Leads(o.Path, path)).MinBy(o => o.Path.Count('{'))!;
            seen.Add(operation.Id);
            if (answer.Status >= 400)
                contradicted.Add($"{what} is refused: {answer}");
            contradicted.UnionWith(document.Contradicted(operation, answer.Status, answer.Body));
            return answer;
        }

        var item = (await shop.Item("Flat white")).Id;
        var stocked = await Ask("POST /api/inventory", new { name = "Milk", unit = "l", current_stock = 3, low_stock_threshold = 5 });
        await Ask("PUT /api/menu/items/" + item + "/recipe", new[] { new { inventory_id = stocked.Id, quantity = 0.2 } });
        await Ask($"POST /api/inventory/{stocked.Id}/adjust", new { adjustment = 4, reason = "delivery", lot = "M1" });
        var guest = await Ask("POST /api/customers", new { name = "Ana", phone = "+351912345678" });
        await Ask("POST /api/gift-cards", new { amount = 20, method = "cash" });
        object[] lines = [new { menu_item_id = item, quantity = 2, modifiers = new[] { "oat-milk" } }];
        await Ask("POST /api/orders/preview", new { items = lines });
        var order = await Ask(
            "POST /api/orders",
            new
            {
                items = lines,
                customer_id = guest.Id,
                notes = "To the terrace",
                table = "4",
                tip = 1,
                discount = new
                {
                    type = "fixed",
                    value = 0.5,
                    reason = "regular"
                }
            });
        var drawer = await Ask("GET /api/drawers");
        await Ask($"PUT /api/orders/{order.Id}", new { notes = "No hurry", version = 1 });
        await Ask("POST /api/payments", new { order_id = order.Id, method = "cash", amount = 2, tendered = 5 });
        await Ask("POST /api/payments", new { order_id = order.Id, method = "card" });
        await Ask($"PUT /api/orders/{order.Id}/status", new { status = "preparing" });
        await Ask($"GET /api/orders/{order.Id}/track");
        await Ask($"POST /api/orders/{order.Id}/refund", new { amount = 1, reason = "spilt" });
        await Ask($"GET /api/orders/{order.Id}");
        var cancelled = await Ask("POST /api/orders", new { items = lines });
        await Ask($"POST /api/orders/{cancelled.Id}/cancel", new { reason = "left" });
        await Ask("POST /api/orders", new { items = lines, hold = true });
        await Ask("POST /api/devices", new { name = "Pass", type = "kitchen" });
        await Ask("PUT /api/config/order_prefix", new { value = "A" });
        await Ask($"PUT /api/menu/items/{item}/stock", new { quantity = 5 });
        await Ask($"GET /api/menu/items/{item}");
        await Ask($"GET /api/customers/{guest.Id}");
        await Ask($"GET /api/inventory/{stocked.Id}");
        await Ask($"GET /api/inventory/{stocked.Id}/movements");
        foreach (var plain in document.Operations.Where(o => o.Method == "GET" && !o.Path.Contains('{')).Select(o => o.Path).ToList())
        {
            if (document.Operations.First(o => o.Path == plain && o.Method == "GET").Responses.Any(r => r.Name == "200")
                && plain is not ("/api/events" or "/api/setup" or "/ready" or "/socket.io") // the set-up is there before the first shop
                && !plain.StartsWith("/api/customers/me", StringComparison.Ordinal))
                await Ask("GET " + plain + Needed(plain));
        }

        drawer.Items.ShouldNotBeEmpty();
        contradicted.ShouldBeEmpty();
        seen.Count.ShouldBeGreaterThan(55);
    }

    /// <summary>What a list does not go without.</summary>
    private static string Needed(string path) => path switch
    {
        "/api/menu/items/search" => "?q=coffee",
        "/api/recall" => "?lot=M1",
        "/api/reports/sales" or "/api/reports/products/top" or "/api/reports/costs" or "/api/reports/inventory" =>
            $"?from={DateTime.UtcNow.AddDays(-3):yyyy-MM-dd}&to={DateTime.UtcNow.AddDays(1):yyyy-MM-dd}",
        _ => "",
    };

    private static bool Leads(string template, string path) =>
        Regex.IsMatch(path, $"^{Regex.Replace(Regex.Escape(template), @"\\\{[^}]+}", "[^/]+")}$");

    private static JsonElement Shape(ApiDocument document, string name) => document.Shapes.First(s => s.Name == name).Value;

    private static IEnumerable<string?> Words(JsonElement shape) => ApiDocument.Listed(shape, "enum").Select(w => w.GetString());
}
