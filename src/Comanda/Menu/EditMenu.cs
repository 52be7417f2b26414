using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Menu;

/// <summary>Adds, changes and archives items.</summary>
public static class EditMenu
{
    public static async Task<Answer<MenuItemView>> Add(
        MenuItemInput input, ComandaDb db, MenuChange change, MenuBoard menus, ShopDirectory shops, Here here, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", "is required");
        errors.Check(input.Price is not null, "price", "is required");
        errors.Check(
            input.CategoryId is not null || !string.IsNullOrWhiteSpace(input.Category),
            "category",
            "give category (a name) or category_id");
        Check(input, shop.Currency, errors);
        if (errors.Any)
            return errors.ToRefusal();

        var item = new MenuItem { ShopId = here.ShopId, Name = input.Name!.Trim(), Price = Money.Zero };
        await using var work = await change.Begin(cancel);
        await Apply(input, item, db, shop, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        db.Add(item);
        await db.SaveChangesAsync(cancel);
        await LinkGroups(input, item, db, change, shop, errors, cancel);
        await db.SaveChangesAsync(cancel);
        await EditCombo.Store(input.Combo, item, shop.Currency, (NpgsqlConnection)db.Database.GetDbConnection(), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(here, cancel);
        return Answer.Created(MenuItemView.From(menu.Find(item.Id)!, menu.Currency), $"/api/menu/items/{item.Id}");
    }

    public static async Task<Answer<MenuItemView>> Change(
        long id,
        MenuItemInput input,
        RequestHead head,
        ComandaDb db,
        MenuChange change,
        MenuBoard menus,
        ShopDirectory shops,
        Here here,
        CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var errors = new FieldErrors();
        errors.Check(input.Name is null || !string.IsNullOrWhiteSpace(input.Name), "name", "must not be empty");
        Check(input, shop.Currency, errors);
        if (errors.Any)
            return errors.ToRefusal();

        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        if (head.Check(item.Version) is { } stale)
            return stale;
        var price = item.Price;
        await Apply(input, item, db, shop, errors, cancel);
        await LinkGroups(input, item, db, change, shop, errors, cancel);
        item.Version++;
        await db.SaveChangesAsync(cancel);
        await EditCombo.Store(input.Combo, item, shop.Currency, (NpgsqlConnection)db.Database.GetDbConnection(), errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        work.NotePrice("menu_item", item.Id, item.Name, price, item.Price, shop.Currency);
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(here, cancel);
        return MenuItemView.From(menu.Find(id)!, menu.Currency);
    }

    /// <summary>DELETE archives: the item leaves the menu, past orders keep it.</summary>
    public static async Task<Answer> Archive(
        long id,
        ComandaDb db,
        MenuChange change,
        TimeProvider clock,
        CancellationToken cancel)
    {
        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        item.ArchivedAt = clock.GetUtcNow();
        item.Version++;
        await work.Commit(item.Id, item.Name, cancel);
        return Answer.Done;
    }

    public static async Task<Answer<MenuItemView>> SetStock(
        long id, StockInput input, ComandaDb db, MenuChange change, MenuBoard menus, Here here, CancellationToken cancel)
    {
        if (input.InStock is null && !input.NamesQuantity)
            return Refusal.OfField("in_stock", "is required: true or false; or quantity, how many are left");
        if (input.Quantity is < 0 or > MostCounted)
            return Refusal.OfField("quantity", $"must be between 0 and {MostCounted}, or null");

        await using var work = await change.Begin(cancel);
        if (await db.MenuItems.SingleOrDefaultAsync(i => i.Id == id && i.ArchivedAt == null, cancel) is not { } item)
            return Refusal.NotFound("menu item");
        if (input.Quantity is not null && (await menus.Of(here, cancel)).Find(id)?.Combo is not null)
            return Refusal.OfField("quantity", "is counted for the parts of a combo");
        if (input.NamesQuantity)
            item.StockQuantity = input.Quantity;
        item.InStock = input.InStock ?? true;
        item.Version++;
        await work.Commit(item.Id, item.Name, cancel);
        var menu = await menus.Of(here, cancel);
        return MenuItemView.From(menu.Find(id)!, menu.Currency) with { StockQuantity = item.StockQuantity };
    }

    private const int MostCounted = 100_000;

    private static void Check(MenuItemInput input, Currency currency, FieldErrors errors)
    {
        errors.Check(input.Price is null || IsPrice(input.Price.Value, currency), "price", PriceRule(currency));
        errors.Check(
            input.TaxRate is null or -1 || Kernel.TaxRate.TryFromPercent(input.TaxRate.Value, out _),
            "tax_rate",
            "must be between 0 and 100 percent with at most 4 decimals, or -1 for the shop's own");
        errors.Check(
            input.ImageUrl is null || IsAddress(input.ImageUrl.Trim()),
            "image_url",
            "must be an address of the web (https://…) or a path");
        errors.Check(input.PreparationTime is null or (>= 0 and <= 1440), "preparation_time", "must be between 0 and 1440 minutes");
        errors.Check(
            input.DiscountPrice is null or -1 || IsPrice(input.DiscountPrice.Value, currency),
            "discount_price",
            PriceRule(currency) + ", or -1 for none");
        CheckAllergens(input.Allergens, "allergens", errors);
        errors.Check(
            input.Images is null || (input.Images.Length <= 20 && input.Images.All(i => i is { Length: > 0 and <= 500 } && IsAddress(i))),
            "images",
            "must be at most 20 addresses of at most 500 characters");
        errors.Check(IsTimeOfDay(input.AvailableFrom), "available_from", "must be a time such as 07:00, or empty");
        errors.Check(IsTimeOfDay(input.AvailableUntil), "available_until", "must be a time such as 11:00, or empty");
        errors.Check(
            input.NutritionalInfo is not { } info
                || info.ValueKind == JsonValueKind.Null
                || (info.ValueKind == JsonValueKind.Object && info.GetRawText().Length <= 4000 && IsPlain(info)),
            "nutritional_info", "must be an object of at most 4000 characters and five levels, of whole characters");
        EditCombo.Check(input.Combo, currency, errors);
        errors.Check(input.ModifierGroups is null or { Count: <= 30 }, "modifier_groups", "must be at most 30");
        foreach (var (g, group) in (input.ModifierGroups ?? []).Index())
        {
            var at = $"modifier_groups[{g}]";
            if (group is null || group.Options?.Any(o => o is null) == true)
            {
                errors.Add(at, "must be an object, and so must each of its options");
                continue;
            }

            errors.Check(group.Options is null or { Count: <= 100 }, at + ".options", "must be at most 100");
            errors.Check(group.Id is not null || group.Name is not null, at + ".name", "is required for a new group");
            errors.Check(group.Name is null || !string.IsNullOrWhiteSpace(group.Name), at + ".name", "must not be empty");
            errors.Check(group.Min is null or (>= 0 and <= 50), at + ".min", "must be between 0 and 50");
            errors.Check(group.Max is null or (>= 1 and <= 50), at + ".max", "must be between 1 and 50");
            errors.Check(
                group.Id is not null || (group.Min ?? 0) <= (group.Max ?? 1),
                at + ".min",
                "must not be above max (1 where it is left out)");
            foreach (var (o, option) in (group.Options ?? []).Index())
            {
                errors.Check(!string.IsNullOrWhiteSpace(option.Name), $"{at}.options[{o}].name", "is required");
                errors.Check(option.Key is null or { Length: >= 1 and <= 100 }, $"{at}.options[{o}].key", "must have 1 to 100 characters");
                CheckAllergens(option.AddsAllergens, $"{at}.options[{o}].adds_allergens", errors);
                CheckAllergens(option.RemovesAllergens, $"{at}.options[{o}].removes_allergens", errors);
                errors.Check(
                    option.Price is null || IsPrice(Math.Abs(option.Price.Value), currency),
                    $"{at}.options[{o}].price",
                    PriceRule(currency));
            }

            var keys = (group.Options ?? []).Where(o => o.Name is not null).Select(o => o.Key ?? Slug.Of(o.Name!)).ToList();
            errors.Check(keys.Distinct(StringComparer.Ordinal).Count() == keys.Count, at + ".options", "must have different keys");
        }
    }

    /// <summary>Whether it can be written into every answer that shows it: not nested beyond use, no halves of characters.</summary>
    private static bool IsPlain(JsonElement info)
    {
        try
        {
            using var again = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(info, Json.Options), new() { MaxDepth = 5 });
            return true;
        }
        catch (Exception unusable) when (unusable is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>An address of the web or of ours: of no other scheme, which a screen might run.</summary>
    internal static bool IsAddress(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is var colon && (colon < 0
            || text[..colon].Contains('/', StringComparison.Ordinal)
            || text[..colon].ToLowerInvariant() is "https" or "http");

    private static void CheckAllergens(string[]? names, string field, FieldErrors errors) =>
        errors.Check(names is null || (names.Length <= 60 && names.All(n => AllergenWords.Read(n) is not null)), field, Allergens.Rule);

    private static string[] Canonical(string[] names) => [.. names.Select(n => AllergenWords.Read(n)!).Distinct()];

    private static bool IsTimeOfDay(string? text) => string.IsNullOrEmpty(text) || TimeOnly.TryParseExact(text, "HH:mm", out _);

    private static TimeOnly? TimeOfDay(string text) => text.Length == 0 ? null : TimeOnly.ParseExact(text, "HH:mm");

    internal static string PriceRule(Currency currency) => $"must be 0 or more, with at most {currency.Digits} decimals ({currency.Code})";

    internal static bool IsPrice(decimal price, Currency currency) => price >= 0 && Money.TryFrom(price, currency, out _);

    private static string? OrNone(string text) => text.Trim() is { Length: > 0 } given ? given : null;

    private static async Task Apply(
        MenuItemInput input,
        MenuItem item,
        ComandaDb db,
        Shop shop,
        FieldErrors errors,
        CancellationToken cancel)
    {
        item.Name = input.Name?.Trim() ?? item.Name;
        item.Description = input.Description ?? item.Description;
        if (input.Price is { } price && Money.TryFrom(price, shop.Currency, out var money))
            item.Price = money;
        if (input.TaxRate is { } rate)
            item.TaxRate = rate == -1 ? null : Kernel.TaxRate.OfPercent(rate);
        item.Sku = input.Sku is { } sku ? OrNone(sku) : item.Sku;
        item.Barcode = input.Barcode is { } barcode ? OrNone(barcode) : item.Barcode;
        item.ImageUrl = input.ImageUrl is { } image ? OrNone(image) : item.ImageUrl;
        item.IsVegetarian = input.IsVegetarian ?? item.IsVegetarian;
        item.Allergens = input.Allergens is { } allergens ? Canonical(allergens) : item.Allergens;
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
            item.CategoryId = await CategoryNamed(input.Category.Trim(), db, shop.Id, cancel);
        }
    }

    /// <summary>
    /// The documents name categories by text: an item of a category that is new makes it. Names differ by more than their case.
    /// </summary>
    private static async Task<long> CategoryNamed(string name, ComandaDb db, long shopId, CancellationToken cancel)
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

    private static async Task LinkGroups(
        MenuItemInput input,
        MenuItem item,
        ComandaDb db,
        MenuChange change,
        Shop shop,
        FieldErrors errors,
        CancellationToken cancel)
    {
        if (input.ModifierGroups is not { } wanted)
            return;
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

            Apply(given, group, change, shop);
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

    private static void Apply(GroupInput given, ModifierGroup group, MenuChange change, Shop shop)
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
            known.DisplayOrder = index;
        }
    }
}
