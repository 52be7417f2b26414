using Comanda.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Comanda.Dialects;

/// <summary>
/// The door of the dialects: which one a request is answered in, and its UUIDs and filters turned into ours. It stands before everything
/// that may answer, so that refusals are spelled alike. Whoever speaks as we do pays a look at the path and at one header.
/// </summary>
public sealed class DialectDoor(RequestDelegate next, IDialects dialects, Uuids uuids)
{
    /// <summary>Chooses the dialect of answers, events and webhooks.</summary>
    public const string Header = "Comanda-Dialect";

    /// <summary>The same where a browser can set no header.</summary>
    public const string Parameter = "dialect";

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        var path = request.Path.Value ?? "";
        var byPath = OfPath(path);
        var mayHoldUuid = path.Length > Uuids.Length || request.QueryString.Value?.Length > Uuids.Length;
        if (byPath == Dialect.None
            && !mayHoldUuid
            && !request.Headers.ContainsKey(Header)
            && !QueryNames.Concerns(request.QueryString.Value)
            && !IsSaidInQuery(path, request.QueryString.Value))
            return next(http);
        return Enter(http, path, byPath);
    }

    private static bool IsSaidInQuery(string path, string? query) =>
        query?.Contains(Parameter + "=", StringComparison.Ordinal) == true
        && (path.EndsWith("/ws", StringComparison.OrdinalIgnoreCase) || path.EndsWith("/events", StringComparison.OrdinalIgnoreCase));

    /// <summary>By the path alone: document 2 has a prefix of its own, document 4 names shops by their UUID.</summary>
    private static Dialect OfPath(string path)
    {
        if (path.StartsWith("/api/v1", StringComparison.OrdinalIgnoreCase) && (path.Length == 7 || path[7] == '/'))
            return Dialect.Bakery;
        return UuidsInAddress.ShopIn(path) is not null ? Dialect.Smoocho : Dialect.None;
    }

    private async Task Enter(HttpContext http, string path, Dialect byPath)
    {
        var (chosen, refusal) = Choose(http.Request, path, byPath);
        var isUuidDoor = UuidsInAddress.ShopIn(path) is not null;
        if (refusal is null)
        {
            await uuids.Ready(http.RequestAborted);
            UuidsInAddress.Read(http.Request, uuids);
            if (chosen == Dialect.Smoocho || isUuidDoor)
                UuidsInBody.Read(http.Request, uuids);
            refusal = QueryNames.Read(http.Request);
        }

        if (SpeakDialects.IsOurs(chosen) || chosen == Dialect.None)
            await (refusal is null ? next(http) : Problems.Write(http, refusal));
        else
            await Speak(http, chosen, isUuidDoor ? path : null, refusal);
    }

    private (Dialect Dialect, Refusal? Refusal) Choose(HttpRequest request, string path, Dialect byPath)
    {
        var (name, field) = request.Headers.TryGetValue(Header, out var header) ? (header.ToString(), Header)
            : IsSaidInQuery(path, request.QueryString.Value) ? (request.Query[Parameter].ToString(), Parameter)
            : ("", "");
        if (name.Length == 0)
            return (byPath, null);
        return dialects.Named(name) is { } named
            ? (named, null)
            : (byPath, Refusal.OfField(field, "must be " + string.Join(", ", SpeakDialects.Names)));
    }

    private async Task Speak(HttpContext http, Dialect dialect, string? uuidDoor, Refusal? refusal)
    {
        var inner = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var body = new DialectBody(http, inner, dialect, uuids);
        var outer = new StreamResponseBodyFeature(body, inner);
        http.Features.Set<IHttpResponseBodyFeature>(outer);
        http.Features.Set(new Spoken(dialect, dialects, () => http.Features.Set(inner)));
        DialectHeaders.ReadTags(http.Request, dialect);
        http.Response.OnStarting(() =>
        {
            DialectHeaders.Write(http, dialect, uuidDoor, uuids);
            return Task.CompletedTask;
        });
        await (refusal is null ? next(http) : Problems.Write(http, refusal));
        try
        {
            await outer.Writer.FlushAsync(http.RequestAborted);
            await body.End(http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // nobody there to be told the rest
        }

        http.Features.Set(inner);
    }
}

/// <summary>Headers that a dialect spells otherwise.</summary>
internal static class DialectHeaders
{
    /// <summary>
    /// What is named by its content has another name in each dialect: who has our menu has not the bakery's. Versions are the same in all.
    /// </summary>
    public static void ReadTags(HttpRequest request, Dialect dialect)
    {
        var ending = EndingOf(dialect);
        if (request.Headers.IfNoneMatch.Count > 0)
            request.Headers.IfNoneMatch = Ours(request.Headers.IfNoneMatch, ending, keepsOthers: false);
        if (request.Headers.IfMatch.Count > 0)
            request.Headers.IfMatch = Ours(request.Headers.IfMatch, ending, keepsOthers: true);
    }

    public static void Write(HttpContext http, Dialect dialect, string? uuidDoor, Uuids uuids)
    {
        var headers = http.Response.Headers;
        if (headers.ETag.ToString() is { Length: > 2 } tag && !IsVersion(tag))
            headers.ETag = tag[..^1] + EndingOf(dialect);
        headers.Append("Vary", DialectDoor.Header);
        if (headers.Location.ToString() is not { Length: > 0 } location || !location.StartsWith("/api/", StringComparison.Ordinal))
            return;
        if (dialect == Dialect.Bakery && !location.StartsWith("/api/v1/", StringComparison.Ordinal))
            headers.Location = "/api/v1" + location["/api".Length..];
        else if (dialect == Dialect.Smoocho)
            headers.Location = UuidsInAddress.Write(location, uuidDoor, uuids);
    }

    private static string EndingOf(Dialect dialect) => $"~{dialect.ToString().ToLowerInvariant()}\"";

    /// <summary>"v7" names a version, in every dialect.</summary>
    private static bool IsVersion(string tag) =>
        tag.AsSpan().Trim('"') is ['v', .. var number] && !number.IsEmpty && number.IndexOfAnyExceptInRange('0', '9') < 0;

    private static StringValues Ours(StringValues tags, string ending, bool keepsOthers)
    {
        var ours = tags.SelectMany(t => (t ?? "").Split(','))
            .Select(t => t.Trim())
            .Select(t => t.EndsWith(ending, StringComparison.Ordinal) ? t[..^ending.Length] + '"'
                : keepsOthers || t == "*" || IsVersion(t) ? t
                : "")
            .Where(t => t.Length > 0);
        return string.Join(", ", ours);
    }
}
