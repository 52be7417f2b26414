using System.Text.RegularExpressions;
using Comanda.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>Every way to an order, a payment, a drawer or a gift card, as the endpoints say, and somebody who tries them all.</summary>
public sealed partial class PracticeTests
{
    /// <summary>What is wrong beside the order in what is sent.</summary>
    private static readonly string[] NoPrinter = ["printer_id"];

    /// <summary>What a trainee may change; every other endpoint that changes something is closed to them.</summary>
    private static readonly string[] OpenToTrainees =
    [
        "change_me", "end_session", "offer_second_factor", "confirm_second_factor", "remove_second_factor",
        "add_address", "change_address", "remove_address", "add_favorite", "remove_favorite", "add_push_token",
        "add_push_subscription", "remove_push_subscription",
        "place_order", "preview_order", "edit_order", "add_round", "split_order", "merge_orders", "transfer_order", "cancel_order",
        "delete_order", "hold_order", "resume_order", "recall_order", "change_order_status", "prepare_line", "update_delivery",
        "email_receipt", "take_payment", "refund_order", // which say themselves that practice has no mail and no money
        "apply_promotion", "change_own_allergens", "choose_notifications", "read_notification", "remove_notification",
        "sell_gift_card", // which says itself that practice sells none
    ];

    /// <summary>What guests may, with what is their own: another's is not there.</summary>
    private static readonly string[] OpenToGuests =
        [
            "order", "track_order", "receipt", "receipt_link", "order_again", "cancel_order", "delete_order", "create_intent",
            "confirm_intent", "apply_promotion",
        ];

    /// <summary>A body for every endpoint that reaches for an order, a payment, a drawer or a gift card and changes something.</summary>
    private static readonly Dictionary<string, Func<Books, object?>> Bodies = new()
    {
        ["edit_order"] = _ => new { table = "99", version = 1 },
        ["change_order_status"] = _ => new { status = "preparing" },
        ["add_round"] = b => new { items = new[] { new { menu_item_id = b.Item } } },
        ["hold_order"] = _ => null,
        ["resume_order"] = _ => null,
        ["recall_order"] = _ => null,
        ["prepare_line"] = _ => new { status = "started" },
        ["add_print_job"] = b => new { printer_id = 987_654_321, order_id = b.Order, kind = "receipt" },
        ["scan_lot"] = b => new { order_item_id = b.Line, lot = "L-1", inventory_id = 1 },
        ["cancel_order"] = _ => new { reason = "mine now" },
        ["delete_order"] = _ => null,
        ["refund_order"] = _ => new { reason = "mine now" },
        ["split_order"] = b => new { items = new[] { new { order_item_id = b.Line, quantity = 1 } } },
        ["merge_orders"] = b => new { order_ids = new[] { b.Other } },
        ["transfer_order"] = _ => new { table = "99" },
        ["send_by_partner"] = _ => new { partner = "simulated" },
        ["update_delivery"] = _ => new { person = new { name = "Somebody" } },
        ["email_receipt"] = _ => new { to = "reader@elsewhere.example" },
        ["take_payment"] = b => new { order_id = b.Order, method = "cash" },
        ["create_intent"] = b => new { order_id = b.Order },
        ["confirm_intent"] = b => new { payment_id = b.Intent },
        ["place_set_aside_sale"] = b => new { order = new { items = new[] { new { menu_item_id = b.Item } } } },
        ["discard_set_aside_sale"] = _ => new { reason = "mine now" },
        ["move_cash"] = _ => new { type = "out", amount = 1, reason = "mine now" },
        ["close_drawer"] = _ => new { counted = 0 },
        ["refund_gift_card"] = _ => new { reason = "mine now" },
        ["apply_promotion"] = b => new { order_id = b.Order },
    };

    private sealed record Books(
        long Item, long[] Orders, long Line, long Order, long Other, long Intent, long Drawer, long SetAside, long Customer, string Card);

