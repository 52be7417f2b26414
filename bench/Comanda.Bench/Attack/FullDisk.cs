using System.Diagnostics;
using Comanda.Data;
using Comanda.Demo;

namespace Comanda.Bench.Attack;

/// <summary>
/// A disk that fills up while a till sells: a small file system of its own, mounted for this. Orders are refused in words, none that was
/// acknowledged is lost, and when there is room again it goes on. Left out, and said so, where nothing can be mounted.
/// </summary>
internal sealed class FullDisk(Arena arena, CancellationToken cancel)
{
    private const string Part = "full disk";

    public async Task Run()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"comanda-disk-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        if (await Shell("mount", "-t", "tmpfs", "-o", "size=400m,mode=0755", "comanda-disk", folder) != 0)
        {
            Directory.Delete(folder);
            arena.Findings.Say("full disk: left out, nothing can be mounted here");
            return;
        }

        try
        {
            await Fill(folder);
            arena.Findings.Count("full disk");
        }
        finally
        {
            if (await Shell("umount", folder) != 0)
                await Shell("umount", "--lazy", folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Fill(string folder)
    {
        await using var server = await ServerUnderTest.Start(
            arena.Dll,
            ["--data", folder, "--listen", "127.0.0.1"],
            cancel,
            heard: Progress.Say
        );
        using var till = new Person(server.Address, "cashier", DemoCafe.TillToken);
        var item = (await till.Ask("GET /api/menu/items?limit=1", cancel: cancel)).Items[0].GetProperty("id").GetInt64();
        var body = new { items = new[] { new { menu_item_id = item, quantity = 1 } }, payments = new[] { new { method = "cash" } } };
        var acknowledged = new List<long>();
        await Sell(20);
        var filler = Path.Combine(folder, "filler");
        await Shell("sh", "-c", $"head -c 500000000 /dev/zero > '{filler}' 2>/dev/null; true");
        var refused = await SellUntilRefused();
        arena.Findings.Check(refused.Status is 503 or 0, Part, $"an order on a full disk answered {refused.Status}", refused.ToString);
        var alive = await till.Ask("GET /api/menu", cancel: cancel);
        arena.Findings.Check(alive.Ok, Part, "the menu is not read while the disk is full", () =>
            alive.Status + " " + alive.Text[..Math.Min(300, alive.Text.Length)]
        );
        File.Delete(filler);
        var patience = Stopwatch.StartNew();
        while (
            (await till.Ask("POST /api/orders", body, Guid.NewGuid().ToString(), cancel: cancel)) is not { Status: 201 }
            && patience.Elapsed < TimeSpan.FromMinutes(1)
        )
            await Task.Delay(500, cancel);
        arena.Findings.Say(
            $"full disk: {acknowledged.Count} orders before it was full, then {refused.Status}; "
                + $"sells again after {patience.Elapsed.TotalSeconds:F0} s with room"
        );
        arena.Findings.Check(patience.Elapsed < TimeSpan.FromMinutes(1), Part, "it does not go on when there is room again", () => "");
        await Sell(5);
        using var manager = new Person(server.Address, "owner");
        foreach (var id in acknowledged)
        {
            var there = await manager.Ask($"GET /api/orders/{id}", cancel: cancel);
            arena.Findings.Check(there.Ok, Part, "an acknowledged order is gone", () => $"{id}: {there}");
        }

        var journal = await manager.Ask("GET /api/journal/verify", cancel: cancel);
        arena.Findings.Check(
            journal.Ok && journal.Json.GetProperty("valid").GetBoolean(),
            Part,
            "the journal does not hold",
            journal.ToString
        );

        async Task Sell(int many)
        {
            for (var n = 0; n < many; n++)
            {
                var reply = await till.Ask("POST /api/orders", body, Guid.NewGuid().ToString(), cancel: cancel);
                arena.Findings.Check(reply.Status == 201, Part, "an order is refused with room on the disk", reply.ToString);
                acknowledged.Add(reply.Id);
            }
        }

        async Task<Reply> SellUntilRefused()
        {
            for (var n = 0; n < 20_000; n++)
            {
                var reply = await till.Ask("POST /api/orders", body, Guid.NewGuid().ToString(), cancel: cancel);
                if (reply.Status != 201)
                    return reply;
                acknowledged.Add(reply.Id);
            }

            return new(201, "the disk never filled up");
        }
    }

    private static async Task<int> Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(
            program,
            arguments)
        { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
