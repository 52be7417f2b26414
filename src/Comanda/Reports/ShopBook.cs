using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>All that is told of one shop in a period.</summary>
internal sealed record ShopBook
{
    public required Shop Shop { get; init; }

    public required IReadOnlyList<WeekDayView> Days { get; init; }

    public required IReadOnlyList<FiguresView> Figures { get; init; }

    public required IReadOnlyList<GivenReasonView> DiscountReasons { get; init; }

    public required IReadOnlyList<GivenReasonView> VoidReasons { get; init; }

    public required IReadOnlyList<ClosedDrawer> Drawers { get; init; }

    public required IReadOnlyList<PromotionCostView> Promotions { get; init; }

    public required LiabilityView Owed { get; init; }

    /// <summary>What a day has beside its sales.</summary>
    private sealed class Beside
    {
        public long Voids { get; set; }

        public Money Voided { get; set; }

        public Money Difference { get; set; }

        public decimal Cost { get; set; }

        public decimal Waste { get; set; }

        public long NewGuests { get; set; }

        public long Returning { get; set; }
    }

    public static async Task<ShopBook> Read(
        NpgsqlDataSource database, Shop shop, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var read = await DayBook.Read(connection, shop, from, to, cancel);
        var days = read.ConvertAll(b => b.ToView(shop.Currency));
        var businessDay = shop.Settings.BusinessDay;
        var drawers = (await ClosedDrawers.Between(connection, shop.Id, businessDay.StartOf(from), businessDay.EndOf(to), cancel))
            .FindAll(d => d.Counted is not null);
        var beside = read.ConvertAll(b => new Beside { Voids = b.Voids, Voided = b.Voided });
        foreach (var drawer in drawers)
            beside[businessDay.Of(drawer.ClosedAt).DayNumber - from.DayNumber].Difference += drawer.Difference;
        var books = await Books.Open(connection, shop, from, to, cancel);
        await Fill(books, shop, beside, cancel);
        return new()
        {
            Shop = shop,
            Days = days,
            Figures = [.. days.Zip(beside, (d, b) => FiguresOf(d, b, shop.Currency))],
            DiscountReasons = await Reasons("discount"),
            VoidReasons = await Reasons("void"),
            Promotions = await PromotionCosts.Read(books, shop.Currency, cancel),
            Drawers = drawers,
            Owed = await OwedAt(connection, shop, businessDay.EndOf(to), cancel),
        };

        Task<List<GivenReasonView>> Reasons(string what) => books.List(
            $"""
            select reason, sum(count)::bigint, sum(amount)::bigint from {Facets.Reasons.Source} f
            where what = $7 group by 1 order by 3 desc, 1
            """,
            r => new GivenReasonView(r.TextOrNull(0), r.GetInt64(1), new Money(r.GetInt64(2)).In(shop.Currency)),
            cancel,
            what);
    }

    private static async Task Fill(Books books, Shop shop, List<Beside> beside, CancellationToken cancel)
    {
        var (from, to) = books.Period;
        var starts = Enumerable.Range(0, to.DayNumber - from.DayNumber + 2)
            .Select(n => shop.Settings.BusinessDay.StartOf(from.AddDays(n)))
            .ToArray();
        await Each(
            $"select day, trim_scale(sum(cost)) from {CoarseProducts.ByDay} f group by 1", (day, r) => day.Cost = r.GetDecimal(1));
        await Each(
            """
            select day, trim_scale(-sum(cost) / 1000.0) from stock_use
            where shop_id = $1 and day between $7 and $8 and reason in ('waste', 'food_bank') group by 1
            """,
            (day, r) => day.Waste = r.GetDecimal(1));
        // A guest's first day is when the shop got to know them; of two records of one guest, the one that stayed.
        await Each(
            """
            with known as (
                select $7 + width_bucket(created_at, $9::timestamptz[]) - 1 as day from customers
                where shop_id = $1 and merged_into is null and created_at >= ($9::timestamptz[])[1]
                    and created_at < ($9::timestamptz[])[cardinality($9::timestamptz[])]
            )
            select day, count(*) from known where day <= $8 group by 1
            """,
            (day, r) => day.NewGuests = r.GetInt64(1));
        await Each(
            """
            select o.business_day, count(distinct o.customer_id)
            from orders o join customers c on c.id = o.customer_id
            where o.shop_id = $1 and o.business_day between $7 and $8 and o.customer_id is not null and not o.training
                and o.cancelled_day is distinct from o.business_day
                and c.created_at < ($9::timestamptz[])[o.business_day - $7 + 1]
            group by 1
            """,
            (day, r) => day.Returning = r.GetInt64(1));

        async Task Each(string sql, Action<Beside, NpgsqlDataReader> fill)
        {
            await using var command = books.Command(sql, from, to, starts);
            await using var reader = await command.Read(cancel);
            while (await reader.ReadAsync(cancel))
                fill(beside[reader.GetFieldValue<DateOnly>(0).DayNumber - from.DayNumber], reader);
        }
    }

    /// <summary>What there is now, less what happened since.</summary>
    private static async Task<LiabilityView> OwedAt(NpgsqlConnection connection, Shop shop, DateTimeOffset end, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select (select coalesce(sum(balance), 0) from gift_cards where shop_id = $1)
                    - (select coalesce(sum(amount), 0) from gift_card_movements where shop_id = $1 and at >= $2),
                (select coalesce(sum(loyalty_points), 0) from customers where shop_id = $1)
                    - (select coalesce(sum(points), 0) from point_entries where shop_id = $1 and at >= $2),
                (select coalesce(sum(amount), 0) from deposit_moves where shop_id = $1 and at < $2),
                (select coalesce(sum(m.amount), 0) from gift_cards g join gift_card_movements m on m.card_id = g.id
                    where g.shop_id = $1 and g.held and m.at < $2)
            """,
            shop.Id, end);
        var (cards, points, deposits, ahead) = (await command.List(
            r => ((long)r.GetDecimal(0), (long)r.GetDecimal(1), (long)r.GetDecimal(2), (long)r.GetDecimal(3)), cancel))[0];
        return new(
            new Money(cards).In(shop.Currency), points, (shop.Settings.PointValue * points).In(shop.Currency))
        {
            Deposits = new Money(deposits).In(shop.Currency),
            CakeDeposits = new Money(ahead).In(shop.Currency),
        };
    }

    private static FiguresView FiguresOf(WeekDayView day, Beside beside, Currency currency) => new(
        day.OrderCount,
        day.TotalSales,
        day.TotalSales - day.Tax,
        day.Tax,
        day.Tips,
        day.Discounts,
        day.ServiceCharges,
        day.Refunds,
        day.Refunded.Tax,
        day.CashRounding,
        day.GiftCardsSold,
        day.Unpaid,
        beside.Voids,
        beside.Voided.In(currency),
        beside.Difference.In(currency),
        beside.Cost,
        beside.Waste,
        beside.NewGuests,
        beside.Returning);
}
