using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Comanda.Data;

namespace Comanda.Webhooks;

/// <summary>How a call went: the status that was answered, or why none was.</summary>
public readonly record struct CallOutcome(int? Status, string? Error)
{
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>They say that it is not there any more, and not to ask again.</summary>
    public bool IsGone => Status == 410;

    /// <summary>They have understood, and do not want this event: another may be as welcome as ever.</summary>
    public bool RefusesEvent => Status is 400 or 405 or 409 or 413 or 415 or 422;
}

/// <summary>
/// One call of a webhook, by the Standard Webhooks form: id, timestamp and body are signed with each secret that holds. The address is
/// looked up and judged at each connection, and exactly the address that was judged is connected to, so that a name that leads
/// elsewhere by now leads nowhere. Redirects are not followed.
/// </summary>
public sealed class CallWebhook : IDisposable
{
    public const string SecretPrefix = "whsec_";

    /// <summary>What a secret is sealed as.</summary>
    internal const string SealedAs = "webhooks.secret";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient http;
    private readonly WebhookNetworks networks;
    private readonly Sealing sealing;
    private readonly TimeProvider clock;

    public CallWebhook(WebhookNetworks networks, Sealing sealing, TimeProvider clock)
    {
        (this.networks, this.sealing, this.clock) = (networks, sealing, clock);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = Connect,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
        })
        { Timeout = Patience };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Comanda-Webhooks/1");
    }

    /// <summary>A new secret, as whoever checks signatures needs it.</summary>
    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether it is one: the prefix, and 24 to 64 bytes in Base64.</summary>
    public static bool IsSecret(string text)
    {
        var bytes = new byte[64];
        return text.StartsWith(SecretPrefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length)
            && length >= 24;
    }

    /// <summary>The signatures of a message, one for each secret.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return string.Join(' ', secrets.Select(s =>
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(s[SecretPrefix.Length..]), content))));
    }

    /// <summary>Calls; the secrets are as they are kept.</summary>
    public async Task<CallOutcome> Send(Uri to, IEnumerable<string> secrets, string id, byte[] body, CancellationToken cancel)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", Sign(secrets.Select(s => sealing.Open(s, SealedAs)), id, timestamp, body));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            var status = (int)response.StatusCode;
            return new(status, status is >= 300 and < 400 ? "answered with a redirect, which is not followed" : null);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return new(null, failure is OperationCanceledException ? "did not answer in time" : PlainText.Line(failure.Message));
        }
    }

    public void Dispose() => http.Dispose();

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancel);
        var open = Array.FindAll(found, networks.Allow);
        if (open.Length == 0)
            throw new HttpRequestException("leads into a network that is not open to webhooks");
        var plain = context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttp;
        if (plain && !Array.TrueForAll(open, networks.IsNamed))
            throw new HttpRequestException("leads out of the networks where it needs no TLS");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(open, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
