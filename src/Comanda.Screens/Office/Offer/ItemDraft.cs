using System.Globalization;
using Comanda.Menu;

namespace Comanda.Screens.Office.Offer;

/// <summary>An option of a group while somebody works at it.</summary>
public sealed class OptionDraft
{
    public string? Key { get; set; }

    public string Name { get; set; } = "";

    public decimal? Price { get; set; } = 0;

    public bool InStock { get; set; } = true;

    public HashSet<string> Adds { get; init; } = [];

    public HashSet<string> Removes { get; init; } = [];

    public string? TaxClass { get; init; }
}

/// <summary>A group of options: a choice that the guest has with the item.</summary>
public sealed class GroupDraft
{
    public long? Id { get; init; }

    public string Name { get; set; } = "";

    public string Min { get; set; } = "0";

    public string Max { get; set; } = "1";

    public List<OptionDraft> Options { get; init; } = [];
}

/// <summary>A part of a combo, and what may be chosen for it.</summary>
public sealed class SlotDraft
{
    public string Name { get; set; } = "";

    public List<ChoiceDraft> Choices { get; init; } = [];
}

public sealed class ChoiceDraft
{
    public string Item { get; set; } = "";

    public decimal? Surcharge { get; set; } = 0;
}

/// <summary>An item of the menu while somebody works at it.</summary>
public sealed class ItemDraft
{
    public string Name { get; set; } = "";

    public string Description { get; set; } = "";

    public decimal? Price { get; set; }

    public decimal? Offer { get; set; }

    public string Category { get; set; } = "";

    public string TaxClass { get; set; } = "";

    public string Sku { get; set; } = "";

    public string Barcode { get; set; } = "";

    public string? Picture { get; set; }

    public string Minutes { get; set; } = "0";

    public string From { get; set; } = "";

    public string Until { get; set; } = "";

    public string SoldBy { get; set; } = "piece";

    public string Unit { get; set; } = "kg";

    public string Ingredients { get; set; } = "";

    public bool InStock { get; set; } = true;

    public bool IsFeatured { get; set; }

    public bool IsVegetarian { get; set; }

    public bool IsVegan { get; set; }

    public HashSet<string> Allergens { get; } = [];

    public List<GroupDraft> Groups { get; } = [];

    public List<SlotDraft> Slots { get; } = [];

    public static ItemDraft Of(MenuItemView item)
    {
        var draft = new ItemDraft
        {
            Name = item.Name,
            Description = item.Description,
            Price = item.Price,
            Offer = item.DiscountPrice,
            Category = Text(item.CategoryId),
            TaxClass = item.TaxClass ?? "",
            Sku = item.Sku ?? "",
            Barcode = item.Barcode ?? "",
            Picture = item.ImageUrl,
            Minutes = Text(item.PreparationTime),
            From = item.AvailableFrom ?? "",
            Until = item.AvailableUntil ?? "",
            SoldBy = item.SoldBy,
            Unit = item.Unit ?? "kg",
            Ingredients = item.Ingredients,
            InStock = item.InStock,
            IsFeatured = item.IsFeatured,
            IsVegetarian = item.IsVegetarian,
            IsVegan = item.IsVegan,
        };
        draft.Allergens.UnionWith(item.Allergens);
        draft.Groups.AddRange(item.ModifierGroups.Select(g => new GroupDraft
        {
            Id = g.Id,
            Name = g.Name,
            Min = Text(g.Min),
            Max = Text(g.Max),
            Options =
            [
                .. g.Options.Select(o => new OptionDraft
                {
                    Key = o.Key,
                    Name = o.Name,
                    Price = o.Price,
                    InStock = o.InStock,
                    Adds = [.. o.AddsAllergens],
                    Removes = [.. o.RemovesAllergens],
                    TaxClass = o.TaxClass,
                }),
            ],
        }));
        draft.Slots.AddRange(item.Combo.Select(s => new SlotDraft
        {
            Name = s.Name,
            Choices = [.. s.Choices.Select(c => new ChoiceDraft { Item = Text(c.MenuItemId), Surcharge = c.Surcharge })],
        }));
        return draft;
    }

    /// <summary>All of it as the API takes it; of a new item what is empty is left out.</summary>
    public Dictionary<string, object?> ToInput(MenuItemView? before)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = Name.Trim(),
            ["description"] = Description,
            ["price"] = Price,
            ["discount_price"] = Offer ?? (before?.DiscountPrice is null ? null : -1),
            ["category_id"] = Number(Category),
            ["tax_class"] = TaxClass == (before?.TaxClass ?? "") ? null : TaxClass,
            ["sku"] = Sku.Trim(),
            ["barcode"] = Barcode.Trim(),
            ["image_url"] = Picture ?? "",
            ["preparation_time"] = Number(Minutes) ?? 0,
            ["available_from"] = From,
            ["available_until"] = Until,
            ["sold_by"] = SoldBy,
            ["unit"] = SoldBy == "weight" ? Unit : null,
            ["ingredients"] = Ingredients,
            ["in_stock"] = InStock,
            ["is_featured"] = IsFeatured,
            ["is_vegetarian"] = IsVegetarian,
            ["is_vegan"] = IsVegan,
            // A combo shows what is in its choices; that does not become its own by being read here.
            ["allergens"] = before is not null && Allergens.SetEquals(before.Allergens)
                ? null
                : Allergens.Order(StringComparer.Ordinal).ToArray(),
            ["modifier_groups"] = Groups.ConvertAll(g => new GroupInput(
                g.Id,
                g.Name.Trim(),
                (int?)Number(g.Min) ?? 0,
                (int?)Number(g.Max) ?? 1,
                g.Options.ConvertAll(o => new OptionInput(
                    o.Key,
                    o.Name.Trim(),
                    o.Price,
                    o.InStock,
                    [.. o.Adds],
                    [.. o.Removes],
                    o.TaxClass)))),
            ["combo"] = Slots.Count == 0 && before is not { Combo.Length: > 0 }
                ? null
                : Slots.ConvertAll(s => new SlotInput(
                    s.Name.Trim(), s.Choices.ConvertAll(c => new ChoiceInput(Number(c.Item), c.Surcharge ?? 0)))),
            ["version"] = before?.Version,
        };
        return all.Where(f => f.Value is not null).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
