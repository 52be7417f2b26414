using System.Diagnostics;
using Comanda.Bench.Attack;
using Comanda.Data;
using Npgsql;

namespace Comanda.Bench.Chaos;

/// <summary>In the evening: what was acknowledged beside what the database, the journal, the reports and the events say.</summary>
internal sealed class ChaosBooks(
    ChaosWorld world,
    ChaosSellers sellers,
    ChaosFollower follower,
    long shop,
    Findings findings,
    CancellationToken cancel)
{
    private const string Part = "books";

    public async Task Check(string dll)
    {
        await using var database = await Database.Open(world.Connection, cancel);
        var there = await Read(database);
        var said = sellers.Acknowledged.Values.ToList();
        var lost = said.Count(s => !there.TryGetValue(s.Id, out var row) || row != (s.Number, s.Total));
        // Each key was sent until it was acknowledged, so that no order is there without.
        var doubled = there.Count - there.Keys.Intersect(said.Select(s => s.Id)).Count()
            + (said.Count - said.DistinctBy(s => s.Id).Count());
        var holes = await Number(
            database,
            """
            select count(*) from (
                select number - lag(number, 1, 0) over (partition by register_id order by number) as step from journal where shop_id = $1
                union all
                select number - lag(number, 1, 0) over (partition by register_id order by number) from orders where shop_id = $1) s
            where step <> 1
            """);
        findings.Check(lost == 0, Part, "acknowledged orders are gone or otherwise", () => $"{lost}");
        findings.Check(doubled == 0, Part, "orders that nobody was told of", () => $"{doubled}");
        findings.Check(holes == 0, Part, "numbers are missing or twice", () => $"{holes}");
        await Sums(database, said);
        var late = await Events(said);
        await Verify(dll);
        new MarkdownTable("Books", "orders acknowledged", "lost", "doubled", "holes in numbers", "events missing", "heard over 10 s late")
            .Row($"{said.Count:N0}", $"{lost}", $"{doubled}", $"{holes}", $"{late.Missing}", $"{late.Over}")
            .Print(
                $"The events' worst was {late.Worst.TotalSeconds:F1} s after its acknowledgement; the screen that followed them had "
                + $"{follower.Lines} lines one after the other.");
    }

    private async Task<Dictionary<long, (string Number, decimal Total)>> Read(NpgsqlDataSource database)
    {
        await using var command = database.Command("select id, order_number, total from orders where shop_id = $1", shop);
        command.CommandTimeout = 300;
        return (await command.List(r => (Id: r.GetInt64(0), Number: r.GetString(1), Total: r.GetInt64(2) / 100m), cancel))
            .ToDictionary(r => r.Id, r => (r.Number, r.Total));
    }

    /// <summary>The day's report, to the cent, beside what each till was told.</summary>
    private async Task Sums(NpgsqlDataSource database, List<Sold> said)
    {
        var total = said.Sum(s => s.Total);
        decimal reported = 0;
        long orders = 0;
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromMinutes(2); await Task.Delay(1_000, cancel))
        {
            (reported, orders) = (0, 0);
            await using var command = database.Command("select distinct business_day from orders where shop_id = $1", shop);
            foreach (var day in await command.List(r => r.GetFieldValue<DateOnly>(0), cancel))
            {
                var daily = await sellers.Ask(
                    HttpMethod.Get, $"/api/reports/sales/daily?date={day:yyyy-MM-dd}", null, await sellers.TokenOf("owner"));
                if (!daily.Ok)
                    continue;
                reported += daily.Json.GetProperty("total_sales").GetDecimal();
                orders += daily.Json.GetProperty("order_count").GetInt64();
            }

            if (reported == total && orders == said.Count)
                break;
        }

        findings.Check(reported == total && orders == said.Count, Part, "the reports are not what the tills were told", () =>
            $"{orders} orders of {reported} and {said.Count} of {total}");
        findings.Say($"the day's report and the tills agree: {orders:N0} orders, {reported:N2}");
    }

    private async Task<(int Missing, int Over, TimeSpan Worst)> Events(List<Sold> said)
    {
        for (var patience = Stopwatch.StartNew();
            follower.Heard.Count < said.Count && patience.Elapsed < TimeSpan.FromMinutes(2);
            await Task.Delay(250, cancel))
        {
            // the screen reads on
        }

        var missing = said.Count(s => !follower.Heard.ContainsKey(s.Id));
        findings.Check(missing == 0, "events", "a screen did not hear of orders", () => $"{missing}");
        var late = said.Where(s => follower.Heard.ContainsKey(s.Id))
            .Select(s => follower.Heard[s.Id] < s.At ? TimeSpan.Zero : Stopwatch.GetElapsedTime(s.At, follower.Heard[s.Id]))
            .ToList();
        return (missing, late.Count(l => l > TimeSpan.FromSeconds(10)), late.DefaultIfEmpty().Max());
    }

    private async Task Verify(string dll)
    {
        var start = new ProcessStartInfo("dotnet", [dll, "verify", "--database", world.Connection])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var verify = Process.Start(start)!;
        var complained = verify.StandardError.ReadToEndAsync(cancel);
        var said = await verify.StandardOutput.ReadToEndAsync(cancel);
        await verify.WaitForExitAsync(cancel);
        findings.Check(verify.ExitCode == 0, "comanda verify", $"exit code {verify.ExitCode}", () => said + complained.Result);
        findings.Say("comanda verify: " + said.Trim().ReplaceLineEndings("; "));
    }

    private async Task<long> Number(NpgsqlDataSource database, string sql)
    {
        await using var command = database.Command(sql, shop);
        command.CommandTimeout = 300;
        return (await command.List(r => r.GetInt64(0), cancel))[0];
    }
}
