namespace Comanda.Reports;

/// <summary>What is beside the sales themselves.</summary>
internal static class OtherFacets
{
    /// <summary>
    /// Orders that had a promotion, and what it took off: part of their lines' discounts, and off again where they are cancelled.
    /// </summary>
    public static Facet Promotions { get; } = new(
        "report_promotions",
        [
            FacetColumn.Key("day"), FacetColumn.Key("promotion_id"), FacetColumn.Last("title"), FacetColumn.Last("code"),
            FacetColumn.Sum("uses"), FacetColumn.Sum("discount"),
        ],
        [
            new(
                """
                (select s.day, s.sign, s.order_id, p.id as promotion_id, max(p.title) as title, max(p.code) as code, sum(p.amount) as amount
                from sales s join order_items i on i.order_id = s.order_id
                    cross join lateral json_to_recordset(i.promotions::json) as p(id bigint, title text, code text, amount bigint)
                where s.shop_id = $1 and s.day = any($2) and i.promotions is not null
                group by 1, 2, 3, 4) s
                """,
                FacetOrigin.Sale,
                ("day", "day"),
                ("promotion_id", "promotion_id"),
                ("title", "title"),
                ("code", "code"),
                ("uses", "sign"),
                ("discount", "sign * amount")),
        ]);

    /// <summary>
    /// Gift cards sold and given back for money. They are few: there are no roll-ups, they are counted from their movements.
    /// </summary>
    public static Facet Cards { get; } = new(
        "",
        [
            FacetColumn.Key("day"), FacetColumn.Key("method"), FacetColumn.Sum("amount"), FacetColumn.Sum("rounding"),
            FacetColumn.Sum("sold"), FacetColumn.Sum("taxed"),
        ],
        [
            new(
                "gift_card_movements where shop_id = $1 and business_day = any($2)",
                FacetOrigin.Card,
                ("day", "business_day"),
                ("method", "method"),
                ("amount", "amount + rounding"),
                ("rounding", "rounding"),
                ("sold", "amount"),
                ("taxed", "case when taxes <> '[]' then amount else 0 end")),
        ]);
}
