using Comanda.Orders;
using Comanda.Registers;
using Comanda.Stock;

namespace Comanda.Dialects;

/// <summary>Documents 0, 1 and 3, which are spelled nearly as we are.</summary>
internal static class OtherTables
{
    /// <summary>Document 0, the cafe system: its words, and its table of the inventory beside ours.</summary>
    public static readonly DialectTable Cafe = new DialectTable()
        .Words(nameof(RoleNames), (RoleNames.Cashier, "staff"))
        .Words(nameof(PaymentMethod), ("mobile", "digital_wallet"))
        .Row<StockItemView>("name", "name", "ingredient_name")
        .Row<StockItemView>("current_stock", "current_stock", "quantity_in_stock")
        .Row<StockItemView>("low_stock_threshold", "low_stock_threshold", "reorder_threshold");

    /// <summary>Document 1, the café management system: one word.</summary>
    public static readonly DialectTable Management = new DialectTable().Words(nameof(OrderStatus), ("preparing", "in-progress"));

    /// <summary>Document 3, CafePOS, gives no shapes: all is ours.</summary>
    public static readonly DialectTable Cafepos = new();
}
