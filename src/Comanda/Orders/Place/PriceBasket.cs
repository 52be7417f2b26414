using Comanda.Data;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What a basket is priced by, besides itself: the menu, whom it is for, and the promotions that it may have.</summary>
/// <param name="Menu">The shop's.</param>
/// <param name="Customer">Whom it is for; null where nobody is named.</param>
/// <param name="Offer">The promotions; or why the one of its code is not given.</param>
/// <param name="When">The hour that it is for.</param>
/// <param name="IsForLaterDay">That is on another day than it is placed.</param>
internal sealed record BasketGround(
    MenuSnapshot Menu, KnownCustomer? Customer, Outcome<PromotionOffer> Offer, DateTimeOffset When, bool IsForLaterDay)
{
    /// <summary>What was agreed before, in the place of the menu and its promotions.</summary>
    public AgreedSale? Agreed { get; init; }
}

/// <summary>Prices a basket as an order would be: placing and preview ask the same.</summary>
public sealed class PriceBasket(MenuBoard menus, PromotionsOfShop promotions, NpgsqlDataSource database, Moment moment)
{
    public async ValueTask<MenuSnapshot> Menu(CancellationToken cancel) => await menus.Of(moment.Here, cancel);

    public ValueTask<ShopPromotions> Promotions(CancellationToken cancel) => promotions.Of(moment.Here, cancel);

    /// <summary>Reads what is needed; what is wrong with the request is told in <paramref name="errors"/>.</summary>
    internal async Task<BasketGround> Look(OrderRequest request, DateTimeOffset now, FieldErrors errors, CancellationToken cancel)
    {
        var settings = moment.Shop.Settings;
        var customer = await OrderPoints.Check(request, settings, database, moment.Shop.Id, errors, cancel);
        // An hour that may not be is told; what it would have cost then is not worked out.
        var when = errors.Any ? now : request.ScheduledFor ?? now;
        var offer = await Offer(request, customer?.Id, when, errors, cancel);
        return new(await Menu(cancel), customer, offer, when, settings.BusinessDay.Of(when) > settings.BusinessDay.Of(now));
    }

    /// <summary>What it costs, and why; or why it is not to be had so.</summary>
    /// <param name="ground">What it is priced by.</param>
    /// <param name="request">The basket.</param>
    /// <param name="type">How it is consumed.</param>
    /// <param name="charged">The shop's settings with what else is charged; null: as they are.</param>
    internal Outcome<PricedOrder> Price(
        BasketGround ground, OrderRequest request, OrderType type, ShopSettings? charged = null)
    {
        if (ground.Offer.Refusal is { } notGiven)
            return notGiven;
        var (settings, day) = (charged ?? moment.Shop.Settings, moment.Shop.Settings.BusinessDay.Of(ground.When));
        if (ground.Agreed is { } agreed)
            return Pricing.Price(agreed.Find, ground.Customer.Exempt(settings, day), request, type, day);
        var offers = new MenuOffers(ground.Menu, settings) { IsForLater = ground.IsForLaterDay };
        return Pricing.Price(offers.Find, ground.Customer.Exempt(settings, day), request, type, day, ground.Offer.Value);
    }

    /// <summary>The promotions of an hour. Those that are not counted are known from memory.</summary>
    private async Task<Outcome<PromotionOffer>> Offer(
        OrderRequest request, long? customer, DateTimeOffset when, FieldErrors errors, CancellationToken cancel)
    {
        var (all, code) = (await promotions.Of(moment.Here, cancel), request.PromoCode);
        var coded = all.WithCode(code);
        errors.Check(string.IsNullOrWhiteSpace(code) || coded is not null, PromotionOffer.Field, "is no promotion of this shop");
        var hour = new PromotionHour(when, moment.Shop.Settings.BusinessDay.Zone)
        {
            HasCustomer = customer is not null,
            IsAhead = request.ScheduledFor is not null,
        };
        var counted = all.Automatic.Where(p => p.IsCounted && p.IsOnAt(when, hour.Shown)).ToList();
        if (coded is not null)
            counted.Add(coded);
        if (counted.Count > 0)
        {
            hour = hour with
            {
                Uses = await PromotionUses.SoFar(database, counted, customer, cancel),
                IsFirstOrder = customer is { } known && counted.Exists(p => p.FirstOrder) && await IsFirst(known, cancel),
            };
        }

        return PromotionOffer.Of(all.Automatic, coded, hour);
    }

    private async Task<bool> IsFirst(long customer, CancellationToken cancel) => await database.Scalar(
        "select not exists (select 1 from orders where shop_id = $1 and customer_id = $2 and status <> 'cancelled' and not training)",
        cancel,
        moment.Shop.Id,
        customer) is true;
}
