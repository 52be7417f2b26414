namespace Comanda.Dialects;

/// <summary>Of what an id is: by the record whose it is, by the name it has elsewhere, and by where it stands in an address.</summary>
internal static class IdKinds
{
    /// <summary>By the record's name: what its <c>id</c> is of.</summary>
    private static readonly Dictionary<string, IdKind> Records = new(StringComparer.Ordinal)
    {
        ["ShopView"] = IdKind.Shop,
        ["MyShop"] = IdKind.Shop,
        ["MenuShopView"] = IdKind.Shop,
        ["UserView"] = IdKind.User,
        ["ProfileView"] = IdKind.User,
        ["StaffView"] = IdKind.User,
        ["AuditActor"] = IdKind.User,
        ["MenuItemView"] = IdKind.MenuItem,
        ["MenuCategoryView"] = IdKind.Category,
        ["CategoryView"] = IdKind.Category,
        ["GroupView"] = IdKind.ModifierGroup,
        ["OptionView"] = IdKind.Option,
        ["OrderView"] = IdKind.Order,
        ["OrderLineView"] = IdKind.OrderLine,
        ["PaymentView"] = IdKind.Payment,
        ["PaymentTaken"] = IdKind.Payment,
        ["RefundView"] = IdKind.Refund,
        ["OrderRefundView"] = IdKind.Refund,
        ["CustomerView"] = IdKind.Customer,
        ["ReviewView"] = IdKind.Review,
        ["StockItemView"] = IdKind.StockItem,
        ["LocationView"] = IdKind.StockLocation,
        ["SupplierView"] = IdKind.Supplier,
        ["PurchaseOrderView"] = IdKind.PurchaseOrder,
        ["MovementView"] = IdKind.StockMovement,
        ["AlertView"] = IdKind.Alert,
        ["DrawerView"] = IdKind.Drawer,
        ["DrawerMovementView"] = IdKind.DrawerEntry,
        ["DeviceRegister"] = IdKind.Register,
        ["DeviceView"] = IdKind.Device,
        ["EnrolledDeviceView"] = IdKind.Device,
        ["SessionView"] = IdKind.Session,
        ["GiftCardView"] = IdKind.GiftCard,
        ["GiftCardSold"] = IdKind.GiftCard,
        ["GiftCardGivenBack"] = IdKind.GiftCard,
        ["GiftCardHistory"] = IdKind.GiftCard,
        ["GiftCardChanged"] = IdKind.GiftCard,
        ["GiftCardMovementView"] = IdKind.GiftCardEntry,
        ["TaxExemptionView"] = IdKind.TaxExemption,
        ["PointsEntryView"] = IdKind.PointsEntry,
        ["SetAsideView"] = IdKind.SetAsideSale,
        ["AuditRow"] = IdKind.AuditEntry,
        ["OutboxMessage"] = IdKind.Message,
        ["JournalEntryView"] = IdKind.JournalEntry,
        ["LiveOrderView"] = IdKind.Order,
        ["MessageView"] = IdKind.Message,
        ["AddressView"] = IdKind.Address,
        ["NotificationView"] = IdKind.Notification,
        ["PromotionView"] = IdKind.Promotion,
        ["WebhookView"] = IdKind.Webhook,
        ["NewWebhook"] = IdKind.Webhook,
        ["WebhookSecret"] = IdKind.Webhook,
        ["PrinterView"] = IdKind.Printer,
        ["PrintJobView"] = IdKind.PrintJob,
        ["DeliveryAreaView"] = IdKind.DeliveryArea,
        ["ImportView"] = IdKind.Import,
        ["LotView"] = IdKind.Lot,
        ["StandingOrderView"] = IdKind.StandingOrder,
        ["CakeOrderView"] = IdKind.CakeOrder,
        ["CakeMoved"] = IdKind.CakeOrder,
        ["StationView"] = IdKind.BakeStation,
        ["StationInput"] = IdKind.BakeStation,
        ["BakeTaskView"] = IdKind.BakeTask,
        ["BakeBatchView"] = IdKind.BakeBatch,
        ["TillCategoryView"] = IdKind.Category,
    };

