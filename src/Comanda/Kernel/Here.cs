using System.Net;
using System.Net.Sockets;

namespace Comanda.Kernel;

/// <summary>
/// The shop and the person of one request (a scoped service). The gate fills it before any handler runs; every query
/// filter on shop-owned rows reads <see cref="ShopId"/> from it. Zero means "no shop yet" and matches no row.
/// </summary>
public sealed class Here
{
    public long ShopId { get; set; }

    public Caller? Visitor { get; set; }

    /// <summary>
    /// Where the request comes from, as limits count it: an IPv4 address, or the /64 of an IPv6 one, since a whole /64
    /// belongs to one customer of a network.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>The same request as somebody whom it has just signed in, in the shop they signed in to.</summary>
    public Here As(Caller person) => new() { ShopId = person.ShopId, Visitor = person, Address = Address };

    /// <summary>The same request as nobody's, in a shop: for what a stranger tried there.</summary>
    public Here Stranger(long shopId) => new() { ShopId = shopId, Address = Address };

    /// <summary>Where a request comes from, as <see cref="Address"/> says it.</summary>
    public static string AddressOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }

    /// <summary>The signed-in person; endpoints that ask for a permission always have one.</summary>
    public Caller Caller => Visitor ?? throw new InvalidOperationException("Nobody is signed in on this endpoint.");
}

/// <summary>The shop named in the path (/api/shops/7/orders), put there when the path was rewritten.</summary>
public sealed record ShopInPath(string Text);

/// <summary>Endpoint metadata: it answers without knowing a shop, and so also when the database does not answer.</summary>
public sealed record NeedsNoShop;

/// <summary>Endpoint metadata: its own protocol says later who speaks; a token in the request is not the gate's to judge.</summary>
public sealed record AsksItself;
