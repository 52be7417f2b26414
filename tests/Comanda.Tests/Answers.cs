using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Comanda.Tests;

/// <summary>An answer as it came: status, body, headers.</summary>
public sealed record Answer(int Status, JsonElement Body, HttpResponseMessage Response)
{
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.ToString() : null;

    /// <summary>The field with this name, as text.</summary>
    public string? Text(string field) => Body.GetProperty(field).ToString();

    public long Id => Body.GetProperty("id").GetInt64();

    public string[] Fields => Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];

    public IEnumerable<JsonElement> Items => Body.GetProperty("items").EnumerateArray();

    public override string ToString() => $"{Status} {Body}";
}

public static class Answers
{
    /// <summary>Sends a request and answers whatever came.</summary>
    public static async Task<Answer> Ask(
        this ComandaClient client,
        string methodAndPath,
        object? body = null,
        params (string Name, string Value)[] headers)
    {
        var (method, path) = (methodAndPath.Split(' ')[0], methodAndPath.Split(' ', 2)[1]);
        var response = await client.Send(new HttpMethod(method), path, body, headers.ToDictionary(h => h.Name, h => h.Value));
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new((int)response.StatusCode, isJson ? JsonElement.Parse(text) : default, response);
    }

    /// <summary>A client that nobody is signed in with, in a shop, from an address of its own on the loopback.</summary>
    public static ComandaClient StrangerFrom(this CafeApp app, string address, long? shop = null, Uri? at = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var http = new HttpClient(handler) { BaseAddress = at ?? app.Address, Timeout = TimeSpan.FromSeconds(60) };
        if (shop is { } id)
            http.DefaultRequestHeaders.Add("X-Shop-Id", id.ToString());
        return new ComandaClient(http);
    }

    /// <summary>The same client, signed out without a word.</summary>
    public static ComandaClient WithoutToken(this ComandaClient client) => new(client.Http);

    /// <summary>A client that nobody is signed in with, in a shop.</summary>
    public static ComandaClient Stranger(this CafeApp app, TestShop shop, Uri? at = null)
    {
        var client = app.Client(at);
        client.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString());
        return client;
    }

    /// <summary>The newest message of the shop's outbox to somebody.</summary>
    public static async Task<JsonElement> Outbox(this TestShop shop, string to) =>
        (await (await shop.As("admin")).Ask("GET /api/outbox")).Items.First(m => m.GetProperty("to").GetString() == to);

    /// <summary>The code that was sent to a phone last.</summary>
    public static async Task<string> CodeFor(this TestShop shop, string phone) =>
        System.Text.RegularExpressions.Regex.Match((await shop.Outbox(phone)).GetProperty("body").GetString()!, @"\b\d{6}\b").Value;

    /// <summary>Another six digits than these.</summary>
    public static string WrongCode(string right) => right == "000000" ? "000001" : "000000";

    /// <summary>Asks until it holds.</summary>
    public static async Task Eventually(Func<Task<bool>> holds, int seconds = 30)
    {
        for (var tries = 0; tries < seconds * 20; tries++)
        {
            if (await holds())
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException("it did not come about");
    }
}
