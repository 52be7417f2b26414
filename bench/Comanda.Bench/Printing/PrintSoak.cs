using System.Collections.Concurrent;
using System.Diagnostics;
using Comanda.Data;
using Comanda.Tests.Printing;

namespace Comanda.Bench.Printing;

/// <summary>
/// Tickets over three printers, one of each kind, with paper-outs, power cuts, network cuts and kills of the server (-9): none is lost, and
/// none is printed twice unmarked. Somebody stands there who does what the screens ask: looks, says that a paper is there, or prints it
/// again. Waiting for what nobody will hear is shortened in the database, twenty times.
/// </summary>
internal sealed class PrintSoak(PrintingCafe cafe, SoakPrinter[] printers, int tickets, Random chance)
{
    private const int MostWaiting = 300, Stations = 2, TicketsOfAKill = 2_000;

    private readonly ConcurrentDictionary<Ticket, bool> expected = [];
    private readonly ConcurrentBag<string> wrong = [];
    private int asked;
    private int kills;
    private volatile bool isSold;

    /// <summary>True where nothing is wrong.</summary>
    public static async Task<bool> Run(BenchCluster cluster, string dll, int tickets, int seed, CancellationToken cancel)
    {
        await using var cafe = await PrintingCafe.Open(cluster, dll, "comanda", cancel);
        await using var fake = new FakeEscPos(Tongue.Epson).Start();
        string[] kitchen = ["kitchen"];
        var star = await cafe.Add(new { name = "Star", kind = "cloudprnt", prints = kitchen }, cancel);
        var epson = await cafe.Add(new { name = "Epson", kind = "epson_sdp", prints = kitchen }, cancel);
        var tcp = await cafe.Add(new { name = "Bar", kind = "tcp9100", host = fake.Host, model = "TM-m30III", prints = kitchen }, cancel);
        SoakPrinter[] printers =
        [
            new SoakStar(star.Id, star.Url, new(seed + 1)),
            new SoakEpson(epson.Id, epson.Url, new(seed + 2)),
            new SoakEscPos(tcp.Id, fake, new(seed + 3)),
        ];
        return await new PrintSoak(cafe, printers, tickets, new(seed)).Run(seed, cancel);
    }

    private async Task<bool> Run(int seed, CancellationToken cancel)
    {
        var time = Stopwatch.StartNew();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = printers.Select(p => p.Run(over.Token)).Append(Hurry(over.Token)).Append(StandThere(over.Token)).ToList();
        var killing = Kill(over.Token);
        await Sell(cancel);
        isSold = true;
        Progress.Say($"soak: {expected.Count} tickets sold after {time.Elapsed.TotalSeconds:F0} s");
        await killing;
        for (var patience = Stopwatch.StartNew(); await Waiting(cancel) > 0;)
        {
            if (patience.Elapsed > TimeSpan.FromMinutes(3))
            {
                wrong.Add("tickets still wait after three minutes");
                break;
            }

            await Task.Delay(200, cancel);
        }

        await over.CancelAsync();
        foreach (var ended in running)
        {
            try
            {
                await ended;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                wrong.Add("somebody gave up: " + failure);
            }
        }

        await Check(cancel);
        Print(seed, time.Elapsed);
        return wrong.IsEmpty;
    }

