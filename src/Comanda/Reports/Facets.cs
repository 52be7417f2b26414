namespace Comanda.Reports;

/// <summary>The sides from which reports look at sales.</summary>
internal static class Facets
{
    private const string Sold = "sales where shop_id = $1 and day = any($2)";

    private const string Lines = "sales_lines where shop_id = $1 and day = any($2)";

    private const string Given =
        """
        order_refunds r join orders o on o.id = r.order_id
            left join lateral (
                select sum(service_charge) as service_charge, sum(discount) as discount from order_refund_lines where refund_id = r.id
            ) l on true
        where r.shop_id = $1 and r.business_day = any($2) and not o.training
        """;

    private const string Cancelled = "orders where shop_id = $1 and cancelled_day = any($2) and not training";

    public static Facet Days { get; } = new(
        "report_days",
        [
            FacetColumn.Key("day"), .. Sums("orders", "sales", "tax", "tips", "discounts", "service_charges", "lines", "units", "refunded"),
            .. Sums("refunded_tax", "refunded_tips", "refunded_service_charges", "refunded_discounts", "back_of_cancelled", "voids"),
            FacetColumn.Sum("voided"),
        ],
        [
            new(
                Sold,
                FacetOrigin.Sale,
                ("day", "day"),
                ("orders", "sign"),
                ("sales", "sign * total"),
                ("tax", "sign * tax"),
                ("tips", "sign * tip"),
                ("discounts", "sign * discount"),
                ("service_charges", "sign * service_charge")),
            // What is taxed when it is sold bears its tax then, and is no sale.
            new(
                "gift_card_movements where shop_id = $1 and business_day = any($2) and taxes <> '[]'",
                FacetOrigin.Card,
                ("day", "business_day"),
                ("tax", "tax")),
            new(
                Lines,
                FacetOrigin.Line,
                ("day", "day"),
                ("lines", "case when menu_item_id is null then 0 else sign end"),
                ("units", "sign * quantity")),
            new(
                Given,
                FacetOrigin.Refund,
                ("day", "r.business_day"),
                ("refunded", "r.amount"),
                ("refunded_tax", "r.tax"),
                ("refunded_tips", "r.tip"),
                ("refunded_service_charges", "coalesce(l.service_charge, 0)"),
                ("refunded_discounts", "coalesce(l.discount, 0)")),
            // What went back of a sale that is cancelled is taken off again with it, as the taxes by rate are.
            new(
                """
                orders o join order_refunds r on r.order_id = o.id
                    left join lateral (
                        select sum(service_charge) as service_charge, sum(discount) as discount from order_refund_lines
                        where refund_id = r.id
                    ) l on true
                where o.shop_id = $1 and o.cancelled_day = any($2) and not o.training
                """,
                new("'refund'", "o.id", "r.id"),
                ("day", "o.cancelled_day"),
                ("refunded", "-r.amount"),
                ("refunded_tax", "-r.tax"),
                ("refunded_tips", "-r.tip"),
                ("refunded_service_charges", "-coalesce(l.service_charge, 0)"),
                ("refunded_discounts", "-coalesce(l.discount, 0)")),
            new(
                """
                orders o join refunds r on r.order_id = o.id
                where o.shop_id = $1 and o.cancelled_day = any($2) and r.kind = 'refund' and not o.training
                """,
                FacetOrigin.MoneyBack,
                ("day", "o.cancelled_day"),
                ("back_of_cancelled", "r.amount")),
            new(Cancelled, FacetOrigin.Void, ("day", "cancelled_day"), ("voids", "1"), ("voided", "total - tip")),
        ]);

