using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>
/// The door's rule for texts, at every door there is: what cannot be kept is refused and never a fault of ours, and a control
/// character, which a printer takes for a command, gets in nowhere.
/// </summary>
public sealed partial class PlainTextTests(CafeApp app)
{
    /// <summary>JSON in place of a text, as it goes over the wire.</summary>
    private static readonly string[] Odd =
    [
        """ "a \ud83d" """, """ "\udc00b" """, """ "a\u0000b" """, """ "a\u001bp0b" """, "\"\xff\xfe\"", "\"\xed\xa0\xbd\"",
        "1e99999", "-0.0e-99999", new('9', 500), new string('[', 60_000) + new string(']', 60_000), """{"\ud83d":1}""", """{"a":1,"a":2}""",
        """["\ud83d"]""", """ "0001-01-01T00:00:00+14:00" """, """ "9999-12-31T23:59:59-14:00" """,
    ];

    private static readonly string[] OddInAddresses =
        ["%00", "%ED%A0%BD", "%FF%FE", "%1b[31m", "%C2%85", "a%E2%80%AEb", "%", "%u d83d", "%F4%90%80%80"];

    /// <summary>Texts of several lines; every other one is one line.</summary>
    private static readonly string[] Lines = ["notes", "note", "special_instructions", "description", "ingredients", "comment", "message"];

    private static readonly string[] Secrets = ["password", "current_password", "new_password"];

