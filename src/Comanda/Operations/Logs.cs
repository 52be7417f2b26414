using System.Text.Encodings.Web;

namespace Comanda.Operations;

/// <summary>Logs are one JSON object a line, with the trace id that problem answers carry.</summary>
public static class Logs
{
    public static void AddStructuredLogs(this WebApplicationBuilder builder, bool accessLog)
    {
        builder.Logging.ClearProviders();
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId);
        builder.Logging.AddJsonConsole(console =>
        {
            console.IncludeScopes = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            console.UseUtcTimestamp = true;
            console.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter(WatchRequests.AccessLog, accessLog ? LogLevel.Information : LogLevel.None);
        // The exception handler logs what is a bug, with its path; the frameworks would log bad input and lost races as errors too.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
    }
}