    public static Facet Tenders { get; } = new(
        "report_tenders",
        [FacetColumn.Key("day"), FacetColumn.Key("method"), .. Sums("amount", "rounding", "back", "back_rounding")],
        [
            new(
                """
                payments p join orders o on o.id = p.order_id
                where p.shop_id = $1 and p.business_day = any($2) and not o.training
                """,
                new("'payment'", "p.order_id", "p.id"),
                ("day", "p.business_day"),
                ("method", "p.method"),
                ("amount", "p.amount + p.rounding"),
                ("rounding", "p.rounding")),
            new(
                Refunds("cancellation"),
                FacetOrigin.MoneyBack,
                ("day", "r.business_day"),
                ("method", "r.method"),
                ("amount", "-(r.amount + r.rounding)"),
                ("rounding", "-r.rounding")),
            new(
                Refunds("refund"),
                FacetOrigin.MoneyBack,
                ("day", "r.business_day"),
                ("method", "r.method"),
                ("back", "r.amount"),
                ("back_rounding", "r.rounding")),
        ]);

    public static Facet Sales { get; } = new(
        "report_sales",
        [
            FacetColumn.Key("part"), FacetColumn.Key("day"), FacetColumn.Key("key"),
            .. Sums("orders", "lines", "units", "sales", "tax", "discounts"),
        ],
        [
            SalesBy("hour", $"to_char({LocalTime.Hour("at", "$3", "$4")}, 'FM00')"),
            SalesBy("category", "category"),
            SalesBy("order_type", "type"),
        ]);

    public static Facet Products { get; } = new(
        "report_products",
        [
            FacetColumn.Key("day"), FacetColumn.Key("menu_item_id"), FacetColumn.Key("unit"), FacetColumn.Last("name"),
            FacetColumn.Last("category"), .. Sums("sold", "pieces", "measure", "revenue", "net", "uncosted"), FacetColumn.Number("cost"),
            FacetColumn.Any("costed"),
        ],
        [
            new(
                Lines + " and menu_item_id is not null",
                FacetOrigin.Line,
                ("day", "day"),
                ("menu_item_id", "menu_item_id"),
                ("unit", "coalesce(unit, '')"),
                ("name", "name"),
                ("category", "category"),
                ("sold", "1"),
                ("pieces", "sign * quantity"),
                ("measure", "sign * measure"),
                ("revenue", "sign * total")),
            new(
                "earned_lines where shop_id = $1 and day = any($2)",
                new(
                    $"case when refund_id is null then {FacetOrigin.SaleOrCancellation} else 'refund' end",
                    "order_id",
                    "coalesce(refund_id, order_id)"),
                ("day", "day"),
                ("menu_item_id", "menu_item_id"),
                ("unit", "coalesce(unit, '')"),
                ("name", "name"),
                ("category", "category"),
                ("net", "net"),
                ("uncosted", "case when costed then 0 else net end"),
                ("cost", "coalesce(cost, 0)"),
                ("costed", "costed")),
        ]);

    public static Facet Taxes { get; } = new(
        "report_taxes",
        [
            FacetColumn.Key("day"), FacetColumn.Key("name"), FacetColumn.Key("authority"), FacetColumn.Key("rate"),
            FacetColumn.Key("treatment"), FacetColumn.Key("letter"), .. Sums("base", "tax", "back_base", "back_tax"),
        ],
        [
            new(
                "taxes_by_day where shop_id = $1 and day = any($2)",
                new(
                    "case when movement_id is not null then 'gift_card' when refund_id is not null then 'refund' else "
                        + $"{FacetOrigin.SaleOrCancellation} end",
                    "order_id",
                    "coalesce(movement_id, refund_id, order_id)"),
                ("day", "day"),
                ("name", "name"),
                ("authority", "authority"),
                ("rate", "rate"),
                ("treatment", "treatment"),
                ("letter", "letter"),
                ("base", "case when back then 0 else base end"),
                ("tax", "case when back then 0 else tax end"),
                ("back_base", "case when back then base else 0 end"),
                ("back_tax", "case when back then tax else 0 end")),
        ]);