    /// <summary>By the name of a field or a query parameter.</summary>
    private static readonly Dictionary<string, IdKind> Names = new(StringComparer.Ordinal)
    {
        ["shop_id"] = IdKind.Shop,
        ["to_shop_id"] = IdKind.Shop,
        ["shop_ids"] = IdKind.Shop,
        ["user_id"] = IdKind.User,
        ["owner_id"] = IdKind.User,
        ["cashier_id"] = IdKind.User,
        ["menu_item_id"] = IdKind.MenuItem,
        ["menu_item_ids"] = IdKind.MenuItem,
        ["item_id"] = IdKind.MenuItem,
        ["product_id"] = IdKind.MenuItem,
        ["product_ids"] = IdKind.MenuItem,
        ["product"] = IdKind.MenuItem,
        ["products"] = IdKind.MenuItem,
        ["applicable_products"] = IdKind.MenuItem,
        ["favorites"] = IdKind.MenuItem,
        ["categories"] = IdKind.Category,
        ["applicable_categories"] = IdKind.Category,
        ["deposit_item_id"] = IdKind.MenuItem,
        ["delivery_area_id"] = IdKind.DeliveryArea,
        ["category_id"] = IdKind.Category,
        ["lot_id"] = IdKind.Lot,
        ["standing_order_id"] = IdKind.StandingOrder,
        ["station_id"] = IdKind.BakeStation,
        ["task_id"] = IdKind.BakeTask,
        ["category"] = IdKind.Category,
        ["option_id"] = IdKind.Option,
        ["order_id"] = IdKind.Order,
        ["kept_order_id"] = IdKind.Order,
        ["order_ids"] = IdKind.Order,
        ["order_item_id"] = IdKind.OrderLine,
        ["from_item_id"] = IdKind.OrderLine,
        ["payment_id"] = IdKind.Payment,
        ["refund_id"] = IdKind.Refund,
        ["customer_id"] = IdKind.Customer,
        ["inventory_id"] = IdKind.StockItem,
        ["to_inventory_id"] = IdKind.StockItem,
        ["location_id"] = IdKind.StockLocation,
        ["from_location_id"] = IdKind.StockLocation,
        ["to_location_id"] = IdKind.StockLocation,
        ["supplier_id"] = IdKind.Supplier,
        ["purchase_order_id"] = IdKind.PurchaseOrder,
        ["drawer_id"] = IdKind.Drawer,
        ["register_id"] = IdKind.Register,
        ["device_id"] = IdKind.Device,
        ["session_id"] = IdKind.Session,
        ["address_id"] = IdKind.Address,
        ["promotion_id"] = IdKind.Promotion,
        ["webhook_id"] = IdKind.Webhook,
        ["printer_id"] = IdKind.Printer,
    };

    /// <summary>By the segments before it in a path; the longer ones first.</summary>
    private static readonly (string Before, IdKind Kind)[] Segments =
    [
        ("kitchen/items", IdKind.OrderLine),
        ("menu/items", IdKind.MenuItem),
        ("menu/options", IdKind.Option),
        ("orders/set-aside", IdKind.SetAsideSale),
        ("stock/locations", IdKind.StockLocation),
        ("auth/sessions", IdKind.Session),
        ("users/addresses", IdKind.Address),
        ("shops", IdKind.Shop),
        ("users", IdKind.User),
        ("products", IdKind.MenuItem),
        ("favorites", IdKind.MenuItem),
        ("menu_items", IdKind.MenuItem),
        ("categories", IdKind.Category),
        ("orders", IdKind.Order),
        ("customers", IdKind.Customer),
        ("tax-exemptions", IdKind.TaxExemption),
        ("reviews", IdKind.Review),
        ("inventory", IdKind.StockItem),
        ("suppliers", IdKind.Supplier),
        ("purchase-orders", IdKind.PurchaseOrder),
        ("alerts", IdKind.Alert),
        ("drawers", IdKind.Drawer),
        ("devices", IdKind.Device),
        ("notifications", IdKind.Notification),
        ("promotions", IdKind.Promotion),
        ("webhooks", IdKind.Webhook),
        ("printers", IdKind.Printer),
        ("print-jobs", IdKind.PrintJob),
        ("delivery-areas", IdKind.DeliveryArea),
        ("standing-orders", IdKind.StandingOrder),
        ("cakes", IdKind.MenuItem),
        ("cake-orders", IdKind.CakeOrder),
        ("bakery/tasks", IdKind.BakeTask),
        ("imports", IdKind.Import),
    ];

