using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Bench.Attack;
using Comanda.Client;

namespace Comanda.Bench.Chaos;

/// <summary>A screen that follows the shop's events through all of it, and comes back with its last seq.</summary>
internal sealed class ChaosFollower(ChaosSellers sellers, Findings findings, CancellationToken over)
{
    /// <summary>A line on which nothing comes is given up: with so many orders there is always something.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(4);

    private readonly HttpClient http = new() { BaseAddress = ChaosWorld.Front };
    private long last;

    /// <summary>Which orders it heard of, and when.</summary>
    public ConcurrentDictionary<long, long> Heard { get; } = [];

    public int Lines { get; private set; }

    public async Task Run()
    {
        string? refused = null;
        while (!over.IsCancellationRequested)
        {
            try
            {
                var client = new ComandaClient(http) { AccessToken = await sellers.TokenOf("owner", refused) };
                refused = null;
                using var connecting = CancellationTokenSource.CreateLinkedTokenSource(over);
                connecting.CancelAfter(Quiet);
                using var socket = await client.OpenSocket(last, connecting.Token);
                Lines++;
                while (await Next(socket) is { } heard)
                {
                    if (heard.Seq <= last)
                        findings.Fail("events", "one came twice or out of order", $"{heard.Seq} after {last}");
                    last = heard.Seq;
                    if (heard.Event == "order_created")
                        Heard.TryAdd(heard.Data.GetProperty("id").GetInt64(), Stopwatch.GetTimestamp());
                }
            }
            catch (Exception cut) when (cut is not BenchException && !over.IsCancellationRequested)
            {
                if (cut.Message.Contains("401", StringComparison.Ordinal))
                    refused = await sellers.TokenOf("owner");
                await Task.Delay(200, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<Events.EventView?> Next(EventSocket socket)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(over);
        patience.CancelAfter(Quiet);
        return await socket.Read(patience.Token);
    }
}
