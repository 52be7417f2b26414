using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using HttpJsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Comanda.Dialects;

/// <summary>
/// The door for bodies. One in our spelling is read once, as it stands. Where that fails, the body is brought into our spelling and read
/// again: a slice runs once its body is read, so nothing has happened by then. A field that nobody knows is refused here, by its name.
/// </summary>
internal sealed class ReadBodies(RequestDelegate next, Respell respell, OwnRow.Door door)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var type = http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        if (type is null || !http.Request.HasJsonContentType())
        {
            await next(http);
            return;
        }

        var body = await Keep(http);
        ExceptionDispatchInfo unread;
        try
        {
            await next(http);
            return;
        }
        catch (BadHttpRequestException bad) when (bad.InnerException is JsonException && !http.Response.HasStarted)
        {
            unread = ExceptionDispatchInfo.Capture(bad);
        }

        var respelt = await Respell(http, body, type);
        if (respelt is null)
        {
            await Problems.Write(http, Refusal.NotFound("row"));
            return;
        }

        if (respelt.Errors.Any)
        {
            await Problems.Write(http, respelt.Errors.ToRefusal());
            return;
        }

        if (respelt.Json is null || !respelt.Changed)
            unread.Throw();
        var text = "";
        try
        {
            text = respelt.Json!.ToJsonString(Json.Options);
        }
        catch (Exception half) when (half is InvalidOperationException or ArgumentException)
        {
            unread.Throw(); // half a character: whoever reads the body as it stands says where
        }

        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(text));
        http.Request.ContentLength = http.Request.Body.Length;
        await next(http);
    }

    /// <summary>The body in our spelling; null where it is about a row that is not the caller's.</summary>
    private async Task<Respelt?> Respell(HttpContext http, byte[] body, Type type)
    {
        try
        {
            var respelt = respell.Read(body, type, Anyway(http, SentAbout.Nothing));
            // Only what a body says otherwise or too much may be about what there is.
            if (respelt.Json is null || !(respelt.Errors.Any || respelt.Changed) || !HasRow(http))
                return respelt;
            var row = await OwnRow.Read(http, door, respelt.Json);
            if (row?.Json is null)
                return row?.Status == 404 && respelt.Errors.Any ? null : respelt;
            var rows = new SentRows(row.Json, await OwnRow.InOurs(http, door, respelt.Json));
            respelt = respell.Read(body, type, Anyway(http, new(rows, IsStale(http, respelt.Json, row.Json), Nobody)));
            respelt.Json?.ToJsonString(Json.Options);
            return respelt;
        }
        catch (Exception odd) when (odd is InvalidOperationException or ArgumentException or FormatException)
        {
            // Half a character somewhere: whoever reads the body as it stands says where.
            return new(null, false, new());
        }
    }

    private static readonly Dictionary<string, string> Nobody = [];

    /// <summary>The body's bytes, which stay where they are to be read.</summary>
    private static async Task<byte[]> Keep(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (!read.IsCompleted && !read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var bytes = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.Start);
            return bytes;
        }
    }

    private static bool HasRow(HttpContext http) =>
        HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPost(http.Request.Method);

    /// <summary>It was made from another version than the one that there is: the slice says so.</summary>
    private static bool IsStale(HttpContext http, JsonNode? body, JsonNode row)
    {
        if (row is not JsonObject known
            || (known["version"] ?? known["__v"]) is not { } version
            || !long.TryParse(version.ToString(), out var current))
            return false;
        return ((body as JsonObject)?["version"] is { } made && made.ToString() != version.ToString())
            || !VersionTag.Matches(http.Request.Headers.IfMatch.ToString(), VersionTag.Of(current));
    }

    /// <summary>What the address and the sign-in say.</summary>
    private static SentAbout Anyway(HttpContext http, SentAbout about)
    {
        var here = http.RequestServices.GetRequiredService<Here>();
        var known = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["shop_id"] = here.ShopId.ToString(CultureInfo.InvariantCulture),
        };
        if (here.Visitor is { } visitor)
            known["cashier_id"] = visitor.UserId.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in http.Request.RouteValues)
        {
            if (value?.ToString() is { } text)
                known[name] = text;
        }

        var path = http.Request.Path.Value ?? "";
        foreach (var (part, names) in Owners)
        {
            if (path.StartsWith(part, StringComparison.OrdinalIgnoreCase) && known.TryGetValue("id", out var id))
            {
                foreach (var name in names)
                    known[name] = id;
            }
        }

        return about with { Known = known };
    }

    /// <summary>What the number in an address is called in a body.</summary>
    private static readonly (string Part, string[] Names)[] Owners =
    [
        ("/api/orders/", ["order_id", "order"]),
        ("/api/menu/items/", ["product_id", "product", "menu_item_id"]),
        ("/api/inventory/", ["inventory_id", "item_id"]),
        ("/api/customers/", ["customer_id"]),
    ];
}

/// <summary>Puts the door for bodies in its place.</summary>
public static class BodiesSetup
{
    public static IServiceCollection AddSpellings(this IServiceCollection services) => services
        .AddSingleton<OwnRow.Door>()
        .AddSingleton(s => new Respell(s.GetRequiredService<IOptions<HttpJsonOptions>>().Value.SerializerOptions))
        .AddSingleton<ISpellings>(s => s.GetRequiredService<Respell>())
        .AddSingleton<BodyRules>();

    /// <summary>Before a dialect is chosen and the address rewritten: here begins a request that reads what another writes.</summary>
    public static IApplicationBuilder UseFrontDoor(this IApplicationBuilder app) => app.Use(next =>
    {
        app.ApplicationServices.GetRequiredService<OwnRow.Door>().Enter = next;
        return next;
    });

    /// <summary>After the gate.</summary>
    public static IApplicationBuilder UseSpellings(this IApplicationBuilder app) =>
        app.UseMiddleware<ReadBodies>();
}
