using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;

namespace Comanda.Operations;

/// <summary>
/// The outermost of all: how each request ended, for <c>/metrics</c>, for the access log where there is one, and for its trace. What
/// failed is counted as it was answered, a crash as 500.
/// </summary>
public sealed class WatchRequests(RequestDelegate next, RequestTally tally, ILoggerFactory logs)
{
    /// <summary>The category of the access log; it is off unless COMANDA_ACCESS_LOG says on.</summary>
    public const string AccessLog = "Comanda.Access";

    /// <summary>Nobody waited for the answer; nginx's number for it.</summary>
    private const int ClientGone = 499;

    private readonly ILogger access = logs.CreateLogger(AccessLog);

    public async Task InvokeAsync(HttpContext http)
    {
        var began = Stopwatch.GetTimestamp();
        // Taken first: what goes on after the request was answered has let its features go.
        var (method, path) = (RequestTally.MethodOf(http.Request.Method), http.Request.Path.Value ?? "");
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http);
            status = http.Response.StatusCode;
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(began);
            if (status >= 500 && http.RequestAborted.IsCancellationRequested)
                status = ClientGone;
            var route = RouteOf(http);
            tally.Count(method, route, status, took);
            if (Activity.Current is { IsAllDataRequested: true } trace)
                Name(trace, method, route, status);
            if (access.IsEnabled(LogLevel.Information))
                Log(http, method, SecretIn(route) ? route : path, status, took);
        }
    }

    /// <summary>The pattern of the route that took it, of a crash too; the exception handler keeps it aside.</summary>
    private static string RouteOf(HttpContext http) =>
        (http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint()) is RouteEndpoint { RoutePattern.RawText: { } route }
            ? route
            : "";

    /// <summary>What a path may hold that opens something; queries are never written, since tokens stand there too.</summary>
    private static bool SecretIn(string route) =>
        route.Contains("secret", StringComparison.Ordinal) || route.Contains("token", StringComparison.Ordinal)
        || route.Contains("code", StringComparison.Ordinal) || route.Contains("proof", StringComparison.Ordinal);

    private static void Name(Activity trace, string method, string route, int status)
    {
        trace.DisplayName = route.Length == 0 ? method : $"{method} {route}";
        trace.SetTag("http.request.method", method);
        trace.SetTag("http.route", route);
        trace.SetTag("http.response.status_code", status);
        if (status >= 500)
            trace.SetStatus(ActivityStatusCode.Error);
    }

    private void Log(HttpContext http, string method, string path, int status, TimeSpan took) => access.LogInformation(
        "{Method} {Path} {Status} {Milliseconds} ms from {Address}",
        method,
        path.ReplaceLineEndings(" "),
        status,
        took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),
        Here.AddressOf(http));
}
