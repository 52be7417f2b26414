using System.Text.Json.Nodes;
using Comanda.Data;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace Comanda.Dialects;

/// <summary>
/// The row that a client would read where it now writes: by the very request that reads it, under the address, the shop, the sign-in and
/// the dialect of the one that writes. So what it sends back is compared with what it was answered, to the letter.
/// </summary>
/// <param name="Status">What reading it answers; 404 where it is none of the caller's.</param>
/// <param name="Json">As it is answered; null where it is not.</param>
internal sealed record OwnRow(int Status, JsonNode? Json)
{
    /// <summary>The door itself, behind which every request is answered; what stands before it was passed already.</summary>
    public sealed class Door
    {
        public RequestDelegate? Enter { get; set; }
    }

    /// <summary>Of what has no address of its own to be read at: the list in which it stands.</summary>
    private static readonly Dictionary<string, string> Listed = new(StringComparer.Ordinal)
    {
        ["/api/admin/categories/"] = "/categories",
        ["/api/stock/locations/"] = "/stock/locations",
        ["/api/suppliers/"] = "/suppliers",
        ["/api/roles/"] = "/roles",
        ["/api/config/"] = "/config",
    };

    /// <summary>Of what nobody reads by itself: its table.</summary>
    private static readonly Dictionary<string, string> Kept = new(StringComparer.Ordinal)
    {
        ["/api/kitchen/items/"] = "order_items",
        ["/api/reviews/"] = "reviews",
        ["/api/admin/reviews/"] = "reviews",
        ["/api/orders/set-aside/"] = "sales_set_aside",
    };

    /// <summary>The names by which a row of a list may be known.</summary>
    private static readonly string[] Names = ["id", "_id", "role", "key", "code"];

    private const string DialectHeader = "Comanda-Dialect";

    /// <summary>Who reads it, and whether in our spelling whatever the client speaks.</summary>
    private sealed record Asker(RequestDelegate Enter, bool InOurs);

    /// <summary>Reads it; null where nothing is read there.</summary>
    public static Task<OwnRow?> Read(HttpContext http, Door door, JsonNode? body) => Read(http, new Asker(door.Enter!, false), body);

    /// <summary>
    /// The same row in our spelling, of a client that may have been answered in another one: what it sends may have been turned into ours
    /// on its way here. Null where the client speaks as we do.
    /// </summary>
    public static async Task<JsonNode?> InOurs(HttpContext http, Door door, JsonNode? body)
    {
        var path = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var isSpoken = http.Request.Headers.ContainsKey(DialectHeader)
            || path.StartsWith("/api/v1/", StringComparison.OrdinalIgnoreCase)
            || path.Split('/').Any(part => Guid.TryParse(part, out _));
        return isSpoken ? (await Read(http, new Asker(door.Enter!, true), body))?.Json : null;
    }

    private static async Task<OwnRow?> Read(HttpContext http, Asker asker, JsonNode? body)
    {
        if (http.GetEndpoint() is not RouteEndpoint endpoint)
            return null;
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        if (endpoint.RoutePattern.RawText == "/api/inventory" && (body as JsonObject)?["id"] is { } id)
            return await Ask(http, asker, $"{path.TrimEnd('/')}/{Uri.EscapeDataString(id.ToString())}");
        if (!path.StartsWith('/') || endpoint.RoutePattern.Parameters.Count == 0)
            return HttpMethods.IsPut(http.Request.Method) ? await Ask(http, asker, path) : null;
        if (Listed.FirstOrDefault(l => endpoint.RoutePattern.RawText!.StartsWith(l.Key, StringComparison.Ordinal)).Value is { } list)
            return InList(await Ask(http, asker, RootOf(path) + list), path.Split('/')[^1]);
        var row = await Ask(http, asker, path);
        if (row.Status != 0)
            return row;
        if (Kept.FirstOrDefault(k => endpoint.RoutePattern.RawText!.StartsWith(k.Key, StringComparison.Ordinal)).Value is { } table)
            return await IsThere(http, table) ? null : new(404, null);
        // A verb of a row (…/status, …/refund) has the row above it.
        var above = path[..path.LastIndexOf('/')];
        return endpoint.RoutePattern.RawText!.EndsWith('}') ? null : await Ask(http, asker, above) with { Json = null };
    }

    /// <summary>Whether the shop has a row that nobody reads by itself.</summary>
    private static async Task<bool> IsThere(HttpContext http, string table) =>
        !long.TryParse(http.GetRouteValue("id")?.ToString(), out var id)
        || await http.RequestServices.GetRequiredService<NpgsqlDataSource>().Scalar(
            $"select exists (select 1 from {table} where id = $1 and shop_id = $2)",
            http.RequestAborted,
            id,
            http.RequestServices.GetRequiredService<Here>().ShopId) is true;

    private static OwnRow InList(OwnRow list, string name)
    {
        var rows = list.Json as JsonArray ?? list.Json?["items"] as JsonArray;
        var row = rows?.FirstOrDefault(r => r is JsonObject fields && Names.Any(n => fields[n]?.ToString() == name));
        return list with { Json = row, Status = rows is not null && row is null ? 404 : list.Status };
    }

    /// <summary>/api, /api/v1, /api/shops/7, or nothing.</summary>
    private static string RootOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["api", "v1", ..] => "/api/v1",
            ["api", "shops", var shop, _, ..] => "/api/shops/" + shop,
            _ => "/api",
        };
    }

    private static async Task<OwnRow> Ask(HttpContext http, Asker asker, string path)
    {
        await using var scope = http.RequestServices.CreateAsyncScope();
        using var answer = new MemoryStream();
        var reading = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = http.RequestAborted };
        reading.Connection.RemoteIpAddress = http.Connection.RemoteIpAddress;
        reading.Response.Body = answer;
        var request = reading.Request;
        (request.Method, request.Scheme, request.Host) = (HttpMethods.Get, http.Request.Scheme, http.Request.Host);
        request.Path = PathString.FromUriComponent(path);
        request.QueryString = http.Request.QueryString;
        reading.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        foreach (var header in http.Request.Headers)
        {
            if (!header.Key.StartsWith("If-", StringComparison.OrdinalIgnoreCase)
                && !header.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
                && !header.Key.StartsWith("Accept", StringComparison.OrdinalIgnoreCase)
                && !header.Key.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
                request.Headers[header.Key] = header.Value;
        }

        if (asker.InOurs)
            request.Headers[DialectHeader] = "none";
        await asker.Enter(reading);
        await reading.Response.CompleteAsync();
        // Where nothing is read at all, nothing is told of a row.
        if (reading.GetEndpoint() is not RouteEndpoint)
            return new(0, null);
        var isJson = reading.Response.StatusCode == 200
            && reading.Response.ContentType?.StartsWith("application/json", StringComparison.Ordinal) == true;
        return new(reading.Response.StatusCode, isJson ? JsonNode.Parse(answer.ToArray().AsSpan()) : null);
    }
}
