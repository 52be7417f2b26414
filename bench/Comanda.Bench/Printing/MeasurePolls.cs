using System.Diagnostics;
using System.Text;

namespace Comanda.Bench.Printing;

/// <summary>What it costs to be asked by many printers every five seconds that have nothing to print, half of each make.</summary>
internal static class MeasurePolls
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), WarmUp = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60), AtRest = TimeSpan.FromSeconds(30);

    public static async Task Run(BenchCluster cluster, string dll, int printers, CancellationToken cancel)
    {
        await using var cafe = await PrintingCafe.Open(cluster, dll, "polls", cancel);
        var urls = await Add(cafe, printers, cancel);
        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);
        CpuTimes Now() => CpuTimes.Now(postmaster, cafe.Server.ProcessId);

        await Task.Delay(TimeSpan.FromSeconds(5), cancel);
        var before = Now();
        await Task.Delay(AtRest, cancel);
        var rest = Now() - before;

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var (answered, late) = (0, new System.Collections.Concurrent.ConcurrentBag<double>());
        var polling = urls.Select((url, n) => Poll(url, Interval * n / urls.Count)).ToList();
        await Task.Delay(WarmUp, cancel);
        (before, answered) = (Now(), 0);
        late.Clear();
        await Task.Delay(Length, cancel);
        var (work, polls) = (Now() - before, answered);
        await over.CancelAsync();
        await Task.WhenAll(polling);

        var table = new MarkdownTable(
            $"{printers} printers that ask every 5 seconds, {Length.TotalSeconds:F0} s, share of one processor",
            "what", "server", "PostgreSQL", "together", "µs a poll", "p50 ms", "p99 ms");
        Row("with nobody who asks", rest, AtRest, 0);
        Row($"{polls / Length.TotalSeconds:F0} polls a second", work, Length, polls);
        var more = (work.Servers + work.Postgres) / Length.TotalMilliseconds - (rest.Servers + rest.Postgres) / AtRest.TotalMilliseconds;
        table.Print(
            $"The polls cost **{more:P1}** of a processor; the aim is 5 %. "
                + $"Others took {work.Others / Length.TotalMilliseconds / Environment.ProcessorCount:P0} of the machine.");

        void Row(string what, CpuTimes cpu, TimeSpan in_, int asked) => table.Row(
            what,
            $"{cpu.Servers / in_.TotalMilliseconds:P1}",
            $"{cpu.Postgres / in_.TotalMilliseconds:P1}",
            $"**{(cpu.Servers + cpu.Postgres) / in_.TotalMilliseconds:P1}**",
            asked == 0 ? "" : $"{(cpu.Servers + cpu.Postgres - (rest.Servers + rest.Postgres) * (in_ / AtRest)) * 1000 / asked:F0}",
            asked == 0 ? "" : $"{late.Percentile(50):F1}",
            asked == 0 ? "" : $"{late.Percentile(99):F1}");

        async Task Poll(string url, TimeSpan after)
        {
            var (body, type) = url.EndsWith("/star", StringComparison.Ordinal)
                ? ("""{"status":"23 6 0 0 0 0 0 0 0 ","printerMAC":null,"statusCode":"200%20OK"}""", "application/json")
                : ("ConnectionType=GetRequest&ID=&Name=TM-m30III", "application/x-www-form-urlencoded");
            try
            {
                await Task.Delay(after, over.Token);
                using var tick = new PeriodicTimer(Interval);
                do
                {
                    var since = Stopwatch.GetTimestamp();
                    using var answer = await http.PostAsync(url, new StringContent(body, Encoding.UTF8, type), over.Token);
                    if ((int)answer.StatusCode != 200)
                        throw new BenchException($"a printer was answered {(int)answer.StatusCode}");
                    late.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
                    Interlocked.Increment(ref answered);
                }
                while (await tick.WaitForNextTickAsync(over.Token));
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // the measurement is over
            }
        }
    }

    /// <summary>A shop has a hundred at most: so they are in several.</summary>
    private static async Task<List<string>> Add(PrintingCafe cafe, int printers, CancellationToken cancel)
    {
        var urls = new List<string>();
        for (var shop = 0; urls.Count < printers; shop++)
        {
            var suffix = $"-p{shop}";
            Identity.Bcrypt.Cost = 4;
            await Demo.DemoCafe.Make(cafe.Database, suffix, cancel);
            using var owner = new Attack.Person(cafe.Server.Address, "owner" + suffix);
            for (var n = 0; n < 100 && urls.Count < printers; n++)
            {
                var added = await owner.Ask(
                    "POST /api/printers", new { name = $"P{n}", kind = n % 2 == 0 ? "cloudprnt" : "epson_sdp" }, cancel: cancel);
                urls.Add(added.Json.GetProperty("url").GetString() ?? throw new BenchException($"no printer: {added}"));
            }
        }

        return urls;
    }
}
