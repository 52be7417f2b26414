using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Comanda.Kernel;

/// <summary>Versions of editable things as ETags: <c>"v3"</c>.</summary>
public static class VersionTag
{
    public static string Of(long version) => $"\"v{version}\"";

    /// <summary>The tag of something without a version of its own: a hash of what is answered.</summary>
    public static string OfContent<T>(T content) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, Json.Options)))[..20]}\"";

    /// <summary>Names what is answered, and tells whether the caller has it already (304).</summary>
    public static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return IsIn(http.Request.Headers.IfNoneMatch, tag);
    }

    /// <summary>Whether an If-None-Match names a tag.</summary>
    public static bool IsIn(StringValues noneMatch, string tag) =>
        noneMatch.Any(t => t is not null && (t == "*" || t.Contains(tag, StringComparison.Ordinal)));

    /// <summary>Whether an If-Match lets a change of this version pass; an empty one lets every change.</summary>
    public static bool Matches(string wanted, string current) =>
        wanted.Length == 0 || wanted.Split(',').Any(t => t.Trim() == "*" || Bare(t) == Bare(current));

    /// <summary>
    /// <c>"v7"</c>, <c>W/"v7"</c>, <c>"7"</c> and <c>7</c> name one version: some proxies make a tag weak, and many a client sends the
    /// <c>version</c> that it read.
    /// </summary>
    private static string Bare(string tag)
    {
        tag = tag.Trim();
        tag = (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
        return tag is ['v', _, ..] && tag.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0 ? tag[1..] : tag;
    }
}
