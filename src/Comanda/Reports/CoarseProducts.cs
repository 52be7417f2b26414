using Comanda.Data;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// Products looked at from farther off: by day alone, and by month and item. Both are added up from the facet's own table in the
/// transaction that writes it, so they say what it says. A month is in once a later one has begun.
/// </summary>
internal static class CoarseProducts
{
    private const string Month = "date_trunc('month', day)::date";

    private static readonly string[] Items = ["menu_item_id", "unit"];

    private static readonly IReadOnlyList<FacetColumn> Figures =
        [.. Facets.Products.Columns.Where(c => !c.IsKey && c.Name is not ("name" or "category"))];

    private static readonly IReadOnlyList<FacetColumn> OfItems = [.. Facets.Products.Columns.Where(c => !c.IsKey)];

    /// <summary>Of each day of the period, for <see cref="Books.Command"/>.</summary>
    public static string ByDay =>
        $"""
        (select day, {Names(Figures)} from report_product_days where shop_id = $1 and day between $5 and $6 and day <> all($2)
        union all
        select day, {Wholes(Figures)} from ({Facets.Products.CountedOneByOne}) counted group by day)
        """;

    /// <summary>Of each item, in parts that add up; $7 are <see cref="Books.Months"/> and $8 <see cref="Books.DaysBeside"/>.</summary>
    public static string ByItem =>
        $"""
        (select {string.Join(", ", Items)}, {Names(OfItems)} from report_product_months where shop_id = $1 and month = any($7)
        union all
        select {string.Join(", ", Items)}, {Names(OfItems)} from report_products where shop_id = $1 and day = any($8)
        union all
        select {string.Join(", ", Items)}, {Names(OfItems)} from ({Facets.Products.CountedOneByOne}) counted)
        """;

    /// <summary>Both, as they must be: what is in them and is not in the facet's table, or the other way round.</summary>
    public static string Differing =>
        $"""
        with by_day as ({AddedByDay} where shop_id = $1 group by shop_id, day),
            by_month as ({AddedByMonth} where shop_id = $1
                and day < (select months_upto from report_positions where shop_id = $1) group by shop_id, 2, {string.Join(", ", Items)}),
            days as (select shop_id, day, {Names(Figures)} from report_product_days where shop_id = $1),
            months as (select shop_id, month, {string.Join(", ", Items)}, {Names(OfItems)} from report_product_months where shop_id = $1)
        select day, 'report_product_days' from (
            (select * from by_day except select * from days) union all (select * from days except select * from by_day)) d
        union
        select month, 'report_product_months' from (
            (select * from by_month except select * from months) union all (select * from months except select * from by_month)) m
        order by 1, 2
        """;

    private static string AddedByDay => $"select shop_id, day, {Wholes(Figures)} from report_products";

    private static string AddedByMonth =>
        $"select shop_id, {Month} as month, {string.Join(", ", Items)}, {Wholes(OfItems)} from report_products";

    /// <summary>Nothing is added up any more, until <see cref="Follow"/> does.</summary>
    public static async Task Clear(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await connection.Execute("delete from report_product_days where shop_id = $1", cancel, shop);
        await connection.Execute("delete from report_product_months where shop_id = $1", cancel, shop);
        await connection.Execute("update report_positions set months_upto = null where shop_id = $1", cancel, shop);
    }

    /// <summary>Adds up days that were just counted, their months where they are over, and months that have come to be over.</summary>
    public static async Task Follow(NpgsqlConnection connection, long shop, DateOnly[] days, CancellationToken cancel)
    {
        await connection.Execute("delete from report_product_days where shop_id = $1 and day = any($2)", cancel, shop, days);
        await connection.Execute(
            $"""
            insert into report_product_days (shop_id, day, {Names(Figures)})
            {AddedByDay} where shop_id = $1 and day = any($2) group by shop_id, day
            """,
            cancel,
            shop,
            days);

        await using var asked = connection.Command(
            $"""
            select months_upto, (select {Month} from report_products where shop_id = $1 order by day desc limit 1)
            from report_positions where shop_id = $1
            """,
            shop);
        var (known, over) = (await asked.List(r => (r.ValueOrNull<DateOnly>(0), r.ValueOrNull<DateOnly>(1)), cancel))[0];
        var stale = days.Select(FirstOfMonth).Where(m => m < over).ToHashSet();
        if (known != over)
            stale.UnionWith(await Between(connection, shop, known ?? DateOnly.MinValue, over ?? DateOnly.MinValue, cancel));
        if (stale.Count == 0 && known == over)
            return;
        var months = stale.ToArray();
        await connection.Execute(
            "delete from report_product_months where shop_id = $1 and (month = any($2) or month >= $3)",
            cancel,
            shop,
            months,
            over ?? DateOnly.MinValue);
        await connection.Execute(
            $"""
            insert into report_product_months (shop_id, month, {string.Join(", ", Items)}, {Names(OfItems)})
            {AddedByMonth} join unnest($2::date[]) month_begun on day >= month_begun and day < month_begun + interval '1 month'
            where shop_id = $1 group by shop_id, 2, {string.Join(", ", Items)}
            """,
            cancel,
            shop,
            months);
        await connection.Execute("update report_positions set months_upto = $2::date where shop_id = $1", cancel, shop, over);
    }

    /// <summary>The first of the month that a day is in.</summary>
    public static DateOnly FirstOfMonth(DateOnly day) => day.AddDays(1 - day.Day);

    private static async Task<List<DateOnly>> Between(
        NpgsqlConnection connection, long shop, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"select distinct {Month} from report_products where shop_id = $1 and day >= $2 and day < $3", shop, from, to);
        return await command.List(r => r.GetFieldValue<DateOnly>(0), cancel);
    }

    private static string Names(IEnumerable<FacetColumn> columns) => string.Join(", ", columns.Select(c => c.Name));

    private static string Wholes(IEnumerable<FacetColumn> columns) => string.Join(", ", columns.Select(c => c.Whole));
}
