using Comanda.Screens.Office.Baking;
using Comanda.Screens.Office.Books;

namespace Comanda.Screens.Office;

public static partial class OfficePages
{
    /// <summary>What is sold, to whom, of what, and what it came to.</summary>
    private static OfficeChapter[] Trade =>
    [
        new(
            "trade.today",
            [
                new("dashboard", "dash.title", Permission.ReadReports, typeof(DashboardPage)),
                new("orders", "orders.title", Permission.ReadOrders, typeof(OrdersPage)),
                new("set-aside", "aside.title", Permission.RefundOrders, typeof(SetAsidePage)),
            ]),
        new(
            "trade.books",
            [
                new("reports", "report.title", Permission.ReadReports, typeof(ReportsPage)),
                new("why", "why.page", Permission.ReadReports, typeof(WhyPage)),
                new("journal", "journal.title", Permission.ReadJournal, typeof(JournalPage)),
                new("audit", "audit.title", Permission.ReadAudit, typeof(AuditPage)),
            ]),
        new(
            "trade.goods",
            [
                new("stock", "stock.title", Permission.ReadStock, typeof(StockPage)),
                new("purchases", "buy.title", Permission.ReadStock, typeof(PurchasesPage)),
                new("standing-orders", "club.title", Permission.ReadOrders, typeof(StandingPage)),
                new("cakes", "cake.title", Permission.ReadOrders, typeof(CakesPage)),
                new("bake-list", "bake.title", Permission.ReadStock, typeof(BakePage)),
                new("bake-plan", "baking.plan", Permission.ReadStock, typeof(BakePlanPage)),
                new("baking", "baking.methods", Permission.ReadStock, typeof(BakingPage)),
                new("returnables", "cups.title", Permission.ReadReports, typeof(ReturnablesPage)),
            ]),
        new(
            "trade.guests",
            [
                new("guests", "guests.title", Permission.ReadCustomers, typeof(GuestsPage)),
                new("promotions", "promo.title", Permission.EditPromotions, typeof(PromotionsPage)),
                new("messages", "sent.title", Permission.ReadOutbox, typeof(MessagesPage)),
            ]),
    ];
}
