using Comanda.Audit;
using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// Two records of one guest become one: points, certificates and, where the one that stays has none, the e-mail address, the phone and the
/// account of the other go over to it. The other is nobody's then, but whoever still names it (a till that was offline) means the one that
/// stays. What orders say of them is the orders' room's to change.
/// </summary>
public sealed class JoinCustomers(Here here)
{
    private static readonly Refusal TwoAccounts = Refusal.Conflict(
        "two_accounts", "Both sign in with an account of their own; let the guest give up one of them first.");

    /// <summary>In the caller's transaction; answers the one that stays.</summary>
    /// <param name="connection">With the transaction.</param>
    /// <param name="stays">Whose record goes on.</param>
    /// <param name="goes">Whose does not.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Answer<CustomerView>> Run(
        NpgsqlConnection connection, long stays, long goes, DateTimeOffset now, CancellationToken cancel)
    {
        // In the order of their ids: two who join the same ones the other way round never wait in a ring.
        var accounts = new Dictionary<long, long?>();
        await using (var held = connection.Command(
            "select id, user_id from customers where id = any($1) and shop_id = $2 and erased_at is null order by id for no key update",
            new[] { stays, goes },
            here.ShopId))
        {
            foreach (var (id, account) in await held.List(r => (r.GetInt64(0), r.ValueOrNull<long>(1)), cancel))
                accounts[id] = account;
        }

        if (!accounts.TryGetValue(stays, out var itsAccount))
            return Refusal.NotFound("customer");
        if (!accounts.TryGetValue(goes, out var otherAccount))
            return Refusal.OfField("customer_id", "is no customer of this shop");
        if (itsAccount is not null && otherAccount is not null)
            return TwoAccounts;
        var kept = (await Customers.Find(connection, here.ShopId, stays, cancel))!;
        var gone = (await Customers.Find(connection, here.ShopId, goes, cancel))!;
        await MovePointsOver(connection, stays, goes, gone.LoyaltyPoints - gone.PointsOwed, now, cancel);
        // What is unique is given up before it is taken.
        await connection.Execute(
            "update customers set name = '', email = null, phone = null, user_id = null, search = '', updated_at = $3, erased_at = $3, "
                + "merged_into = $2, version = version + 1 where id = $1",
            cancel,
            goes,
            stays,
            now);
        await connection.Execute("update customers set merged_into = $2 where merged_into = $1", cancel, goes, stays);
        // Whatever either said: a warning too many harms nobody.
        await connection.Execute(
            """
            insert into guest_allergens as a (customer_id, shop_id, allergens, updated_at)
            select $2, shop_id, allergens, $3 from guest_allergens where customer_id = $1
            on conflict (customer_id) do update set updated_at = excluded.updated_at,
                allergens = array(select distinct unnest(a.allergens || excluded.allergens))
            """,
            cancel,
            goes,
            stays,
            now);
        await connection.Execute("delete from guest_allergens where customer_id = $1", cancel, goes);
        await connection.Execute("update customer_tax_exemptions set customer_id = $2 where customer_id = $1", cancel, goes, stays);
        var (email, phone) = (kept.Email ?? gone.Email, kept.Phone ?? gone.Phone);
        await connection.Execute(
            "update customers set email = $2::text, phone = $3::text, user_id = $4::bigint, search = array_to_tsvector($5), "
                + "updated_at = $6, version = version + 1 where id = $1",
            cancel,
            stays,
            email,
            phone,
            itsAccount ?? otherAccount,
            CustomerWords.Of(here.ShopId, kept.Name, email, phone),
            now);
        await new AuditEntry(AuditActions.CustomersMerged, "customer", stays, After: new { customer_id = goes })
            .Write(connection, here, now, cancel);
        return (await Customers.Find(connection, here.ShopId, stays, cancel))!;
    }

    /// <summary>What the one has, or owes, is the other's.</summary>
    private async Task MovePointsOver(
        NpgsqlConnection connection, long stays, long goes, long points, DateTimeOffset now, CancellationToken cancel)
    {
        if (points == 0)
            return;
        await Move(goes, new(points > 0 ? PointsKind.Adjusted : PointsKind.Earned, -points), $"merged into customer {stays}");
        await Move(stays, new(points > 0 ? PointsKind.Adjusted : PointsKind.TakenBack, points), $"merged from customer {goes}");

        Task Move(long customer, PointsMove move, string reason) => MovePoints.Run(
            connection, new(here.ShopId, customer, [move], here.Visitor?.UserId, now) { Reason = reason }, cancel);
    }
}
