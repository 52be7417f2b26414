namespace Comanda.Operations;

/// <summary>
/// The door's rule for texts (<see cref="PlainText"/>) where they come in an address: a path is one line, a parameter may have several.
/// Bodies are checked as they are read (<see cref="Json.Door"/>); headers that hold text, where they are read.
/// </summary>
public static class PlainAddresses
{
    public static IApplicationBuilder UsePlainAddresses(this IApplicationBuilder app) => app.Use((http, next) =>
        Wrong(http.Request) is { } field ? Problems.Write(http, Refusal.OfField(field, PlainText.Rule(TextKind.Lines))) : next(http));

    private static string? Wrong(HttpRequest request)
    {
        // Who scans a receipt badly gets that page's own words.
        if (request.Path is { Value: { } path }
            && !request.Path.StartsWithSegments("/r", StringComparison.Ordinal)
            && !PlainText.Is(path, TextKind.Line))
            return "path";
        // What stands there in plain letters has nothing to hide: the server takes no control characters in a request line.
        if (request.QueryString.Value is not { } query || !query.Contains('%', StringComparison.Ordinal))
            return null;
        foreach (var (name, values) in request.Query)
        {
            if (!PlainText.Is(name, TextKind.Line))
                return "query";
            if (values.Any(v => v is not null && !PlainText.Is(v, TextKind.Lines)))
                return name;
        }

        return null;
    }
}