    /// <summary>By the name of the list or record that it is an <c>id</c> in.</summary>
    private static readonly Dictionary<string, IdKind[]> Parents = new(StringComparer.Ordinal)
    {
        ["items"] = [IdKind.MenuItem, IdKind.OrderLine],
        ["modifiers"] = [IdKind.Option],
        ["options"] = [IdKind.Option],
        ["modifier_groups"] = [IdKind.ModifierGroup],
        ["payments"] = [IdKind.Payment],
        ["refunds"] = [IdKind.Refund],
        ["product"] = [IdKind.MenuItem],
        ["customer"] = [IdKind.Customer],
        ["register"] = [IdKind.Register],
        ["user"] = [IdKind.User],
        ["shop"] = [IdKind.Shop],
        ["category"] = [IdKind.Category],
        ["device"] = [IdKind.Device],
    };

    /// <summary>By what an entry of the audit log is about.</summary>
    private static readonly Dictionary<string, IdKind> Subjects = new(StringComparer.Ordinal)
    {
        ["shop"] = IdKind.Shop,
        ["user"] = IdKind.User,
        ["account"] = IdKind.User,
        ["device"] = IdKind.Device,
        ["customer"] = IdKind.Customer,
        ["order"] = IdKind.Order,
        ["menu_item"] = IdKind.MenuItem,
        ["modifier_option"] = IdKind.Option,
        ["location"] = IdKind.StockLocation,
        ["supplier"] = IdKind.Supplier,
        ["category"] = IdKind.Category,
        ["inventory"] = IdKind.StockItem,
        ["stock_item"] = IdKind.StockItem,
        ["purchase_order"] = IdKind.PurchaseOrder,
        ["drawer"] = IdKind.Drawer,
        ["gift_card"] = IdKind.GiftCard,
        ["set_aside_sale"] = IdKind.SetAsideSale,
    };

    /// <summary>What the <c>subject_id</c> of an entry about this is of, or the <c>id</c> of an event that tells <c>of</c> what.</summary>
    public static IdKind OfSubject(string subject) => Subjects.GetValueOrDefault(subject);

    /// <summary>What the <c>id</c> of this record is of.</summary>
    public static IdKind OfRecord(Type type) => Records.GetValueOrDefault(type.Name);

    /// <summary>What a field of this name, in snake_case, is an id of.</summary>
    public static IdKind OfName(string name) => Names.GetValueOrDefault(name);

    /// <summary>What an <c>id</c> may be of in what has this name.</summary>
    public static IReadOnlyList<IdKind> OfIdIn(string parent) => Parents.GetValueOrDefault(parent) ?? [];

    /// <summary>What the segment after this beginning of a path is an id of: after <c>/api/orders</c> an order.</summary>
    public static IdKind After(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd('/');
        foreach (var (before, kind) in Segments)
        {
            if (path.EndsWith(before, StringComparison.OrdinalIgnoreCase)
                && (path.Length == before.Length || path[^(before.Length + 1)] == '/'))
                return kind;
        }

        return IdKind.None;
    }

    /// <summary>What the id is of that a path is about: <c>/api/inventory</c> and <c>/api/inventory/7</c> of a stock item.</summary>
    public static IdKind Subject(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd('/');
        var itself = After(path);
        return itself != IdKind.None ? itself : After(path[..Math.Max(0, path.LastIndexOf('/'))]);
    }
}
