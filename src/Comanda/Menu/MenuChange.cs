using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Comanda.Menu;

/// <summary>
/// One change of a shop's menu: a transaction that ends with the menu's new date and the event by which every process
/// and device learns of it. Left without <see cref="Commit"/>, nothing happened.
/// </summary>
public sealed class MenuChange(ComandaDb db, MenuBoard menus, EventBell bell, Here here, TimeProvider clock) : IAsyncDisposable
{
    private IDbContextTransaction? transaction;

    public async Task<MenuChange> Begin(CancellationToken cancel)
    {
        transaction = await db.Database.BeginTransactionAsync(cancel);
        return this;
    }

    /// <summary>
    /// Commits. Where somebody else changed the same thing in the same moment, or has taken the same name, the database
    /// says so, and Operations/Failures makes a refusal of it.
    /// </summary>
    public async Task Commit(long? itemId, string name, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        await db.SaveChangesAsync(cancel);
        await db.Database.ExecuteSqlAsync($"update shops set menu_changed_at = {now} where id = {here.ShopId}", cancel);
        db.Add(ShopEvent.Of(here, EventNames.ProductUpdated, now, new { id = itemId, name }));
        await db.SaveChangesAsync(cancel);
        await transaction!.CommitAsync(cancel);
        menus.Forget(here.ShopId);
        bell.Ring();
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
    }
}
