using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What may explain that a drawer held other than it had to.</summary>
internal static class ExplainDrawer
{
    /// <summary>So many sessions back, pay-outs of the same words are usual.</summary>
    private const int SessionsBack = 20;

    /// <summary>
    /// Everything in session $1 of shop $2 whose effect would be from $3 to $4. An effect is what the count would differ by, had it been
    /// otherwise than noted; the order of parts is that of how often it happens.
    /// </summary>
    private const string Found =
        """
        with own as (select * from drawers where id = $1 and shop_id = $2),
        found as (
            select 1 as rank, 'tender_was_other' as kind, -(p.amount + p.rounding) as effect, p.id, p.order_id, p.cashier_id as person,
                p.paid_at as at
            from payments p where p.drawer_id = $1 and p.method = 'cash'
            union all
            select 1, 'tender_was_cash', p.amount + p.rounding, p.id, p.order_id, p.cashier_id, p.paid_at
            from payments p where p.drawer_id = $1 and p.method in ('card', 'mobile', 'other')
            union all
            select 2, 'cash_back_not_given', r.amount + r.rounding, r.id, r.order_id, r.user_id, r.refunded_at
            from refunds r where r.drawer_id = $1 and r.method = 'cash'
            union all
            select 2, 'other_back_given_in_cash', -(r.amount + r.rounding), r.id, r.order_id, r.user_id, r.refunded_at
            from refunds r where r.drawer_id = $1 and r.method in ('card', 'mobile', 'other')
            union all
            select 3, 'movement_not_made', case when m.type = 'in' then -m.amount else m.amount end, m.id, null, m.user_id, m.at
            from drawer_movements m where m.drawer_id = $1
            union all
            select 3, 'movement_wrong_way', case when m.type = 'in' then -2 * m.amount else 2 * m.amount end, m.id, null, m.user_id, m.at
            from drawer_movements m where m.drawer_id = $1
            union all
            select 4, 'usual_pay_out_not_noted', -m.amount, max(m.id), null, max(m.user_id), max(m.at)
            from own join lateral (
                    select d.id from drawers d where d.register_id = own.register_id and d.closed_at < own.opened_at and not d.late
                    order by d.closed_at desc limit $5
                ) before on true
                join drawer_movements m on m.drawer_id = before.id and m.type = 'out'
            where not exists (select 1 from drawer_movements x where x.drawer_id = $1 and x.type = 'out' and x.amount = m.amount)
            group by m.amount having count(distinct m.drawer_id) > 1
            union all
            select 5, 'payment_not_noted', o.total - o.paid, o.id, o.id, o.cashier_id, o.created_at
            from orders o where o.drawer_id = $1 and not o.training and o.cancelled_at is null and o.total > o.paid
            union all
            select 5, 'sold_and_cancelled', o.total, o.id, o.id, o.cashier_id, o.cancelled_at
            from orders o where o.cancelled_drawer_id = $1 and not o.training
                and not exists (select 1 from payments p where p.order_id = o.id)
            union all
            select 6, 'change_not_given', p.change, p.id, p.order_id, p.cashier_id, p.paid_at
            from payments p where p.drawer_id = $1 and p.method = 'cash' and p.change <> 0
            union all
            select 6, 'change_given_twice', -p.change, p.id, p.order_id, p.cashier_id, p.paid_at
            from payments p where p.drawer_id = $1 and p.method = 'cash' and p.change <> 0
        )
        select f.rank, f.kind, f.effect, count(*), (array_agg(f.id order by f.at, f.id))[1:5],
            (array_agg(f.order_id order by f.at, f.id) filter (where f.order_id is not null))[1:5],
            array_agg(distinct u.name) filter (where u.name is not null), case when count(*) = 1 then max(f.at) end
        from found f left join users u on u.id = f.person where f.effect between $3 and $4 and f.effect <> 0 group by 1, 2, 3
        """;

