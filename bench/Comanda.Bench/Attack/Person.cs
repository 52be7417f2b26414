using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Comanda.Demo;

namespace Comanda.Bench.Attack;

/// <summary>An answer. Status 0: none came, <see cref="Text"/> says why.</summary>
internal sealed record Reply(int Status, string Text, bool Replayed = false)
{
    public JsonElement Json => Text.Length > 0 && Text[0] is '{' or '[' ? JsonElement.Parse(Text) : JsonElement.Parse("{}");

    public bool Ok => Status is >= 200 and < 300;

    public long Id => Json.TryGetProperty("id", out var id) ? id.GetInt64() : 0;

    public List<JsonElement> Items => Json.TryGetProperty("items", out var items) ? [.. items.EnumerateArray()] : [];

    public override string ToString() => $"{Status} {Text}";
}

/// <summary>Somebody who works in a shop, at one of the servers, with a connection of their own. Signs in when that is needed.</summary>
internal sealed class Person(Uri server, string username, string? deviceToken = null) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = server,
        Timeout = TimeSpan.FromSeconds(60),
    };
    private string? token;

    public string Username => username;

    public static Person Of(ArenaShop shop, ServerUnderTest server, string username, bool atTill = false) =>
        new(server.Address, username + shop.Suffix, atTill ? shop.TillToken : null);

    /// <summary>The access token, signed in for if need be.</summary>
    public async Task<string> Token(CancellationToken cancel)
    {
        if (token is not null)
            return token;
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { username, password = DemoCafe.Password }, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return token = answer.IsSuccessStatusCode
            ? JsonElement.Parse(text).GetProperty("access_token").GetString()!
            : throw new BenchException($"{username} cannot sign in: {(int)answer.StatusCode} {text}");
    }

    /// <summary>Sends what is written as <c>POST /api/orders</c>.</summary>
    /// <param name="what">Method and path.</param>
    /// <param name="body">Sent as JSON; null sends none.</param>
    /// <param name="key">The Idempotency-Key.</param>
    /// <param name="version">The version for If-Match.</param>
    /// <param name="cancel">Gives up, as a client does that hangs up: the answer has status 0 then.</param>
    public async Task<Reply> Ask(
        string what,
        object? body = null,
        string? key = null,
        long? version = null,
        CancellationToken cancel = default)
    {
        try
        {
            var reply = await Send(what, body, key, version, cancel: cancel);
            if (reply.Status != 401)
                return reply;
            token = null; // a quarter of an hour is over
            return await Send(what, body, key, version, cancel: cancel);
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException or IOException)
        {
            return new(0, $"{none.GetType().Name}: {none.Message}");
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Reply> Send(string what, object? body, string? key, long? version, CancellationToken cancel)
    {
        var space = what.IndexOf(' ', StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(what[..space]), what[(space + 1)..]);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(cancel));
        if (deviceToken is not null)
            request.Headers.Add("X-Device-Token", deviceToken);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (version is { } v)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"v{v}\"");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var response = await http.SendAsync(request, cancel);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(cancel),
            response.Headers.Contains("Idempotency-Replayed")
        );
    }
}
