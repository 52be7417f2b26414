using System.Net;
using System.Net.Sockets;
using Comanda.Data;

namespace Comanda.Printing;

/// <summary>
/// Where printers at TCP 9100 may be: in one's own network, that is at private, link-local and loopback addresses, and at those that are
/// named (<c>COMANDA_PRINTER_NETWORKS</c>). Anywhere else this would be a way to have the server look at other people's ports.
/// </summary>
public sealed class PrinterNetworks(IEnumerable<IPNetwork> named)
{
    public const int FirstPort = 9100, LastPort = 9109;

    private static readonly IPNetwork[] Own =
    [
        .. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128" }
            .Select(n => IPNetwork.Parse(n)),
    ];

    private readonly IPNetwork[] allowed = [.. Own, .. named];

    /// <summary>The networks that are named, with commas or blanks between.</summary>
    /// <exception cref="StartupException">One of them is none.</exception>
    public static IReadOnlyList<IPNetwork> FromEnvironment(Func<string, string?> variable) =>
    [
        .. (variable("COMANDA_PRINTER_NETWORKS") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text =>
            IPNetwork.TryParse(text, out var network)
                ? network
                : throw new StartupException("COMANDA_PRINTER_NETWORKS must be networks such as 203.0.113.0/28, with commas between")),
    ];

    /// <summary>The address of a host where a printer may be; null where it has none.</summary>
    public async Task<IPAddress?> Find(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal))
            return Allow(literal) ? literal : null;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            var found = await Dns.GetHostAddressesAsync(host, patience.Token);
            // Of a name that leads elsewhere too, nothing is taken.
            return found.Length > 0 && Array.TrueForAll(found, Allow) ? found[0] : null;
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
    }

    private bool Allow(IPAddress address)
    {
        var real = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(allowed, n => n.Contains(real));
    }
}
