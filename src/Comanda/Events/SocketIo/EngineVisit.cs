using Microsoft.Extensions.Primitives;

namespace Comanda.Events;

/// <summary>What the first request of a connection says besides its protocol; all of it may be said in <c>auth</c> as well.</summary>
internal sealed record EngineVisit(string Address, string? Token, string? Shop, string? After, string? Screen, string? Dialect)
{
    public static EngineVisit Of(HttpContext http)
    {
        var (query, headers) = (http.Request.Query, http.Request.Headers);
        return new(
            Here.AddressOf(http),
            Text(headers.Authorization) ?? Text(query["access_token"]) ?? Text(query["token"]),
            Text(headers["X-Shop-Id"]) ?? Text(query["shop_id"]),
            Text(query["after"]),
            Text(query["screen"]),
            Text(headers["Comanda-Dialect"]) ?? Text(query["dialect"]));
    }

    private static string? Text(StringValues values) => values.ToString() is { Length: > 0 } text ? text : null;
}
