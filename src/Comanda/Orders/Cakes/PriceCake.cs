using System.Text.Json;
using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A cake as it was asked for, with what it costs.</summary>
internal sealed record PricedCake(KnownCake Of, IReadOnlyList<CakeChoice> Chosen, PricedOrder Priced)
{
    public PricedLine Line => Priced.Lines[0];

    public Money Total => Priced.Total;

    public Money Deposit => CakeRules.DepositOf(Of.Cake, Total);

    public int Lead => CakeRules.LeadOf(Of.Cake, Chosen);

    public bool IsTaxedAhead => Of.Cake.DepositTaxed == DepositTax.Received.ToWire();

    /// <summary>What a deposit of it is for, where its tax is due when it comes.</summary>
    public SinglePurpose? PurposeOf(Money deposit, DateOnly day, ShopSettings settings) => IsTaxedAhead
        ? SinglePurpose.Sold(deposit, Line.TaxClass, Line.Way, day, settings)
        : null;
}

/// <summary>
/// Prices cakes as orders are priced, by the item that it is: of the menu when it is ordered, and from then on as it was then.
/// </summary>
public sealed class PriceCake(NpgsqlDataSource database, IImageStore pictures, Moment moment)
{
    /// <summary>What it costs; or what is wrong with it, by the fields of the request.</summary>
    internal async Task<Outcome<PricedCake>> Price(KnownCake of, CakeOrderInput asked, CancellationToken cancel)
    {
        var (errors, shop) = (new FieldErrors(), moment.Shop);
        var customer = asked.CustomerId is { } id ? await KnownCustomer.Find(database, shop.Id, id, cancel) : null;
        errors.Check(asked.CustomerId is null || customer is not null, "customer_id", "is no customer of this shop");
        if (!string.IsNullOrWhiteSpace(asked.PictureUrl) && !await UploadImage.IsThere(asked.PictureUrl, pictures, cancel))
            errors.Add("picture_url", "must be the address of an uploaded picture (POST /api/cake-orders/pictures)");
        return Price(of, asked, customer.Exempt(shop.Settings, moment.Today), errors);
    }

    /// <summary>The same of what was looked at before, when it was asked for.</summary>
    internal Outcome<PricedCake> Price(CakeOrder known) => Price(known.Of, known.Asked, moment.Shop.Settings, new());

    private Outcome<PricedCake> Price(KnownCake of, CakeOrderInput asked, ShopSettings settings, FieldErrors errors)
    {
        errors.Between("quantity", asked.Quantity, 1, 20);
        var chosen = CakeRules.Choose(of.Item, of.Cake, asked, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var request = new OrderRequest("takeaway", [Line(of.Item.Id, asked, chosen)]);
        var priced = Pricing.Price((_, _, _) => new(of.Item), settings, request, OrderType.Takeaway, moment.Today);
        if (priced.Refusal is { } refusal)
            return refusal.Naming(
                field => field == "items[0].modifiers" ? "options" : field.Replace("items[0].", "", StringComparison.Ordinal));
        return new PricedCake(of, chosen, priced.Value);
    }

    /// <summary>The line of an order that it is.</summary>
    internal static LineRequest Line(long item, CakeOrderInput asked, IReadOnlyList<CakeChoice> chosen) => new(
        item,
        asked.Quantity ?? 1,
        [.. chosen.Select(c => c.Choice)],
        SpecialInstructions: string.IsNullOrWhiteSpace(asked.Inscription) ? null : asked.Inscription.Trim());

    /// <summary>The item as it is agreed: what the menu says later of its price, its hours and what is sold out does not count.</summary>
    internal static string Freeze(MenuEntry item, Currency currency) => Json.Write(
        MenuItemView.From(item with { Details = null }, currency) with { TaxClass = item.OwnTaxRate is null ? item.TaxedAs : null });

    /// <summary>An item as it is made to order: not off the shelf.</summary>
    internal static MenuEntry ToOrder(MenuEntry item) => item with
    {
        InStock = true,
        IsCounted = false,
        AvailableFrom = null,
        AvailableUntil = null,
        DepositItemId = null,
    };

    /// <inheritdoc cref="Freeze"/>
    internal static MenuEntry Thaw(string item, Shop shop)
    {
        var told = JsonSerializer.Deserialize<MenuItemView>(item, Json.Options)!;
        var entry = ReadMenuItem.From(told, null, shop.Taxes, shop.Currency, shop.Settings.TaxRate);
        return ToOrder(entry) with
        {
            Groups = [.. entry.Groups.Select(g => g with { Options = [.. g.Options.Select(o => o with { InStock = true })] })],
        };
    }
}

/// <summary>Refusals of what a cake becomes, in the words of whoever asked for a cake.</summary>
internal static class CakeRefusals
{
    public static Refusal NoCake { get; } = Refusal.NotFound("cake order");

    public static Refusal Naming(this Refusal refusal, Func<string, string> name) => refusal.Errors is not { } errors
        ? refusal
        : refusal with { Errors = errors.ToDictionary(e => name(e.Key), e => e.Value, StringComparer.Ordinal) };

    public static Refusal CannotGo(CakeStage from, CakeStage to) => Refusal.Conflict(
        "invalid_transition",
        CakeRules.After(from) is { } next
            ? $"The cake is {from.ToWire()}; from there it goes on to {next.ToWire()}, not to {to.ToWire()}."
            : $"The cake is {from.ToWire()}.");
}
