using System.Text.Json.Serialization;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>A category for a till. <see cref="TaxClass"/> is that of its items without one (null: the shop's).</summary>
public sealed record TillCategoryView(long Id, string Name, bool IsActive, string? TaxClass);

/// <summary>
/// What is charged besides items: <see cref="Percent"/> of what it lies on, and a <see cref="Fixed"/> amount. <see cref="On"/> is the
/// way of the lines that it lies on; null: all.
/// </summary>
public sealed record ChargeView(
    decimal Percent,
    decimal Fixed,
    [property: Words<ChargeTaxed>] string Taxed,
    [property: Words<Way>] string? On)
{
    public static ChargeView Of(Charge charge, Currency currency) =>
        new(charge.Percent.Percent, charge.Fixed.In(currency), charge.Taxed.ToWire(), charge.On?.ToWire());
}

/// <summary>
/// How cash is rounded: to <see cref="Step"/> (0: not at all). Sums up to <see cref="SmallUpTo"/> become <see cref="SmallDue"/> (null: they
/// stay exact).
/// </summary>
public sealed record CashRulesView(
    decimal Step,
    [property: Words<CashTie>] string Tie,
    [property: Words<CashScope>] string Scope,
    decimal SmallUpTo,
    decimal? SmallDue);

/// <summary>How scales write their labels, as the setting scale_barcodes says it.</summary>
public sealed record ScaleLabelView(string Prefix, int ItemDigits, [property: Words<LabelValue>] string Value, int Decimals);

/// <summary>From when on the shop's clock is so many seconds ahead of UTC.</summary>
public sealed record ShopOffsetView(DateTimeOffset Since, int Seconds);

/// <summary>A business day and its first instant.</summary>
public sealed record TillDayView(DateOnly Day, DateTimeOffset Begins);

/// <summary>What stands on a receipt besides the sale.</summary>
public sealed record TillReceiptView(string Address, string TaxNumber, string Footer);

/// <summary>How often a promotion with a limit has been given.</summary>
public sealed record TillPromotionUses(long PromotionId, long Used);

/// <summary>
/// Everything that a till prices by, besides the menu that guests see: with both, the core's code reckons on the till what it would on
/// the server, to the cent and for the same reasons. <see cref="Hidden"/> are items of categories that are not shown: deposits and parts
/// of combos may lie there. <see cref="Promotions"/> are those that are given by themselves. The days and the offsets of the shop's clock
/// reach as far ahead as a till may sell without the server, the offsets also ten years back, so that no browser's own zone data decide
/// anything.
/// </summary>
public sealed record TillRulesView
{
    public required MenuShopView Shop { get; init; }

    public required string Currency { get; init; }

    /// <summary>Digits after the point, whatever a browser believes.</summary>
    public required int CurrencyDigits { get; init; }

    /// <summary>In percent: of items whose class no row of <see cref="Taxes"/> is for.</summary>
    public required decimal TaxRate { get; init; }

    public required bool PricesIncludeTax { get; init; }

    [Words<TaxLevel>]
    public required string TaxRounding { get; init; }

    [Words<TaxMode>]
    public required string TaxMode { get; init; }

    public required bool TaxAggregate { get; init; }

    public required TaxTableWire Taxes { get; init; }

    public required ChargeView ServiceCharge { get; init; }

    public required ChargeView DeliveryFee { get; init; }

    public required CashRulesView Cash { get; init; }

    /// <summary>What one loyalty point pays; 0 where points pay nothing.</summary>
    public required decimal PointValue { get; init; }

    public required IReadOnlyList<ScaleLabelView> ScaleBarcodes { get; init; }

    public required int KitchenHands { get; init; }

    public required IReadOnlyList<TillCategoryView> Categories { get; init; }

    public required IReadOnlyList<MenuItemView> Hidden { get; init; }

    public required IReadOnlyList<PromotionView> Promotions { get; init; }

    /// <summary>What a markdown leaves of an item's price at least; of what is not named, nothing.</summary>
    public IReadOnlyList<MarkdownFloor> MarkdownFloors { get; init; } = [];

    public required IReadOnlyList<TillPromotionUses> PromotionUses { get; init; }

    public required IReadOnlyList<TillDayView> Days { get; init; }

    public required IReadOnlyList<ShopOffsetView> Clock { get; init; }

    /// <summary>The shop's tables, where they stand.</summary>
    public required IReadOnlyList<FloorTable> FloorPlan { get; init; }

    public required TillReceiptView Receipt { get; init; }

    /// <summary>The code of the register of the till that asks; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Register { get; init; }
}
