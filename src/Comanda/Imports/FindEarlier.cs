using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Refunds that do not name their sale, and whose sale is in none of the files: it may have come with an earlier import. One that was
/// taken over before keeps its sale.
/// </summary>
internal static class FindEarlier
{
    /// <summary>Further back nobody looks.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromDays(100);

    public static async Task Run(NpgsqlConnection connection, long shop, Takeover takeover, CancellationToken cancel)
    {
        var open = takeover.Refunds.Index().Where(r => r.Item.Of.Length == 0).ToList();
        if (open.Count == 0)
            return;
        await using var known = connection.Command(
            """
            select r.external_ref, i.external_ref from imported_refunds r join imported_orders i on i.order_id = r.order_id
            where r.shop_id = $1 and r.external_ref = any($2)
            """,
            shop,
            open.Select(r => r.Item.Ref).ToArray());
        var before = (await known.List(r => (r.GetString(0), r.GetString(1)), cancel)).ToDictionary(StringComparer.Ordinal);
        var items = await FindRows.Known(connection, shop, FindRows.Item, cancel);
        var found = new List<string>();
        foreach (var (place, refund) in open.OrderBy(r => r.Item.At))
        {
            if (!before.TryGetValue(refund.Ref, out var of))
            {
                of = refund.Lines.Count == 0 ? null : await Sale(refund);
                if (of is not null)
                    found.Add(of);
            }

            if (of is not null)
                takeover.Refunds[place] = refund with { Of = of };
        }

        async Task<string?> Sale(TakenRefund refund) => await connection.Scalar(
            """
            select i.external_ref from imported_orders i join orders o on o.id = i.order_id
            where i.shop_id = $1 and starts_with(i.external_ref, $2) and o.status <> 'cancelled' and o.created_at between $3 and $4
                and i.external_ref <> all($5) and not exists (
                    select 1 from unnest($6::bigint[], $7::text[], $8::bigint[]) as back(item, name, amount)
                    where back.amount > (
                        select coalesce(sum(l.total - coalesce(
                            (select sum(r.amount) from order_refund_lines r where r.order_item_id = l.id), 0)), 0)
                        from order_items l where l.order_id = o.id and (l.menu_item_id = back.item or l.name = back.name)))
            order by o.created_at desc limit 1
            """,
            cancel,
            shop,
            refund.Ref[..(refund.Ref.IndexOf(':', StringComparison.Ordinal) + 1)],
            refund.At - Within,
            refund.At,
            found.ToArray(),
            refund.Lines.Select(l => items.TryGetValue(l.Product, out var item) ? item.Id : 0).ToArray(),
            refund.Lines.Select(l => l.Name).ToArray(),
            refund.Lines.Select(l => l.Amount.Minor).ToArray()) as string;
    }
}
