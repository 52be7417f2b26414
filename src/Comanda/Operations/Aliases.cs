namespace Comanda.Operations;

/// <summary>
/// Other spellings of paths. The five documents call the same thing by different addresses; each address is one line
/// here, rewritten before routing, and never a second handler.
/// </summary>
public static class Aliases
{
    /// <summary>Longest first: the first that fits a whole segment wins.</summary>
    private static readonly (string From, string To)[] Spellings =
    [
        ("/api/admin/products", "/api/menu/items"),
        ("/api/admin/orders", "/api/orders"),
        ("/api/auth/refresh-token", "/api/auth/refresh"),
        ("/api/auth/profile", "/api/auth/me"),
        ("/api/users/profile", "/api/auth/me"),
        ("/api/reports/daily-sales", "/api/reports/sales/daily"),
        ("/api/products", "/api/menu/items"),
        ("/api/ws", "/ws"),
        ("/api/uploads", "/uploads"),
    ];

    /// <summary>System 3 has no prefix at all.</summary>
    private static readonly (string From, string To)[] WithoutPrefix =
    [
        ("/menu_items", "/api/menu/items"),
        ("/auth", "/api/auth"),
        ("/orders", "/api/orders"),
        ("/reports", "/api/reports"),
        ("/upload", "/api/upload"),
        ("/inventory", "/api/inventory"),
        ("/alerts", "/api/alerts"),
        ("/users", "/api/users"),
        ("/roles", "/api/roles"),
    ];

    public static IApplicationBuilder UseAliases(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path.Value is { } path)
        {
            var (rewritten, shop) = Rewrite(path);
            if (!ReferenceEquals(rewritten, path))
                http.Request.Path = rewritten;
            if (shop is not null)
                http.Features.Set(new ShopInPath(shop));
        }

        return next(http);
    });

    /// <summary>The path's own spelling, and the shop that it named.</summary>
    public static (string Path, string? Shop) Rewrite(string path)
    {
        string? shop = null;
        if (TryTake(path, "/api/v1", out var rest))
            path = "/api" + rest;
        // /api/shops/7/orders is /api/orders of shop 7; /api/shops/7 and its settings are the shop's own.
        if (TryTake(path, "/api/shops", out rest)
            && rest.Length > 1
            && rest.IndexOf('/', 1) is > 1 and var slash
            && slash < rest.Length - 1
            && !TryTake(rest[slash..], "/settings", out _))
        {
            shop = rest[1..slash];
            path = "/api" + rest[slash..];
        }

        return (Respell(Respell(path, WithoutPrefix), Spellings), shop);
    }

    private static string Respell(string path, (string From, string To)[] spellings)
    {
        foreach (var (from, to) in spellings)
        {
            if (TryTake(path, from, out var rest))
                return to + rest;
        }

        return path;
    }

    private static bool TryTake(string path, string prefix, out string rest)
    {
        var fits = path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && (path.Length == prefix.Length || path[prefix.Length] == '/');
        rest = fits ? path[prefix.Length..] : "";
        return fits;
    }
}
