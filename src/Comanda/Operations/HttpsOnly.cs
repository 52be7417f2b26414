namespace Comanda.Operations;

/// <summary>
/// Where there is HTTPS, whoever comes without it: pages lead to it, and the API refuses, since what was sent by then was already read on
/// the way (ASVS 4.1.2). Probes, scrapers and printers, which have no TLS, are let through.
/// </summary>
public static class HttpsOnly
{
    private static readonly Refusal Required = new(
        403,
        "https_required",
        "This installation is asked by https:// only. Whatever you sent could be read on its way: change it if it was a secret.");

    private static readonly string[] Anyhow = ["/health", "/ready", "/metrics", "/print"];

    private static readonly string[] Programs = ["/api", "/ws", "/socket.io", "/auth", "/openapi"];

    /// <summary>Leads to HTTPS, and has browsers remember it for a year.</summary>
    /// <param name="app">After the proxies were believed.</param>
    /// <param name="port">Comanda's own; null where a proxy has it.</param>
    /// <param name="publicUrl">Where people reach it, where the operator said so: no request's Host is sent back then.</param>
    /// <param name="remembered">Whether browsers are told to come by HTTPS only.</param>
    public static void UseHttpsOnly(this IApplicationBuilder app, int? port, Uri? publicUrl, bool remembered) => app.Use((http, next) =>
    {
        if (http.Request.IsHttps)
        {
            if (remembered && !IsThisMachine(http.Request.Host.Host))
                http.Response.Headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
            return next(http);
        }

        if (StartsWith(http, Anyhow))
            return next(http);
        if (StartsWith(http, Programs) || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
            return Problems.Write(http, Required);
        var host = http.Request.Host.Host;
        var here = port is { } own and not 443 ? new HostString(host, own) : new HostString(host);
        var root = publicUrl is { Scheme: "https" } ? publicUrl.GetLeftPart(UriPartial.Authority) : "https://" + here.ToUriComponent();
        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = root + http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        return Task.CompletedTask;
    });

    private static bool StartsWith(HttpContext http, string[] paths) =>
        Array.Exists(paths, p => http.Request.Path.StartsWithSegments(p, StringComparison.OrdinalIgnoreCase));

    /// <summary>A browser would remember it for whatever else is tried at this address.</summary>
    private static bool IsThisMachine(string host) => host is "localhost" or "127.0.0.1" or "[::1]";
}
