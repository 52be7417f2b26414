using System.Text.Json;

namespace Comanda.Bench;

/// <summary>
/// What a dialect costs: the menu, which is kept in each as it is sent, and a page of 50 products, which is said anew for each request; in
/// turns, on one server.
/// </summary>
internal static class MeasureDialects
{
    /// <summary>One door in a round; <see cref="Microseconds"/> of the server's processor for a request.</summary>
    private sealed record Side(double PerSecond, double Microseconds);

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        var manager = server.NewClient();
        await manager.SignIn("manager", "password123", cancel);
        using var me = JsonDocument.Parse(await (await manager.Send(HttpMethod.Get, "/api/auth/me", cancel: cancel)).Content
            .ReadAsByteArrayAsync(cancel));
        var shop = me.RootElement.GetProperty("shop_uuid").GetString()!;
        var postmaster = await CpuTimes.FindPostmaster(cafe.Database, cancel);
        foreach (var (what, ours) in new[] { ("Menu", "/menu"), ("Page of 50 products", "/products?limit=50") })
        {
            string[] doors = ["/api" + ours, "/api/v1" + ours, $"/api/shops/{shop}{ours}"];
            Progress.Say($"dialects: {what}, warming up");
            foreach (var door in doors)
                await MeasureMenu.Ask(server, door, TimeSpan.FromSeconds(2), cancel);
            var (rounds, setAside) = await CalmRounds.Run(
                options.Rounds,
                () => CpuTimes.Now(postmaster, server.ProcessId),
                async () => (Ours: await Measure(doors[0]), Bakery: await Measure(doors[1]), Smoocho: await Measure(doors[2])),
                r => $"{what}: {r.Ours.PerSecond:F0}/s, {r.Bakery.PerSecond:F0}/s as document 2, {r.Smoocho.PerSecond:F0}/s with UUIDs",
                cancel);
            new MarkdownTable(
                $"{what} in dialects (median of {options.Rounds} × {options.Round.TotalSeconds:F0} s each, alternated)",
                "door", "requests/s", "of ours", "µs of processor", "of ours")
                .Row("/api", Of(r => r.Ours.PerSecond, "F0"), "1", Of(r => r.Ours.Microseconds, "F1"), "1")
                .Row(
                    "/api/v1",
                    Of(r => r.Bakery.PerSecond, "F0"),
                    $"**{Of(r => r.Bakery.PerSecond / r.Ours.PerSecond, "F2")}**",
                    Of(r => r.Bakery.Microseconds, "F1"),
                    Of(r => r.Bakery.Microseconds / r.Ours.Microseconds, "F2"))
                .Row(
                    "/api/shops/{uuid}",
                    Of(r => r.Smoocho.PerSecond, "F0"),
                    $"**{Of(r => r.Smoocho.PerSecond / r.Ours.PerSecond, "F2")}**",
                    Of(r => r.Smoocho.Microseconds, "F1"),
                    Of(r => r.Smoocho.Microseconds / r.Ours.Microseconds, "F2"))
                .Print("Ratios are medians of the rounds' own. " + CalmRounds.Note(setAside));

            string Of(Func<(Side Ours, Side Bakery, Side Smoocho), double> figure, string format) =>
                rounds.Select(figure).Median().ToString(format);
        }

        async Task<Side> Measure(string door)
        {
            var before = CpuTimes.Now(postmaster, server.ProcessId);
            var (requests, perSecond) = await MeasureMenu.Ask(server, door, options.Round, cancel);
            return new(perSecond, (CpuTimes.Now(postmaster, server.ProcessId) - before).Servers * 1000 / requests);
        }
    }
}
