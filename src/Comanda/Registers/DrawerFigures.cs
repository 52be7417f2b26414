using Comanda.Data;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// One tax; amounts in minor units. <see cref="Gross"/> is what it is on with the tax itself, <see cref="BackGross"/> and
/// <see cref="BackTax"/> what of both went back. Reports of before taxes had names call it as they did.
/// </summary>
public sealed record RateFigures
{
    public required long Rate { get; init; }

    public required long Gross { get; init; }

    public required long Tax { get; init; }

    public string Name { get; init; } = TaxTable.Unnamed;

    public string? Treatment { get; init; }

    public string? Letter { get; init; }

    public long BackGross { get; init; }

    public long BackTax { get; init; }
}

/// <summary>What came in and went back by one tender; amounts in minor units.</summary>
public sealed record TenderFigures(string Method, long In, long Back);

/// <summary>
/// What a drawer session adds up to, from the frozen orders, payments and refunds that belong to it; amounts in minor units.
/// <see cref="Tenders"/> are what changed hands, <see cref="Rounding"/> included (what came less what went for want of small coins).
/// <see cref="GiftCardsSold"/> is what of it came for gift cards, less what went back for them: no sales.
/// Of those that are taxed when sold, the tax is in <see cref="Tax"/> and <see cref="Rates"/>. What went back of a sale before it was
/// cancelled is taken off <see cref="RefundedTax"/> with the cancellation.
/// <see cref="Sales"/> without tips, cancellations taken off in the session of the cancellation. Kept as it is at the close.
/// </summary>
public sealed record DrawerFigures
{
    public required long Orders { get; init; }

    public required long Sales { get; init; }

    public required long Tax { get; init; }

    public required long Tips { get; init; }

    public required long Discounts { get; init; }

    public required long Refunds { get; init; }

    public required long RefundedTax { get; init; }

    public required long PaidIn { get; init; }

    public required long PaidOut { get; init; }

    public required IReadOnlyList<TenderFigures> Tenders { get; init; }

    public required IReadOnlyList<RateFigures> Rates { get; init; }

    public long ServiceCharges { get; init; }

    public long Rounding { get; init; }

    public long GiftCardsSold { get; init; }

    /// <summary>Of <paramref name="opening"/> and all cash that moved since: what must lie in the drawer.</summary>
    public long Expected(long opening) => opening + Tenders.Where(t => t.Method == "cash").Sum(t => t.In - t.Back) + PaidIn - PaidOut;

    /// <summary>Whether anything at all belongs to the session, as quickly as that can be told.</summary>
    public static async Task<bool> HasAny(NpgsqlConnection connection, long drawer, CancellationToken cancel) =>
        await connection.Scalar("select " + Any("$1"), cancel, drawer) is true;

    /// <summary>The same as a condition in SQL.</summary>
    public static string Any(string drawer) => "(" + string.Join(
        " or ",
        new[]
        {
            "orders x where x.drawer_id",
            "orders x where x.cancelled_drawer_id",
            "payments x where x.drawer_id",
            "refunds x where x.drawer_id",
            "gift_card_movements x where x.drawer_id",
            "drawer_corrections x where x.drawer_id",
            "drawer_movements x where x.drawer_id"
        }
            .Select(rows => $"exists (select 1 from {rows} = {drawer})")) + ")";