    [Fact]
    public async Task No_text_of_any_body_path_or_query_is_a_fault_of_ours()
    {
        var shop = await app.NewShop();
        await shop.As("owner"); // of a new database the first session, which one of the requests below ends
        var (owner, tried) = (await shop.As("owner"), 0);
        foreach (var (method, path, operation, root) in await Operations(owner))
        {
            var plain = Braces().Replace(path.Replace("{shop_id}", shop.Id.ToString()), "1");
            foreach (var odd in OddInAddresses)
            {
                var targets = QueryOf(operation).Select(n => $"{plain}?{n}={odd}")
                    .Concat([$"{plain}?{odd}={odd}", Braces().Replace(path, odd)]);
                foreach (var target in targets)
                    await Fine(owner, method, target, null);
            }

            if (BodyOf(operation) is not { } schema)
                continue;
            foreach (var (field, around) in Fields(root, schema, 0))
            {
                foreach (var odd in Odd)
                    await Fine(owner, method, plain, Json(around.Replace("?", odd)));
                var twice = around.Replace("?", $"null,\"{field.Split('.')[^1]}\":null");
                if (field.EndsWith(']'))
                    continue;
                tried++;
                var answer = await Fine(owner, method, plain, Json(twice));
                if (Plain(path))
                    (answer.Status, answer.Code).ShouldBe((400, "invalid_request"), $"{method} {path} {twice}: {answer}");
            }
        }

        tried.ShouldBeGreaterThan(150);
        (await owner.Me()).Role.ShouldBe("owner");
        (await owner.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_text_of_every_body_takes_no_control_characters()
    {
        var shop = await app.NewShop();
        var (owner, tried) = (await shop.As("owner"), 0);
        foreach (var (method, path, operation, root) in await Operations(owner))
        {
            if (BodyOf(operation) is not { } schema || !Plain(path))
                continue;
            var plain = Braces().Replace(path.Replace("{shop_id}", shop.Id.ToString()), "1");
            foreach (var (field, around) in Fields(root, schema, 0, textsAlone: true))
            {
                var name = field.Split('.')[^1];
                // Escape, delete, one of the second row of controls, and a mark that turns what follows it around.
                string[] odds = Secrets.Contains(name) ? [] : ["\\u001bp0", "a\\u007f", "\\u009b31m", "\\u202etxt", "\\u2066x"];
                foreach (var odd in odds)
                {
                    tried++;
                    var answer = await Fine(owner, method, plain, Json(around.Replace("?", $"\"{odd}\"")));
                    (answer.Status, answer.Code).ShouldBe((400, "invalid_request"), $"{method} {path} {field} {odd}: {answer}");
                    answer.Fields.ShouldBe([field], $"{method} {path} {odd}");
                }

                var several = await Fine(owner, method, plain, Json(around.Replace("?", "\"one\\ntwo\\r\\n\\tthree\"")));
                var refused = several.ToString().Contains("must be one line", StringComparison.Ordinal);
                var ofShop = name == "address" && !field.Contains("delivery_address", StringComparison.Ordinal)
                    && !path.StartsWith("/api/users/addresses", StringComparison.Ordinal);
                var mayHaveSeveral = ofShop || Lines.Contains(name) || Secrets.Contains(name);
                refused.ShouldBe(!mayHaveSeveral, $"{method} {path} {field}: {several}");
                if (Lines.Contains(name))
                    (await Fine(owner, method, plain, Json(around.Replace("?", "\"a\\rb\"")))).Fields.ShouldBe([field], $"{method} {path}");
            }
        }

        tried.ShouldBeGreaterThan(400);
    }

    [Fact]
    public async Task No_header_is_a_fault_of_ours()
    {
        var shop = await app.NewShop();
        var token = (await shop.As("owner")).AccessToken;
        var endpoints = app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.Count.ShouldBeGreaterThan(100);
        string[] names =
        [
            "Idempotency-Key", "If-Match", "If-None-Match", "X-Device-Token", "User-Agent", "Accept", "Accept-Language", "Cookie",
            "Last-Event-ID", "X-Forwarded-For", "Stripe-Signature", "X-Shop-Id",
        ];
        foreach (var odd in new[] { "\x01\x1b[31m", "a\x7f", "\xc2\x85", "\xed\xa0\xbd", "\xff", "\0", "\xf0\x9f\x98\x80", "\xe2\x80\xae" })
        {
            foreach (var name in names)
                await Sent($"POST /api/orders HTTP/1.1\r\nAuthorization: Bearer {token}\r\n{name}: {odd}", "{}");
            // At every endpoint, in all of them at once but for the shop, which would stand for the answer.
            foreach (var endpoint in endpoints.Where(e => !e.RoutePattern.RawText!.Contains("ws", StringComparison.Ordinal)))
            {
                var method = endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
                var path = Braces().Replace(endpoint.RoutePattern.RawText!.Replace("{shop_id:long}", shop.Id.ToString()), "1");
                if (path.EndsWith("/logout", StringComparison.Ordinal))
                    continue; // would end the session
                var all = string.Concat(names[..^1].Select(n => $"{n}: {odd}\r\n"));
                var body = method is "POST" or "PUT" ? "{}" : null;
                await Sent($"{method} {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n{all}X-Odd: {odd}", body);
            }
        }

        // A key that is no line is refused by name; the agent of a session is kept without what a terminal would run.
        var owner = await shop.As("owner");
        var order = new { items = new[] { new { menu_item_id = (await shop.Item("Espresso")).Id } } };
        (await owner.Ask("POST /api/orders", order, ("Idempotency-Key", "a\x1b[31m"))).Fields.ShouldBe(["Idempotency-Key"]);
        var who = new { username = shop.Username("owner"), password = Comanda.Demo.DemoCafe.Password };
        var other = await app.Client().Ask("POST /api/auth/login", who, ("User-Agent", "Till\x1b[2J"));
        other.Status.ShouldBe(200);
        (await owner.Ask("GET /api/auth/sessions")).ToString().ShouldNotContain("\\u001B", Case.Insensitive);
    }

    [Fact]
    public async Task No_form_or_file_is_a_fault_of_ours()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var odd in new[] { "\0", "\x1bp0", "\xff\xfe", "\xed\xa0\xbd", "%00", "%ED%A0%BD", "\x7f", "\x85" })
        {
            foreach (var path in new[] { "/api/menu/items/bulk-import", "/api/inventory/import", "/api/upload/image" })
            {
                string[] files =
                [
                    $"name,category,price\nA{odd}B,X,1\n",
                    $"na{odd}me,category,price\nA,X,1\n",
                    $"name;category;price\n\"A{odd}\"\"\";X;1\n",
                    odd,
                ];
                foreach (var csv in files)
                {
                    await Fine(owner, "POST", path, Bytes(csv, "text/csv"));
                    const string part = "--x\r\nContent-Disposition: form-data; name=";
                    var upload = $"{part}\"file\"; filename=\"a{odd}.csv\"\r\nContent-Type: text/csv{odd}\r\n\r\n{csv}\r\n"
                        + $"{part}\"mapping\"\r\n\r\n{{\"name\":\"{odd}\",\"price\":\"\\ud83d\"}}\r\n"
                        + $"{part}\"{odd}\"\r\n\r\n{odd}\r\n--x--\r\n";
                    await Fine(owner, "POST", path, Bytes(upload, "multipart/form-data; boundary=x"));
                }
            }

            var eight = string.Concat(Enumerable.Repeat(odd, 8));
            var form = $"token={odd}&password={eight}&{odd}={odd}";
            await Fine(owner, "POST", "/reset-password", Bytes(form, "application/x-www-form-urlencoded"));
            await Fine(owner, "POST", "/api/payments/webhook", Bytes($"{{\"type\":\"{odd}\"}}", "application/json"));
            await Fine(owner, "POST", "/api/orders", Bytes($"{{\"items\":[]}}{odd}", "application/json"));
        }

        foreach (var type in new[] { "charset=utf-16", "charset=utf-7", "charset=\"", ";", "\x01" }.Select(t => "application/json;" + t))
        {
            foreach (var path in new[] { "/api/orders", "/api/orders/sync" })
                await Fine(owner, "POST", path, Bytes("{\"orders\":[{}]}", type));
        }
    }