    public static async Task<DrawerVarianceView> Read(
        NpgsqlConnection connection, Shop shop, DrawerRow drawer, ClosedDrawer closed, CancellationToken cancel)
    {
        var (difference, currency) = (closed.Difference.Minor, shop.Currency);
        var near = Nearness(difference);
        await using var command = connection.Command(
            Found, drawer.Id, shop.Id, difference - near, difference + near, SessionsBack);
        var found = await command.List(
            r => (Rank: r.GetInt32(0), Candidate: new VarianceCandidate(
                r.GetString(1),
                (r.GetInt64(2) == difference ? VarianceMatch.Exact : VarianceMatch.Near).ToWire(),
                WhyOf(r.GetString(1)),
                new Money(r.GetInt64(2)).In(currency),
                new Money(difference - r.GetInt64(2)).In(currency),
                r.GetInt64(3),
                r.GetFieldValue<long[]>(4),
                r.IsDBNull(5) ? [] : r.GetFieldValue<long[]>(5),
                r.IsDBNull(6) ? [] : r.GetFieldValue<string[]>(6),
                r.ValueOrNull<DateTimeOffset>(7))),
            cancel);
        var slips = CountSlips.Of(closed.Expected.Minor, closed.Counted!.Value.Minor, drawer.Float)
            .Select(s => (Rank: 0, Candidate: new VarianceCandidate(
                s.Kind, VarianceMatch.Exact.ToWire(), s.Why, closed.Difference.In(currency), 0, 1, [drawer.Id], [], [], null)));
        return new(
            drawer.Id,
            drawer.Register,
            drawer.OpenedAt,
            closed.ClosedAt,
            closed.ClosedBy,
            closed.Expected.In(currency),
            closed.Counted.Value.In(currency),
            closed.Difference.In(currency),
            [
                .. slips.Concat(found)
                    .OrderBy(c => c.Candidate.Remains == 0 ? 0 : 1)
                    .ThenBy(c => c.Candidate.Count > 3 ? 1 : 0) // one of many of that amount says little
                    .ThenBy(c => c.Rank)
                    .ThenBy(c => Math.Abs(c.Candidate.Remains))
                    .Select(c => c.Candidate)
                    .Take(30),
            ],
            await Hands(connection, drawer.Id, currency, cancel));
    }

    /// <summary>Near is within a fiftieth, and within half of the difference at most.</summary>
    private static long Nearness(long difference) => Math.Min(Math.Max(Math.Abs(difference) / 50, 10), Math.Abs(difference) / 2);

    private static string WhyOf(string kind) => kind switch
    {
        "tender_was_other" => "A payment of this amount is noted as cash; if it came by card or not at all, the cash is missing.",
        "tender_was_cash" => "A payment of this amount is noted by another tender; if it was cash, there is so much more.",
        "cash_back_not_given" => "Cash of this amount went back by the books; if the guest did not get it, it is still there.",
        "other_back_given_in_cash" => "So much went back by another tender; if it was handed out in cash, that is missing.",
        "movement_not_made" => "Cash of this amount was noted as put in or taken out; it may not have been, or may be noted twice.",
        "movement_wrong_way" => "Cash was noted as put in where it was taken out, or the other way round: twice its amount.",
        "usual_pay_out_not_noted" => "Earlier sessions of this register paid out this amount, and this one did not note it.",
        "payment_not_noted" => "An order of this session is open with this amount; the guest may have paid in cash.",
        "sold_and_cancelled" => "An order of this amount was cancelled without any payment; the guest may have paid in cash.",
        "change_not_given" => "This change was due to a guest and may not have been handed out.",
        _ => "This change may have been handed out twice, or the note that it was given on was a smaller one.",
    };

    private static async Task<List<DrawerHandView>> Hands(
        NpgsqlConnection connection, long drawer, Currency currency, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select coalesce(u.name, 'Without staff'), sum(n)::bigint, sum(taken)::bigint, sum(back)::bigint, sum(paid_in)::bigint,
                sum(paid_out)::bigint
            from (
                select cashier_id as person, 1 as n, amount + rounding as taken, 0 as back, 0 as paid_in, 0 as paid_out from payments
                where drawer_id = $1 and method = 'cash'
                union all
                select user_id, 0, 0, amount + rounding, 0, 0 from refunds where drawer_id = $1 and method = 'cash'
                union all
                select user_id, 0, 0, 0, case when type = 'in' then amount else 0 end, case when type = 'out' then amount else 0 end
                from drawer_movements where drawer_id = $1
            ) h left join users u on u.id = h.person group by h.person, u.name order by 3 desc, 1
            """,
            drawer);
        return await command.List(
            r => new DrawerHandView(r.GetString(0), r.GetInt64(1), Amount(r, 2), Amount(r, 3), Amount(r, 4), Amount(r, 5)), cancel);

        decimal Amount(NpgsqlDataReader r, int column) => new Money(r.GetInt64(column)).In(currency);
    }
}
