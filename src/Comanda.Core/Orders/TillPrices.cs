using System.Text.Json;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>
/// Prices on a till, with what it keeps: the menu and the rules as the server told them. What comes of it is what the server's preview
/// would say; only how long the kitchen takes is a guess, since a till does not see what the kitchen has in hand.
/// </summary>
public sealed class TillPrices
{
    private readonly MenuSnapshot menu;
    private readonly TillRulesView rules;
    private readonly TaxTable taxes;
    private readonly PricingRules pricing;
    private readonly IReadOnlyList<Promotion> promotions;
    private readonly Dictionary<long, UsesSoFar> uses;
    private readonly List<ScaleLabel> scaleLabels;
    private (long Minute, IReadOnlyDictionary<long, MarkdownView> Items) cheaper;

    public TillPrices(MenuView shown, TillRulesView rules)
    {
        this.rules = rules;
        Currency = Currency.Of(rules.Currency);
        taxes = ReadTaxTable.From(rules.Taxes, Currency, new()) ?? TaxTable.Single(TaxRate.OfPercent(rules.TaxRate));
        pricing = RulesOf(rules);
        menu = MenuOf(shown);
        scaleLabels =
            [.. rules.ScaleBarcodes.Select(l => new ScaleLabel(l.Prefix, l.ItemDigits, WireName<LabelValue>.Parse(l.Value), l.Decimals))];
        var anyDay = new BusinessDay(TimeZoneInfo.Utc, TimeOnly.MinValue); // their dates come as instants
        var floors = rules.MarkdownFloors.ToDictionary(f => f.MenuItemId, f => Amount(f.Price));
        promotions = [.. rules.Promotions.Select(p => ReadPromotion.From(p.Id, TermsOf(p), Currency, anyDay, new()))
            .Select(p => p.BelowCost ? p : p with { LeastOf = id => floors.TryGetValue(id, out var least) ? least : null })];
        uses = rules.PromotionUses.ToDictionary(u => u.PromotionId, u => new UsesSoFar(u.Used, 0));
    }

    public Currency Currency { get; }

    /// <summary>Until when these rules know the days of the shop.</summary>
    public DateTimeOffset Until => rules.Days[^1].Begins;

    /// <summary>How a scale's label is read, or a barcode: what it is and how much of it.</summary>
    public (IReadOnlyList<MenuEntry> Items, ScannedLabel? Label) Scanned(string code) => menu.Scanned(code, scaleLabels);

    /// <summary>What is due in cash of a total of which other tenders pay a part.</summary>
    public decimal CashDue(decimal total, decimal byOthers) => pricing.Cash.Due(Amount(total), Amount(byOthers)).In(Currency);

    /// <summary>The business day of an instant, as the server's zone data have it.</summary>
    public DateOnly DayOf(DateTimeOffset at) => (rules.Days.LastOrDefault(d => d.Begins <= at) ?? rules.Days[0]).Day;

    /// <summary>What the shop's clock shows then.</summary>
    public DateTimeOffset Shown(DateTimeOffset at) => at.ToOffset(OffsetAt(at));

    /// <summary>What a basket costs at an instant, and why; or why it is not to be had so.</summary>
    public Outcome<PreviewView> Price(OrderRequest basket, DateTimeOffset at, PriceWords words)
    {
        var priced = Priced(basket, at, out var type);
        return priced.Refusal is { } refusal
            ? refusal
            : PreviewView.Of(priced.Value, type, Currency, words) with { EstimatedTime = Minutes(priced.Value) };
    }

