namespace Comanda.Reports;

/// <summary>What promotions cost in a period, the dearest first.</summary>
internal static class PromotionCosts
{
    public static Task<List<PromotionCostView>> Read(Books books, Currency currency, CancellationToken cancel) => books.List(
        $"""
        select promotion_id, max(title), max(code), sum(uses)::bigint, sum(discount)::bigint from {OtherFacets.Promotions.Source} f
        group by 1 having sum(uses) <> 0 or sum(discount) <> 0 order by 5 desc, 1
        """,
        r => new PromotionCostView(
            r.GetInt64(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetString(2), r.GetInt64(3), new Money(r.GetInt64(4)).In(currency)),
        cancel);
}
