using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Comanda.Tests.Operations;

/// <summary>Takes whatever is posted to it, as a collector of traces or of errors does, and keeps it as text.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentQueue<(string Path, string Text)> taken = [];

    private Collector(WebApplication server) => this.server = server;

    public int Port { get; private init; }

    /// <summary>What came to paths that end so. Bytes that are no text are kept letter by letter.</summary>
    public string Taken(string path) =>
        string.Join('\n', taken.Where(t => t.Path.EndsWith(path, StringComparison.Ordinal)).Select(t => t.Text));

    public static async Task<Collector> Start()
    {
        var port = ServerProcess.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        var collector = new Collector(builder.Build()) { Port = port };
        collector.server.Run(async http =>
        {
            await using var body = http.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(http.Request.Body, CompressionMode.Decompress)
                : http.Request.Body;
            using var kept = new MemoryStream();
            await body.CopyToAsync(kept);
            collector.taken.Enqueue((http.Request.Path, Encoding.Latin1.GetString(kept.ToArray())));
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{}");
        });
        await collector.server.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
