using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
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
    private readonly List<AuditEntry> prices = [];
    private IDbContextTransaction? transaction;
    private bool whole;

    public async Task<MenuChange> Begin(CancellationToken cancel)
    {
        transaction = await db.Database.BeginTransactionAsync(cancel);
        // Changes of one menu take turns: an import locks all items, and two that hold one each would wait in a ring.
        await db.Database.ExecuteSqlAsync($"select 1 from shops where id = {here.ShopId} for no key update", cancel);
        return this;
    }

    /// <summary>More than the one item may look different after this: every process reads the whole menu again.</summary>
    public void TouchesOthers() => whole = true;

    /// <summary>A price that becomes another one; the audit log says so when the change commits.</summary>
    /// <param name="what">menu_item or modifier_option.</param>
    /// <param name="id">Its id.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="before">The price so far.</param>
    /// <param name="after">The price from now on.</param>
    /// <param name="currency">Of both.</param>
    public void NotePrice(string what, long id, string name, Money before, Money after, Currency currency)
    {
        if (before != after)
            prices.Add(new(
                AuditActions.PriceChanged,
                what,
                id,
                new { name, price = before.In(currency) },
                new { name, price = after.In(currency) }));
    }

    /// <summary>
    /// Commits. Where somebody else changed the same thing in the same moment, or has taken the same name, the database
    /// says so, and Operations/Failures makes a refusal of it.
    /// </summary>
    public async Task Commit(long? itemId, string name, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        await db.SaveChangesAsync(cancel);
        await db.Database.ExecuteSqlAsync($"update menu_dates set changed_at = {now} where shop_id = {here.ShopId}", cancel);
        db.Add(ShopEvent.Of(here, EventNames.ProductUpdated, now, new { id = itemId, name, whole }));
        await db.SaveChangesAsync(cancel);
        await NoteSoldOut(now, cancel);
        await AuditEntry.WriteAll(prices, (NpgsqlConnection)db.Database.GetDbConnection(), here, now, cancel);
        await transaction!.CommitAsync(cancel);
        menus.Forget(here.ShopId, whole ? null : itemId);
        bell.Ring();
    }

    /// <summary>What can no longer be sold, or can again: of all items, since an import changes many.</summary>
    private async Task NoteSoldOut(DateTimeOffset now, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            update sold_out o set until = {now} from menu_items i
            where i.id = o.menu_item_id and o.shop_id = {here.ShopId} and o.until is null
                and (i.archived_at is not null or (i.in_stock and i.stock_quantity is distinct from 0))
            """,
            cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into sold_out (shop_id, menu_item_id, at)
            select shop_id, id, {now} from menu_items
            where shop_id = {here.ShopId} and archived_at is null and not (in_stock and stock_quantity is distinct from 0)
            on conflict (menu_item_id) where until is null do nothing
            """,
            cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
    }
}
