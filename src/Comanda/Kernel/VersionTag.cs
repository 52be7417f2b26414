using System.Security.Cryptography;
using System.Text.Json;

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
        return http.Request.Headers.IfNoneMatch.Any(t => t is not null && (t == "*" || t.Contains(tag, StringComparison.Ordinal)));
    }

    /// <summary>The refusal of a change that was made against another version than the current one; null where it may go on.</summary>
    public static Refusal? Check(HttpContext http, long current) => Matches(http, Of(current)) ? null : Refusal.Stale(current);

    /// <summary>The same for what has a tag and no version.</summary>
    public static Refusal? Check(HttpContext http, string current) => Matches(http, current) ? null : Refusal.Stale();

    private static bool Matches(HttpContext http, string current)
    {
        var wanted = http.Request.Headers.IfMatch.ToString();
        return wanted.Length == 0 || wanted.Split(',').Any(t => t.Trim() == "*" || Bare(t) == Bare(current));
    }

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
