using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>
/// Who may call what, as this table says and not as the code does: every endpoint, every role, over HTTP. An endpoint that
/// is not in the table fails the test, and so does a line that is no endpoint.
/// </summary>
public sealed partial class EndpointRolesTests(CafeApp app)
{
    private static readonly string[] Roles = ["owner", "admin", "manager", "cashier", "barista", "trainee", "customer"];

    private static readonly Dictionary<string, string> MayByName = $"{Table}\n{StorefrontTable}\n{BakeryTable}".Split(
        '\n',
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(l => l[0], l => l[1]);

    /// <summary>
    /// Not only not refused: each row of people and shops does what it says for each role that may, under each of its addresses.
    /// </summary>
    [Fact]
    public async Task Every_row_of_people_works_for_each_role_that_may()
    {
        // A long body stands on a line of its own, below its row.
        var rows = Works.Replace("\n    {", " {").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries)).ToList();
        app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<NeedsPermission>() is not null
                && e.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.ITagsMetadata>()?.Tags.Any(t => t is "Auth"
                    or "Shops") == true)
            .Select(NameOf).ShouldBe(rows.Select(r => r[0]), ignoreOrder: true);
        foreach (var role in Roles)
        {
            var shop = await app.NewShop();
            var owner = await shop.As("owner");
            var client = role == "customer" ? await Guest(shop) : await shop.As(role);
            if (role == "customer")
                client.AccessToken = (await client.Ask("PUT /api/auth/me", new { password = "quay street at six" })).Body
                    .GetProperty("session")
                    .GetProperty("access_token")
                    .GetString();
            foreach (var row in rows.Where(r => MayByName[r[0]].Contains(role == "customer" ? 'g' : role[0])))
            {
                foreach (var spelling in new[] { "/api", "/api/v1", $"/api/shops/{shop.Id}" })
                {
                    // What is about shops has no other shop's path before it.
                    if (spelling.Contains("shops") && row[3].StartsWith("/shops", StringComparison.Ordinal))
                        continue;
                    var unique = Guid.NewGuid().ToString("N")[..12];
                    var filled = new List<string>();
                    foreach (var text in row[3..])
                    {
                        filled.Add(text.Replace("{shop}", shop.Id.ToString())
                            .Replace("{new}", "n" + unique)
                            .Replace("{password}", role == "customer" ? "quay street at six" : "password123")
                            .Replace("{pin}", Random.Shared.Next(10_000_000, 99_999_999).ToString())
                            .Replace("{user}", text.Contains("{user}") ? (await owner.Ask("POST /api/users", new
                            {
                                username = "u" + unique,
                                name = "Uma",
                                role = "trainee",
                                password = "quay street at six"
                            })).Id.ToString() : "")
                            .Replace("{device}", text.Contains("{device}")
                                ? (await owner.Ask("POST /api/devices", new { name = "Hall", type = "display" })).Id.ToString()
                                : "")
                            .Replace("{session}", text.Contains("{session}") ? (await SecondSession(client, shop, role)).ToString() : ""));
                    }

                    var answer = await client.Ask(
                        $"{row[2]} {spelling}{filled[0]}",
                        filled.Count > 1 ? new StringContent(filled[1], System.Text.Encoding.UTF8, "application/json") : null);
                    answer.Status.ShouldBe(int.Parse(row[1]), $"{role} at {row[0]} {spelling}: {answer}");
                }
            }

            (await client.Ask("POST /auth/logout")).Status.ShouldBe(204, role);
            (await client.Ask("GET /auth/me")).Code.ShouldBe("session_ended", role);
        }
    }

    /// <summary>Another session of the client's own person: of staff by PIN at the till, of a guest by phone and password.</summary>
    private static async Task<long> SecondSession(ComandaClient client, TestShop shop, string role)
    {
        var (another, me) = (client.WithoutToken(), await client.Ask("GET /api/auth/me"));
        var signedIn = role == "customer"
            ? await another.Ask($"POST /api/shops/{shop.Id}/auth/login", new { phone = me.Text("phone"), password = "quay street at six" })
            : await another.Ask(
                "POST /auth/pin",
                new { pin = Comanda.Demo.DemoCafe.Staff.First(s => s.Username == role).Pin },
                ("X-Device-Token", shop.TillToken));
        signedIn.Status.ShouldBe(200, signedIn.ToString());
        return (await client.Ask("GET /api/auth/sessions")).Items
            .First(s => !s.GetProperty("is_current").GetBoolean())
            .GetProperty("id")
            .GetInt64();
    }

    [Fact]
    public async Task Every_endpoint_answers_who_may_and_refuses_who_may_not()
    {
        var shop = await app.NewShop();
        var clients = new Dictionary<string, ComandaClient>();
        foreach (var role in Roles[..^1])
            clients[role] = await shop.As(role);
        clients["customer"] = await Guest(shop);

        var table = MayByName;
        var endpoints = app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => !e.RoutePattern.RawText!.StartsWith("/openapi", StringComparison.Ordinal))
            .GroupBy(NameOf).ToDictionary(g => g.Key, g => g.ToList());
        endpoints.Keys.ShouldBe(table.Keys, ignoreOrder: true);

        foreach (var (name, spellings) in endpoints)
        {
            foreach (var endpoint in spellings)
            {
                foreach (var role in Roles)
                {
                    var may = table[name] == "-" || table[name].Contains(role == "customer" ? 'g' : role[0]);
                    await Try(endpoint, name, role, clients[role], shop, may);
                }

                var stranger = await Call(endpoint, app.Stranger(shop), shop);
                if (table[name] == "-")
                    (stranger.Code == "unauthenticated"
                        && name is not ("pin_login" or "refresh")).ShouldBeFalse($"a stranger at {name}: {stranger}");
                else
                    (stranger.Status, stranger.Code).ShouldBe((401, "unauthenticated"), $"a stranger at {name}");
            }
        }
    }

    private static async Task Try(RouteEndpoint endpoint, string name, string role, ComandaClient client, TestShop shop, bool may)
    {
        var answer = await Call(endpoint, client, shop);
        answer.Status.ShouldBeLessThan(500, $"{role} at {name}: {answer}");
        if (may)
            (answer.Status is 401 or 403
                && answer.Code is "forbidden" or "unauthenticated"
                && name is not ("pin_login" or "refresh")
                && !answer.Body.GetRawText().Contains("approval.pin", StringComparison.Ordinal))
                .ShouldBeFalse($"{role} at {name}: {answer}");
        else
            (answer.Status, answer.Code).ShouldBe((403, "forbidden"), $"{role} at {name}: {answer}");
    }

    private static async Task<Answer> Call(RouteEndpoint endpoint, ComandaClient client, TestShop shop)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
        // Signing out would end the client's session before the next endpoint is tried: with a refresh token that is none, it does not.
        var path = System.Text.RegularExpressions.Regex.Replace(
            endpoint.RoutePattern.RawText!.Replace("{shop_id:long}", shop.Id.ToString()).Replace("{role}", "trainee"),
            @"\{[^}]+\}",
            "999999999");
        if (NameOf(endpoint) == "logout")
            client = client.WithoutToken();
        return await client.Ask($"{method} {path}", method is "POST" or "PUT" ? new { } : null);
    }

    private static string NameOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private async Task<ComandaClient> Guest(TestShop shop)
    {
        var phone = "+351920" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop);
        await guest.Ask("POST /api/auth/register", new { name = "Gina", phone });
        guest.AccessToken = (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone, otp = await shop.CodeFor(phone) })).Text("access_token");
        return guest;
    }
}
