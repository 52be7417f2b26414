using System.Net;
using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Identity;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Who may set an installation up: nobody once it has a shop; until then whoever sits at its machine, or has the code that the server
/// showed when it started. A request that came through anything between is no proof of sitting there.
/// </summary>
public sealed class SetupDoor(NpgsqlDataSource database, Tokens tokens, Attempts attempts)
{
    /// <summary>Wrong codes from one address in a quarter of an hour. The code has 50 bits; this only keeps the noise down.</summary>
    private const int WrongCodes = 20;

    /// <summary>Without letters that look like digits.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz023456789";

    private static readonly string[] BetweenHeaders =
        ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"];

    private bool hasShop;

    /// <summary>Whether there is no shop yet. A shop is never taken away again.</summary>
    public async ValueTask<bool> IsOpen(CancellationToken cancel)
    {
        if (!hasShop)
            hasShop = await database.Scalar("select exists (select 1 from shops)", cancel) is true;
        return !hasShop;
    }

    /// <summary>The code: of the installation's newest signing key, so that every process knows the same and none has to keep it.</summary>
    public string Code
    {
        get
        {
            var hash = tokens.Derive("comanda setup");
            var code = string.Concat(hash.Take(10).Select(b => Letters[b % 32]));
            return $"{code[..5]}-{code[5..]}";
        }
    }

    /// <summary>Why whoever asks may not; null where they may.</summary>
    public async Task<Refusal?> Refuse(HttpContext http, string? code, CancellationToken cancel)
    {
        if (IsAtThisMachine(http))
            return null;
        if (string.IsNullOrWhiteSpace(code))
            return Wrong("is needed from here: the server showed it when it started (set-up code)");
        if (CryptographicOperations.FixedTimeEquals(Plain(code), Plain(Code)))
            return null;
        return await attempts.Use($"setup:{Here.AddressOf(http)}", WrongCodes, TimeSpan.FromMinutes(15), cancel) is { } wait
            ? Refusal.TooMany("Too many wrong set-up codes; wait, and try again.", wait)
            : Wrong("is not the one that the server showed when it started");
    }

    /// <summary>
    /// From this machine, to it, by its own name, with nothing between, and not at the wish of a page from elsewhere: proxies and tunnels
    /// also come from this machine, but add a header, speak HTTP/1.0, or were called by another name.
    /// </summary>
    public static bool IsAtThisMachine(HttpContext http)
    {
        var (request, connection) = (http.Request, http.Connection);
        return connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from)
            && connection.LocalIpAddress is { } to && IPAddress.IsLoopback(to)
            && IsThisMachine(request.Host.Host)
            && request.Protocol != "HTTP/1.0"
            && !BetweenHeaders.Any(request.Headers.ContainsKey)
            && !request.Headers.Keys.Any(IsBetween)
            && IsOwnPage(request);
    }

    private static bool IsThisMachine(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named));

    private static bool IsBetween(string header) =>
        header.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original", StringComparison.OrdinalIgnoreCase);

    /// <summary>Browsers say from which page a request comes.</summary>
    private static bool IsOwnPage(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
        && (request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase));

    private static byte[] Plain(string code) =>
        Encoding.UTF8.GetBytes(new string([.. code.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit)]));

    private static Refusal Wrong(string words) => new(
        403,
        "setup_code_required",
        "Setting this installation up from here needs its set-up code.",
        new Dictionary<string, string[]>(StringComparer.Ordinal) { ["code"] = [words] });
}
