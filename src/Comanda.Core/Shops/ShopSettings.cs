using Comanda.Kernel;
using Comanda.Taxes;

namespace Comanda.Shops;

/// <summary>A shop's settings as the code reads them: typed, and always whole.</summary>
public sealed record ShopSettings(
    Currency Currency,
    TaxRate TaxRate,
    PricingRules Rules,
    BusinessDay BusinessDay,
    string OrderPrefix,
    string ReceiptFooter,
    string TaxNumber,
    int KitchenHands,
    decimal PointsPerUnit,
    Money PointValue,
    IReadOnlyList<string> LowStockTo,
    string? Country)
{
    /// <summary>What classes bear: the shop's table, or, where it has none, the one rate of everything.</summary>
    public required TaxTable Taxes { get; init; }

    /// <summary>How its scales write their labels.</summary>
    public IReadOnlyList<ScaleLabel> ScaleLabels { get; init; } = [];

    public bool PricesIncludeTax => Rules.Tax.PricesIncludeTax;
}
