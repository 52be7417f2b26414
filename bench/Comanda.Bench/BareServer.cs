using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Comanda.Bench;

/// <summary>
/// The menu's ceiling: Kestrel with no routing, no services and no thoughts, that answers every request with the same bytes.
/// </summary>
internal static class BareServer
{
    public static Command Verb()
    {
        var port = new Option<int>("--port") { Required = true };
        var body = new Option<FileInfo>("--body") { Required = true };
        var verb = new Command("bare", "Serves a file's bytes at every path.") { port, body };
        verb.Hidden = true;
        verb.SetAction((parsed, cancel) => Serve(parsed.GetValue(port), parsed.GetValue(body)!, cancel));
        return verb;
    }

    private static async Task Serve(int port, FileInfo body, CancellationToken cancel)
    {
        var bytes = await File.ReadAllBytesAsync(body.FullName, cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port);
        });
        await using var app = builder.Build();
        app.Run(http =>
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = bytes.Length;
            return http.Response.Body.WriteAsync(bytes).AsTask();
        });
        await app.StartAsync(cancel);
        await app.WaitForShutdownAsync(cancel);
    }
}
