using System.Data;
using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What the books say of one business day; amounts in minor units.</summary>
internal sealed record DayBook(DateOnly Day)
{
    public Money Sales { get; private set; }

    public long Orders { get; private set; }

    public Money Tax { get; private set; }

    public Money Tips { get; private set; }

    public Money Discounts { get; private set; }

    public Money ServiceCharges { get; private set; }

    /// <summary>What came in by each tender, and went back with cancelled orders.</summary>
    public Dictionary<string, Money> Takings { get; } = new(StringComparer.Ordinal);

    /// <summary>What went back by refunds, in coins where that was cash.</summary>
    public Dictionary<string, Money> Back { get; } = new(StringComparer.Ordinal);

    /// <summary>Refunds without rounding.</summary>
    public Money Refunds { get; private set; }

    /// <summary>What came less what went for want of small coins.</summary>
    public Money Rounding { get; private set; }

    public Money GiftCardsSold { get; private set; }

    /// <summary>Of them those that are taxed when they are sold.</summary>
    public Money TaxedCards { get; private set; }

    /// <summary>
    /// Given back before the sale itself was taken back on this day: with the sale gone, that money is no refund of something that stays.
    /// </summary>
    public Money BackOfCancelled { get; private set; }

    /// <summary>Of what was refunded: in all, tax, tip, service charge and discount.</summary>
    public Money[] Refunded { get; private set; } = new Money[5];

    /// <summary>Orders that were cancelled on this day, whenever they were sold.</summary>
    public long Voids { get; private set; }

    public Money Voided { get; private set; }

    public List<DayTaxView> Taxes { get; } = [];

    /// <summary>Deposits that went out less those that came back, without their tax, by its rate in percent.</summary>
    public SortedDictionary<decimal, Money> Deposits { get; } = [];

    public Money Average => Orders > 0 ? Sales.Times(1, Orders) : Money.Zero;

    public Money Unpaid =>
        Sales + Tips + CoinsIn + GiftCardsSold - Takings.Values.Aggregate(Money.Zero, (sum, t) => sum + t) + BackOfCancelled;

    private Money CoinsIn { get; set; }

    /// <summary>
    /// A transaction in which everything is as it was at one moment: a sale that lands meanwhile is in all figures or in none.
    /// </summary>
    public static Task<NpgsqlTransaction> OneMoment(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel).AsTask();

    /// <summary>Every day of a period, also those on which nothing happened. In the caller's transaction of one moment.</summary>
    public static async Task<List<DayBook>> Read(
        NpgsqlConnection connection, Shop shop, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var days = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(n => new DayBook(from.AddDays(n))).ToList();
        var books = await Books.Open(connection, shop, from, to, cancel);
        await Fill(
            $"""
            select day, sales, orders, tax, tips, discounts, service_charges, refunded, refunded_tax, refunded_tips,
                refunded_service_charges, refunded_discounts, back_of_cancelled, voids, voided
            from {Facets.Days.Source} f
            """,
            (day, r) => day.Totals(r));
        await Fill(
            $"select day, method, amount, rounding, back, back_rounding from {Facets.Tenders.Source} f",
            (day, r) => day.Tender(r.GetString(1), [Amount(r, 2), Amount(r, 3), Amount(r, 4), Amount(r, 5)]));
        await Fill(
            $"select day, method, amount, rounding, sold, taxed from ({OtherFacets.Cards.CountedOf("$7")}) f",
            (day, r) =>
            {
                day.Cards(r.GetString(1), Amount(r, 2), Amount(r, 3), Amount(r, 4));
                day.TaxedCards += Amount(r, 5);
            },
            days.ConvertAll(d => d.Day).ToArray());
        await Fill(
            $"""
            select day, name, rate, treatment, letter, base, tax, back_base, back_tax from {Facets.Taxes.Source} f
            order by day, name collate "C", rate, treatment, authority
            """,
            (day, r) => day.Taxes.Add(TaxOf(r, shop.Currency)));
        await Fill(
            "select day, tax_rate, sum(net)::bigint from deposit_moves where shop_id = $1 and day between $7 and $8 group by 1, 2",
            (day, r) => day.Deposits[TaxRate.FromTenThousandths(r.GetInt64(1)).Percent] = Amount(r, 2),
            from,
            to);
        return days;

        async Task Fill(string sql, Action<DayBook, NpgsqlDataReader> fill, params object?[] values)
        {
            await using var command = books.Command(sql, values);
            await using var reader = await command.Read(cancel);
            while (await reader.ReadAsync(cancel))
                fill(days[reader.GetFieldValue<DateOnly>(0).DayNumber - from.DayNumber], reader);
        }
    }