    private Outcome<PricedOrder> Priced(OrderRequest basket, DateTimeOffset at, out OrderType type)
    {
        var errors = new FieldErrors();
        type = BasketRules.TypeOf(basket, at, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (basket.CustomerId is not null || basket.PromoCode is not null || basket.RedeemPoints is not null)
            return Refusal.Conflict("needs_server", "What a customer or a code is given, only the server knows.");
        var when = basket.ScheduledFor ?? at;
        // A zone of the one offset that holds then: the shop's clock as the server knows it, whatever zone data the browser carries.
        var zone = ZoneAt(when);
        var offer = PromotionOffer.Of(promotions, null, new(when, zone) { Uses = uses, IsAhead = basket.ScheduledFor is not null });
        if (offer.Refusal is { } not)
            return not;
        var settings = SettingsIn(zone);
        var offers = new MenuOffers(menu, settings) { IsForLater = DayOf(when) > DayOf(at) };
        var outcome = Pricing.Price(offers.Find, settings, basket, type, DayOf(when), offer.Value);
        return outcome.Refusal is null && BasketRules.NotSoldThen(outcome.Value.Lines, settings, when) is { } notNow ? notNow : outcome;
    }

    /// <summary>What is cheaper at an instant since it is late, by item.</summary>
    public IReadOnlyDictionary<long, MarkdownView> CheaperAt(DateTimeOffset at)
    {
        // A step begins with a minute, and a screen asks each time that it is drawn.
        var minute = at.UtcTicks / TimeSpan.TicksPerMinute;
        if (cheaper.Minute != minute)
            cheaper = (minute, MarkedDown.Of(menu, promotions, new(at, ZoneAt(at)) { Uses = uses }));
        return cheaper.Items;
    }

    private TimeZoneInfo ZoneAt(DateTimeOffset at) => TimeZoneInfo.CreateCustomTimeZone("shop", OffsetAt(at), "shop", "shop");

    private int Minutes(PricedOrder order) => order.Work == 0
        ? 0
        : (int)Math.Max(order.SlowestItem, (order.Work + rules.KitchenHands - 1) / rules.KitchenHands);

    private TimeSpan OffsetAt(DateTimeOffset at) =>
        TimeSpan.FromSeconds((rules.Clock.LastOrDefault(c => c.Since <= at) ?? rules.Clock[0]).Seconds);

    private ShopSettings SettingsIn(TimeZoneInfo zone) => new()
    {
        Currency = Currency,
        TaxRate = TaxRate.OfPercent(rules.TaxRate),
        Rules = pricing,
        BusinessDay = new(zone, TimeOnly.MinValue),
        OrderPrefix = "",
        ReceiptFooter = rules.Receipt.Footer,
        TaxNumber = rules.Receipt.TaxNumber,
        KitchenHands = rules.KitchenHands,
        PointsPerUnit = 0,
        PointValue = Money.Zero,
        LowStockTo = [],
        Country = null,
        Taxes = taxes,
        Opening = OpeningWeek.Read("{}", "[]"),
        ScaleLabels = scaleLabels,
    };

    private PricingRules RulesOf(TillRulesView from) => new(
        new(
            from.PricesIncludeTax,
            WireName<TaxLevel>.Parse(from.TaxRounding),
            WireName<TaxMode>.Parse(from.TaxMode),
            from.TaxAggregate),
        ChargeOf(from.ServiceCharge),
        ChargeOf(from.DeliveryFee),
        new(Amount(from.Cash.Step), WireName<CashTie>.Parse(from.Cash.Tie), WireName<CashScope>.Parse(from.Cash.Scope))
        {
            SmallUpTo = Amount(from.Cash.SmallUpTo),
            SmallDue = from.Cash.SmallDue is { } due ? Amount(due) : null,
        });

    private Charge ChargeOf(ChargeView from) =>
        new(TaxRate.OfPercent(from.Percent), Amount(from.Fixed), WireName<ChargeTaxed>.Parse(from.Taxed))
        {
            On = from.On is null ? null : WireName<Way>.Parse(from.On),
        };

    private MenuSnapshot MenuOf(MenuView shown)
    {
        var items = shown.Categories.SelectMany(c => c.Items).Concat(rules.Hidden).DistinctBy(i => i.Id).ToLookup(i => i.CategoryId);
        var sections = rules.Categories.Select(c => new MenuSection
        {
            Id = c.Id,
            Name = c.Name,
            Description = "",
            Image = null,
            IsActive = c.IsActive,
            DisplayOrder = 0,
            Station = MenuEntry.Kitchen,
            Version = 0,
            Items = [.. items[c.Id].Select(i => ReadMenuItem.From(i, c.TaxClass, taxes, Currency, TaxRate.OfPercent(rules.TaxRate)))],
            TaxClass = c.TaxClass,
        }).ToList();
        return new(Currency, MenuCombo.Follow(sections));
    }

    /// <summary>A promotion's terms out of how it is told, which is how they were given.</summary>
    private static PromotionInput TermsOf(PromotionView told) =>
        JsonSerializer.Deserialize<PromotionInput>(Json.Write(told), Json.Options)!;

    private Money Amount(decimal told) => Money.TryFrom(told, Currency, out var amount) ? amount : Money.Zero;
}
