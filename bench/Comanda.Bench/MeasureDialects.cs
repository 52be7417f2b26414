using System.Text.Json;

namespace Comanda.Bench;

/// <summary>
/// What a dialect costs: the menu, which is kept in each as it is sent, and a page of 50 products, which is said anew for each request; in
/// turns, on one server. A menu with UUIDs has a quarter more bytes, which cost every server: each door stands beside a bare Kestrel that
/// answers the same bytes, and what the dialect costs is what that ratio loses.
/// </summary>
internal static class MeasureDialects
{
    /// <summary>One door in a round; <see cref="Microseconds"/> of the server's processor for a request.</summary>
    private sealed record Side(double PerSecond, double Microseconds);

    /// <summary>A door, and the bare Kestrel with its bytes where there is one.</summary>
    private sealed record Door(string Path, int Bytes, ServerUnderTest? Bare);

    /// <summary>One door in a round, beside its ceiling.</summary>
    private sealed record Turn(Side Door, Side? Bare)
    {
        public double OfBare => Door.PerSecond / (Bare?.PerSecond ?? double.NaN);
    }

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
        await DoorAlone();
        var bares = new List<ServerUnderTest>();
        try
        {
            await Compare("Menu", "/menu", hasBare: true);
            await Compare("Page of 50 products", "/products?limit=50", hasBare: false);
        }
        finally
        {
            foreach (var bare in bares)
                await bare.DisposeAsync();
        }

        async Task Compare(string what, string ours, bool hasBare)
        {
            var doors = new List<Door>();
            foreach (var path in (string[])["/api" + ours, "/api/v1" + ours, $"/api/shops/{shop}{ours}"])
                doors.Add(await Open(path, hasBare));
            var processes = doors.Where(d => d.Bare is not null).Select(d => d.Bare!.ProcessId).Append(server.ProcessId).ToArray();
            Progress.Say($"dialects: {what}, warming up");
            foreach (var door in doors)
            {
                await MeasureMenu.Ask(server, door.Path, TimeSpan.FromSeconds(8), cancel);
                if (door.Bare is { } bare)
                    await MeasureMenu.Ask(bare, door.Path, TimeSpan.FromSeconds(2), cancel);
            }

            var (rounds, setAside) = await CalmRounds.Run(
                options.Rounds,
                () => CpuTimes.Now(postmaster, processes),
                () => Round(doors),
                r => $"{what}: " + string.Join(", ", r.Select(t => $"{t.Door.PerSecond:F0}/s ({t.OfBare:F2} of bare)")),
                cancel);
            var table = new MarkdownTable(
                $"{what} in dialects (median of {options.Rounds} × {options.Round.TotalSeconds:F0} s each, alternated)",
                "door", "bytes", "requests/s", "of ours", "µs of processor", "of ours", "of bare Kestrel with the same bytes", "of ours");
            for (var place = 0; place < doors.Count; place++)
            {
                var at = place;
                table = table.Row(
                    doors[at].Path.Replace(shop, "{uuid}", StringComparison.Ordinal),
                    $"{doors[at].Bytes:N0}",
                    Of(r => r[at].Door.PerSecond, "F0"),
                    Of(r => r[at].Door.PerSecond / r[0].Door.PerSecond, "F2"),
                    Of(r => r[at].Door.Microseconds, "F1"),
                    Of(r => r[at].Door.Microseconds / r[0].Door.Microseconds, "F2"),
                    hasBare ? Of(r => r[at].OfBare, "F2") : "",
                    hasBare ? $"**{Of(r => r[at].OfBare / r[0].OfBare, "F2")}**" : "");
            }

            table.Print("Ratios are medians of the rounds' own. " + CalmRounds.Note(setAside));

            string Of(Func<Turn[], double> figure, string format) => rounds.Select(figure).Median().ToString(format);
        }

        async Task DoorAlone()
        {
            string[] menus = ["/api/menu", "/api/v1/menu", $"/api/shops/{shop}/menu"];
            var micros = await MeasureDialectDoor.Run(cafe.Database, menus, options.Rounds, cancel);
            var table = new MarkdownTable("The door alone, for one menu read, with nothing sent", "door", "µs", "more than ours, µs");
            for (var at = 0; at < menus.Length; at++)
                table = table.Row(
                    menus[at].Replace(shop, "{uuid}", StringComparison.Ordinal),
                    $"{micros[at]:F2}",
                    $"**{micros[at] - micros[0]:F2}**");
            table.Print("");
        }

        async Task<Door> Open(string path, bool hasBare)
        {
            var bytes = await manager.Http.GetByteArrayAsync(path, cancel);
            if (!hasBare)
                return new(path, bytes.Length, null);
            var body = Path.Combine(cluster.Folder, $"body-{bares.Count}.json");
            await File.WriteAllBytesAsync(body, bytes, cancel);
            var bare = await ServerUnderTest.Start(typeof(BareServer).Assembly.Location, ["bare", "--body", body], cancel);
            bares.Add(bare);
            return new(path, bytes.Length, bare);
        }

        async Task<Turn[]> Round(List<Door> doors)
        {
            var turns = new List<Turn>();
            foreach (var door in doors)
                turns.Add(new(await Measure(server, door.Path), door.Bare is { } bare ? await Measure(bare, door.Path) : null));
            return [.. turns];
        }

        async Task<Side> Measure(ServerUnderTest side, string path)
        {
            var before = CpuTimes.Now(postmaster, side.ProcessId);
            var (requests, perSecond) = await MeasureMenu.Ask(side, path, options.Round, cancel);
            return new(perSecond, (CpuTimes.Now(postmaster, side.ProcessId) - before).Servers * 1000 / requests);
        }
    }
}