    /// <summary>What a bar of texts as JSON keeps: settings are JSON of any shape, and are checked like the rest.</summary>
    [Fact]
    public async Task Settings_take_no_control_characters_and_a_footer_has_lines()
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        (await owner.Ask("PUT /api/config/receipt_footer", new { value = "Thank you\nand good bye" })).Status.ShouldBe(200);
        (await owner.Ask("PUT /api/config/receipt_footer", new { value = "Thank you\u001bp0" })).Fields.ShouldBe(["value"]);
        (await owner.Ask("PUT /api/config/tax_number", new { value = "DE\n1" })).Fields.ShouldBe(["value"]);
        (await owner.Ask($"PUT /api/shops/{shop.Id}/settings", new { receipt_footer = "a\u009bb" })).Fields.ShouldBe(["receipt_footer"]);
        var twice = Json("""{"tax_number":"1","tax_number":"2"}""");
        (await owner.Ask($"PUT /api/shops/{shop.Id}/settings", twice)).Fields.ShouldBe(["tax_number"]);
        foreach (var info in new[] { """{"fat":1,"fat":2}""", """{"fat":"1\u0007"}""" })
        {
            var item = Json($$"""{"name":"Odd","category":"Cakes","price":1,"nutritional_info":{{info}}}""");
            (await owner.Ask("POST /api/menu", item)).Fields.ShouldBe(["nutritional_info"], info);
        }
    }

    /// <summary>A queue's sales are read one by one, and the webhook's body is the provider's.</summary>
    private static bool Plain(string path) => path is not ("/api/orders/sync" or "/api/payments/webhook");

    private static ByteArrayContent Json(string body) => Bytes(body, "application/json");

    /// <summary>Each character a byte, so that a test can write what is no UTF-8.</summary>
    private static ByteArrayContent Bytes(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private static async Task<Answer> Fine(ComandaClient client, string method, string target, HttpContent? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(client.Http.BaseAddress!, target)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", client.AccessToken);
        using var response = await client.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBeLessThan(500, $"{method} {target}: {text}");
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new((int)response.StatusCode, isJson ? JsonElement.Parse(text) : default, response);
    }

    /// <summary>Over the bare socket: what a library would not send.</summary>
    private async Task Sent(string head, string? body)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        await using var stream = socket.GetStream();
        var length = body is null ? "" : $"\r\nContent-Type: application/json\r\nContent-Length: {body.Length}";
        await stream.WriteAsync(Encoding.Latin1.GetBytes($"{head}\r\nHost: localhost\r\nConnection: close{length}\r\n\r\n{body}"));
        var buffer = new byte[64];
        var read = await stream.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false);
        var status = Encoding.Latin1.GetString(buffer, 0, read);
        status.ShouldNotStartWith("HTTP/1.1 5", Case.Sensitive, head);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Braces();
}
