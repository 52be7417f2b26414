using System.Collections.Concurrent;
using Comanda.Bench.Attack;
using Comanda.Bench.Printing;
using Comanda.Data;
using Comanda.Tests.Printing;

namespace Comanda.Bench.Chaos;

/// <summary>
/// A second cafe whose tickets a printer prints, which polls through nginx as the others sell through it. In the end each ticket lies
/// there, none twice unmarked, but for what somebody is asked about.
/// </summary>
internal sealed class ChaosPrinter(ChaosSellers sellers, long shop, Findings findings, CancellationToken over)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500), Again = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<Ticket, bool> expected = [];
    private readonly PaperPile pile = new();

    public async Task Run()
    {
        var url = await Add();
        await Task.WhenAll(Print(new FakeStar(url) { Prefers = ["text/plain"], SaysMac = false }), Sell());
    }

    public async Task Check(string connection, CancellationToken cancel)
    {
        await using var database = await Database.Open(connection, cancel);
        await using var command = database.Command(
            """
            select count(*), count(*) filter (where not done), count(*) filter (where status in ('unconfirmed', 'failed'))
            from print_jobs where shop_id = $1
            """,
            shop);
        var (jobs, open, asked) = (await command.List(r => (r.GetInt64(0), r.GetInt64(1), r.GetInt64(2)), cancel))[0];
        var lost = expected.Keys.Count(t => pile.Of(t) == default);
        var twice = expected.Keys.Count(t => pile.Of(t).Plain > 1);
        findings.Check(lost <= open + asked, "printing", "tickets are lost", () =>
            $"{lost}; {open} jobs are open, {asked} are asked about");
        findings.Check(twice == 0, "printing", "tickets were printed twice unmarked", () => $"{twice}");
        findings.Say($"printing: {expected.Count} tickets, {jobs} jobs, {pile.Count} papers ({pile.Marked} marked as second prints); "
            + $"not on paper {lost}, of which somebody is asked or which wait; twice unmarked {twice}");
    }

    private async Task<string> Add()
    {
        while (true)
        {
            var added = await sellers.Ask(
                HttpMethod.Post,
                "/api/printers",
                new { name = "Star", kind = "cloudprnt", prints = new[] { "kitchen" } },
                await sellers.TokenOf("owner-p"));
            if (added.Status == 201)
                return added.Json.GetProperty("url").GetString()!;
            await Task.Delay(Again, over);
        }
    }

    private async Task Print(FakeStar star)
    {
        var taken = 0;
        while (!over.IsCancellationRequested)
        {
            try
            {
                if (!(await star.Step()).GetProperty("jobReady").GetBoolean())
                    await Task.Delay(Again, CancellationToken.None);
            }
            catch (Exception cut) when (cut is not BenchException)
            {
                await Task.Delay(Again, CancellationToken.None);
            }

            for (; taken < star.Paper.Count; taken++)
                pile.Add(star.Paper[taken].Text);
        }
    }

    private async Task Sell()
    {
        var menu = await sellers.Ask(HttpMethod.Get, "/api/menu/items?limit=100", null, await sellers.TokenOf("cashier-p"));
        var drink = menu.Items.First(i => i.GetProperty("name").GetString() == "Espresso").GetProperty("id").GetInt64();
        using var tick = new PeriodicTimer(Pace);
        string? refused = null;
        while (await tick.WaitForNextTickAsync(CancellationToken.None) && !over.IsCancellationRequested)
        {
            var key = Guid.NewGuid().ToString();
            for (; ; await Task.Delay(Again, CancellationToken.None))
            {
                var token = await sellers.TokenOf("cashier-p", refused);
                var body = new { items = new[] { new { menu_item_id = drink, quantity = 1 } } };
                var order = await sellers.Ask(HttpMethod.Post, "/api/orders", body, token, ("Idempotency-Key", key));
                refused = order.Status == 401 ? token : null;
                if (order.Status != 201)
                    continue;
                var (number, version) = (order.Json.GetProperty("order_number").GetString()!, order.Json.GetProperty("version").GetInt64());
                expected[new(number, version, "BAR")] = true;
                break;
            }
        }
    }
}