    private async Task Sell(CancellationToken cancel)
    {
        var (drink, dish) = await cafe.Menu(cancel);
        while (expected.Count * printers.Length < tickets)
        {
            while (await Waiting(cancel) > MostWaiting)
                await Task.Delay(100, cancel);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SellOne(drink, dish, chance.Next(10) == 0, cancel)));
        }
    }

    private async Task SellOne(long drink, long dish, bool edits, CancellationToken cancel)
    {
        var key = Guid.NewGuid().ToString();
        var body = new { items = new[] { new { menu_item_id = drink, quantity = 1 }, new { menu_item_id = dish, quantity = 1 } } };
        var order = await cafe.Owner.Ask("POST /api/orders", body, key, cancel: cancel);
        for (; order.Status != 201; order = await cafe.Owner.Ask("POST /api/orders", body, key, cancel: cancel))
            await Task.Delay(100, cancel); // its server was killed: who sells taps again
        var (number, version) = (order.Json.GetProperty("order_number").GetString()!, order.Json.GetProperty("version").GetInt64());
        expected[new(number, version, "BAR")] = expected[new(number, version, "KITCHEN")] = true;
        if (!edits)
            return;
        var line = order.Json.GetProperty("items")[0].GetProperty("id").GetInt64();
        while (true)
        {
            var edited = await cafe.Owner.Ask(
                $"PUT /api/orders/{order.Id}", new { items = new[] { new { id = line, quantity = 2 } }, version }, cancel: cancel);
            if (edited.Status == 200 || edited.Status == 412) // 412: it was done, and its answer lost
                break;
            await Task.Delay(100, cancel);
        }

        // One more of the one, and none of the other, which the edit leaves out.
        expected[new(number, version + 1, "BAR")] = expected[new(number, version + 1, "KITCHEN")] = true;
    }

    private async Task Kill(CancellationToken over)
    {
        while (!isSold && !over.IsCancellationRequested)
        {
            if (expected.Count * printers.Length >= (kills + 1) * TicketsOfAKill - (TicketsOfAKill / 2))
            {
                await Task.Delay(chance.Next(500), over);
                await cafe.Restart(over);
                kills++;
                Progress.Say($"soak: killed and up again, {expected.Count * printers.Length} tickets so far");
            }

            await Task.Delay(50, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waiting for an answer that is lost, or to try again, is twenty times as short.</summary>
    private async Task Hurry(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await cafe.Database.Scalar(
                """
                update print_jobs set doubt_at = now() + (doubt_at - now()) / 20, next_try_at = now() + (next_try_at - now()) / 20
                where not done and greatest(doubt_at, next_try_at) > now() + interval '3 seconds'
                """,
                CancellationToken.None);
            await Task.Delay(200, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Who stands there is asked of what is in doubt and does not come again by itself, or failed.</summary>
    private async Task StandThere(CancellationToken over)
    {
        var done = new HashSet<long>();
        while (!over.IsCancellationRequested)
        {
            foreach (var status in (string[])["unconfirmed", "failed"])
            {
                var jobs = await cafe.Owner.Ask($"GET /api/print-jobs?status={status}&limit=100", cancel: over);
                foreach (var job in jobs.Items)
                {
                    var (id, isMarked) = (job.GetProperty("id").GetInt64(), job.GetProperty("marked").GetString() is not null);
                    if (done.Contains(id) || (status == "unconfirmed" && !isMarked))
                        continue; // the second paper of that one comes by itself
                    var again = await cafe.Owner.Ask($"POST /api/print-jobs/{id}/reprint", key: "soak " + id, cancel: over);
                    if (again.Status == 201)
                    {
                        done.Add(id);
                        Interlocked.Increment(ref asked);
                    }
                }
            }

            await Task.Delay(500, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Papers that are not out: of open jobs, of events that made none yet, of doubts that somebody is asked about.</summary>
    private async Task<long> Waiting(CancellationToken cancel) => (long)(await cafe.Database.Scalar(
        """
        select (select count(*) from print_jobs j where not j.done
                or (j.status in ('unconfirmed', 'failed') and (j.marked is not null or j.status = 'failed')
                    and not exists (select 1 from print_jobs a where a.reprint_of = j.id)))
            + (select count(*) from events e where e.event in ('order_created', 'order_updated')
                and e.seq > coalesce((select position from consumers where name = 'print_jobs'), 0))
        """,
        cancel))!;

    private async Task Check(CancellationToken cancel)
    {
        foreach (var printer in printers)
        {
            foreach (var ticket in expected.Keys)
            {
                var (plain, marked) = printer.Pile.Of(ticket);
                if (plain + marked == 0)
                    wrong.Add($"{printer.Name}: {ticket} is lost");
                if (plain > 1)
                    wrong.Add($"{printer.Name}: {ticket} was printed {plain} times unmarked");
            }

            foreach (var strange in printer.Pile.All.Where(t => !expected.ContainsKey(t)))
                wrong.Add($"{printer.Name}: {strange} is nobody's");
            await using var command = cafe.Database.Command(
                "select order_number, revision, document from print_jobs where printer_id = $1 and status = 'printed' and marked is null",
                printer.Id);
            var said = await command.List(
                r => new Ticket(
                    r.GetString(0),
                    r.GetInt64(1),
                    r.GetString(2).Contains("\"KITCHEN\"", StringComparison.Ordinal) ? "KITCHEN" : "BAR"),
                cancel);
            foreach (var ticket in said.Where(t => printer.Pile.Of(t).Plain == 0))
                wrong.Add($"{printer.Name}: {ticket} is said to be printed and is not there");
        }
    }

    private void Print(int seed, TimeSpan took)
    {
        var table = new MarkdownTable(
            $"{expected.Count * printers.Length:N0} tickets over three printers, seed {seed}, {took.TotalSeconds:F0} s",
            "printer", "whole papers", "of them marked", "what happened to it");
        foreach (var printer in printers)
            table.Row(
                printer.Name,
                $"{printer.Pile.Count:N0}",
                $"{printer.Pile.Marked:N0}",
                string.Join(", ", printer.Mishaps.Select(m => $"{m.Value} × {m.Key}")));
        table.Print(
            $"The server was killed (-9) {kills} times; somebody had to print again what was in doubt twice {asked} times. "
                + (wrong.IsEmpty ? "None lost, none printed twice unmarked." : $"{wrong.Count} WRONG."));
        foreach (var what in wrong.Order(StringComparer.Ordinal).Take(30))
            Console.WriteLine("- " + what);
        if (wrong.IsEmpty)
            return;
        lock (cafe.Complaints)
            cafe.Complaints.TakeLast(10).ToList().ForEach(Console.Error.WriteLine);
    }
}
