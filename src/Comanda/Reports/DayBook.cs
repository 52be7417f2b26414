using System.Data;
using Comanda.Data;
using Comanda.Kernel;
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

    /// <summary>
    /// Given back before the sale itself was taken back on this day: with the sale gone, that money is no refund of something that stays.
    /// </summary>
    public Money BackOfCancelled { get; private set; }

    /// <summary>Of what was refunded: in all, tax, tip, service charge and discount.</summary>
    public Money[] Refunded { get; private set; } = new Money[5];

    public List<DayTaxView> Taxes { get; } = [];

    public Money Average => Orders > 0 ? Sales.Times(1, Orders) : Money.Zero;

    public Money Unpaid =>
        Sales + Tips + CoinsIn + GiftCardsSold - Takings.Values.Aggregate(Money.Zero, (sum, t) => sum + t) + BackOfCancelled;

    private Money CoinsIn { get; set; }

    /// <summary>A transaction in which everything is as it was at one moment: a sale that lands meanwhile is in all figures or in none.</summary>
    public static Task<NpgsqlTransaction> OneMoment(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel).AsTask();

    /// <summary>Every day of a period, also those on which nothing happened. In the caller's transaction of one moment.</summary>
    public static async Task<List<DayBook>> Read(
        NpgsqlConnection connection, Shop shop, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var books = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(n => new DayBook(from.AddDays(n))).ToList();
        await Fill(
            """
            select day, coalesce(sum(sign * total), 0)::bigint, coalesce(sum(sign), 0)::bigint, coalesce(sum(sign * tax), 0)::bigint,
                coalesce(sum(sign * tip), 0)::bigint, coalesce(sum(sign * discount), 0)::bigint,
                coalesce(sum(sign * service_charge), 0)::bigint
            from sales where shop_id = $1 and day between $2 and $3 group by day
            """,
            (book, r) => (book.Sales, book.Orders, book.Tax, book.Tips, book.Discounts, book.ServiceCharges) =
                (Amount(r, 1), r.GetInt64(2), Amount(r, 3), Amount(r, 4), Amount(r, 5), Amount(r, 6)));
        await Fill(
            """
            select day, method, sum(amount)::bigint, sum(rounding)::bigint, sum(gift_cards)::bigint
            from takings where shop_id = $1 and day between $2 and $3 group by day, method
            """,
            (book, r) =>
            {
                book.Takings[r.GetString(1)] = Amount(r, 2);
                book.CoinsIn += Amount(r, 3);
                book.Rounding += Amount(r, 3);
                book.GiftCardsSold += Amount(r, 4);
            });
        await Fill(
            """
            select r.business_day, r.method, sum(r.amount)::bigint, sum(r.rounding)::bigint
            from refunds r join orders o on o.id = r.order_id
            where r.shop_id = $1 and r.business_day between $2 and $3 and r.kind = 'refund' and not o.training
            group by r.business_day, r.method
            """,
            (book, r) =>
            {
                book.Back[r.GetString(1)] = Amount(r, 2) + Amount(r, 3);
                book.Refunds += Amount(r, 2);
                book.Rounding -= Amount(r, 3);
            });
        await Fill(
            """
            select o.cancelled_day, sum(r.amount)::bigint from orders o join refunds r on r.order_id = o.id
            where o.shop_id = $1 and o.cancelled_day between $2 and $3 and r.kind = 'refund' and not o.training group by o.cancelled_day
            """,
            (book, r) => book.BackOfCancelled = Amount(r, 1));
        await Fill(
            """
            select r.business_day, sum(r.amount)::bigint, sum(r.tax)::bigint, sum(r.tip)::bigint,
                coalesce(sum(l.service_charge), 0)::bigint, coalesce(sum(l.discount), 0)::bigint
            from order_refunds r
                join orders o on o.id = r.order_id
                left join lateral (
                    select sum(service_charge) as service_charge, sum(discount) as discount from order_refund_lines where refund_id = r.id
                ) l on true
            where r.shop_id = $1 and r.business_day between $2 and $3 and not o.training group by r.business_day
            """,
            (book, r) => book.Refunded = [Amount(r, 1), Amount(r, 2), Amount(r, 3), Amount(r, 4), Amount(r, 5)]);
        await Fill(
            """
            select day, name, rate, treatment, letter,
                coalesce(sum(base) filter (where not back), 0)::bigint, coalesce(sum(tax) filter (where not back), 0)::bigint,
                coalesce(sum(base) filter (where back), 0)::bigint, coalesce(sum(tax) filter (where back), 0)::bigint
            from taxes_by_day where shop_id = $1 and day between $2 and $3
            group by day, name, authority, rate, treatment, letter order by day, name collate "C", rate, treatment
            """,
            (book, r) => book.Taxes.Add(TaxOf(r, shop.Currency)));
        return books;

        async Task Fill(string sql, Action<DayBook, NpgsqlDataReader> fill)
        {
            await using var command = connection.Command(sql, shop.Id, from, to);
            await using var reader = await command.Read(cancel);
            while (await reader.ReadAsync(cancel))
                fill(books[reader.GetFieldValue<DateOnly>(0).DayNumber - from.DayNumber], reader);
        }
    }

    /// <summary>A day's sales by the hour of the shop's clock.</summary>
    public static async Task<List<HourView>> Hours(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        var (since, offsets) = shop.Settings.BusinessDay.OffsetsBetween(day, day);
        await using var hours = connection.Command(
            $"""
            select {LocalTime.Hour("at", "$3", "$4")} as hour,
                   count(distinct order_id) filter (where sign = 1) - count(distinct order_id) filter (where sign = -1),
                       sum(sign * total)::bigint
            from sales_lines where shop_id = $1 and day = $2 group by hour order by hour
            """,
            shop.Id, day, since, offsets);
        return await hours.List(
            r => new HourView(r.GetInt32(0), r.GetInt64(1), new Money(r.GetInt64(2)).In(shop.Currency)), cancel);
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
