using System.Reflection;

namespace Comanda.Identity;

/// <summary>The cookie that keeps a browser's refresh token where no script can read it. Answers with it are for nobody else.</summary>
public sealed class SessionCookie : IBindableFromHttpContext<SessionCookie>
{
    public const string Name = "comanda_refresh";

    private readonly HttpContext http;

    private SessionCookie(HttpContext http) => this.http = http;

    /// <summary>What it holds; null where there is none.</summary>
    public string? Token => http.Request.Cookies[Name];

    public static ValueTask<SessionCookie?> BindAsync(HttpContext context, ParameterInfo parameter) => new(new SessionCookie(context));

    public void Set(string token)
    {
        http.Response.Cookies.Append(Name, token, Options);
        http.Response.Headers.CacheControl = "no-store";
    }

    public void Forget() => http.Response.Cookies.Delete(Name, Options);

    private CookieOptions Options => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = Sessions.Lifetime,
        IsEssential = true,
    };
}
