using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Menu;

/// <summary>From what was given of an item to the item, with its category and its groups.</summary>
public sealed class FillMenuItem(ComandaDb db, MenuChange change, Moment moment)
{
    /// <summary>Puts what is given into an item.</summary>
    public async Task Apply(MenuItemInput input, MenuItem item, FieldErrors errors, CancellationToken cancel)
    {
        var shop = moment.Shop;
        item.Name = input.Name?.Trim() ?? item.Name;
        item.Description = input.Description ?? item.Description;
        if (input.Price is { } price && Money.TryFrom(price, shop.Currency, out var money))
            item.Price = money;
        ItemTaxes.Apply(input, item);
        ItemUnit.Apply(input, item, errors);
        await SetDeposit(input, item, errors, cancel);
        item.Sku = input.Sku is { } sku ? OrNone(sku) : item.Sku;
        if (input.Barcode is { } barcode)
            await SetBarcode(OrNone(barcode), item, errors, cancel);
        item.ImageUrl = input.ImageUrl is { } image ? OrNone(image) : item.ImageUrl;
        item.IsVegetarian = input.IsVegetarian ?? item.IsVegetarian;
        item.Allergens = input.Allergens is { } allergens
            // Whoever sends back what they read sends what the recipe adds too; that does not become said by hand.
            ? Canonical(allergens.Where(a => AllergenWords.Read(a) is { } word
                && (item.Allergens.Contains(word) || !item.RecipeAllergens.Contains(word))))
            : item.Allergens;
        if (input.Allergens is not null || input.OtherAllergens is not null)
            item.OtherAllergens = Others([.. input.Allergens ?? [], .. input.OtherAllergens ?? []]);
        if (input.DiscountPrice is { } offer)
            item.DiscountPrice = offer >= 0 && Money.TryFrom(offer, shop.Currency, out var discounted) ? discounted : null;
        errors.Check(item.DiscountPrice is null || item.DiscountPrice <= item.Price, "discount_price", "must not be above the price");
        item.Images = input.Images ?? item.Images;
        item.IsVegan = input.IsVegan ?? item.IsVegan;
        item.Ingredients = input.Ingredients ?? item.Ingredients;
        if (input.NutritionalInfo is { } nutrition)
            item.NutritionalInfo = nutrition.ValueKind == JsonValueKind.Object ? nutrition.GetRawText() : null;
        if (input.AvailableFrom is { } from)
            item.AvailableFrom = TimeOfDay(from);
        if (input.AvailableUntil is { } until)
            item.AvailableUntil = TimeOfDay(until);
        item.PreparationTime = input.PreparationTime ?? item.PreparationTime;
        item.InStock = input.InStock ?? input.IsAvailable ?? item.InStock;
        item.IsFeatured = input.IsFeatured ?? item.IsFeatured;
        item.DisplayOrder = input.DisplayOrder ?? item.DisplayOrder;
        if (input.CategoryId is { } categoryId)
        {
            if (await db.Categories.AnyAsync(c => c.Id == categoryId, cancel))
                item.CategoryId = categoryId;
            else
                errors.Add("category_id", "is not a category of this shop");
        }
        else if (!string.IsNullOrWhiteSpace(input.Category))
        {
            item.CategoryId = await CategoryOf(input.Category.Trim(), shop.Id, errors, cancel);
        }
    }

    /// <summary>A deposit is sold and taken back by the piece, as often as it comes.</summary>
    private async Task SetDeposit(MenuItemInput input, MenuItem item, FieldErrors errors, CancellationToken cancel)
    {
        item.IsDeposit = input.IsDeposit ?? item.IsDeposit;
        errors.Check(
            !item.IsDeposit || item is { Unit: null, StockQuantity: null },
            "is_deposit",
            "cannot be true of what is sold by weight or counted down");
        if (input.DepositItemId is { } id)
        {
            item.DepositItemId = id == 0 ? null : id;
            var known = id == 0 || await db.MenuItems.AnyAsync(i => i.Id == id && i.IsDeposit && i.ArchivedAt == null, cancel);
            errors.Check(known, "deposit_item_id", "is no deposit of this shop's menu (is_deposit)");
        }

        errors.Check(!item.IsDeposit || item.DepositItemId is null, "deposit_item_id", "goes with goods, not with a deposit");
    }

    /// <summary>One article for each code, whatever its spelling; what a menu had before that was the rule may stay.</summary>
    private async Task SetBarcode(string? code, MenuItem item, FieldErrors errors, CancellationToken cancel)
    {
        var (id, before) = (item.Id, item.Barcode);
        item.Barcode = code;
        if (code is null || (before is not null && Gtin.KeyOf(before) == Gtin.KeyOf(code)))
            return;
        var spellings = Gtin.Spellings(code);
        var other = await db.MenuItems
            .Where(i => i.Id != id && i.ArchivedAt == null && spellings.Contains(i.Barcode))
            .Select(i => i.Name)
            .FirstOrDefaultAsync(cancel);
        errors.Check(other is null, "barcode", $"is that of {other}");
    }

