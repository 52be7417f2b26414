using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Comanda.Data;
using Google.Apis.Auth.OAuth2;

namespace Comanda.Notifications;

/// <summary>
/// A Firebase project, by the key of its service account. <see cref="Address"/> is Google's, unless a test says otherwise; where tokens
/// are asked for stands in the key itself.
/// </summary>
public sealed record FcmOptions(string ProjectId, string ClientEmail, string PrivateKey, Uri TokenAddress, Uri Address)
{
    /// <summary>From COMANDA_FCM_CREDENTIALS, the JSON of a service account or the file that holds it; null where there is none.</summary>
    /// <exception cref="StartupException">It is none.</exception>
    public static FcmOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_FCM_CREDENTIALS") is not { Length: > 0 } given)
            return null;
        var address = variable("COMANDA_FCM_URL") is { Length: > 0 } other ? other : "https://fcm.googleapis.com";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new StartupException("COMANDA_FCM_URL must be an http or https address");
        try
        {
            using var key = JsonDocument.Parse(given.TrimStart().StartsWith('{') ? given : File.ReadAllText(given));
            string Of(string name) => key.RootElement.GetProperty(name).GetString()
                ?? throw new StartupException($"COMANDA_FCM_CREDENTIALS has no {name}");
            return new(Of("project_id"), Of("client_email"), Of("private_key"), new(Of("token_uri")), uri);
        }
        catch (Exception wrong)
            when (wrong is JsonException or KeyNotFoundException or IOException or InvalidOperationException or UriFormatException
                or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"COMANDA_FCM_CREDENTIALS must be the JSON key of a service account, or the path of its file: {wrong.Message}");
        }
    }
}

/// <summary>
/// Sends push messages by Firebase's HTTP v1 API: POST /v1/projects/{id}/messages:send, as a service account. Source: Firebase's
/// documentation, "projects.messages" and "ErrorCode".
/// </summary>
public sealed class FcmSender(FcmOptions options, HttpClient http) : IMessageSender
{
    private readonly ServiceAccountCredential account = new(new ServiceAccountCredential.Initializer(
        options.ClientEmail,
        options.TokenAddress.ToString())
    {
        Scopes = ["https://www.googleapis.com/auth/firebase.messaging"],
    }.FromPrivateKey(options.PrivateKey));

    public MessageChannel Channel => MessageChannel.Fcm;

    public string Name => "fcm";

    public async Task Send(string to, string? subject, string body, CancellationToken cancel)
    {
        var push = JsonSerializer.Deserialize<PushBody>(body, Json.Options)!;
        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = push.Type,
            ["notification_id"] = $"{push.NotificationId}",
        };
        if (push.ReferenceId is { } about)
            data["reference_id"] = $"{about}";
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(options.Address, $"/v1/projects/{Uri.EscapeDataString(options.ProjectId)}/messages:send"))
        {
            Content = JsonContent.Create(
                new { message = new { token = to, notification = new { title = subject, body = push.Message }, data } },
                options: Json.Options),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", await account.GetAccessTokenForRequestAsync(cancellationToken: cancel));
        using var response = await http.SendAsync(request, cancel);
        if (response.IsSuccessStatusCode)
            return;
        var answer = await response.Content.ReadAsStringAsync(cancel);
        var why = $"Firebase answered {(int)response.StatusCode}: {answer[..Math.Min(answer.Length, 500)]}";
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw new RecipientGoneException(why);
        // Too many at once, trouble of theirs, and a token of ours that ran out pass; what is said wrongly does not.
        throw response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized || (int)response.StatusCode >= 500
            ? new HttpRequestException(why)
            : new UndeliverableException(why);
    }
}
