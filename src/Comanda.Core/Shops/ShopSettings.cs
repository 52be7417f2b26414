using Comanda.Kernel;

namespace Comanda.Shops;

/// <summary>How tax is rounded: for each line, or once for each rate of an order.</summary>
public enum TaxRounding
{
    PerLine,
    PerRate,
}

/// <summary>A shop's settings as the code reads them: typed, and always whole.</summary>
public sealed record ShopSettings(
    Currency Currency,
    TaxRate TaxRate,
    bool PricesIncludeTax,
    TaxRounding TaxRounding,
    BusinessDay BusinessDay,
    string OrderPrefix,
    string ReceiptFooter,
    string TaxNumber,
    Money DeliveryFee,
    Money CashStep,
    TaxRate ServiceCharge,
    int KitchenHands,
    decimal PointsPerUnit,
    Money PointValue,
    IReadOnlyList<string> LowStockTo,
    string? Country);