    /// <summary>By its name or by the text of its id; an id of elsewhere is no name for a new one.</summary>
    private async Task<long> CategoryOf(string text, long shopId, FieldErrors errors, CancellationToken cancel)
    {
        var isForeign = Guid.TryParse(text, out _) || (text.Length == 24 && text.All(char.IsAsciiHexDigit));
        errors.Check(!isForeign, "category", "is not a category of this shop");
        if (isForeign)
            return 0;
        var isId = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && await db.Categories.AnyAsync(c => c.Id == id, cancel)
            && !await db.Categories.AnyAsync(c => c.Name == text, cancel);
        return isId ? id : await CategoryNamed(text, shopId, cancel);
    }

    /// <summary>
    /// The documents name categories by text: an item of a category that is new makes it. Names differ by more than their case.
    /// </summary>
    private async Task<long> CategoryNamed(string name, long shopId, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into categories (shop_id, name, display_order)
            values ({shopId}, {name}, (select count(*) from categories where shop_id = {shopId}))
            on conflict (shop_id, lower(name)) do nothing
            """,
            cancel);
        return await db.Database.SqlQuery<long>(
            $"select id as \"Value\" from categories where shop_id = {shopId} and lower(name) = lower({name})").SingleAsync(cancel);
    }

    /// <summary>Gives an item the groups that are given, new ones and those that are there.</summary>
    public async Task LinkGroups(MenuItemInput input, MenuItem item, FieldErrors errors, CancellationToken cancel)
    {
        if (input.ModifierGroups is not { } wanted)
            return;
        var shop = moment.Shop;
        var groups = new List<ModifierGroup>();
        change.TouchesOthers(); // groups are shared
        await db.MenuItemGroups.Where(l => l.MenuItemId == item.Id).ExecuteDeleteAsync(cancel);
        foreach (var (index, given) in wanted.Index())
        {
            var group = given.Id is null
                ? new ModifierGroup { ShopId = shop.Id, Name = given.Name! }
                : await db.ModifierGroups.Include(g => g.Options).SingleOrDefaultAsync(g => g.Id == given.Id, cancel);
            if (group is null)
            {
                errors.Add($"modifier_groups[{index}].id", "is not a modifier group of this shop");
                continue;
            }

            Apply(given, group, shop);
            errors.Check(group.Min <= group.Max, $"modifier_groups[{index}].min", $"must not be above max ({group.Max})");
            if (given.Id is null)
                db.Add(group);
            groups.Add(group);
        }

        if (errors.Any)
            return;
        await db.SaveChangesAsync(cancel);
        foreach (var (index, group) in groups.Distinct().Index())
            db.Add(new MenuItemGroup { ShopId = shop.Id, MenuItemId = item.Id, GroupId = group.Id, DisplayOrder = index });
    }

    private void Apply(GroupInput given, ModifierGroup group, Shop shop)
    {
        group.Name = given.Name ?? group.Name;
        group.Min = given.Min ?? group.Min;
        group.Max = given.Max ?? group.Max;
        if (given.Options is not { } options)
            return;
        var keys = options.Select(o => o.Key ?? Slug.Of(o.Name!)).ToList();
        group.Options.RemoveAll(o => !keys.Contains(o.Key));
        foreach (var (index, option) in options.Index())
        {
            var known = group.Options.Find(o => o.Key == keys[index]);
            if (known is null)
                group.Options.Add(known = new ModifierOption { ShopId = shop.Id, Key = keys[index], Name = option.Name! });
            known.Name = option.Name!;
            var before = known.Price;
            known.Price = option.Price is { } price && Money.TryFrom(price, shop.Currency, out var money) ? money : known.Price;
            if (known.Id != 0)
                change.NotePrice("modifier_option", known.Id, known.Name, before, known.Price, shop.Currency);
            known.InStock = option.InStock ?? known.InStock;
            known.AddsAllergens = option.AddsAllergens is { } adds ? Canonical(adds) : known.AddsAllergens;
            known.RemovesAllergens = option.RemovesAllergens is { } removes ? Canonical(removes) : known.RemovesAllergens;
            known.TaxClass = option.TaxClass is { } code ? ItemTaxes.OrNone(code) : known.TaxClass;
            known.DisplayOrder = index;
        }
    }

    private static string[] Others(IEnumerable<string> names) =>
        [.. names.Select(n => n.Trim()).Where(n => AllergenWords.Read(n) is null).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static string[] Canonical(IEnumerable<string> names) => [.. names.Select(n => AllergenWords.Read(n)!).Distinct()];

    private static TimeOnly? TimeOfDay(string text) => text.Length == 0 ? null : TimeOnly.ParseExact(text, "HH:mm");

    private static string? OrNone(string text) => text.Trim() is { Length: > 0 } given ? given : null;
}
