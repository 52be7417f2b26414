using Comanda.Bench.Attack;
using Comanda.Data;
using Npgsql;

namespace Comanda.Bench.Printing;

/// <summary>The demo cafe with printers, at a server that may be killed and comes back at the same address.</summary>
internal sealed class PrintingCafe(BenchCluster cluster, string dll, Cafe cafe) : IAsyncDisposable
{
    private ServerUnderTest server = null!;

    public NpgsqlDataSource Database => cafe.Database;

    public ServerUnderTest Server => server;

    public Person Owner { get; private set; } = null!;

    public List<string> Complaints { get; } = [];

    public static async Task<PrintingCafe> Open(BenchCluster cluster, string dll, string database, CancellationToken cancel)
    {
        var opened = new PrintingCafe(cluster, dll, await cluster.MakeCafe(database, cancel));
        await opened.StartServer(null, cancel);
        opened.Owner = new(opened.server.Address, "owner");
        return opened;
    }

    public async Task Restart(CancellationToken cancel)
    {
        var port = server.Address.Port;
        await server.Kill();
        await server.DisposeAsync();
        await StartServer(port, cancel);
    }

    /// <summary>Adds a printer; answers its id and the address that it calls.</summary>
    public async Task<(long Id, string Url)> Add(object printer, CancellationToken cancel)
    {
        var added = await Owner.Ask("POST /api/printers", printer, cancel: cancel);
        if (added.Status != 201)
            throw new BenchException($"a printer cannot be added: {added}");
        return (added.Id, added.Json.GetProperty("url").ToString());
    }

    /// <summary>Something for the bar and something for the kitchen, by their ids.</summary>
    public async Task<(long Drink, long Dish)> Menu(CancellationToken cancel)
    {
        async Task<long> Item(string name) =>
            (long)(await Database.Scalar("select min(id) from menu_items where name = $1", cancel, name))!;
        return (await Item("Espresso"), await Item("Smoked salmon bagel"));
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        await server.DisposeAsync();
        await cafe.DisposeAsync();
    }

    private async Task StartServer(int? port, CancellationToken cancel) => server = await ServerUnderTest.Start(
        dll,
        ["--database", cluster.ConnectionTo(cafe.Name), "--listen", "127.0.0.1"],
        cancel,
        heard: Hear,
        at: port);

    private void Hear(string line)
    {
        if (!line.Contains("\"Error\"", StringComparison.Ordinal) && !line.Contains("\"Warning\"", StringComparison.Ordinal))
            return;
        lock (Complaints)
        {
            if (Complaints.Count < 200)
                Complaints.Add(line);
        }
    }
}
