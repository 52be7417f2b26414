using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

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

    /// <summary>Commits; answers the refusal where somebody else changed the same thing, or has taken the same name.</summary>
    public async Task<Refusal?> Commit(long? itemId, string name, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        try
        {
            db.Add(ShopEvent.Of(here, EventNames.ProductUpdated, now, new { id = itemId, name }));
            await db.SaveChangesAsync(cancel);
            await db.Database.ExecuteSqlAsync($"update shops set menu_changed_at = {now} where id = {here.ShopId}", cancel);
            await transaction!.CommitAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new(412, "stale_version", "Somebody changed this in the same moment. Read it again and repeat your change.");
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } taken)
        {
            return Refusal.Conflict(
                "already_exists",
                taken.ConstraintName == "menu_items_sku" ? "Another item of this menu has this sku." : "Another one of this menu has this name.");
        }

        menus.Forget(here.ShopId);
        bell.Ring();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
    }
}
