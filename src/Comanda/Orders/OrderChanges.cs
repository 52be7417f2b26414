using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Begins changes of orders. Whatever changes one comes through here, so that no rule is forgotten in one place.</summary>
public sealed class OrderChanges(
    ComandaDb db, IdempotentWrite retries, NpgsqlDataSource database, EventBell bell, OwnOrders own, Moment moment, RequestHead head)
{
    internal ComandaDb Db => db;

    internal IdempotentWrite Retries => retries;

    internal NpgsqlDataSource Database => database;

    internal EventBell Bell => bell;

    internal Moment Moment => moment;

    internal RequestHead Head => head;

    internal Here Here => moment.Here;

    internal OwnOrders Own => own;

    /// <summary>
    /// Locks an order until its change is over, so that of two who change it at once the second sees what the first did, and looks
    /// whether the caller may: it is of this shop, a guest's own, practice where a trainee asks, and still what If-Match says.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="cancel">Gives up, also later on.</param>
    /// <param name="key">Of a request that may be repeated.</param>
    /// <param name="with">Other orders that change with it.</param>
    /// <param name="anyVersion">Whatever If-Match says: it is the shop itself that changes it.</param>
    public async Task<OrderChange> Begin(
        long id, CancellationToken cancel, RetryKey? key = null, IReadOnlyList<long>? with = null, bool anyVersion = false)
    {
        // What needs a connection of its own comes before this one is taken.
        await moment.Enter(cancel);
        await own.Customer(cancel);
        var change = new OrderChange(this, key, anyVersion, cancel);
        try
        {
            await change.Lock(id, with ?? []);
            return change;
        }
        catch
        {
            await change.DisposeAsync();
            throw;
        }
    }
}