    /// <summary>Adds it up, on a connection whose transaction sees one moment.</summary>
    public static async Task<DrawerFigures> Of(NpgsqlConnection connection, long drawer, CancellationToken cancel)
    {
        await using var totals = connection.Command(
            """
            with sold as (
                select 1 as sign, total - tip as sales, tax, tip, discount, service_charge from orders where drawer_id = $1 and not training
                union all
                select -1, total - tip, tax, tip, discount, service_charge from orders where cancelled_drawer_id = $1 and not training
            ),
            corrected as (select coalesce(sum(amount), 0)::bigint as sales, coalesce(sum(tax), 0)::bigint as tax, coalesce(sum(discount),
                0)::bigint as discount, coalesce(sum(tip), 0)::bigint as tip, coalesce(sum(service_charge), 0)::bigint as service_charge
                from drawer_corrections where drawer_id = $1),
            given as (select coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(tax),
                0)::bigint as tax from order_refunds where drawer_id = $1),
            gone as (select coalesce(sum(r.tax), 0)::bigint as tax from orders o join order_refunds r on r.order_id = o.id
                where o.cancelled_drawer_id = $1 and not o.training),
            cards as (select coalesce(sum(amount), 0)::bigint as amount, coalesce(sum(tax), 0)::bigint as tax
                from gift_card_movements where drawer_id = $1)
            select coalesce(sum(sign), 0)::bigint, (coalesce(sum(sign * sold.sales), 0) + (select sales from corrected))::bigint,
                (coalesce(sum(sign * sold.tax), 0) + (select tax from corrected) + (select tax from cards))::bigint,
                (coalesce(sum(sign * sold.tip), 0) + (select tip from corrected))::bigint, (coalesce(sum(sign * sold.discount),
                    0) + (select discount from corrected))::bigint, (select amount from given),
                (select tax from given) - (select tax from gone),
                (select coalesce(sum(amount), 0)::bigint from drawer_movements where drawer_id = $1 and type = 'in'),
                (select coalesce(sum(amount), 0)::bigint from drawer_movements where drawer_id = $1 and type = 'out'),
                (coalesce(sum(sign * sold.service_charge), 0) + (select service_charge from corrected))::bigint,
                (select amount from cards)
            from sold
            """,
            drawer);
        var t = (await totals.List(r => Enumerable.Range(0, 11).Select(r.GetInt64).ToArray(), cancel))[0];
        await using var tenders = connection.Command(
            """
            select method, sum(came)::bigint, sum(went)::bigint, sum(rounding)::bigint from (
                select method, greatest(amount + rounding, 0) as came, greatest(-amount - rounding, 0) as went, rounding
                from payments where drawer_id = $1
                union all
                select method, greatest(-amount - rounding, 0), greatest(amount + rounding, 0), -rounding from refunds where drawer_id = $1
                union all
                select method, greatest(amount + rounding, 0), greatest(-amount - rounding, 0), rounding from gift_card_movements
                where drawer_id = $1) t
            group by method order by method
            """,
            drawer);
        await using var rates = connection.Command(
            """
            select t.rate, sum(r.sign * (t.base + t.tax))::bigint, sum(r.sign * t.tax)::bigint, t.name, t.treatment, t.letter,
                sum(r.back * (t.base + t.tax))::bigint, sum(r.back * t.tax)::bigint
            from (
                -- The same coffee at the same price bears the same taxes all day: each is unpacked once, not ten thousand times. Lines are
                -- looked up by all ids at once, which takes half the time of a join; that would read the lines of every day.
                select taxes, sum(sign)::numeric as sign, sum(back)::numeric as back from (
                    select 1 as sign, 0 as back, taxes from order_items
                    where order_id = any(array(select id from orders where drawer_id = $1 and not training))
                    union all
                    select -1, 0, taxes from order_items
                    where order_id = any(array(select id from orders where cancelled_drawer_id = $1 and not training))
                    union all
                    select 1, 0, delivery_taxes from orders where drawer_id = $1 and not training and delivery_fee <> 0
                    union all
                    select -1, 0, delivery_taxes from orders where cancelled_drawer_id = $1 and not training and delivery_fee <> 0
                    union all
                    select 1, 0, taxes from drawer_corrections where drawer_id = $1
                    union all
                    select 0, 1, l.taxes from order_refunds r join order_refund_lines l on l.refund_id = r.id where r.drawer_id = $1
                    union all
                    select 0, 1, delivery_taxes from order_refunds where drawer_id = $1 and delivery_fee <> 0
                    union all
                    select 0, -1, l.taxes from orders o join order_refunds r on r.order_id = o.id
                        join order_refund_lines l on l.refund_id = r.id
                    where o.cancelled_drawer_id = $1 and not o.training
                    union all
                    select 0, -1, r.delivery_taxes from orders o join order_refunds r on r.order_id = o.id
                    where o.cancelled_drawer_id = $1 and not o.training and r.delivery_fee <> 0
                    union all
                    select 1, 0, taxes from gift_card_movements where drawer_id = $1 and taxes <> '[]') line group by taxes
            ) r cross join lateral borne_taxes(r.taxes) t
            where t.treatment in ('taxed', 'zero')
            group by t.name, t.authority, t.rate, t.treatment, t.letter
            having sum(r.sign * (t.base + t.tax)) <> 0 or sum(r.sign * t.tax) <> 0 or sum(r.back * (t.base + t.tax)) <> 0
            order by t.name collate "C", t.rate, t.treatment
            """,
            drawer);
        var by = await tenders.List(
            r => (Tender: new TenderFigures(r.GetString(0), r.GetInt64(1), r.GetInt64(2)), Rounding: r.GetInt64(3)),
            cancel);
        return new()
        {
            Orders = t[0],
            Sales = t[1],
            Tax = t[2],
            Tips = t[3],
            Discounts = t[4],
            Refunds = t[5],
            RefundedTax = t[6],
            PaidIn = t[7],
            PaidOut = t[8],
            Tenders = by.ConvertAll(b => b.Tender),
            Rates = await rates.List(
                r => new RateFigures
                {
                    Rate = r.GetInt64(0),
                    Gross = r.GetInt64(1),
                    Tax = r.GetInt64(2),
                    Name = r.GetString(3),
                    Treatment = r.GetString(4),
                    Letter = r.TextOrNull(5),
                    BackGross = r.GetInt64(6),
                    BackTax = r.GetInt64(7),
                },
                cancel),
            ServiceCharges = t[9],
            Rounding = by.Sum(b => b.Rounding),
            GiftCardsSold = t[10],
        };
    }
}
