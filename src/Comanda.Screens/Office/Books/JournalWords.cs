using Comanda.Registers;
using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>What the journal's kinds of entries are called.</summary>
public static class JournalWords
{
    public static string Kind(Speech say, string kind) => kind switch
    {
        JournalKind.Sale => say["journal.sale"],
        JournalKind.Payment => say["journal.payment"],
        JournalKind.Cancellation => say["journal.cancellation"],
        JournalKind.Edit => say["journal.edit"],
        JournalKind.Import => say["journal.import"],
        JournalKind.Refund => say["journal.refund"],
        JournalKind.Drawer => say["journal.drawer"],
        JournalKind.GiftCard => say["journal.giftcard"],
        _ => kind,
    };
}
