using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/sales/daily: the day's takings.</summary>
public static class DailySales
{
    public static async Task<Answer<DailySalesView>> Handle(
        NpgsqlDataSource database, Moment moment, CancellationToken cancel, DateOnly? date = null)
    {
        var shop = moment.Shop;
        var day = date ?? moment.Today;
        return await Of(database, shop, day, cancel);
    }

    public static async Task<DailySalesView> Of(NpgsqlDataSource database, Shop shop, DateOnly day, CancellationToken cancel)
    {
        var currency = shop.Currency;
        // One snapshot, so that a sale that lands meanwhile is in all figures or in none.
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await using var totals = connection.Command(
            """
            select coalesce(sum(sign * total), 0)::bigint, coalesce(sum(sign), 0)::bigint,
                   (coalesce(sum(sign * tax), 0) + (select coalesce(sum(m.tax), 0) from gift_card_movements m
                       where m.shop_id = $1 and m.business_day = $2))::bigint,
                   coalesce(sum(sign * tip), 0)::bigint, coalesce(sum(sign * discount), 0)::bigint, coalesce(sum(sign * service_charge),
                       0)::bigint
            from sales where shop_id = $1 and day = $2
            """,
            shop.Id, day);
        var (sales, orders, tax, tips, discounts, service) = (await totals.List(
            r => (
                new Money(r.GetInt64(0)),
                r.GetInt64(1),
                new Money(r.GetInt64(2)),
                new Money(r.GetInt64(3)),
                new Money(r.GetInt64(4)),
                new Money(r.GetInt64(5))), cancel))[0];

        await using var byMethod = connection.Command(
            "select method, sum(amount)::bigint, sum(rounding)::bigint, sum(gift_cards)::bigint from takings where shop_id = $1 and day = "
                + "$2 group by method",
            shop.Id,
            day);
        var tenders = await byMethod.List(r => (
            Method: r.GetString(0),
            Amount: new Money(r.GetInt64(1)),
            Rounding: new Money(r.GetInt64(2)),
            Cards: new Money(r.GetInt64(3))), cancel);
        var takings = tenders.ToDictionary(t => t.Method, t => t.Amount);
        var (taken, rounding, cards) = tenders.Aggregate(
            (Money.Zero, Money.Zero, Money.Zero),
            (sum, t) => (sum.Item1 + t.Amount, sum.Item2 + t.Rounding, sum.Item3 + t.Cards));

        await using var refunded = connection.Command(
            """
            select r.method, sum(r.amount)::bigint, sum(r.rounding)::bigint from refunds r join orders o on o.id = r.order_id
            where r.shop_id = $1 and r.business_day = $2 and r.kind = 'refund' and not o.training group by r.method
            """,
            shop.Id, day);
        var back = await refunded.List(
            r => (Method: r.GetString(0), Amount: new Money(r.GetInt64(1)), Rounding: new Money(r.GetInt64(2))), cancel);
        var (refunds, coinsBack) = back.Aggregate((Money.Zero, Money.Zero), (sum, b) => (sum.Item1 + b.Amount, sum.Item2 + b.Rounding));

        // Given back before the sale itself was taken back: with the sale gone, that money is no refund of something that stays.
        var cancelled = new Money(await connection.Scalar(
            "select coalesce(sum(r.amount), 0)::bigint from orders o join refunds r on r.order_id = o.id where o.shop_id = $1 and "
                + "o.cancelled_day = $2 and r.kind = 'refund' and not o.training",
            cancel, shop.Id, day) as long? ?? 0);

        var (since, offsets) = shop.Settings.BusinessDay.OffsetsBetween(day, day);
        await using var hours = connection.Command(
            $"""
            select {LocalTime.Hour("at", "$3", "$4")} as hour,
                   count(distinct order_id) filter (where sign = 1) - count(distinct order_id) filter (where sign = -1),
                       sum(sign * total)::bigint
            from sales_lines where shop_id = $1 and day = $2 group by hour order by hour
            """,
            shop.Id, day, since, offsets);
        var byHour = await hours.List(r => new HourView(r.GetInt32(0), r.GetInt64(1), new Money(r.GetInt64(2)).In(currency)), cancel);

        var taxes = await Taxes(connection, shop, day, cancel);
        // Of sales that stay: what went back of one that is cancelled is taken off again with the cancellation, as the taxes by rate are.
        await using var given = connection.Command(
            """
            with back as (
                select 1 as sign, r.* from order_refunds r join orders o on o.id = r.order_id
                where r.shop_id = $1 and r.business_day = $2 and not o.training
                union all
                select -1, r.* from orders o join order_refunds r on r.order_id = o.id
                where o.shop_id = $1 and o.cancelled_day = $2 and not o.training
            )
            select coalesce(sum(r.sign * r.amount), 0)::bigint, coalesce(sum(r.sign * r.tax), 0)::bigint,
                coalesce(sum(r.sign * r.tip), 0)::bigint, coalesce(sum(r.sign * l.service_charge), 0)::bigint,
                coalesce(sum(r.sign * l.discount), 0)::bigint
            from back r
                left join lateral (
                    select sum(service_charge) as service_charge, sum(discount) as discount from order_refund_lines where refund_id = r.id
                ) l on true
            """,
            shop.Id, day);
        var went = (await given.List(r => Enumerable.Range(0, 5).Select(i => new Money(r.GetInt64(i)).In(currency)).ToArray(), cancel))[0];

        return new(
            day,
            sales.In(currency),
            orders,
            ByTender(takings, currency),
            ByTender(back.ToDictionary(b => b.Method, b => b.Amount + b.Rounding), currency),
            refunds.In(currency),
            tax.In(currency),
            tips.In(currency),
            discounts.In(currency),
            service.In(currency),
            (rounding - coinsBack).In(currency),
            cards.In(currency),
            (sales + tips + rounding + cards - taken + cancelled).In(currency),
            (orders > 0 ? sales.Times(1, orders) : Money.Zero).In(currency),
            byHour,
            currency.Code,
            taxes,
            new(went[0], went[1], went[2], went[3], went[4]));
    }

    private static async Task<List<DayTaxView>> Taxes(NpgsqlConnection connection, Shop shop, DateOnly day, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select name, rate, treatment, letter,
                coalesce(sum(base) filter (where not back), 0)::bigint, coalesce(sum(tax) filter (where not back), 0)::bigint,
                coalesce(sum(base) filter (where back), 0)::bigint, coalesce(sum(tax) filter (where back), 0)::bigint
            from taxes_by_day where shop_id = $1 and day = $2
            group by name, authority, rate, treatment, letter order by name collate "C", rate, treatment
            """,
            shop.Id, day);
        return await command.List(
            r =>
            {
                decimal In(long minor) => new Money(minor).In(shop.Currency);
                var (net, tax, backNet, backTax) = (r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), r.GetInt64(7));
                return new DayTaxView(
                    r.GetString(0),
                    TaxRate.FromTenThousandths(r.GetInt64(1)).Percent,
                    r.GetString(2),
                    r.TextOrNull(3),
                    In(net),
                    In(tax),
                    In(backNet),
                    In(backTax),
                    In(net - backNet),
                    In(tax - backTax));
            },
            cancel);
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
