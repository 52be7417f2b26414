using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// The open database and, where it is ours, the cluster; closed in this order. <see cref="Direct"/> is another way to it where requests
/// go through a pooler.
/// </summary>
internal sealed record OpenedDatabase(NpgsqlDataSource Source, PrivateCluster? Cluster, string Connection) : IAsyncDisposable
{
    public NpgsqlDataSource Direct { get; private init; } = Source;

    /// <summary>Opens the database that is named, or the private one in a folder.</summary>
    public static async Task<OpenedDatabase> Open(string dataFolder, string? named, string? direct, CancellationToken cancel)
    {
        if (direct is { Length: > 0 })
        {
            if (named is null)
                throw new StartupException("COMANDA_DATABASE_DIRECT is set, and COMANDA_DATABASE, which names the pooler, is not");
            PrepareStatements.Here.IsOff = true; // the next session would not have them
            var (shared, own) = await DirectDatabase.Open(named, direct, cancel);
            return new(shared, null, Database.Read(direct).ConnectionString) { Direct = own };
        }

        if (named is not null)
            return new(await Database.Open(named, cancel), null, Database.Read(named).ConnectionString);
        var cluster = await PrivateCluster.Start(dataFolder, Console.WriteLine, cancel);
        try
        {
            return new(await Database.Open(cluster.ConnectionString, cancel), cluster, cluster.ConnectionString);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (Direct != Source)
            await Direct.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}
