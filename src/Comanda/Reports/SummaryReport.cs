using System.Runtime.CompilerServices;
using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What GET /api/reports/summary is asked besides its period.</summary>
public sealed record SummaryQuery
{
    /// <summary>Ids of shops with commas between, or all; without it, the request's own.</summary>
    [FromQuery(Name = "shops")]
    public string? Shops { get; init; }

    [FromQuery(Name = "format")]
    [Words("json", "csv", "xlsx")]
    public string? Format { get; init; }
}

/// <summary>
/// GET /api/reports/summary: every figure of a period, by day, of one shop or of several that the caller may see.
/// </summary>
public sealed class SummaryReport(
    [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
    ChosenShops choose,
    RequestHead head,
    Moment moment)
{
    public async Task<Answer<SummaryView>> Read(AskedPeriod period, SummaryQuery query, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        var format = ReportTable.FormatOf(query.Format, head, errors);
        var chosen = await choose.Read(query.Shops, errors, cancel);
        if (chosen.Refusal is { } refusal)
            return refusal;
        var shops = chosen.Value;
        if (format != "json")
            return Answer.InOtherForm<SummaryView>(new ReportTable(format, "summary", Columns, Rows(shops, start, end, cancel)));
        var books = new List<ShopBook>();
        foreach (var shop in shops)
            books.Add(await ShopBook.Read(database, shop, start, end, cancel));
        return View(books, start, end);
    }

    private static SummaryView View(List<ShopBook> books, DateOnly start, DateOnly end)
    {
        var currency = books[0].Shop.Currency;
        var days = books.SelectMany(b => b.Days).ToList();
        return new SummaryView(
            start,
            end,
            currency.Code,
            Sum(books.SelectMany(b => b.Figures)),
            books.ConvertAll(b => new ShopFiguresView(b.Shop.Id, b.Shop.Name, Sum(b.Figures))),
            [.. books.SelectMany(b => b.Days.Zip(b.Figures, (d, f) => new ShopDayView(b.Shop.Id, b.Shop.Name, d.Date, f)))],
            SumBy(days.SelectMany(d => d.PaymentMethods)),
            SumBy(days.SelectMany(d => d.RefundMethods)),
            DayTaxes.Sum(days.SelectMany(d => d.Taxes)),
            Together(books.SelectMany(b => b.DiscountReasons)),
            Together(books.SelectMany(b => b.VoidReasons)),
            [.. books.SelectMany(b => b.Promotions).OrderByDescending(p => p.Discount)],
            [.. books.SelectMany(b => b.Drawers.Select(d => new DrawerDifferenceView(
                d.Id,
                b.Shop.Id,
                d.Register,
                d.ClosedAt,
                d.ClosedBy,
                d.Expected.In(currency),
                d.Counted!.Value.In(currency),
                d.Difference.In(currency))))],
            new(books.Sum(b => b.Owed.GiftCards), books.Sum(b => b.Owed.Points), books.Sum(b => b.Owed.PointsValue))
            {
                Deposits = books.Sum(b => b.Owed.Deposits),
                CakeDeposits = books.Sum(b => b.Owed.CakeDeposits),
            });
    }

    private static readonly string[] Columns =
    [
        "shop_id", "shop", "date", "orders", "sales", "net_sales", "tax", "tips", "discounts", "service_charges", "refunds",
        "refunded_tax", "cash_rounding", "gift_cards_sold", "unpaid", "voids", "voided", "drawer_difference", "cost_of_goods", "waste",
        "new_guests", "returning_guests",
    ];

    /// <summary>A shop at a time: what is written is not kept.</summary>
    private async IAsyncEnumerable<object?[]> Rows(
        List<Shop> shops, DateOnly start, DateOnly end, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var shop in shops)
        {
            var book = await ShopBook.Read(database, shop, start, end, cancel);
            foreach (var (day, f) in book.Days.Zip(book.Figures))
                yield return
                [
                    shop.Id, shop.Name, day.Date, f.Orders, f.Sales, f.NetSales, f.Tax, f.Tips, f.Discounts, f.ServiceCharges, f.Refunds,
                    f.RefundedTax, f.CashRounding, f.GiftCardsSold, f.Unpaid, f.Voids, f.Voided, f.DrawerDifference, f.CostOfGoods, f.Waste,
                    f.NewGuests, f.ReturningGuests,
                ];
        }
    }

    private static FiguresView Sum(IEnumerable<FiguresView> figures) => figures.Aggregate(FiguresView.None, (a, b) => a + b);

    private static Dictionary<string, decimal> SumBy(IEnumerable<KeyValuePair<string, decimal>> amounts)
    {
        var sums = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (key, amount) in amounts)
            sums[key] = sums.GetValueOrDefault(key) + amount;
        return sums;
    }

    private static List<GivenReasonView> Together(IEnumerable<GivenReasonView> reasons) => reasons
        .GroupBy(r => r.Reason, StringComparer.Ordinal)
        .Select(g => new GivenReasonView(g.Key, g.Sum(r => r.Count), g.Sum(r => r.Amount)))
        .OrderByDescending(r => r.Amount)
        .ToList();
}

/// <summary>Taxes of several days.</summary>
internal static class DayTaxes
{
    /// <summary>Each tax once, by name and rate.</summary>
    public static List<DayTaxView> Sum(IEnumerable<DayTaxView> taxes) =>
    [
        .. taxes.GroupBy(t => (t.Name, t.Rate, t.Treatment, t.Letter))
            .Select(g => g.Aggregate((a, b) => a with
            {
                Net = a.Net + b.Net,
                Tax = a.Tax + b.Tax,
                RefundedNet = a.RefundedNet + b.RefundedNet,
                RefundedTax = a.RefundedTax + b.RefundedTax,
                DeclaredNet = a.DeclaredNet + b.DeclaredNet,
                DeclaredTax = a.DeclaredTax + b.DeclaredTax,
            }))
            .OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Rate).ThenBy(t => t.Treatment, StringComparer.Ordinal),
    ];
}
