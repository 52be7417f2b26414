using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>GET /api/till/rules: what a till prices by without us. It is the same for everybody who may sell.</summary>
public sealed class ReadTillRules(MenuBoard menus, PromotionsOfShop promotions, NpgsqlDataSource database, Moment moment)
{
    /// <summary>One before today, for a night that began yesterday, and as many as a sale may be old when it comes.</summary>
    private const int DaysBefore = 1, DaysAhead = Data.IdempotentWrite.DaysKept;

    /// <summary>How far back the clock goes, so that what was sold then is shown by the shop's clock of then.</summary>
    private const int YearsBack = 10;

    public async Task<Answer<TillRulesView>> Handle(CancellationToken cancel)
    {
        if (moment.Till.Refusal is { } wrong)
            return wrong;
        var (shop, settings, currency) = (moment.Shop, moment.Shop.Settings, moment.Currency);
        var menu = await menus.Of(moment.Here, cancel);
        var given = (await promotions.Of(moment.Here, cancel)).All.Where(p => p.Promotion is { Code: null, IsActive: true }).ToList();
        var counted = given.ConvertAll(p => p.Promotion).FindAll(p => p.Limit is not null);
        var uses = counted.Count == 0 ? [] : await PromotionUses.SoFar(database, counted, null, cancel);
        return Answer.ByContent(new TillRulesView
        {
            Shop = new(shop.Id, shop.Name),
            Currency = currency.Code,
            CurrencyDigits = currency.Digits,
            TaxRate = settings.TaxRate.Percent,
            PricesIncludeTax = settings.PricesIncludeTax,
            TaxRounding = settings.Rules.Tax.Level.ToWire(),
            TaxMode = settings.Rules.Tax.Mode.ToWire(),
            TaxAggregate = settings.Rules.Tax.Aggregate,
            Taxes = TaxTableWire.Of(settings.Taxes, currency),
            ServiceCharge = ChargeView.Of(settings.Rules.Service, currency),
            DeliveryFee = ChargeView.Of(settings.Rules.Delivery, currency),
            Cash = Cash(settings.Rules.Cash, currency),
            PointValue = settings.PointValue.In(currency),
            ScaleBarcodes =
                [.. settings.ScaleLabels.Select(l => new ScaleLabelView(l.Prefix, l.ItemDigits, l.Value.ToWire(), l.Decimals))],
            KitchenHands = settings.KitchenHands,
            Categories = [.. menu.Sections.Select(s => new TillCategoryView(s.Id, s.Name, s.IsActive, s.TaxClass))],
            Hidden = [.. menu.Sections.Where(s => !s.IsActive).SelectMany(s => s.Items).Select(i => MenuItemView.From(i, currency))],
            Promotions = [.. given.Select(p => PromotionView.From(p, currency, toEditor: false))],
            MarkdownFloors = await promotions.Floors(moment.Here, cancel),
            PromotionUses = [.. uses.OrderBy(u => u.Key).Select(u => new TillPromotionUses(u.Key, u.Value.All))],
            Days = Days(settings.BusinessDay, moment.Today),
            Clock = Clock(settings.BusinessDay, moment.Today),
            FloorPlan = settings.Floor,
            Receipt = new(shop.Address, settings.TaxNumber, settings.ReceiptFooter),
            Register = moment.Till.Value is { } register ? shop.Registers.FirstOrDefault(r => r.Id == register)?.Code : null,
        });
    }

    private static CashRulesView Cash(CashRounding cash, Currency currency) => new(
        cash.Step.In(currency),
        cash.Tie.ToWire(),
        cash.Scope.ToWire(),
        cash.SmallUpTo.In(currency),
        cash.SmallDue?.In(currency));

    private static List<TillDayView> Days(BusinessDay days, DateOnly today) =>
    [
        .. Enumerable.Range(-DaysBefore, DaysBefore + DaysAhead + 1)
            .Select(d => today.AddDays(d))
            .Select(d => new TillDayView(d, days.StartOf(d))),
    ];

    /// <summary>How far the shop's clock is ahead: since each change of the years before, and of the days to come.</summary>
    private static List<ShopOffsetView> Clock(BusinessDay days, DateOnly today)
    {
        var (since, seconds) = days.OffsetsBetween(today.AddYears(-YearsBack), today.AddDays(DaysAhead));
        var (first, last) = (days.StartOf(today.AddYears(-YearsBack)), days.EndOf(today.AddDays(DaysAhead)));
        var all = since.Zip(seconds, (s, offset) => new ShopOffsetView(s, offset)).Where(o => o.Since < last).ToList();
        return all[Math.Max(0, all.FindLastIndex(o => o.Since <= first))..];
    }
}
