namespace Comanda.Kernel;

/// <summary>
/// Pages of which sites may follow events. Browsers ask for it by themselves before most requests, but not before a WebSocket: there the
/// door asks.
/// </summary>
/// <param name="Listed">Origins, or <c>*</c> alone for all.</param>
public sealed record AllowedOrigins(IReadOnlyList<string> Listed)
{
    /// <summary>Whether the request comes from no page at all, from one of ours, or from one on the list.</summary>
    public bool Allow(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        return origin.Length == 0 || IsListed(origin) || IsOurs(origin, http.Request);
    }

    private bool IsListed(string origin) => Listed is ["*"] || Listed.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>By host and port: before a proxy that speaks TLS the scheme may be another than here.</summary>
    private static bool IsOurs(string origin, HttpRequest request)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from) || request.Host is not { HasValue: true } host)
            return false;
        return string.Equals(from.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && (host.Port is { } port ? from.Port == port : from.IsDefaultPort);
    }
}
