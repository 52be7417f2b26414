using Microsoft.Extensions.Primitives;

namespace Comanda.Kernel;

/// <summary>
/// What a request says besides its body (a scoped service). The gate reads it from the headers, so that no slice does; where nobody
/// asks, as in the background, it says nothing.
/// </summary>
public sealed class RequestHead
{
    private StringValues noneMatch;

    public const string KeyHeader = "Idempotency-Key", DeviceHeader = "X-Device-Token";

    /// <summary>The retry key; null where there is none.</summary>
    public string? Key { get; private set; }

    /// <summary>The endpoint's name: what a retry key is good for.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>If-Match; empty where there is none.</summary>
    public string IfMatch { get; private set; } = "";

    /// <summary>The token of the device that asks; empty where it says none.</summary>
    public string DeviceToken { get; private set; } = "";

    /// <summary>Accept; empty where there is none.</summary>
    public string Accept { get; private set; } = "";

    /// <summary>What program asks, as it says; null where it says nothing.</summary>
    public string? UserAgent { get; private set; }

    /// <summary>Under which the API was asked: <c>/api</c>, or <c>/api/shops/7</c>.</summary>
    public string Root { get; private set; } = "/api";

    /// <summary>Scheme and host by which the caller found the way here; null where they named none.</summary>
    public string? Origin { get; private set; }

    /// <summary>The request itself names its shop: the default one is nobody's choice.</summary>
    public bool NamesShop { get; private set; }

    public void Read(HttpContext http)
    {
        var headers = http.Request.Headers;
        Key = headers.TryGetValue(KeyHeader, out var key) ? key.ToString() : null;
        Endpoint = http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? http.Request.Path.Value ?? "";
        IfMatch = headers.IfMatch.ToString();
        DeviceToken = headers[DeviceHeader].ToString();
        Accept = headers.Accept.ToString();
        UserAgent = headers.UserAgent;
        noneMatch = headers.IfNoneMatch;
        NamesShop = headers.ContainsKey("X-Shop-Id");
        if (http.Features.Get<ShopInPath>() is { } shop)
            (Root, NamesShop) = ("/api/shops/" + shop.Text, true);
        Origin = http.Request is { Host.HasValue: true } request ? $"{request.Scheme}://{request.Host.ToUriComponent()}" : null;
    }

    /// <summary>Whether the caller has what this tag names.</summary>
    public bool Has(string tag) => VersionTag.IsIn(noneMatch, tag);

    /// <summary>The refusal of a change that was made against another version than the current one; null where it may go on.</summary>
    public Refusal? Check(long current) => VersionTag.Matches(IfMatch, VersionTag.Of(current)) ? null : Refusal.Stale(current);

    /// <summary>The same for what has a tag and no version.</summary>
    public Refusal? Check(string current) => VersionTag.Matches(IfMatch, current) ? null : Refusal.Stale();
}
