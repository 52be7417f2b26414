using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/sales/daily: the day's takings.</summary>
public static class DailySales
{
    public static async Task<Answer<DailySalesView>> Handle(
        NpgsqlDataSource database, Moment moment, CancellationToken cancel, DateOnly? date = null)
    {
        return await Of(database, moment.Shop, date ?? moment.Today, cancel);
    }

    internal static async Task<DailySalesView> Of(NpgsqlDataSource database, Shop shop, DateOnly day, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var book = (await DayBook.Read(connection, shop, day, day, cancel))[0].ToView(shop.Currency);
        var hours = await DayBook.Hours(connection, shop, day, cancel);
        return new DailySalesView(
            book.Date,
            book.TotalSales,
            book.OrderCount,
            book.PaymentMethods,
            book.RefundMethods,
            book.Refunds,
            book.Tax,
            book.Tips,
            book.Discounts,
            book.ServiceCharges,
            book.CashRounding,
            book.GiftCardsSold,
            book.Unpaid,
            book.AverageOrder,
            hours,
            book.Currency,
            book.Taxes,
            book.Refunded);
    }
}
