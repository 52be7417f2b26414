using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Comanda.Data;

namespace Comanda.Notifications;

/// <summary>
/// A Twilio account. <see cref="From"/> is a number of the account, or a messaging service (<c>MG…</c>).
/// <see cref="Address"/> is Twilio's, unless a test says otherwise.
/// </summary>
public sealed record TwilioOptions(string AccountSid, string AuthToken, string From, Uri Address)
{
    /// <summary>From COMANDA_TWILIO_…; null where no account is named.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static TwilioOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_TWILIO_ACCOUNT_SID") is not { Length: > 0 } account)
            return null;
        if (variable("COMANDA_TWILIO_AUTH_TOKEN") is not { Length: > 0 } token)
            throw new StartupException("COMANDA_TWILIO_AUTH_TOKEN must be the token of COMANDA_TWILIO_ACCOUNT_SID");
        if (variable("COMANDA_TWILIO_FROM") is not { Length: > 0 } from)
            throw new StartupException("COMANDA_TWILIO_FROM must be a number of yours such as +15005550006, or a messaging service (MG…)");
        var address = variable("COMANDA_TWILIO_URL") is { Length: > 0 } other ? other : "https://api.twilio.com";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? new(account, token, from, uri)
            : throw new StartupException("COMANDA_TWILIO_URL must be an http or https address");
    }
}

/// <summary>
/// Sends short messages by Twilio's HTTP API: POST /2010-04-01/Accounts/{sid}/Messages.json, a form with To, Body and From
/// or MessagingServiceSid, signed in by account and token (Basic). Source: Twilio's documentation, "Message resource".
/// </summary>
public sealed class TwilioSender(TwilioOptions options, HttpClient http) : IMessageSender
{
    public MessageChannel Channel => MessageChannel.Sms;

    public string Name => "twilio";

    public async Task Send(string to, string? subject, string body, CancellationToken cancel)
    {
        var sender = options.From.StartsWith("MG", StringComparison.Ordinal) ? "MessagingServiceSid" : "From";
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(options.Address, $"/2010-04-01/Accounts/{Uri.EscapeDataString(options.AccountSid)}/Messages.json"))
        {
            Content = new FormUrlEncodedContent([new("To", to), new(sender, options.From), new("Body", body)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}")));
        using var response = await http.SendAsync(request, cancel);
        if (response.IsSuccessStatusCode)
            return;
        var why = $"Twilio answered {(int)response.StatusCode}: {Reason(await response.Content.ReadAsStringAsync(cancel))}";
        // Too many at once and trouble of theirs pass; a number that is none, or an account that may not, does not.
        throw response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500
            ? new HttpRequestException(why)
            : new UndeliverableException(why);
    }

    /// <summary>Twilio's own words: <c>{"code":21211,"message":"…"}</c>.</summary>
    private static string Reason(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("message", out var message)
                ? $"{message} (code {(json.RootElement.TryGetProperty("code", out var code) ? code : default)})"
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
