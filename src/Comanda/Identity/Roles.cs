using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Which role may what, in this shop.</summary>
public sealed class Roles(ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Moment moment, RequestHead head)
{
    private Here Here => moment.Here;

    public Answer<PageOf<RoleView>> List() => Answer.ByContent(All(moment.Shop));

    public async Task<Answer<RoleView>> Change(
        string role,
        RoleInput input,
        CancellationToken cancel)
    {
        role = Permissions.Canonical(role);
        if (!Permissions.Roles.Contains(role))
            return Refusal.NotFound("role");
        if (Permissions.FixedRoles.Contains(role))
            return Refusal.Conflict("fixed_role", $"What a role '{role}' may is the same in every shop.");
        var errors = new FieldErrors();
        errors.Check(input.Permissions is null or { Count: <= 100 }, "permissions", "must be at most 100");
        var wanted = new HashSet<Permission>();
        foreach (var (i, name) in (input.Permissions ?? []).Take(100).Index())
        {
            if (WireName<Permission>.TryParse(name, out var permission))
                wanted.Add(permission);
            else
                errors.Add($"permissions[{i}]", "must be one of " + string.Join(", ", WireName<Permission>.All));
        }

        if (errors.Any)
            return errors.ToRefusal();
        var shop = moment.Shop;
        // The tag of the role, or of the list that it was read from.
        if (head.Check(VersionTag.OfContent(View(role, shop))) is { } stale
            && head.Check(VersionTag.OfContent(All(shop))) is not null)
            return stale;
        IReadOnlySet<Permission> next = input.Permissions is null ? Permissions.Of(role).ToHashSet() : wanted;
        var before = Permissions.Of(role, shop);
        // Nobody grants more than they have, and nobody takes from somebody who may more than they do.
        if (!Here.Caller.Permissions.IsSupersetOf(next) || !Here.Caller.Permissions.IsSupersetOf(before))
            return Staff.MayNot(Here.Caller, role);
        if (role == Here.Caller.Role && !next.Contains(Permission.EditRoles))
            return Refusal.Conflict("own_account", "You would take from yourself what changes roles; somebody else has to.");

        if (await Write(
            role,
            input.Permissions is null ? null : Permissions.Names(next),
            shop,
            Permissions.Names(before),
            Permissions.Names(next),
            cancel) is { } raced)
            return raced;
        await moment.Enter(cancel);
        var view = View(role, moment.Shop);
        return Answer.Named(view, VersionTag.OfContent(view));
    }

    private async Task<Refusal?> Write(string role, string[]? chosen, Shop read, string[] before, string[] after, CancellationToken cancel)
    {
        var now = moment.Now;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Changes of a shop's roles take turns; one that was made against what is no longer so is told.
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, Here.ShopId);
        var stored = await connection.Scalar(
            "select permissions from role_permissions where shop_id = $1 and role = $2",
            cancel,
            Here.ShopId,
            role) as string[];
        if ((stored is null) == read.RolePermissions.ContainsKey(role)
            || (stored is not null && !read.RolePermissions[role].SetEquals(ShopDirectory.Permissions(stored))))
            return Refusal.Stale();
        if (chosen is null)
        {
            await connection.Execute("delete from role_permissions where shop_id = $1 and role = $2", cancel, Here.ShopId, role);
        }
        else
        {
            await connection.Execute(
                """
                insert into role_permissions (shop_id, role, permissions, updated_at) values ($1, $2, $3, $4)
                on conflict (shop_id, role) do update set permissions = excluded.permissions, updated_at = excluded.updated_at
                """,
                cancel, Here.ShopId, role, chosen, now);
        }

        await new AuditEntry(AuditActions.RoleChanged, "role", role, new { permissions = before }, new { permissions = after }).Write(
            connection,
            Here,
            now,
            cancel);
        await ShopEvent.Of(Here, EventNames.SettingsChanged, now, new { key = $"role.{role}" }).Write(connection, cancel);
        await transaction.CommitAsync(cancel);
        shops.Forget(Here.ShopId);
        bell.Ring();
        return null;
    }

    private static PageOf<RoleView> All(Shop shop) => new([.. Permissions.Roles.Select(r => View(r, shop))], null);

    private static RoleView View(string role, Shop shop) =>
        new(
            role,
            Permissions.Names(Permissions.Of(role, shop)),
            shop.RolePermissions.ContainsKey(role),
            Permissions.FixedRoles.Contains(role));
}
