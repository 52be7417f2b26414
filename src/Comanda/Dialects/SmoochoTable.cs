using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Comanda.Audit;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Stock;

namespace Comanda.Dialects;

/// <summary>
/// Document 4, Smoocho Bill POS: every id is a UUID; its tables' names stand beside ours. Its payments are pending or completed: a bill
/// that is paid in part is pending.
/// </summary>
internal static class SmoochoTable
{
    public static readonly DialectTable Table = new DialectTable { Ids = IdForm.Uuid }
        .Words("payment_status", ("unpaid", "pending"), ("partially_paid", "pending"), ("paid", "completed"))
        .Words(nameof(OrderType), ("dine-in", "dine_in"))
        .Row<OrderView>("type", "type", "order_type")
        .Row<OrderView>("total_amount", "total_amount", "total")
        .Row<PaymentView>("method", new MemberRow { Names = ["method"], KeepsForOuter = "method" })
        .Add<OrderView>("payment_method", WriteMethod)
        .Row<OrderLineView>("menu_item_id", "menu_item_id", "product_id")
        .Row<OrderLineView>("unit_price", "unit_price", "price")
        .Row<MenuItemView>("in_stock", "in_stock", "is_active")
        .Row<StockItemView>("current_stock", "current_stock", "quantity")
        .Row<AuditRow>("subject", new MemberRow { Names = ["subject"], Keeps = "subject" })
        .Row<AuditRow>("subject_id", new MemberRow { Keeps = "subject_id" })
        .Add<AuditRow>("subject_id", WriteSubject)
        .Add<OrderView>("shop_id", WriteShop)
        .Add<MenuItemView>("shop_id", WriteShop)
        .Add<StockItemView>("shop_id", WriteShop);

    private static void WriteShop(Utf8JsonWriter json, Kept kept, Telling telling) => telling.WriteId(json, IdKind.Shop, telling.ShopId);

    /// <summary>Text of ours, since some subjects have a name and no id.</summary>
    private static void WriteSubject(Utf8JsonWriter json, Kept kept, Telling telling)
    {
        var kind = IdKinds.OfSubject(Encoding.UTF8.GetString(kept("subject")).Trim('"'));
        var id = kept("subject_id");
        if (kind != IdKind.None && id.Length > 2 && Utf8Parser.TryParse(id[1..^1], out long number, out var read) && read == id.Length - 2)
            telling.WriteId(json, kind, number);
        else
            json.WriteRawValue(id.IsEmpty ? "null"u8 : id, skipInputValidation: true);
    }

    private static void WriteMethod(Utf8JsonWriter json, Kept kept, Telling telling) =>
        json.WriteRawValue(kept("method") is { IsEmpty: false } method ? method : "null"u8, skipInputValidation: true);
}
