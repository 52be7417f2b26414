using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Comanda.Data;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;

namespace Comanda.Notifications;

/// <summary>
/// The keys by which we say who we are to browsers' push services (VAPID, RFC 8292), base64url as usual, and which services may be asked:
/// where a browser says it is, is where we send to.
/// </summary>
public sealed record WebPushOptions(string PublicKey, string PrivateKey, string Subject, IReadOnlyList<string> Hosts)
{
    /// <summary>The services of the browsers that there are; a name after a dot stands for all below it.</summary>
    private static readonly string[] Known =
        ["fcm.googleapis.com", ".push.services.mozilla.com", ".notify.windows.com", "web.push.apple.com"];

    /// <summary>From COMANDA_WEBPUSH_…; null where there is no key.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static WebPushOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_WEBPUSH_PUBLIC_KEY") is not { Length: > 0 } open)
            return null;
        if (variable("COMANDA_WEBPUSH_PRIVATE_KEY") is not { Length: > 0 } secret)
            throw new StartupException("COMANDA_WEBPUSH_PRIVATE_KEY must be the private key of COMANDA_WEBPUSH_PUBLIC_KEY");
        if (variable("COMANDA_WEBPUSH_SUBJECT") is not { Length: > 0 } subject
            || !(subject.StartsWith("mailto:", StringComparison.Ordinal) || subject.StartsWith("https:", StringComparison.Ordinal)))
            throw new StartupException("COMANDA_WEBPUSH_SUBJECT must say how to reach you: mailto:you@example.com, or an https address");
        var hosts = (variable("COMANDA_WEBPUSH_HOSTS") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        return new(open, secret, subject, hosts.Length > 0 ? hosts : Known);
    }

    /// <summary>Whether a browser's address is one of a push service that we know, where nothing else can be reached by it.</summary>
    public static bool IsKnown(Uri endpoint, IReadOnlyList<string>? hosts) =>
        (endpoint.Scheme == "https" || (endpoint.IsLoopback && hosts?.Contains(endpoint.Host) == true))
        && (hosts ?? Known).Any(h => h.StartsWith('.') ? endpoint.Host.EndsWith(h, StringComparison.Ordinal) : endpoint.Host == h);
}

/// <summary>A browser's subscription as a message's recipient.</summary>
public sealed record WebPushRecipient(string Endpoint, string P256dh, string Auth);

/// <summary>Sends push messages to browsers, encrypted for them alone (RFC 8030, 8291, 8188).</summary>
public sealed class WebPushSender(WebPushOptions options, HttpClient http) : IMessageSender, IDisposable
{
    private static readonly int DaysKept = (int)TimeSpan.FromDays(1).TotalSeconds;

    private readonly VapidAuthentication authentication = new(options.PublicKey, options.PrivateKey) { Subject = options.Subject };

    public MessageChannel Channel => MessageChannel.WebPush;

    public string Name => "webpush";

    /// <summary>The key by which browsers subscribe.</summary>
    public string PublicKey => options.PublicKey;

    public IReadOnlyList<string> Hosts => options.Hosts;

    public async Task Send(string to, string? subject, string body, CancellationToken cancel)
    {
        var (recipient, push) = (
            JsonSerializer.Deserialize<WebPushRecipient>(to, Json.Options)!,
            JsonSerializer.Deserialize<PushBody>(body, Json.Options)!);
        var browser = new PushSubscription { Endpoint = recipient.Endpoint };
        browser.SetKey(PushEncryptionKeyName.P256DH, recipient.P256dh);
        browser.SetKey(PushEncryptionKeyName.Auth, recipient.Auth);
        var message = new PushMessage(Json.Write(new
        {
            title = subject,
            message = push.Message,
            type = push.Type,
            reference_id = push.ReferenceId,
            notification_id = push.NotificationId,
        }))
        {
            TimeToLive = DaysKept,
            Urgency = push.Type == "order" ? PushMessageUrgency.High : PushMessageUrgency.Normal,
        };
        var client = new PushServiceClient(http) { DefaultAuthentication = authentication, AutoRetryAfter = false };
        try
        {
            await client.RequestPushMessageDeliveryAsync(browser, message, cancel);
        }
        catch (PushServiceClientException refused)
        {
            var why = $"The push service answered {(int)refused.StatusCode}: {refused.Message}";
            throw refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? new RecipientGoneException(why)
                : refused.StatusCode == HttpStatusCode.TooManyRequests || (int)refused.StatusCode >= 500 ? new HttpRequestException(why)
                : new UndeliverableException(why);
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or CryptographicException)
        {
            throw new UndeliverableException("The browser's keys cannot be used: " + unreadable.Message);
        }
    }

    public void Dispose() => authentication.Dispose();
}
