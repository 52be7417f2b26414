using Comanda.Data;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Menu;

/// <summary>Adds, changes and removes categories.</summary>
public sealed class EditCategories(ComandaDb db, MenuChange change, MenuBoard menus, Moment moment, RequestHead head)
{
    public async Task<Answer<CategoryView>> Add(CategoryInput input, CancellationToken cancel)
    {
        if (Check(input, input.Name) is { } refusal)
            return refusal;
        await using var work = await change.Begin(cancel);
        var category = new Category
        {
            ShopId = moment.Shop.Id,
            Name = input.Name!.Trim(),
            DisplayOrder = await db.Categories.CountAsync(cancel)
        };
        Apply(input, category);
        db.Add(category);
        await work.Commit(null, category.Name, cancel);
        return Answer.Created(await View(category.Id, cancel), $"/api/categories/{category.Id}/products");
    }

    public async Task<Answer<CategoryView>> Change(long id, CategoryInput input, CancellationToken cancel)
    {
        if (Check(input, input.Name ?? "its own") is { } refusal)
            return refusal;
        await using var work = await change.Begin(cancel);
        if (await db.Categories.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } category)
            return Refusal.NotFound("category");
        if (head.Check(category.Version, input) is { } stale)
            return stale;
        category.Name = input.Name?.Trim() ?? category.Name;
        Apply(input, category);
        category.Version++;
        await work.Commit(null, category.Name, cancel);
        return await View(id, cancel);
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var work = await change.Begin(cancel);
        if (await db.Categories.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } category)
            return Refusal.NotFound("category");
        if (await db.MenuItems.AnyAsync(i => i.CategoryId == id, cancel))
            return Refusal.Conflict(
                "category_in_use",
                "There are items in this category, on the menu or archived; move them first.");
        db.Remove(category);
        await work.Commit(null, category.Name, cancel);
        return Answer.Done;
    }

    private static void Apply(CategoryInput input, Category category)
    {
        category.Description = input.Description ?? category.Description;
        category.Image = input.Image ?? category.Image;
        category.Station = input.Station ?? category.Station;
        category.TaxClass = input.TaxClass is { } code ? ItemTaxes.OrNone(code) : category.TaxClass;
        category.IsActive = input.IsActive ?? category.IsActive;
        category.DisplayOrder = input.DisplayOrder ?? category.DisplayOrder;
    }

    /// <summary>Why a category cannot be so; null where it can.</summary>
    /// <param name="input">What is asked for.</param>
    /// <param name="name">What it is to be called.</param>
    private Refusal? Check(CategoryInput input, string? name) =>
        string.IsNullOrWhiteSpace(name) ? Refusal.OfField("name", "is required")
        : input.Station is { } station && !MenuEntry.IsStation(station) ? Refusal.OfField(
            "station",
            "must be lower-case letters, digits and hyphens, such as bar; none is kept for deposits, which nobody makes")
        : !ItemTaxes.IsClass(input.TaxClass, moment.Shop.Taxes) ? ItemTaxes.NoSuchClass()
        : null;

    private async Task<CategoryView> View(long id, CancellationToken cancel) =>
        ReadMenu.View((await menus.Of(moment.Here, cancel)).Sections.First(s => s.Id == id));
}
