using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Validation;

#pragma warning disable ASP0029 // still marked as to be evaluated

namespace Comanda.Tests.Operations;

public sealed class EndpointPolicyTests(CafeApp app)
{
    private List<RouteEndpoint> Endpoints =>
        [.. app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    [Fact]
    public void Every_endpoint_asks_for_a_permission_or_says_that_it_is_open()
    {
        Endpoints.Count.ShouldBeGreaterThan(30);
        foreach (var endpoint in Endpoints)
        {
            var asks = endpoint.Metadata.GetMetadata<NeedsPermission>() is not null;
            var open = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            (asks ^ open).ShouldBeTrue(endpoint.DisplayName);
        }
    }

    [Fact]
    public void Every_endpoint_has_a_name_of_its_own_and_a_summary()
    {
        var described = Endpoints.Where(e => !e.RoutePattern.RawText!.StartsWith("/openapi", StringComparison.Ordinal)).ToList();
        described.ShouldAllBe(e => e.Metadata.GetMetadata<IEndpointNameMetadata>() != null);
        described.ShouldAllBe(e => e.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.IEndpointSummaryMetadata>() != null);
        var names = described.ConvertAll(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName);
        names.Distinct().Count().ShouldBe(names.Count);
    }

    [Fact]
    public void Every_post_says_what_a_repetition_does()
    {
        var posts = Endpoints.Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true).ToList();
        posts.Count.ShouldBeGreaterThan(5);
        posts.ShouldAllBe(e => e.Metadata.GetMetadata<IdempotencyRule>() != null);
        posts.Where(e => e.Metadata.GetMetadata<IdempotencyRule>()!.TakesKey)
            .Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName)
            .ShouldBe([
                "place_order",
                "take_payment",
                "refund_order",
                "split_order",
                "add_round",
                "open_drawer",
                "move_cash",
                "close_drawer",
                "sell_gift_card",
                "refund_gift_card",
                "add_customer",
                "adjust_points",
                "add_stock_item",
                "adjust_stock_of",
                "adjust_stock",
                "transfer_stock",
                "make_stock",
                "add_purchase_order",
                "receive_purchase",
                "order_suggested",
                "add_promotion",
                "announce_to_guests",
                "add_print_job",
                "reprint_job",
                "tell_guests_of_recall",
                "add_standing_order",
                "order_cake",
                "take_cake_deposit",
                "finish_bake_task"
            ], ignoreOrder: true);
    }

    [Fact]
    public void What_an_endpoint_takes_is_under_the_rules_of_its_record()
    {
        var rules = app.FirstProcess.Services.GetRequiredService<IOptions<ValidationOptions>>().Value;
        var bodies = Endpoints.Select(e => e.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType).OfType<Type>()
            .Where(t => t.GetProperties().Any(p => p.IsDefined(typeof(AtMostAttribute), false)))
            .Distinct()
            .ToList();
        bodies.Count.ShouldBeGreaterThan(20);
        bodies.FindAll(b => !rules.TryGetValidatableTypeInfo(b, out _)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_role_may_exactly_what_its_permissions_say_at_every_endpoint()
    {
        var shop = await app.NewShop();
        foreach (var role in new[] { "owner", "admin", "manager", "cashier", "barista", "trainee" })
        {
            var client = await shop.As(role);
            var may = (await client.Me()).Permissions;
            foreach (var endpoint in Endpoints.Where(e => e.Metadata.GetMetadata<NeedsPermission>() is not null))
            {
                var needed = endpoint.Metadata.GetMetadata<NeedsPermission>()!.Permission.ToWire();
                var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
                var path = System.Text.RegularExpressions.Regex.Replace(
                    endpoint.RoutePattern.RawText!.Replace("{shop_id:long}", shop.Id.ToString()),
                    @"\{[^}]+\}",
                    "999999999");
                using var response = await client.Send(new HttpMethod(method), path, method is "POST" or "PUT" ? new { } : null);
                var body = await response.Content.ReadAsStringAsync();
                var refused = response.StatusCode == HttpStatusCode.Forbidden && body.Contains($"'{needed}'", StringComparison.Ordinal);
                refused.ShouldBe(!may.Contains(needed), $"{role} {method} {path}: {body}");
                ((int)response.StatusCode).ShouldBeLessThan(500, $"{role} {method} {path}: {body}");
            }
        }
    }

    [Fact]
    public async Task Without_a_sign_in_what_asks_for_a_permission_is_401_as_problem_json()
    {
        var stranger = app.Client();
        foreach (var endpoint in Endpoints.Where(e => e.Metadata.GetMetadata<NeedsPermission>() is not null))
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
            var path = System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!, @"\{[^}]+\}", "1");
            using var response = await stranger.Send(new HttpMethod(method), path, method is "POST" or "PUT" ? new { } : null);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, method + path);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            problem.RootElement.GetProperty("code").GetString().ShouldBe("unauthenticated");
        }
    }

    [Fact]
    public async Task The_api_reference_names_every_permission_and_the_pages_open()
    {
        using var response = await app.Client().Send(HttpMethod.Get, "/openapi/v1.json");
        using var reference = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        reference.RootElement.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var operations = reference.RootElement.GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => (p.Name, o.Value)))
            .ToList();
        operations.Count.ShouldBeGreaterThan(30);
        foreach (var (path, operation) in operations)
        {
            operation.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty(path);
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(path);
            operation.GetProperty("description").GetString()!.ShouldMatch("Permission: `|Open to everyone");
        }

        foreach (var page in new[] { "/", "/swagger/index.html", "/health", "/ready" })
        {
            using var answer = await app.Client().Send(HttpMethod.Get, page);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, page);
        }
    }

    [Theory]
    [InlineData("/api/v1/orders/7", "/api/orders/7", null)]
    [InlineData("/api/shops/7/orders", "/api/orders", "7")]
    [InlineData("/api/v1/shops/7/products/3", "/api/menu/items/3", "7")]
    [InlineData("/api/shops/7/reports/sales", "/api/reports/sales", "7")]
    [InlineData("/api/shops/7", "/api/shops/7", null)]
    [InlineData("/api/shops/7/settings", "/api/shops/7/settings", null)]
    [InlineData("/api/shops", "/api/shops", null)]
    [InlineData("/api/shops/7/", "/api/shops/7/", null)]
    [InlineData("/menu_items/5", "/api/menu/items/5", null)]
    [InlineData("/auth/login", "/api/auth/login", null)]
    [InlineData("/reports/daily-sales", "/api/reports/sales/daily", null)]
    [InlineData("/api/v1/admin/orders/4/status", "/api/orders/4/status", null)]
    [InlineData("/api/v1/auth/refresh-token", "/api/auth/refresh", null)]
    [InlineData("/api/users/profile", "/api/auth/me", null)]
    [InlineData("/api/productsellers", "/api/productsellers", null)]
    [InlineData("/api/shops//orders", "/api/shops//orders", null)]
    public void Other_spellings_lead_to_one_address(string given, string path, string? shop) =>
        Comanda.Operations.Aliases.Rewrite(given).ShouldBe((path, shop));

    [Fact]
    public async Task What_is_not_there_and_what_is_not_possible_are_problems_too()
    {
        foreach (var (method, path, status, code) in new[]
        {
            ("GET", "/api/nothing", 404, "not_found"),
            ("PATCH", "/api/menu", 405, "method_not_allowed"),
            ("GET", "/api/menu/items/abc", 404, "not_found")
        })
        {
            using var response = await app.Client().Send(new HttpMethod(method), path);
            ((int)response.StatusCode).ShouldBe(status);
            using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            problem.RootElement.GetProperty("code").GetString().ShouldBe(code);
        }

        using var form = await (await (await app.NewShop()).As("admin")).Send(
            HttpMethod.Post,
            "/api/orders",
            new StringContent("a=b", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"));
        form.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }
}
