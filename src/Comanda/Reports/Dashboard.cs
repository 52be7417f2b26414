using Comanda.Data;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/dashboard: how today goes.</summary>
public static class Dashboard
{
    private const int TopItems = 10, LiveOrders = 50;

    private static readonly string[] LiveStatuses = ["pending", "preparing", "ready", "out_for_delivery"];

    public static async Task<Answer<DashboardView>> Handle(NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        var (shop, today) = (moment.Shop, moment.Today);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var compared = await Comparison.Read(connection, shop, moment.Now, today, cancel);
        var book = (await DayBook.Read(connection, shop, today, today, cancel))[0];
        return new DashboardView(
            today,
            moment.Now,
            shop.Currency.Code,
            TodayOf(book, shop.Currency),
            compared.SameWeekday,
            compared.LastWeek,
            compared.LastMonth,
            await Live(connection, shop, cancel),
            await TopProducts.Of(connection, shop, new(today, today, "quantity", TopItems), cancel),
            await Low(connection, shop, cancel),
            await DayBook.Hours(connection, shop, today, cancel),
            await ReadLots.Expiring(connection, shop.Id, (today, today.AddDays(ReadLots.SoonDays)), cancel));
    }

    private static TodayView TodayOf(DayBook book, Currency currency) => new(
        book.Sales.In(currency),
        book.Orders,
        book.Average.In(currency),
        book.Tax.In(currency),
        book.Tips.In(currency),
        book.Discounts.In(currency),
        book.Refunds.In(currency),
        book.Unpaid.In(currency));

    private static async Task<LiveOrdersView> Live(NpgsqlConnection connection, Shop shop, CancellationToken cancel)
    {
        await using var counts = connection.Command(
            """
            select status, count(*) from orders
            where shop_id = $1 and status not in ('completed', 'delivered', 'cancelled') and not training group by status
            """,
            shop.Id);
        var by = (await counts.List(r => (Status: r.GetString(0), Count: r.GetInt64(1)), cancel)).ToDictionary(s => s.Status, s => s.Count);
        await using var newest = connection.Command(
            """
            select id, order_number, status, type, "table", customer_name, total, created_at, scheduled_for from orders
            where shop_id = $1 and status not in ('completed', 'delivered', 'cancelled') and not training order by id desc limit $2
            """,
            shop.Id, LiveOrders);
        var orders = await newest.List(
            r => new LiveOrderView(
                r.GetInt64(0),
                r.GetString(1),
                r.GetString(2),
                r.GetString(3),
                r.TextOrNull(4),
                r.TextOrNull(5),
                new Money(r.GetInt64(6)).In(shop.Currency),
                r.GetFieldValue<DateTimeOffset>(7),
                r.ValueOrNull<DateTimeOffset>(8)),
            cancel);
        return new(by.Values.Sum(), LiveStatuses.ToDictionary(s => s, s => by.GetValueOrDefault(s)), orders);
    }

    private static async Task<List<LowStockView>> Low(NpgsqlConnection connection, Shop shop, CancellationToken cancel)
    {
        await using var low = connection.Command($"{StockItem.Select} and {StockItem.IsLowSql} order by lower(i.name), i.id", shop.Id);
        return (await low.List(StockItem.Row, cancel)).ConvertAll(i => new LowStockView(
            i.Id, i.Name, i.Unit, Quantity.Of(i.Level), i.Threshold is { } threshold ? Quantity.Of(threshold) : null));
    }
}
