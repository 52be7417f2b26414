using System.Globalization;
using Comanda.Taxes;

namespace Comanda.Menu;

/// <summary>An item as orders price it, out of how the menu tells it: for whoever has only what the server says.</summary>
public static class ReadMenuItem
{
    private const long WeightScale = 10_000;

    /// <summary>The item; a combo's choices find theirs when the menu is whole (<see cref="MenuCombo.Follow"/>).</summary>
    /// <param name="told">As the menu tells it.</param>
    /// <param name="ofCategory">The class of its category's items that have none; null: the shop's.</param>
    /// <param name="taxes">The shop's.</param>
    /// <param name="currency">The shop's.</param>
    /// <param name="rate">The shop's single rate.</param>
    public static MenuEntry From(MenuItemView told, string? ofCategory, TaxTable taxes, Currency currency, TaxRate rate)
    {
        var own = told.TaxRate is { } percent ? TaxRate.OfPercent(percent) : (TaxRate?)null;
        return new()
        {
            Id = told.Id,
            CategoryId = told.CategoryId,
            Category = told.Category,
            Name = told.Name,
            Description = told.Description,
            Price = In(told.Price),
            DiscountPrice = told.DiscountPrice is { } offer ? In(offer) : null,
            TaxRate = own ?? rate,
            OwnTaxRate = own,
            OwnTaxClass = own is null ? told.TaxClass : null,
            TaxClass = ClassOf(own, told.TaxClass, ofCategory, taxes),
            TaxSplit = own is null ? [.. (told.TaxSplit ?? []).Select(s => new ClassShare(s.Class, (long)(s.Weight * WeightScale)))] : [],
            Unit = told.Unit is { } unit ? WireName<WeightUnit>.Parse(unit) : null,
            Sku = told.Sku,
            Barcode = told.Barcode,
            Allergens = told.Allergens,
            PreparationTime = told.PreparationTime,
            InStock = told.InStock,
            IsCounted = told.IsCounted,
            Groups = [.. told.ModifierGroups.Select(g => new MenuGroup(g.Id, g.Name, g.Min, g.Max, [.. g.Options.Select(Option)]))],
            Combo = told.Combo.Length == 0 ? null : new(
                told.InStock || told.Combo.Any(s => !s.Choices.Any(c => c.InStock)), // sold out itself, or one of its slots is
                told.Allergens,
                [.. told.Combo.Select(s => new MenuSlot(
                    s.Name, [.. s.Choices.Select(c => new MenuChoice(c.MenuItemId, In(c.Surcharge), null))]))]),
            AvailableFrom = Time(told.AvailableFrom),
            AvailableUntil = Time(told.AvailableUntil),
            IsDeposit = told.IsDeposit == true,
            DepositItemId = told.DepositItemId,
        };

        Money In(decimal amount) => Money.TryFrom(amount, currency, out var money) ? money : Money.Zero;

        MenuOption Option(OptionView o) => new()
        {
            Id = o.Id,
            Key = o.Key,
            Name = o.Name,
            Price = In(o.Price),
            InStock = o.InStock,
            AddsAllergens = o.AddsAllergens,
            RemovesAllergens = o.RemovesAllergens,
            TaxClass = o.TaxClass,
        };
    }

    /// <summary>What an item is for the tax office: a rate of its own is a class; else its class, its category's, the shop's.</summary>
    public static string ClassOf(TaxRate? ownRate, string? ownClass, string? ofCategory, TaxTable taxes) =>
        ownRate is { } rate ? TaxTable.ClassOf(rate) : ownClass ?? ofCategory ?? taxes.DefaultClass;

    private static TimeOnly? Time(string? told) =>
        told is null ? null : TimeOnly.ParseExact(told, "HH:mm", CultureInfo.InvariantCulture);
}
