using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Comanda.Operations;

/// <summary>Where the server listens: by HTTP, and by HTTPS where there is a certificate.</summary>
internal static class Doors
{
    public static void Open(KestrelServerOptions kestrel, ServeOptions options)
    {
        Listen(kestrel, options.Listen, options.Port, _ => { });
        if (options.Tls is { } tls)
            OpenSecure(kestrel, options.Listen, tls);
    }

    /// <summary>Apart, so that nobody else loads what it takes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OpenSecure(KestrelServerOptions kestrel, string address, TlsOptions tls)
    {
        var file = new CertificateFile(tls, TimeProvider.System);
        var log = kestrel.ApplicationServices.GetRequiredService<ILogger<CertificateFile>>();
        Listen(kestrel, address, tls.Port, door => door.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(file.Offer(log)),
        }));
    }

    private static void Listen(KestrelServerOptions kestrel, string address, int port, Action<ListenOptions> how)
    {
        if (address == "localhost")
            kestrel.ListenLocalhost(port, how);
        else if (address == "*")
            kestrel.ListenAnyIP(port, how);
        else
            kestrel.Listen(IPAddress.Parse(address), port, how);
    }
}
