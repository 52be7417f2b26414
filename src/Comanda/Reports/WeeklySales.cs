using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/sales/weekly: seven days from Monday on, and how they compare with the seven before.</summary>
public static class WeeklySales
{
    public static async Task<Answer<WeeklySalesView>> Handle(
        NpgsqlDataSource database, Moment moment, CancellationToken cancel, [FromQuery(Name = "week_of")] DateOnly? weekOf = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var day = errors.Day("week_of", weekOf) ?? moment.Today;
        if (errors.Any)
            return errors.ToRefusal();

        var monday = day.Monday;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var books = await DayBook.Read(connection, shop, monday.AddDays(-7), monday.AddDays(6), cancel);
        var (before, week) = (PeriodSales.Of(books[..7]), PeriodSales.Of(books[7..]));
        return new WeeklySalesView(
            monday,
            monday.AddDays(6),
            shop.Currency.Code,
            books[7..].ConvertAll(b => b.ToView(shop.Currency)),
            week.Sales.In(shop.Currency),
            week.Orders,
            week.Average.In(shop.Currency),
            before.Sales.In(shop.Currency),
            before.Orders,
            (week.Sales - before.Sales).In(shop.Currency),
            week.ChangeFrom(before));
    }
}
