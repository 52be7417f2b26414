using System.Net;
using Comanda.Data;
using Microsoft.AspNetCore.HttpOverrides;

namespace Comanda.Operations;

/// <summary>
/// Behind a proxy, the address and the scheme of a request are what the proxy says they are; but only a proxy that the
/// operator named is believed, since anybody can write the headers.
/// </summary>
public static class TrustedProxies
{
    /// <summary>Believes these proxies, and nobody else.</summary>
    /// <exception cref="StartupException">COMANDA_TRUSTED_PROXIES holds something that is neither an address nor a network.</exception>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, IReadOnlyList<string> proxies)
    {
        if (proxies.Count == 0)
            return app;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new StartupException(
                    $"COMANDA_TRUSTED_PROXIES: '{proxy}' is neither an address (10.0.0.1) nor a network (10.0.0.0/8)");
        }

        return app.UseForwardedHeaders(options);
    }
}
