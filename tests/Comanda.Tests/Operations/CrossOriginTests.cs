using Comanda.Data;
using Comanda.Operations;

namespace Comanda.Tests.Operations;

/// <summary>Pages of other origins, as browsers ask for them.</summary>
public sealed class CrossOriginTests(CafeApp app)
{
    private const string Friend = "https://shop.example.com", Stranger = "https://evil.example.com";

    private static CrossOrigins Of(string list) =>
        CrossOrigins.FromEnvironment(name => name == "COMANDA_CORS_ORIGINS" ? list : null);

    private Task<PassingProcess> Serving(string list) => app.StartPassingProcess(o => o with { CrossOrigins = Of(list) });

    private static string? Header(Answer answer, string name) =>
        answer.Response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static Task<Answer> Preflight(ComandaClient client, string path, string origin, string method = "POST") => client.Ask(
        "OPTIONS " + path,
        null,
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,comanda-dialect,if-match"));

    [Fact]
    public async Task A_page_of_a_listed_origin_may_ask_with_its_cookies_and_read_our_headers()
    {
        await using var server = await Serving($"http://localhost:3000, {Friend}/");
        var client = app.Client(server.Address);
        foreach (var (path, method) in new[]
        {
            ("/api/orders", "POST"),
            ("/api/v1/auth/refresh-token", "POST"),
            ("/api/orders/7", "DELETE"),
        })
        {
            var asked = await Preflight(client, path, Friend, method);
            asked.Status.ShouldBe(204);
            Header(asked, "Access-Control-Allow-Origin").ShouldBe(Friend);
            Header(asked, "Access-Control-Allow-Credentials").ShouldBe("true");
            Header(asked, "Access-Control-Max-Age").ShouldBe("7200");
            Header(asked, "Access-Control-Allow-Methods")!.ShouldContain(method);
            Header(asked, "Access-Control-Allow-Headers")!.ShouldContain("idempotency-key");
        }

        foreach (var (path, status) in new[]
        {
            ("/api/menu", 200),
            ("/api/orders", 401),
            ("/api/nowhere", 404),
            ("/api/v1/products?page=0", 400),
        })
        {
            var answer = await client.Ask("GET " + path, null, ("Origin", Friend));
            answer.Status.ShouldBe(status);
            Header(answer, "Access-Control-Allow-Origin").ShouldBe(Friend, path);
            Header(answer, "Access-Control-Allow-Credentials").ShouldBe("true");
            Header(answer, "Vary")!.ShouldContain("Origin");
            foreach (var exposed in new[] { "ETag", "Location", "Idempotency-Replayed", "Retry-After", "X-Next-Cursor" })
                Header(answer, "Access-Control-Expose-Headers")!.ShouldContain(exposed);
        }
    }

    [Fact]
    public async Task A_page_of_another_origin_is_allowed_nothing()
    {
        await using var server = await Serving(Friend);
        var client = app.Client(server.Address);
        foreach (var origin in new[] { Stranger, "http://shop.example.com", "https://shop.example.com:8443", "null" })
        {
            Header(await Preflight(client, "/api/orders", origin), "Access-Control-Allow-Origin").ShouldBeNull(origin);
            var answer = await client.Ask("GET /api/menu", null, ("Origin", origin));
            (answer.Status, Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials"))
                .ShouldBe((200, null, null), origin);
        }

        Header(await app.Client().Ask("GET /api/menu", null, ("Origin", Friend)), "Access-Control-Allow-Origin").ShouldBeNull(); // no list
    }

    [Fact]
    public async Task With_an_asterisk_every_page_may_ask_but_without_cookies()
    {
        await using var server = await Serving("*");
        var answer = await app.Client(server.Address).Ask("GET /api/menu", null, ("Origin", Stranger));
        (Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials")).ShouldBe(("*", null));
    }

    [Theory]
    [InlineData("https://a.example/shop")]
    [InlineData("a.example")]
    [InlineData("ftp://a.example")]
    [InlineData("https://a.example, *")]
    [InlineData("https://me@a.example")]
    public void What_is_no_origin_keeps_it_from_starting(string list) =>
        Should.Throw<StartupException>(() => Of(list)).Message.ShouldStartWith("COMANDA_CORS_ORIGINS must be");

    [Fact]
    public void Origins_are_read_as_browsers_write_them() =>
        Of("HTTPS://Shop.Example.com:443/ http://LOCALHOST:3000,https://bäckerei.example").Origins.ShouldBe(
            ["https://shop.example.com", "http://localhost:3000", "https://xn--bckerei-5wa.example"]);
}