    public static Facet Staff { get; } = new(
        "report_staff",
        [
            FacetColumn.Key("day"), FacetColumn.Key("person"),
            .. Sums("orders", "sales", "tips", "discounts", "refunds", "refund_count", "cancelled"), FacetColumn.Number("seconds"),
            FacetColumn.Sum("timed"),
        ],
        [
            new(
                Sold,
                FacetOrigin.Sale,
                ("day", "day"),
                ("person", "cashier_id"),
                ("orders", "sign"),
                ("sales", "sign * total"),
                ("tips", "sign * tip"),
                ("discounts", "sign * discount")),
            new(
                Given,
                FacetOrigin.Refund,
                ("day", "r.business_day"),
                ("person", "r.user_id"),
                ("refunds", "r.amount"),
                ("refund_count", "1")),
            new(Cancelled, FacetOrigin.Void, ("day", "cancelled_day"), ("person", "cashier_id"), ("cancelled", "1")),
            new(
                """
                orders o cross join lateral (
                    select min(at) as at from order_moves
                    where order_id = o.id and status in ('ready', 'out_for_delivery', 'delivered', 'completed')
                ) m
                where o.shop_id = $1 and o.business_day = any($2) and not o.training and o.cancelled_day is null
                    and m.at >= coalesce(o.fired_at, o.created_at)
                """,
                new("'sale'", "o.id", "o.id"),
                ("day", "o.business_day"),
                ("person", "o.cashier_id"),
                ("seconds", "extract(epoch from m.at - coalesce(o.fired_at, o.created_at))"),
                ("timed", "1")),
        ]);

    public static Facet Reasons { get; } = new(
        "report_reasons",
        [FacetColumn.Key("day"), FacetColumn.Key("what"), FacetColumn.Key("reason"), .. Sums("count", "amount")],
        [
            new(
                """
                sales s join order_items i on i.order_id = s.order_id
                where s.shop_id = $1 and s.day = any($2) and i.discount <> 0
                """,
                new(FacetOrigin.SaleOrCancellation, "s.order_id", "s.order_id"),
                ("day", "s.day"),
                ("what", "'discount'"),
                ("reason", "nullif(i.discount_reason, '')"),
                ("count", "s.sign"),
                ("amount", "s.sign * i.discount")),
            new(
                Cancelled,
                FacetOrigin.Void,
                ("day", "cancelled_day"),
                ("what", "'void'"),
                ("reason", "nullif(cancel_reason, '')"),
                ("count", "1"),
                ("amount", "total - tip")),
        ]);

    public static IReadOnlyList<Facet> All { get; } = [Days, Tenders, Sales, Products, Taxes, Staff, Reasons, OtherFacets.Promotions];

    private static IEnumerable<FacetColumn> Sums(params IEnumerable<string> names) => names.Select(FacetColumn.Sum);

    private static string Refunds(string kind) =>
        $"""
        refunds r join orders o on o.id = r.order_id
        where r.shop_id = $1 and r.business_day = any($2) and r.kind = '{kind}' and not o.training
        """;

    /// <summary>An order counts once in each row that it has lines in, so its orders are counted before rows are put together.</summary>
    private static FacetPart SalesBy(string part, string key) => new(
        LinesBy(key, ""),
        FacetOrigin.Line,
        ("part", $"'{part}'"),
        ("day", "day"),
        ("key", "key"),
        ("orders", "orders"),
        ("lines", "lines"),
        ("units", "units"),
        ("sales", "sales"),
        ("tax", "tax"),
        ("discounts", "discounts"))
    {
        Apart = LinesBy(key, ", sign, order_id, movement_id"),
    };

    private static string LinesBy(string key, string apart) =>
        $"""
        (select day, {key} as key{apart},
            count(distinct order_id) filter (where sign = 1) - count(distinct order_id) filter (where sign = -1) as orders,
            coalesce(sum(sign) filter (where menu_item_id is not null), 0) as lines, sum(sign * quantity) as units,
            sum(sign * total) as sales, sum(sign * tax) as tax, sum(sign * discount) as discounts
        from {Lines} group by 1, 2{apart}) s
        """;
}
