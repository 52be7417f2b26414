namespace Comanda.Registers;

/// <summary>What an entry of the fiscal journal tells of.</summary>
public static class JournalKind
{
    public const string Sale = "sale";
    public const string Payment = "payment";
    public const string Cancellation = "cancellation";
    public const string Edit = "edit";
    public const string Import = "import";
    public const string Refund = "refund";
    public const string Drawer = "drawer";
    public const string GiftCard = "gift_card";
}
