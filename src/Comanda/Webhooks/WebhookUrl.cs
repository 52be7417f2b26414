using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Comanda.Data;

namespace Comanda.Webhooks;

/// <summary>
/// Where webhooks may go: anywhere but into one's own network, where a shop could otherwise have this server ask what it cannot reach
/// itself. Networks that are meant are named (<c>COMANDA_WEBHOOK_NETWORKS</c>); development also has its own machine.
/// </summary>
public sealed class WebhookNetworks
{
    /// <summary>Nobody's address on the internet: private, shared, link-local, loopback, multicast, documentation, and the like.</summary>
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    private readonly IPNetwork[] allowed;

    public WebhookNetworks(IEnumerable<IPNetwork> allowed, bool production) =>
        this.allowed = production ? [.. allowed] : [.. allowed, IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The networks that are named, with commas or blanks between.</summary>
    /// <exception cref="StartupException">One of them is none.</exception>
    public static IReadOnlyList<IPNetwork> FromEnvironment(Func<string, string?> variable) =>
    [
        .. (variable("COMANDA_WEBHOOK_NETWORKS") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(text =>
            IPNetwork.TryParse(text, out var network)
                ? network
                : throw new StartupException("COMANDA_WEBHOOK_NETWORKS must be networks such as 10.1.0.0/16, with commas between")),
    ];

    /// <summary>Whether something may be sent to this address.</summary>
    public bool Allow(IPAddress address)
    {
        var real = Unwrap(address);
        return allowed.Any(n => n.Contains(real)) || (!NotPublic.Any(n => n.Contains(real)) && !IsOurs(real));
    }

    /// <summary>Whether it is one that was allowed by name: there a webhook needs no TLS.</summary>
    public bool IsNamed(IPAddress address) => allowed.Any(n => n.Contains(Unwrap(address)));

    /// <summary>An IPv4 address that is written as an IPv6 one leads where the IPv4 one does.</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        ReadOnlySpan<byte> nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], sixToFour = [0x20, 0x02];
        return bytes.AsSpan().StartsWith(nat64) ? new(bytes.AsSpan(12))
            : bytes.AsSpan().StartsWith(sixToFour) ? new(bytes.AsSpan(2, 4))
            : address;
    }

    /// <summary>The machine's own address may be a public one, with doors that are not.</summary>
    private static bool IsOurs(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Any(a => Unwrap(a.Address).Equals(address));
}

/// <summary>What an address has to be to be one of a webhook.</summary>
public sealed class WebhookUrl(WebhookNetworks networks)
{
    public const int Longest = 1_000;

    /// <summary>What is wrong with it; null where nothing is. Where it leads is looked up now, and again whenever it is called.</summary>
    public async Task<string?> Check(string? text, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(text))
            return "is required";
        if (text.Length > Longest
            || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme is not ("https" or "http")
            || url.UserInfo.Length > 0
            || url.Fragment.Length > 0)
            return "must be an address that begins with https://, without a name or password in it";
        IPAddress[] found;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            found = await Dns.GetHostAddressesAsync(url.IdnHost, patience.Token);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return "leads nowhere: its name is not known";
        }

        if (found.Length == 0 || !Array.TrueForAll(found, networks.Allow))
            return "leads into a network that is not open to webhooks (COMANDA_WEBHOOK_NETWORKS)";
        return url.Scheme == "http" && !Array.TrueForAll(found, networks.IsNamed) ? "must begin with https://" : null;
    }
}
