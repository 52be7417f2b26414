namespace Comanda.Kernel;

/// <summary>
/// What an id is of. The numbers are part of every UUID that a client may have kept (<c>Identity/Uuids.cs</c>): a new kind takes a new
/// one, and none is ever given twice.
/// </summary>
public enum IdKind
{
    None = 0,
    Shop = 1,
    User = 2,
    MenuItem = 3,
    Category = 4,
    ModifierGroup = 5,
    Option = 6,
    Order = 7,
    OrderLine = 8,
    Payment = 9,
    Refund = 10,
    Customer = 11,
    Review = 12,
    StockItem = 13,
    StockLocation = 14,
    Supplier = 15,
    PurchaseOrder = 16,
    StockMovement = 17,
    Alert = 18,
    Drawer = 19,
    DrawerEntry = 20,
    Register = 21,
    Device = 22,
    Session = 23,
    GiftCard = 24,
    GiftCardEntry = 25,
    TaxExemption = 26,
    PointsEntry = 27,
    SetAsideSale = 28,
    AuditEntry = 29,
    Message = 30,
    JournalEntry = 31,
    Address = 32,
    Notification = 33,
    Promotion = 34,
    Webhook = 35,
    Printer = 36,
    PrintJob = 37,
    DeliveryArea = 38,
    Import = 39,
}
