using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What the day's mail tells of it.</summary>
internal sealed record DaySummary(
    Shop Shop,
    WeekDayView Day,
    ComparedDay WeekAgo,
    IReadOnlyList<HourView> Hours,
    IReadOnlyList<ProductSalesView> Best,
    IReadOnlyList<ClosedDrawer> Drawers)
{
    private const int BestSellers = 5;

    public Currency Currency => Shop.Currency;

    /// <summary>Read on one connection, at one moment.</summary>
    public static async Task<DaySummary> Read(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        var books = await DayBook.Read(connection, shop, day.AddDays(-7), day, cancel);
        var (book, before) = (PeriodSales.Of(books[^1..]), PeriodSales.Of(books[..1]));
        var businessDay = shop.Settings.BusinessDay;
        var drawers = await ClosedDrawers.Between(connection, shop.Id, businessDay.StartOf(day), businessDay.EndOf(day), cancel);
        return new(
            shop,
            books[^1].ToView(shop.Currency),
            new(before.Sales.In(shop.Currency), book.ChangeFrom(before)),
            await DayBook.Hours(connection, shop, day, cancel),
            await TopProducts.Of(connection, shop, new(day, day, "revenue", BestSellers), cancel),
            drawers.FindAll(d => d.Counted is not null));
    }

    /// <summary>The hours from the first sale to the last, also those without any.</summary>
    public IReadOnlyList<HourView> OpenHours()
    {
        if (Hours.Count == 0)
            return [];
        // A night shop's day goes on after midnight: from its day's start on, not from 0 o'clock.
        var first = Shop.Settings.BusinessDay.StartsAt.Hour;
        int Place(HourView hour) => (hour.Hour - first + 24) % 24;
        var (from, to) = (Hours.Min(Place), Hours.Max(Place));
        return [.. Enumerable.Range(from, to - from + 1)
            .Select(p => (p + first) % 24)
            .Select(h => Hours.FirstOrDefault(x => x.Hour == h) ?? new HourView(h, 0, 0m))];
    }
}

/// <summary>What was sold a week before, and the change in percent.</summary>
internal sealed record ComparedDay(decimal Sales, decimal? Change);