    private List<RouteEndpoint> Endpoints => [.. app.FirstProcess.Services.GetRequiredService<EndpointDataSource>()
        .Endpoints.OfType<RouteEndpoint>().Where(e => !e.RoutePattern.RawText!.StartsWith("/openapi", StringComparison.Ordinal))];

    private static string NameOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private static string MethodOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0];

    private static bool Changes(RouteEndpoint endpoint) => MethodOf(endpoint) is "POST" or "PUT" or "PATCH" or "DELETE";

    /// <summary>It names an order, a line, a payment, a drawer or a gift card: in its path, or anywhere in its body.</summary>
    private static bool Reaches(RouteEndpoint endpoint) =>
        Regex.IsMatch(endpoint.RoutePattern.RawText!, @"^/api/(.*/)?(orders|kitchen|payments|drawers|gift-cards)/.*\{|^/api/.*\}/orders")
        || (endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } body && Names(body, []));

    private static bool Names(Type type, HashSet<Type> seen)
    {
        type = type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[0] : type;
        if (type.Namespace?.StartsWith("Comanda", StringComparison.Ordinal) != true || !seen.Add(type))
            return false;
        return type.GetProperties().Any(
            p => Regex.IsMatch(p.Name, "^(Order|OrderItem|Payment|Drawer)Ids?$") || Names(p.PropertyType, seen));
    }

    private static string PathOf(RouteEndpoint endpoint, Books books, long order)
    {
        var path = endpoint.RoutePattern.RawText!
            .Replace("set-aside/{id:long}", $"set-aside/{books.SetAside}").Replace("drawers/{id:long}", $"drawers/{books.Drawer}")
            .Replace("kitchen/items/{id:long}", $"kitchen/items/{books.Line}").Replace("customers/{id:long}", $"customers/{books.Customer}")
            .Replace("{code}", books.Card).Replace("{id:long}", order.ToString());
        path.ShouldNotContain("{", customMessage: $"{NameOf(endpoint)}: the test must learn what to put there");
        return path;
    }

    /// <summary>A day's books: an order at every stage, a payment on its way, an open drawer, a sale that waits, a gift card.</summary>
    private static async Task<Books> Sell(TestShop shop)
    {
        var manager = await shop.As("manager");
        var (espresso, croissant) = ((await shop.Item("Espresso")).Id, (await shop.Item("Butter croissant")).Id);
        (await manager.Ask($"PUT /api/menu/items/{croissant}/stock", new { quantity = 50 })).Status.ShouldBe(200);
        var customer = (await manager.Ask("POST /api/customers", new { name = "Real Guest", phone = "+351 912 345 678" })).Id;
        var drawer = (await manager.Ask("POST /api/drawers/open", new { @float = 100 }, ("X-Device-Token", shop.TillToken))).Id;
        var card = (await manager.Ask("POST /api/gift-cards", new { amount = 20, method = "card" })).Text("code")!;
        var promotion = new { title = "Ten", description = "Off", discount_type = "percentage", discount_value = 10, code = card };
        (await manager.Ask("POST /api/admin/promotions", promotion)).Status.ShouldBe(201);
        async Task<Answer> Place(object order)
        {
            var placed = await manager.Ask("POST /api/orders", order);
            placed.Status.ShouldBe(201, placed.ToString());
            return placed;
        }

        var lines = new[] { new { menu_item_id = espresso, quantity = 2 }, new { menu_item_id = croissant, quantity = 3 } };
        var open = await Place(new { items = lines, table = "1" });
        var other = await Place(new { items = lines, table = "2" });
        object[] tenders =
            [new { method = "cash", amount = 1 }, new { method = "gift_card", reference = card, amount = 2 }, new { method = "card" }];
        var paid = await Place(new { items = lines, customer_id = customer, payments = tenders });
        var delivery = await Place(new { items = lines, type = "delivery", delivery_address = new { address = "Quay 1", city = "Faro" } });
        var held = await Place(new { items = lines, hold = true });
        var ready = await Place(new { items = lines });
        (await manager.Ask($"PUT /api/orders/{ready.Id}/status", new { status = "preparing" })).Status.ShouldBe(200);
        (await manager.Ask($"PUT /api/orders/{ready.Id}/status", new { status = "ready" })).Status.ShouldBe(200);
        var intent = await manager.Ask("POST /api/payments/create-intent", new { order_id = open.Id });
        var nothing = new { items = new[] { new { menu_item_id = 987654321 } } };
        var unknown = new { key = "waits", made_at = DateTimeOffset.UtcNow, order = nothing };
        var synced = await manager.Ask("POST /api/orders/sync", new { orders = new[] { unknown } });
        return new(
            espresso,
            [open.Id, paid.Id, delivery.Id, held.Id, ready.Id],
            open.Items.First().GetProperty("id").GetInt64(),
            open.Id,
            other.Id,
            intent.Body.GetProperty("payment_id").GetInt64(),
            drawer,
            synced.Body.GetProperty("results")[0].GetProperty("set_aside").GetProperty("id").GetInt64(),
            customer,
            card);
    }

    /// <summary>
    /// Every row of a shop, as one text for each table; but for sign-ins, when somebody was last seen, and what is folded from other rows.
    /// </summary>
    private async Task<SortedDictionary<string, string>> Rows(long shop, params string[] without)
    {
        await using var command = app.Database.Command(
            """
            select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
            where c.column_name = 'shop_id' and t.table_type = 'BASE TABLE' and c.table_schema = 'public'
                and not starts_with(c.table_name, 'report_')
                and c.table_name <> all(array['sessions', 'stock_positions', 'stock_levels', 'stock_days', 'stock_low', 'stock_alerts'])
            """);
        var rows = new SortedDictionary<string, string>();
        foreach (var table in (await command.List(r => r.GetString(0), default)).Except(without))
        {
            rows[table] = (string)(await app.Database.Scalar(
                $"select coalesce(string_agg(t.text, E'\n' order by t.text), '') "
                    + $"from (select (to_jsonb(x) - 'last_seen_at')::text from {table} x where x.shop_id = $1) t(text)",
                default,
                shop))!;
        }

        rows.Count.ShouldBeGreaterThan(20);
        return rows;
    }

    private async Task<ComandaClient> Trainee(TestShop shop)
    {
        var everything = Enum.GetValues<Permission>().Select(p => p.ToWire());
        (await (await shop.As("owner")).Ask("PUT /api/roles/trainee", new { permissions = everything })).Status.ShouldBe(200);
        var trainee = await shop.As("trainee");
        (await trainee.Me()).Permissions.ShouldContain("refund_orders");
        return trainee;
    }

    private async Task<ComandaClient> Guest(TestShop shop)
    {
        var phone = "+351920" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop);
        await guest.Ask("POST /api/auth/register", new { name = "Gina", phone });
        var signedIn = await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = await shop.CodeFor(phone) });
        guest.AccessToken = signedIn.Text("access_token");
        return guest;
    }

    /// <summary>Reaches for everything there is by every verb; answers each answer with the endpoint's name.</summary>
    private async Task<List<(RouteEndpoint Endpoint, Answer Answer)>> Walk(
        ComandaClient client, Books books, Func<string, string> path, params long[] orders)
    {
        var answers = new List<(RouteEndpoint, Answer)>();
        foreach (var endpoint in Endpoints.Where(Reaches))
        {
            var name = NameOf(endpoint);
            if (Changes(endpoint))
                Bodies.ShouldContainKey(name, "a new endpoint that changes an order: say here what somebody would send to it");
            foreach (var order in endpoint.RoutePattern.RawText!.Contains("/orders/{id") ? orders : orders[..1])
            {
                var what = $"{MethodOf(endpoint)} {path(PathOf(endpoint, books, order))}";
                answers.Add((endpoint, await client.Ask(what, Changes(endpoint) ? Bodies[name](books) : null)));
            }
        }

        answers.Select(a => NameOf(a.Item1)).Distinct().Count().ShouldBeGreaterThan(27);
        answers.Count.ShouldBeGreaterThan(80);
        Bodies.Keys.ShouldBeSubsetOf(answers.Select(a => NameOf(a.Item1)));
        return answers;
    }
}
