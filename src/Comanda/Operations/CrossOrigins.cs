using Comanda.Data;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Comanda.Operations;

/// <summary>
/// Which pages of other origins may use the API from a browser (COMANDA_CORS_ORIGINS): a list of origins, whose requests may carry
/// cookies; or <c>*</c> for every page, whose may not. Without one, only our own.
/// </summary>
public sealed record CrossOrigins(IReadOnlyList<string> Origins)
{
    /// <summary>How long a browser may remember the answer to a preflight; longer, Chromium would not.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(2);

    /// <summary>Headers of answers that a page of another origin may read.</summary>
    private static readonly string[] Exposed =
    [
        "ETag",
        "Location",
        "Idempotency-Replayed",
        "Retry-After",
        "X-Next-Cursor",
        "Content-Disposition",
        "WWW-Authenticate",
    ];

    public static readonly CrossOrigins None = new([]);

    /// <summary>From COMANDA_CORS_ORIGINS.</summary>
    /// <exception cref="StartupException">One of them is no origin.</exception>
    public static CrossOrigins FromEnvironment(Func<string, string?> variable)
    {
        var said = (variable("COMANDA_CORS_ORIGINS") ?? "")
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return said is ["*"] ? new(["*"]) : new([.. said.Select(Origin).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Answers preflights, and tells browsers what they may show to whom.</summary>
    public void Use(IApplicationBuilder app)
    {
        if (Origins.Count > 0)
            app.UseCors(Allow);
    }

    private void Allow(CorsPolicyBuilder policy)
    {
        policy.AllowAnyHeader()
            .WithMethods("GET", "POST", "PUT", "DELETE")
            .WithExposedHeaders(Exposed)
            .SetPreflightMaxAge(Remembered);
        if (Origins is ["*"])
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins([.. Origins]).AllowCredentials();
    }

    /// <summary>As browsers write it: no path, no usual port, ASCII.</summary>
    private static string Origin(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || uri.PathAndQuery != "/"
            || uri.UserInfo.Length > 0
            || uri.Fragment.Length > 0)
            throw new StartupException(
                "COMANDA_CORS_ORIGINS must be origins such as https://shop.example.com with commas between, or * alone; "
                    + $"'{text}' is none");
        return $"{uri.Scheme}://{uri.IdnHost}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
    }
}
