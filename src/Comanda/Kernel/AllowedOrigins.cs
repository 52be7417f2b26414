namespace Comanda.Kernel;

/// <summary>
/// Pages of which sites may call, from <c>COMANDA_CORS_ORIGINS</c> (or <c>CORS_ORIGINS</c>). Browsers ask for it by themselves before
/// most requests, but not before a WebSocket: there the door asks.
/// </summary>
public sealed record AllowedOrigins(IReadOnlyList<string> Listed)
{
    public static readonly AllowedOrigins None = new([]);

    /// <summary>The list, with commas or blanks between: <c>https://shop.example https://tills.example:8443</c>.</summary>
    public static AllowedOrigins FromEnvironment(Func<string, string?> variable)
    {
        var text = variable("COMANDA_CORS_ORIGINS") is { Length: > 0 } ours ? ours : variable("CORS_ORIGINS") ?? "";
        return new([.. text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(o => o.TrimEnd('/'))]);
    }

    /// <summary>Whether the request comes from no page at all, from one of ours, or from one on the list.</summary>
    public bool Allow(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        return origin.Length == 0 || IsListed(origin) || IsOurs(origin, http.Request);
    }

    /// <summary>Tells the browser that a page on the list may read the answer, with its cookies.</summary>
    public void Answer(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !IsListed(origin))
            return;
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
        if (!HttpMethods.IsOptions(http.Request.Method))
            return;
        headers.AccessControlAllowMethods = "GET, POST";
        if (http.Request.Headers.AccessControlRequestHeaders is { Count: > 0 } wanted)
            headers.AccessControlAllowHeaders = wanted;
        headers.AccessControlMaxAge = "600";
    }

    private bool IsListed(string origin) => Listed.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>By host and port: before a proxy that speaks TLS the scheme may be another than here.</summary>
    private static bool IsOurs(string origin, HttpRequest request)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || request.Host is not { HasValue: true } host)
            return false;
        return string.Equals(from.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && (host.Port is { } port ? from.Port == port : from.IsDefaultPort);
    }
}
