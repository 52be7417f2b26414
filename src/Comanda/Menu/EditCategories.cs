using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Menu;

/// <summary>Adds, changes and removes categories.</summary>
public static class EditCategories
{
    public static async Task<Results<Created<CategoryView>, ProblemHttpResult>> Add(
        CategoryInput input, ComandaDb db, MenuChange change, MenuBoard menus, Here here, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(input.Name))
            return NameIsRequired().ToProblem();
        if (!IsStation(input.Station))
            return StationRule().ToProblem();
        await using var work = await change.Begin(cancel);
        var category = new Category
        {
            ShopId = here.ShopId,
            Name = input.Name.Trim(),
            DisplayOrder = await db.Categories.CountAsync(cancel)
        };
        Apply(input, category);
        db.Add(category);
        await work.Commit(null, category.Name, cancel);
        return TypedResults.Created($"/api/categories/{category.Id}/products", await View(category.Id, menus, here, cancel));
    }

    public static async Task<Results<Ok<CategoryView>, ProblemHttpResult>> Change(
        long id,
        CategoryInput input,
        HttpContext http,
        ComandaDb db,
        MenuChange change,
        MenuBoard menus,
        Here here,
        CancellationToken cancel)
    {
        if (input.Name is not null && string.IsNullOrWhiteSpace(input.Name))
            return NameIsRequired().ToProblem();
        if (!IsStation(input.Station))
            return StationRule().ToProblem();
        await using var work = await change.Begin(cancel);
        if (await db.Categories.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } category)
            return Refusal.NotFound("category").ToProblem();
        if (VersionTag.Check(http, category.Version) is { } stale)
            return stale.ToProblem();
        category.Name = input.Name?.Trim() ?? category.Name;
        Apply(input, category);
        category.Version++;
        await work.Commit(null, category.Name, cancel);
        return TypedResults.Ok(await View(id, menus, here, cancel));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        long id,
        ComandaDb db,
        MenuChange change,
        CancellationToken cancel)
    {
        await using var work = await change.Begin(cancel);
        if (await db.Categories.SingleOrDefaultAsync(c => c.Id == id, cancel) is not { } category)
            return Refusal.NotFound("category").ToProblem();
        if (await db.MenuItems.AnyAsync(i => i.CategoryId == id, cancel))
            return Refusal.Conflict(
                "category_in_use",
                "There are items in this category, on the menu or archived; move them first.").ToProblem();
        db.Remove(category);
        await work.Commit(null, category.Name, cancel);
        return TypedResults.NoContent();
    }

    private static void Apply(CategoryInput input, Category category)
    {
        category.Description = input.Description ?? category.Description;
        category.Image = input.Image ?? category.Image;
        category.Station = input.Station ?? category.Station;
        category.IsActive = input.IsActive ?? category.IsActive;
        category.DisplayOrder = input.DisplayOrder ?? category.DisplayOrder;
    }

    private static bool IsStation(string? station) =>
        station is null || (station.Length > 0 && station.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'));

    private static Refusal StationRule() => Refusal.OfField("station", "must be lower-case letters, digits and hyphens, such as bar");

    private static Refusal NameIsRequired() => Refusal.OfField("name", "is required");

    private static async Task<CategoryView> View(long id, MenuBoard menus, Here here, CancellationToken cancel) =>
        ReadMenu.View((await menus.Of(here, cancel)).Sections.First(s => s.Id == id));
}
