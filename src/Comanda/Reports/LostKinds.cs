namespace Comanda.Reports;

/// <summary>
/// One way in which a sale is lost, and how it is found. The SQL answers id, order_id, register_id, person (id), at and amount; in it $1 is
/// the shop, $2 and $3 are business days, $4 and $5 the instants at which they begin and end, $6 is now.
/// </summary>
internal sealed record LostKind(string Name, LossCertainty Certainty, string Why, string WhatToDo, string Found);

/// <summary>All ways that what is stored can tell: of devices, the server, the provider and the drawer.</summary>
internal static class LostKinds
{
    public static IReadOnlyList<LostKind> All { get; } =
    [
        new(
            "set_aside_waiting",
            LossCertainty.Certain,
            "A till sold it without the server and handed it over, but it could not be placed; it is in no report.",
            "Look at it under GET /api/orders/set-aside; place it, or discard it with a note.",
            """
            select s.id, s.order_id, s.register_id, s.seller_id as person, s.sold_at as at, null::bigint as amount from sales_set_aside s
            where s.shop_id = $1 and s.resolved_at is null and s.sold_at >= $4 and s.sold_at < $5
            """),
        new(
            "set_aside_discarded",
            LossCertainty.Possible,
            "A sale of a till was discarded, and is in no report.",
            "Ask whoever discarded it whether it was sold again by another way.",
            """
            select s.id, s.order_id, s.register_id, s.resolved_by as person, s.sold_at as at, null::bigint as amount from sales_set_aside s
            where s.shop_id = $1 and s.resolved_at is not null and s.order_id is null and s.sold_at >= $4 and s.sold_at < $5
            """),
        new(
            "number_missing",
            LossCertainty.Certain,
            "A register's numbers have no gap by themselves: before this order one is missing or several are. Rows were removed.",
            "Compare with the journal (GET /api/journal/verify, comanda verify) and restore a backup beside this one.",
            """
            select o.id, o.id as order_id, o.register_id, o.cashier_id as person, o.created_at as at, null::bigint as amount
            from (
                select id, register_id, cashier_id, created_at, business_day, number, lag(number) over w as before
                from orders where shop_id = $1 and id >= coalesce((
                    select min(id) from orders where shop_id = $1 and business_day between $2 - 1 and $3), 0)
                window w as (partition by register_id order by number)
            ) o join registers r on r.id = o.register_id and r.kind <> 'import'
            where o.business_day between $2 and $3 and o.number > o.before + 1
            """),
        new(
            "last_numbers_missing",
            LossCertainty.Certain,
            "The register has counted further than its last order: rows were removed.",
            "Compare with the journal (GET /api/journal/verify, comanda verify) and restore a backup beside this one.",
            """
            select r.id, null::bigint as order_id, r.id as register_id, null::bigint as person, l.created_at as at, null::bigint as amount
            from registers r left join lateral (
                select number, created_at, business_day from orders where register_id = r.id order by number desc limit 1
            ) l on true
            where r.shop_id = $1 and r.kind <> 'import' and r.last_order_number > coalesce(l.number, 0)
                and coalesce(l.business_day, $2) <= $3
            """),
        new(
            "served_not_paid",
            LossCertainty.Likely,
            "The order was handed out, and not all of it is paid.",
            "Take the rest (POST /api/payments), or note what became of it.",
            """
            select o.id, o.id as order_id, o.register_id, o.cashier_id as person, o.created_at as at, o.total - o.paid as amount
            from orders o
            where o.shop_id = $1 and o.business_day between $2 and $3 and not o.training and o.status in ('completed', 'delivered')
                and o.total > o.paid
            """),
        new(
            "left_open",
            LossCertainty.Possible,
            "The order is of a day that is over, and neither finished nor paid.",
            "Take the payment, or cancel it with a reason.",
            """
            select o.id, o.id as order_id, o.register_id, o.cashier_id as person, o.created_at as at, o.total - o.paid as amount
            from orders o
            where o.shop_id = $1 and o.business_day between $2 and $3 and not o.training
                and o.status not in ('completed', 'delivered', 'cancelled') and o.total > o.paid and o.created_at < $6 - interval '24 hours'
                and (o.scheduled_for is null or o.scheduled_for < $6)
            """),
        new(
            "cancelled_after_served",
            LossCertainty.Likely,
            "The order was handed out first and cancelled afterwards.",
            "Ask why: goods and, if the guest paid, money have left.",
            """
            select o.id, o.id as order_id, o.register_id, o.cashier_id as person, o.cancelled_at as at, o.total as amount from orders o
            where o.shop_id = $1 and o.cancelled_day between $2 and $3 and not o.training and o.total <> 0
                and exists (select 1 from order_moves m where m.order_id = o.id and m.at <= o.cancelled_at
                    and m.status in ('ready', 'out_for_delivery', 'delivered', 'completed'))
            """),
        new(
            "card_paid_not_booked",
            LossCertainty.Certain,
            "The provider has the guest's money, and the order has no payment of it.",
            "Confirm it (POST /api/payments/confirm): it is booked, or goes back where nothing is due any more.",
            """
            select c.id, c.order_id, o.register_id, o.cashier_id as person, c.updated_at as at, c.amount
            from card_intents c join orders o on o.id = c.order_id
            where c.shop_id = $1 and o.business_day between $2 and $3 and c.status = 'succeeded' and c.settled_at is null
            """),
        new(
            "card_begun_not_paid",
            LossCertainty.Possible,
            "A card payment was begun, the provider has not said how it ended, and the order is not paid.",
            "Look it up at the provider; confirm it (POST /api/payments/confirm), or take the payment otherwise.",
            """
            select c.id, c.order_id, o.register_id, o.cashier_id as person, c.created_at as at, c.amount
            from card_intents c join orders o on o.id = c.order_id
            where c.shop_id = $1 and o.business_day between $2 and $3 and c.status not in ('succeeded', 'canceled')
                and o.cancelled_at is null and o.paid < o.total and c.created_at < $6 - interval '1 hour'
            """),
        new(
            "card_noted_by_hand",
            LossCertainty.Possible,
            "The order is noted as paid by card, but the card payment that was begun for it never came.",
            "Look for the amount on the terminal's own list of the day.",
            """
            select p.id, p.order_id, o.register_id, p.cashier_id as person, p.paid_at as at, p.amount
            from payments p join orders o on o.id = p.order_id
            where p.shop_id = $1 and p.business_day between $2 and $3 and p.method = 'card' and p.amount > 0 and not o.training
                and not exists (select 1 from card_intents c where c.id = p.id)
                and exists (select 1 from card_intents c where c.order_id = p.order_id and c.status <> 'succeeded')
            """),
        new(
            "cash_over",
            LossCertainty.Likely,
            "More was in the drawer than the books say: something may have been sold without being noted.",
            "GET /api/reports/variance?drawer_id= tells what else explains it.",
            """
            select d.id, null::bigint as order_id, d.register_id, d.closed_by as person, d.closed_at as at,
                d.counted - (d.float + cash.taken + moved.amount) as amount
            from drawers d
                cross join lateral (
                    select coalesce(sum(((t ->> 'in')::bigint - (t ->> 'back')::bigint)), 0)::bigint as taken
                    from json_array_elements(coalesce(d.report, '{}')::json -> 'tenders') t where t ->> 'method' = 'cash'
                ) cash
                cross join lateral (
                    select coalesce((d.report::json ->> 'paid_in')::bigint - (d.report::json ->> 'paid_out')::bigint, 0) as amount
                ) moved
            where d.shop_id = $1 and d.closed_at >= $4 and d.closed_at < $5 and d.counted is not null
                and d.counted > d.float + cash.taken + moved.amount
            """),
    ];
}
