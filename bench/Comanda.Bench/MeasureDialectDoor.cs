using System.Diagnostics;
using Comanda.Data;
using Comanda.Dialects;
using Comanda.Identity;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// The door of the dialects alone, without a network: what a menu read pays for being asked in another spelling, in microseconds of one
/// processor. What the other spelling weighs in bytes is no part of it.
/// </summary>
internal static class MeasureDialectDoor
{
    private const int Warm = 30_000, Times = 30_000;

    /// <param name="database">Where the keys of UUIDs are.</param>
    /// <param name="paths">Of the menu, one for each door.</param>
    /// <param name="rounds">How often.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<List<double>> Run(NpgsqlDataSource database, IReadOnlyList<string> paths, int rounds, CancellationToken cancel)
    {
        var uuids = new Uuids(new(database, new(EncryptionKeys.None), TimeProvider.System));
        await uuids.Ready(cancel);
        var door = new DialectDoor(Answer, new SpeakDialects(uuids), uuids);
        var figures = new List<double>();
        foreach (var path in paths)
        {
            for (var i = 0; i < Warm; i++)
                await Enter(door, path);
            var times = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                var since = Stopwatch.GetTimestamp();
                for (var i = 0; i < Times; i++)
                    await Enter(door, path);
                times.Add(Stopwatch.GetElapsedTime(since).TotalMicroseconds / Times);
            }

            figures.Add(times.Median());
        }

        return figures;
    }

    /// <summary>As the menu answers: what it keeps is in the dialect already.</summary>
    private static Task Answer(HttpContext http)
    {
        http.Features.Get<Spoken>()?.AsItIs();
        http.Response.Headers.ETag = "\"c2d633cb9b9cf546c712\"";
        return Task.CompletedTask;
    }

    private static async Task Enter(DialectDoor door, string path)
    {
        var response = new Started();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Path = path });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        await door.InvokeAsync(new DefaultHttpContext(features));
        await response.Start();
    }

    /// <summary>Does what was to be done when the answer starts.</summary>
    private sealed class Started : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Do, object With)> onStarting = [];

        public override void OnStarting(Func<object, Task> callback, object state) => onStarting.Add((callback, state));

        public async Task Start()
        {
            foreach (var (callback, with) in onStarting)
                await callback(with);
        }
    }
}
