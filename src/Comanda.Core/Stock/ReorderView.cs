namespace Comanda.Stock;

/// <summary>
/// What to order of one item, and why. Quantities in <see cref="Unit"/>, <see cref="UnitCost"/> and <see cref="Cost"/> in the shop's
/// currency.
/// <see cref="ReorderPoint"/> = use_per_day × lead_time_days + low_stock_threshold; it is to be ordered when current_stock + on_order is no
/// more than that, and then so much that it lasts the days of cover after the delivery: <see cref="SuggestedQuantity"/>, which is
/// <see cref="OrderQuantity"/> of <see cref="OrderUnit"/> (the item's first pack).
/// </summary>
public sealed record ReorderView(
    long InventoryId,
    string Name,
    string Unit,
    decimal CurrentStock,
    decimal OnOrder,
    decimal? LowStockThreshold,
    decimal UsePerDay,
    decimal? DaysLeft,
    int LeadTimeDays,
    decimal ReorderPoint,
    bool OrderNow,
    decimal SuggestedQuantity,
    decimal OrderQuantity,
    string OrderUnit,
    decimal UnitCost,
    decimal Cost,
    string? Supplier,
    long? SupplierId,
    string Reason);

/// <summary>
/// The use of <see cref="Days"/> full business days before today was looked at; what is suggested lasts <see cref="CoverDays"/> days after
/// it has come.
/// </summary>
public sealed record ReordersView(int Days, int CoverDays, string Currency, decimal Cost, IReadOnlyList<ReorderView> Items);

/// <summary>Which suggestions become purchase orders: those of one supplier, or all.</summary>
public sealed record OrderSuggestedRequest(long? SupplierId = null, int? Days = null, int? CoverDays = null);
