using Microsoft.AspNetCore.Components;

namespace Comanda.Storefront;

/// <summary>A page of the storefront, or a part of one: rendered once, by the server.</summary>
public abstract class StoreComponent : ComponentBase
{
    [Parameter, EditorRequired]
    public StoreDesk Desk { get; set; } = null!;

    protected StoreWords Say => Desk.Say;

    protected string Money(decimal amount) => Say.Money(amount, Desk.Currency);

    /// <summary>What it costs, and per what.</summary>
    protected string PriceOf(Menu.MenuEntry item) =>
        Say.Money(item.PriceNow, Desk.Currency) + (item.Unit is { } unit ? "/" + unit.ToWire() : "");

    /// <summary>Allergens in words, with commas between.</summary>
    protected string AllergensOf(IEnumerable<string> allergens) => string.Join(", ", allergens.Select(a => Say["allergen." + a]));
}
