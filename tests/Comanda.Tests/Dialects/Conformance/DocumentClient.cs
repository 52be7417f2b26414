using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>
/// A client that has one of the five documents and nothing of ours: addresses and bodies to the letter, over plain HTTP. What it sends it
/// expects to read back, under the name and with the value that it sent.
/// </summary>
internal sealed class DocumentClient(CafeApp app, TestShop? shop, string root) : IDisposable
{
    /// <summary>In the shop that this installation has for it: clients of four of the documents know of no other.</summary>
    public HttpClient Http { get; } = Open(app, shop);

    /// <summary>Where the document's API begins: <c>/api</c>, <c>/api/v1</c>, nothing.</summary>
    public string Root { get; set; } = root;

    public string? Token { get; set; }

    /// <summary>The headers of the last answer.</summary>
    public HttpResponseMessage Last { get; private set; } = null!;

    public DocumentClient In(string dialect)
    {
        Http.DefaultRequestHeaders.Add("Comanda-Dialect", dialect);
        return this;
    }

    /// <summary>Another person's client of the same document.</summary>
    public async Task<DocumentClient> As(string username)
    {
        var other = new DocumentClient(app, shop, Root);
        if (Http.DefaultRequestHeaders.TryGetValues("Comanda-Dialect", out var dialect))
            other.In(dialect.Single());
        await other.SignIn(username);
        return other;
    }

    public async Task<JsonElement> SignIn(string username, string login = "/auth/login")
    {
        var said = JsonSerializer.Serialize(new { username = shop!.Username(username), password = "password123" });
        var answer = await Ask(200, $"POST {login}", said);
        Token = answer.TryGetProperty("access_token", out var token) ? token.GetString() : answer.GetProperty("accessToken").GetString();
        return answer;
    }

    /// <summary>Sends it; the status must be this.</summary>
    public async Task<JsonElement> Ask(int status, string what, string? body = null, string type = "application/json")
    {
        var (method, path) = (what.Split(' ')[0], what.Split(' ', 2)[1]);
        using var request = new HttpRequestMessage(new(method), path.StartsWith("//", StringComparison.Ordinal) ? path[1..] : Root + path);
        if (Token is not null)
            request.Headers.Authorization = new("Bearer", Token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        Last = await Http.SendAsync(request);
        return await Read(status, $"{what} {body}");
    }

    public async Task<JsonElement> Upload(int status, string path, byte[] content, string field, string name, string type)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var form = new MultipartFormDataContent { { file, field, name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, Root + path) { Content = form };
        request.Headers.Authorization = new("Bearer", Token);
        Last = await Http.SendAsync(request);
        return await Read(status, "POST " + path);
    }

    /// <summary>Sends it, and reads back in the answer all that was sent, but for the members named.</summary>
    public async Task<JsonElement> Keep(int status, string what, string body, params string[] but)
    {
        var answer = await Ask(status, what, body);
        Holds(JsonElement.Parse(body), answer, what + " → ", but);
        return answer;
    }

    /// <summary>What was sent is there, under its name, with its value.</summary>
    public static void Holds(JsonElement sent, JsonElement read, string place, params string[] but)
    {
        switch (sent.ValueKind)
        {
            case JsonValueKind.Object:
                read.ValueKind.ShouldBe(JsonValueKind.Object, $"{place} is {read}");
                foreach (var member in sent.EnumerateObject().Where(m => !but.Contains(m.Name)))
                {
                    read.TryGetProperty(member.Name, out var there).ShouldBeTrue($"{place}.{member.Name} is not in {read}");
                    Holds(member.Value, there, $"{place}.{member.Name}", but);
                }

                break;
            case JsonValueKind.Array:
                read.ValueKind.ShouldBe(JsonValueKind.Array, $"{place} is {read}");
                read.GetArrayLength().ShouldBe(sent.GetArrayLength(), $"{place} is {read}");
                for (var i = 0; i < sent.GetArrayLength(); i++)
                    Holds(sent[i], read[i], $"{place}[{i}]", but);
                break;
            case JsonValueKind.Number:
                read.ValueKind.ShouldBe(JsonValueKind.Number, $"{place}: {sent} was sent, {read} came back");
                read.GetDecimal().ShouldBe(sent.GetDecimal(), place);
                break;
            case JsonValueKind.String when DateTimeOffset.TryParse(sent.GetString(), CultureInfo.InvariantCulture, out var at)
                && sent.GetString()!.Contains('T', StringComparison.Ordinal):
                read.GetDateTimeOffset().ShouldBe(at, place);
                break;
            default:
                read.ToString().ShouldBe(sent.ToString(), place);
                break;
        }
    }

    /// <summary>The rows of a list, bare or not.</summary>
    public static JsonElement[] Rows(JsonElement list) =>
        [.. (list.ValueKind == JsonValueKind.Array ? list : list.GetProperty("items")).EnumerateArray()];

    /// <summary>The one row of a list whose member has this value.</summary>
    public static JsonElement Row(JsonElement list, string member, string? value) =>
        Rows(list).Where(r => r.GetProperty(member).ToString() == value).ShouldHaveSingleItem($"{member} = {value} in {list}");

    public async Task<string> Text(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (Token is not null)
            request.Headers.Authorization = new("Bearer", Token);
        Last = await Http.SendAsync(request);
        ((int)Last.StatusCode).ShouldBe(200, path);
        return await Last.Content.ReadAsStringAsync();
    }

    public void Dispose() => Http.Dispose();

    private static HttpClient Open(CafeApp app, TestShop? shop)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = app.Address };
        if (shop is not null)
            http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString(CultureInfo.InvariantCulture));
        return http;
    }

    private async Task<JsonElement> Read(int status, string what)
    {
        var text = await Last.Content.ReadAsStringAsync();
        ((int)Last.StatusCode).ShouldBe(status, $"{what} → {text}");
        return Last.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true
            ? JsonElement.Parse(text)
            : default;
    }
}
