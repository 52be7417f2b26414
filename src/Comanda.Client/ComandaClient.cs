using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Comanda.Client;

/// <summary>
/// A typed client of a Comanda server. One client is one signed-in person; it is safe to use from many tasks at once.
/// Answers other than success throw <see cref="ComandaException"/> with the problem's code and fields.
/// </summary>
public sealed partial class ComandaClient(HttpClient http)
{
    /// <summary>snake_case, as the API speaks.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower
    };

    /// <summary>For requests that this client has no word for.</summary>
    public HttpClient Http => http;

    public string? AccessToken { get; set; }

    /// <summary>Sends a request with the client's token and answers the response as it came.</summary>
    public async Task<HttpResponseMessage> Send(
        HttpMethod method,
        string path,
        object? body = null,
        IReadOnlyDictionary<string, string>? headers = null,
        CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(method, path);
        if (AccessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        foreach (var (name, value) in headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType(), options: Json);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
        }
        catch (SocketException closed)
        {
            // .NET 10 lets this one through where the server closes a connection in the moment in which it is made.
            throw new HttpRequestException(closed.Message, closed);
        }
    }

    private async Task<T> Ask<T>(
        HttpMethod method,
        string path,
        object? body = null,
        IReadOnlyDictionary<string, string>? headers = null,
        CancellationToken cancel = default)
    {
        using var response = await Send(method, path, body, headers, cancel);
        await ThrowIfRefused(response, cancel);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancel))!;
    }

    private static async Task ThrowIfRefused(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode)
            return;
        Problem? problem = null;
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
            problem = await response.Content.ReadFromJsonAsync<Problem>(Json, cancel);
        throw new ComandaException((int)response.StatusCode, problem);
    }

    private static Dictionary<string, string>? KeyHeader(string? idempotencyKey) =>
        idempotencyKey is null ? null : new(StringComparer.Ordinal) { ["Idempotency-Key"] = idempotencyKey };
}

/// <summary>RFC 9457 as Comanda answers it.</summary>
public sealed record Problem(
    string? Type,
    string? Title,
    int? Status,
    string? Detail,
    string? Code,
    string? TraceId,
    Dictionary<string, string[]>? Errors);

/// <summary>The server did not do it; <see cref="Problem"/> says why.</summary>
public sealed class ComandaException(int status, Problem? problem) : Exception($"{status} {problem?.Code}: {problem?.Detail}")
{
    public int Status => status;

    public Problem? Problem => problem;

    public string? Code => problem?.Code;
}
