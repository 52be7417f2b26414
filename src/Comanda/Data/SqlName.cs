using System.Text.RegularExpressions;

namespace Comanda.Data;

/// <summary>What a statement is called in a trace: what it does first, and to which table.</summary>
public static partial class SqlName
{
    /// <summary>Such as <c>select events</c>; of a statement that is composed of several, its first.</summary>
    public static string Of(string sql)
    {
        var found = Verb().Match(sql);
        return !found.Success ? "sql"
            : found.Groups["table"] is { Success: true } table ? $"{found.Groups["verb"].Value.ToLowerInvariant()} {table.Value}"
            : found.Groups["verb"].Value.ToLowerInvariant();
    }

    [GeneratedRegex(
        @"\b(?<verb>insert|update|delete|select|merge|copy|listen|notify|begin|commit|rollback)\b"
            + @"(?:\s+(?<table>[a-z_]{3,})\s+(?:as\s+)?(?:\w+\s+)?set\b"
            + @"|(?:(?!\bselect\b).)*?\b(?:into|from)\s+(?<table>[a-z_]{3,}))?",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Verb();
}
