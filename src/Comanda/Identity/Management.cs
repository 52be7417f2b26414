using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Whether somebody may manage a person in every shop that the person belongs to or has belonged to. Who somebody is (their
/// name, addresses, password, and what resets it) is one thing in all of them, and may be brought back in any of them.
/// </summary>
public sealed class Management(NpgsqlDataSource database, ShopDirectory shops)
{
    /// <summary>A person's place in a shop, and the asking one's there.</summary>
    public sealed record Membership(long ShopId, string Role, bool IsActive, string? MyRole);

    public async Task<List<Membership>> Memberships(long personId, Caller asking, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select m.shop_id, m.role, m.active, mine.role from shop_members m
            left join shop_members mine on mine.shop_id = m.shop_id and mine.user_id = $2 and mine.active
            where m.user_id = $1 order by m.active desc, m.shop_id
            """,
            personId, asking.UserId);
        return await command.List(r => new Membership(r.GetInt64(0), r.GetString(1), r.GetBoolean(2), r.TextOrNull(3)), cancel);
    }

    public async Task<bool> IsInAll(IReadOnlyList<Membership> memberships, CancellationToken cancel)
    {
        foreach (var membership in memberships)
        {
            var shop = await shops.Find(membership.ShopId, cancel);
            if (membership.MyRole is not { } myRole
                || !Permissions.MayManage(Permissions.Of(myRole, shop), Permissions.Of(membership.Role, shop)))
                return false;
        }

        return memberships.Count > 0;
    }
}
