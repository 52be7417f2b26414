using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// The transaction of a new order that is more than one statement: a gift card pays for it, or somebody approved it. It begins when the
/// first asks for it; most orders never do.
/// </summary>
public sealed class OrderTransaction(NpgsqlDataSource database) : IAsyncDisposable
{
    private NpgsqlTransaction? transaction;

    /// <summary>Where it runs; null while it has not begun.</summary>
    public NpgsqlConnection? Connection { get; private set; }

    public async Task<NpgsqlConnection> Begin(CancellationToken cancel)
    {
        if (Connection is null)
        {
            Connection = await database.OpenConnectionAsync(cancel);
            transaction = await Connection.BeginTransactionAsync(cancel);
        }

        return Connection;
    }

    public Task Commit(CancellationToken cancel) => transaction!.CommitAsync(cancel);

    /// <summary>Undoes what was not committed and gives the connection back: nobody asks for a second one while holding it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
        if (Connection is not null)
            await Connection.DisposeAsync();
        (transaction, Connection) = (null, null);
    }
}
