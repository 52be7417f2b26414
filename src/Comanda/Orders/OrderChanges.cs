using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Begins changes of orders. Whatever changes one comes through here, so that no rule is forgotten in one place.</summary>
public sealed class OrderChanges(
    ComandaDb db, IdempotentWrite retries, ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Here here, TimeProvider clock)
{
    internal ComandaDb Db => db;

    internal IdempotentWrite Retries => retries;

    internal NpgsqlDataSource Database => database;

    internal EventBell Bell => bell;

    internal Here Here => here;

    /// <summary>
    /// Locks an order until its change is over, so that of two who change it at once the second sees what the first did, and looks
    /// whether the caller may: it is of this shop, practice where a trainee asks, and still what If-Match says.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="http">Whose If-Match holds; null where the shop itself changes it.</param>
    /// <param name="cancel">Gives up, also later on.</param>
    /// <param name="key">Of a request that may be repeated.</param>
    /// <param name="with">Other orders that change with it.</param>
    public async Task<OrderChange> Begin(
        long id, HttpContext? http, CancellationToken cancel, RetryKey? key = null, IReadOnlyList<long>? with = null)
    {
        // What needs a connection of its own comes before this one is taken.
        var change = new OrderChange(this, await shops.Of(here, cancel), Clock.Now(clock), key, http, cancel);
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
