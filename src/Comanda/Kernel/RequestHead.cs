namespace Comanda.Kernel;

/// <summary>
/// What a request says besides its body (a scoped service). The gate hands it the request, so that no slice reads a header; where nobody
/// asks, as in the background, it says nothing. Each is read when it is asked for: most slices ask for none.
/// </summary>
public sealed class RequestHead
{
    public const string KeyHeader = "Idempotency-Key", DeviceHeader = "X-Device-Token";

    private HttpContext? http;

    /// <summary>The retry key; null where there is none.</summary>
    public string? Key => Headers is { } headers && headers.TryGetValue(KeyHeader, out var key) ? key.ToString() : null;

    /// <summary>The endpoint's name: what a retry key is good for.</summary>
    public string Endpoint =>
        http?.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? http?.Request.Path.Value ?? "";

    /// <summary>If-Match; empty where there is none.</summary>
    public string IfMatch => Headers?.IfMatch.ToString() ?? "";

    /// <summary>The token of the device that asks; empty where it says none.</summary>
    public string DeviceToken => Headers?[DeviceHeader].ToString() ?? "";

    /// <summary>Accept; empty where there is none.</summary>
    public string Accept => Headers?.Accept.ToString() ?? "";

    /// <summary>Accept-Language; empty where there is none.</summary>
    public string AcceptLanguage => Headers?.AcceptLanguage.ToString() ?? "";

    /// <summary>What program asks, as it says; null where it says nothing.</summary>
    public string? UserAgent => Headers?.UserAgent;

    /// <summary>Under which the API was asked: <c>/api</c>, or <c>/api/shops/7</c>.</summary>
    public string Root => http?.Features.Get<ShopInPath>() is { } shop ? "/api/shops/" + shop.Text : "/api";

    /// <summary>Scheme and host by which the caller found the way here; null where they named none.</summary>
    public string? Origin =>
        http?.Request is { Host.HasValue: true } request ? $"{request.Scheme}://{request.Host.ToUriComponent()}" : null;

    /// <summary>The request itself names its shop: the default one is nobody's choice.</summary>
    public bool NamesShop => Headers?.ContainsKey("X-Shop-Id") == true || http?.Features.Get<ShopInPath>() is not null;

    private IHeaderDictionary? Headers => http?.Request.Headers;

    public void Read(HttpContext request) => http = request;

    /// <summary>Whether the caller has what this tag names.</summary>
    public bool Has(string tag) => Headers is { } headers && VersionTag.IsIn(headers.IfNoneMatch, tag);

    /// <summary>The refusal of a change that was made against another version than the current one; null where it may go on.</summary>
    public Refusal? Check(long current) => VersionTag.Matches(IfMatch, VersionTag.Of(current)) ? null : Refusal.Stale(current);

    /// <summary>The same, where the change may say itself what it was made against.</summary>
    public Refusal? Check(long current, IMadeAgainst? change) =>
        change?.Version is { } version && version != current ? Refusal.Stale(current) : Check(current);

    /// <summary>The same for what has a tag and no version.</summary>
    public Refusal? Check(string current) => VersionTag.Matches(IfMatch, current) ? null : Refusal.Stale();
}
