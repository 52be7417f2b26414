namespace Comanda.Kernel;

/// <summary>Versions of editable things as ETags: <c>"v3"</c>.</summary>
public static class VersionTag
{
    public static string Of(long version) => $"\"v{version}\"";

    /// <summary>The refusal of a change that was made against another version than the current one; null where it may go on.</summary>
    public static Refusal? Check(HttpContext http, long current)
    {
        var wanted = http.Request.Headers.IfMatch.ToString();
        return wanted.Length == 0 || wanted == "*" || wanted.Split(',').Any(t => t.Trim().Replace("W/", "", StringComparison.Ordinal) == Of(current))
            ? null
            : Refusal.Stale(current);
    }
}
