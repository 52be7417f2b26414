using Comanda.Identity;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Stock;

namespace Comanda.Dialects;

/// <summary>
/// What the five documents, and clients that were written by them, call the fields of what they send. camelCase needs no line here; a
/// field that stands here is read under our name everywhere, and one that no line and no record knows is refused by its name.
/// </summary>
internal static class InputSpellings
{
    private static readonly string[] OrderFigures =
        ["subtotal", "tax", "taxes", "delivery_fee", "balance_due", "cash_due", "estimated_time"];

    private static readonly string[] LineFigures =
        ["name", "price", "unit_price", "subtotal", "tax", "taxes", "tax_rate", "tax_class", "total", "category"];

    private static readonly Dictionary<Type, OtherSpelling> Table = new()
    {
        [typeof(OrderRequest)] = new()
        {
            Names = new Dictionary<string, string>(OrderNames()) { ["order_number"] = "reference" },
            Figures = OrderFigures,
            Reshape = InputShapes.Order,
        },
        [typeof(OrderEdit)] = new()
        {
            Names = OrderNames(),
            Figures = OrderFigures,
            TakesWholeRow = true,
            Reshape = InputShapes.Edit,
        },
        [typeof(LineRequest)] = new()
        {
            Names = new Dictionary<string, string>
            {
                ["product"] = "menu_item_id",
                ["product_id"] = "menu_item_id",
                ["menu_item"] = "menu_item_id",
            },
            Figures = LineFigures,
            Reshape = InputShapes.Line,
        },
        [typeof(LineEdit)] = new()
        {
            Names = new Dictionary<string, string>
            {
                ["product"] = "menu_item_id",
                ["product_id"] = "menu_item_id",
                ["menu_item"] = "menu_item_id",
            },
            Figures = LineFigures,
            Reshape = InputShapes.ChangedLine,
        },
        [typeof(PartRequest)] = new()
        {
            Names = new Dictionary<string, string>
            {
                ["product"] = "menu_item_id",
                ["product_id"] = "menu_item_id",
                ["menu_item"] = "menu_item_id",
            },
            Figures = LineFigures,
            Reshape = InputShapes.Part,
        },
        [typeof(ModifierChoice)] = new() { Fields = ["id", "key", "quantity"], Figures = ["name", "price"], Reshape = InputShapes.Choice },
        [typeof(DeliveryAddress)] = new()
        {
            Names = new Dictionary<string, string> { ["zip"] = "zip_code", ["postcode"] = "zip_code", ["postal_code"] = "zip_code" },
        },
        [typeof(PaymentRequest)] = new() { Names = Payment() },
        [typeof(TakePaymentRequest)] = new() { Names = Payment() },
        [typeof(StatusRequest)] = new() { Names = new Dictionary<string, string> { ["order_status"] = "status" } },
        [typeof(RefundItem)] = new()
        {
            Names = new Dictionary<string, string> { ["item_id"] = "order_item_id", ["id"] = "order_item_id" },
        },
        [typeof(DeliveryInput)] = new()
        {
            Names = new Dictionary<string, string> { ["delivery_person"] = "person" },
            Reshape = InputShapes.Delivery,
        },
        [typeof(MenuItemInput)] = new()
        {
            Names = new Dictionary<string, string> { ["is_active"] = "is_available", ["image"] = "image_url" },
            Reshape = InputShapes.MenuItem,
        },
        [typeof(StockInput)] = new()
        {
            Fields = ["in_stock", "quantity"],
            Names = new Dictionary<string, string>
            {
                ["is_available"] = "in_stock",
                ["is_active"] = "in_stock",
                ["stock_quantity"] = "quantity",
            },
        },
        [typeof(StockItemInput)] = new()
        {
            Names = new Dictionary<string, string>
            {
                ["ingredient_name"] = "name",
                ["quantity_in_stock"] = "current_stock",
                ["quantity"] = "current_stock",
                ["stock"] = "current_stock",
                ["reorder_threshold"] = "low_stock_threshold",
                ["reorder_level"] = "low_stock_threshold",
                ["inventory_id"] = "id",
                ["item_id"] = "id",
                ["quantity_change"] = "adjustment",
            },
        },
        [typeof(AdjustmentRequest)] = new()
        {
            Names = new Dictionary<string, string>
            {
                ["id"] = "inventory_id",
                ["item_id"] = "inventory_id",
                ["quantity"] = "adjustment",
                ["quantity_change"] = "adjustment",
                ["quantity_in_stock"] = "counted",
                ["current_stock"] = "counted",
            },
        },
        [typeof(PurchaseOrderInput)] = new() { TakesWholeRow = true },
        [typeof(ProfileChange)] = new() { Names = new Dictionary<string, string> { ["new_password"] = "password" } },
        [typeof(ResetByOtpRequest)] = new() { Names = new Dictionary<string, string> { ["password"] = "new_password" } },
        [typeof(ResetConfirm)] = new() { Names = new Dictionary<string, string> { ["password"] = "new_password" } },
        [typeof(LoginRequest)] = new() { Names = new Dictionary<string, string> { ["user_name"] = "username" } },
        [typeof(StaffInput)] = new() { Names = new Dictionary<string, string> { ["user_name"] = "username" } },
        [typeof(CreateIntentRequest)] = new() { Names = new Dictionary<string, string> { ["order"] = "order_id" } },
        [typeof(ConfirmIntentRequest)] = new() { Names = new Dictionary<string, string> { ["id"] = "payment_id" } },
    };

    private static readonly OtherSpelling None = new();

    /// <summary>What else the fields of this record are called.</summary>
    public static OtherSpelling Of(Type record) => Table.GetValueOrDefault(record, None);

    private static Dictionary<string, string> OrderNames() => new()
    {
        ["order_type"] = "type",
        ["user"] = "customer_id",
        ["user_id"] = "customer_id",
        ["customer"] = "customer_id",
        ["special_instructions"] = "notes",
        ["scheduled_delivery_time"] = "scheduled_for",
        ["table_number"] = "table",
        ["order_status"] = "status",
    };

    private static Dictionary<string, string> Payment() => new()
    {
        ["payment_method"] = "method",
        ["transaction_id"] = "reference",
        ["order"] = "order_id",
    };
}
