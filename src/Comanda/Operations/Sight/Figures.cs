using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// What <c>/metrics</c> tells of the database, read in a moment's time when it is asked for, since instruments cannot wait for an answer.
/// </summary>
internal sealed class Figures(NpgsqlDataSource database, EventFeed feed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Where the database does not answer, everything but <see cref="Reachable"/> is what it was.</summary>
    public bool Reachable { get; private set; }

    public long EventLag { get; private set; }

    public long MessagesWaiting { get; private set; }

    public IReadOnlyList<ConsumerState> Consumers { get; private set; } = [];

    public async Task Refresh(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await using var command = database.Command(
                "select (select coalesce(max(seq), 0) from events), (select count(*) from messages where next_try_at is not null)");
            var (newest, waiting) = (await command.List(r => (r.GetInt64(0), r.GetInt64(1)), patience.Token))[0];
            (EventLag, MessagesWaiting) = (Math.Max(0, newest - feed.Settled), waiting);
            Consumers = await ConsumerStates.All(database, patience.Token);
            Reachable = true;
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            cancel.ThrowIfCancellationRequested();
            Reachable = false;
        }
    }
}