    /// <summary>A day's sales by the hour of the shop's clock.</summary>
    public static async Task<List<HourView>> Hours(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        var books = await Books.Open(connection, shop, day, day, cancel);
        return await books.List(
            $"select key, orders, sales from {Facets.Sales.Source} f where part = 'hour' order by key",
            r => new HourView(
                int.Parse(r.GetString(0), CultureInfo.InvariantCulture), r.GetInt64(1), new Money(r.GetInt64(2)).In(shop.Currency)),
            cancel);
    }

    private void Totals(NpgsqlDataReader r)
    {
        (Sales, Orders, Tax, Tips, Discounts, ServiceCharges) =
            (Amount(r, 1), r.GetInt64(2), Amount(r, 3), Amount(r, 4), Amount(r, 5), Amount(r, 6));
        Refunded = [Amount(r, 7), Amount(r, 8), Amount(r, 9), Amount(r, 10), Amount(r, 11)];
        (BackOfCancelled, Voids, Voided) = (Amount(r, 12), r.GetInt64(13), Amount(r, 14));
    }

    /// <summary>What came in by a tender and its rounding, what went back and its rounding.</summary>
    private void Tender(string method, Money[] amounts)
    {
        if (!amounts[0].IsZero || amounts[2].IsZero)
            Takings[method] = amounts[0];
        if (!amounts[2].IsZero)
            Back[method] = amounts[2] + amounts[3];
        CoinsIn += amounts[1];
        Rounding += amounts[1] - amounts[3];
        Refunds += amounts[2];
    }

    private void Cards(string method, Money amount, Money rounding, Money sold)
    {
        Takings[method] = Takings.GetValueOrDefault(method) + amount;
        CoinsIn += rounding;
        Rounding += rounding;
        GiftCardsSold += sold;
    }

    public WeekDayView ToView(Currency currency) => new(
        Day,
        Sales.In(currency),
        Orders,
        ByTender(Takings, currency),
        ByTender(Back, currency),
        Refunds.In(currency),
        Tax.In(currency),
        Tips.In(currency),
        Discounts.In(currency),
        ServiceCharges.In(currency),
        Rounding.In(currency),
        GiftCardsSold.In(currency),
        Unpaid.In(currency),
        Average.In(currency),
        currency.Code,
        Taxes,
        new(
            Refunded[0].In(currency),
            Refunded[1].In(currency),
            Refunded[2].In(currency),
            Refunded[3].In(currency),
            Refunded[4].In(currency)));

    private static Money Amount(NpgsqlDataReader r, int column) => new(r.GetInt64(column));

    private static DayTaxView TaxOf(NpgsqlDataReader r, Currency currency)
    {
        var (net, tax, backNet, backTax) = (Amount(r, 5), Amount(r, 6), Amount(r, 7), Amount(r, 8));
        return new(
            r.GetString(1),
            TaxRate.FromTenThousandths(r.GetInt64(2)).Percent,
            r.GetString(3),
            r.TextOrNull(4),
            net.In(currency),
            tax.In(currency),
            backNet.In(currency),
            backTax.In(currency),
            (net - backNet).In(currency),
            (tax - backTax).In(currency));
    }

    /// <summary>The three tenders of the documents always stand there; others where there were any.</summary>
    private static Dictionary<string, decimal> ByTender(Dictionary<string, Money> amounts, Currency currency)
    {
        var methods = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var method in (string[])["cash", "card", "mobile", .. amounts.Keys.Order(StringComparer.Ordinal)])
            methods[method] = amounts.GetValueOrDefault(method).In(currency);
        return methods;
    }
}
