using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Menu;

/// <summary>Adds, changes and archives items.</summary>
public sealed class EditMenu(ComandaDb db, MenuChange change, FillMenuItem fill, MenuBoard menus, Moment moment, RequestHead head)
{
    private const int MostCounted = 100_000;

    /// <summary>The category of what is given none.</summary>
    private const string WithoutCategory = "Other";

    public async Task<Answer<MenuItemView>> Add(MenuItemInput input, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", "is required");
        errors.Check(input.Price is not null, "price", "is required");
        if (input.CategoryId is null && string.IsNullOrWhiteSpace(input.Category))
            input = input with { Category = WithoutCategory };
        CheckMenuItem.Check(input, shop.Currency, errors);
        ItemTaxes.Check(input, shop.Taxes, errors);
        if (errors.Any)
            return errors.ToRefusal();

        var item = new MenuItem { ShopId = moment.Shop.Id, Name = input.Name!.Trim(), Price = Money.Zero };
        await using var work = await change.Begin(cancel);
        await fill.Apply(input, item, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        db.Add(item);
        await db.SaveChangesAsync(cancel);
        await fill.LinkGroups(input, item, errors, cancel);
        await db.SaveChangesAsync(cancel);
        await EditCombo.Store(input.Combo, item, shop.Currency, (NpgsqlConnection)db.Database.GetDbConnection(), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(moment.Here, cancel);
        return Answer.Created(MenuItemView.From(menu.Find(item.Id)!, menu.Currency), $"/api/menu/items/{item.Id}");
    }

    public async Task<Answer<MenuItemView>> Change(long id, MenuItemInput input, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        errors.Check(input.Name is null || !string.IsNullOrWhiteSpace(input.Name), "name", "must not be empty");
        CheckMenuItem.Check(input, shop.Currency, errors);
        ItemTaxes.Check(input, shop.Taxes, errors);
        if (errors.Any)
            return errors.ToRefusal();

        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        if (head.Check(item.Version, input) is { } stale)
            return stale;
        var price = item.Price;
        await fill.Apply(input, item, errors, cancel);
        await fill.LinkGroups(input, item, errors, cancel);
        item.Version++;
        await db.SaveChangesAsync(cancel);
        await EditCombo.Store(input.Combo, item, shop.Currency, (NpgsqlConnection)db.Database.GetDbConnection(), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        work.NotePrice("menu_item", item.Id, item.Name, price, item.Price, shop.Currency);
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(moment.Here, cancel);
        return MenuItemView.From(menu.Find(id)!, menu.Currency);
    }

    /// <summary>DELETE archives: the item leaves the menu, past orders keep it.</summary>
    public async Task<Answer> Archive(long id, CancellationToken cancel)
    {
        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        item.ArchivedAt = moment.Now;
        item.Version++;
        await work.Commit(item.Id, item.Name, cancel);
        return Answer.Done;
    }

    public async Task<Answer<MenuItemView>> SetStock(long id, StockInput input, CancellationToken cancel)
    {
        if (input.InStock is null && !input.NamesQuantity)
            return Refusal.OfField("in_stock", "is required: true or false; or quantity, how many are left");
        if (input.Quantity is < 0 or > MostCounted)
            return Refusal.OfField("quantity", $"must be between 0 and {MostCounted}, or null");

        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        if (input.Quantity is not null && (await menus.Of(moment.Here, cancel)).Find(id)?.Combo is not null)
            return Refusal.OfField("quantity", "is counted for the parts of a combo");
        if (input.Quantity is not null && item.Unit is not null)
            return Refusal.OfField("quantity", "is of pieces; what is sold by weight is counted as an ingredient, with a recipe");
        if (input.Quantity is not null && item.IsDeposit)
            return Refusal.OfField("quantity", "is of goods; a deposit comes and goes");
        if (input.NamesQuantity)
            item.StockQuantity = input.Quantity;
        item.InStock = input.InStock ?? true;
        item.Version++;
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(moment.Here, cancel);
        return MenuItemView.From(menu.Find(id)!, menu.Currency) with { StockQuantity = item.StockQuantity };
    }
}
