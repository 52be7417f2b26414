using System.Diagnostics;
using Microsoft.AspNetCore.Routing.Patterns;
using Npgsql;

namespace Comanda.Printing;

/// <summary>What a printer is answered, in its own dialect: never a problem, always with its length, kept by nobody.</summary>
internal sealed record DoorAnswer(int Status, ReadOnlyMemory<byte> Body = default, string? Type = null)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>
/// Where printers call: <c>/print/{secret}/star</c>, <c>…/epson</c> and <c>…/epson-status</c>. Before everything that speaks to people
/// or apps, and with nothing of it: who knows no secret gets 404 and not a word. The secret stands in no log and in no trace.
/// </summary>
public static class PrinterDoors
{
    public const string Path = "/print", Star = "star", Epson = "epson", EpsonStatus = "epson-status";

    /// <summary>By what a request is named in logs, traces and figures: never by its path, in which the secret stands.</summary>
    private static readonly Dictionary<string, RouteEndpoint> Names = new[] { Star, Epson, EpsonStatus, "{door}" }.ToDictionary(
        door => door,
        door => new RouteEndpoint(
            _ => Task.CompletedTask,
            RoutePatternFactory.Parse($"{Path}/{{secret}}/{door}"),
            0,
            EndpointMetadataCollection.Empty,
            door),
        StringComparer.Ordinal);

    /// <summary>What printers send is short: a status, or the result of one job.</summary>
    public const int LargestBody = 256 * 1024;

    public static IApplicationBuilder UsePrinterDoors(this IApplicationBuilder app) => app.Use(next => http =>
        http.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal, out var rest) && rest.Value is { Length: > 1 } parts
            ? Serve(http, parts.Split('/'))
            : next(http));

    private static async Task Serve(HttpContext http, string[] parts)
    {
        var door = parts is ["", { Length: >= 22 and <= 100 }, var last] ? last : "";
        var named = Names.GetValueOrDefault(door) ?? Names["{door}"];
        http.SetEndpoint(named);
        Activity.Current?.SetTag("url.path", named.RoutePattern.RawText);
        DoorAnswer answer;
        try
        {
            answer = await Answer(http, door, parts.Length > 1 ? parts[1] : "");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException bad)
        {
            answer = new(bad.StatusCode);
        }
        catch (NpgsqlException away) when (away is not PostgresException { IsTransient: false })
        {
            // A printer asks again by itself.
            http.RequestServices.GetRequiredService<ILogger<StarDoor>>().LogWarning(
                "a printer at {Door} is to come again: {Why}", door, away.Message);
            answer = new(StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception failure)
        {
            http.RequestServices.GetRequiredService<ILogger<StarDoor>>().LogError(failure, "answering a printer at {Door}", door);
            answer = new(StatusCodes.Status500InternalServerError);
        }

        var response = http.Response;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store, no-transform";
        response.ContentLength = answer.Body.Length;
        if (answer.Type is not null)
            response.ContentType = answer.Type;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (answer.Body.Length > 0)
            await response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private static Task<DoorAnswer> Answer(HttpContext http, string door, string secret)
    {
        var services = http.RequestServices;
        return (door, http.Request.Method) switch
        {
            (Star, "POST") => services.GetRequiredService<StarDoor>().Poll(secret, http.Request, http.RequestAborted),
            (Star, "GET") => services.GetRequiredService<StarDoor>().Fetch(secret, http.Request.Query, http.RequestAborted),
            (Star, "DELETE") => services.GetRequiredService<StarDoor>().Confirm(secret, http.Request.Query, http.RequestAborted),
            (Epson, "POST") => services.GetRequiredService<EpsonDoor>().Serve(secret, http.Request, http.RequestAborted),
            (EpsonStatus, "POST") => services.GetRequiredService<EpsonDoor>().Status(secret, http.Request, http.RequestAborted),
            _ => Task.FromResult(new DoorAnswer(StatusCodes.Status404NotFound)),
        };
    }

    /// <summary>A body, as far as one may be long; null where it is longer.</summary>
    internal static async Task<byte[]?> Read(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > LargestBody)
            return null;
        using var body = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(piece, cancel)) > 0;)
        {
            if (body.Length + read > LargestBody)
                return null;
            body.Write(piece, 0, read);
        }

        return body.ToArray();
    }
}
