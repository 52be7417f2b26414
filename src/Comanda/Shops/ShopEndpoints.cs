using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Shops;

/// <summary>How <see cref="ShopView"/> comes about.</summary>
public static class ShopViews
{
    extension(ShopView)
    {
        public static ShopView From(Shop shop) =>
            new(shop.Id, shop.Name, shop.Address, shop.Currency.Code, shop.Settings.BusinessDay.Zone.Id, shop.Version)
            {
                CreatedAt = shop.CreatedAt,
                UpdatedAt = shop.UpdatedAt,
            };
    }
}

/// <summary>A shop, and its whole configuration as one object.</summary>
public sealed class ShopEndpoints(
    ShopDirectory shops,
    ChangeSettings settings,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    RequestHead head,
    TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        // The gate reads shop_id from the path: what the caller is, they are in that shop.
        var group = app.Chapter("Shops", "/api/shops/{shop_id:long}");
        group.Get("", (long shop_id, ShopEndpoints shop, CancellationToken cancel) => shop.Read(cancel))
            .Called("shop", "A shop that I belong to.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(404);
        group.Put("", (long shop_id, ShopChange change, ShopEndpoints shop, CancellationToken cancel) => shop.Change(change, cancel))
            .Called("change_shop", "Changes a shop's name and address. If-Match refuses a stale change.")
            .Needs(Permission.ManageShop)
            .Refuses(400, 404, 412);
        group.Get("/settings", (long shop_id, ChangeSettings change, CancellationToken cancel) => change.Read(cancel))
            .Called("shop_settings", "The shop's whole configuration as one object; GET /api/config says what each key means.")
            .Needs(Permission.ReadSettings)
            .Refuses(404);
        group.Put("/settings", (long shop_id, Dictionary<string, JsonElement> values, ChangeSettings change, CancellationToken cancel) =>
                change.Many(values, cancel))
            .Called(
                "change_shop_settings",
                "Changes the settings that the object names, all or none; the others stay. If-Match refuses a stale change.")
            .Needs(Permission.EditSettings)
            .Refuses(400, 404, 409, 412);
    }

    private async Task<Answer<ShopView>> Read(CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        return ShopView.From(shop) with
        {
            OwnerId = await database.Scalar(
                "select min(user_id) from shop_members where shop_id = $1 and role = 'owner' and active", cancel, here.ShopId) as long?,
            Settings = here.Caller.May(Permission.ReadSettings) ? ChangeSettings.All(shop) : null,
        };
    }

    private async Task<Answer<ShopView>> Change(ShopChange change, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(change.Name is null || !string.IsNullOrWhiteSpace(change.Name), "name", "must not be empty");
        var shop = await shops.Of(here, cancel);
        var asked = settings.Read(change.Settings ?? [], shop, "settings.", errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (await Write(change, asked, cancel) is { } refusal)
            return refusal;
        shops.Forget(here.ShopId);
        bell.Ring();
        return await Read(cancel);
    }

    private async Task<Refusal?> Write(ShopChange change, IReadOnlyList<AskedSetting> asked, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var current = connection.Command("select name, address, version from shops where id = $1 for update", here.ShopId);
        var (name, address, version) = (await current.List(r => (r.GetString(0), r.GetString(1), r.GetInt64(2)), cancel))[0];
        if (head.Check(version, change) is { } stale)
            return stale;
        var (newName, newAddress) = (change.Name?.Trim() ?? name, change.Address?.Trim() ?? address);
        await connection.Execute(
            "update shops set name = $2, address = $3, version = version + 1 where id = $1",
            cancel,
            here.ShopId,
            newName,
            newAddress);
        await new AuditEntry(
            AuditActions.ShopChanged,
            "shop",
            here.ShopId,
            new { name, address },
            new { name = newName, address = newAddress }).Write(connection, here, now, cancel);
        await ShopEvent.Of(
            here,
            EventNames.SettingsChanged,
            now,
            new { key = "shop", value = new { name = newName, address = newAddress } }).Write(connection, cancel);
        if (await settings.Write(connection, asked, cancel) is { } refusal)
            return refusal;
        await transaction.CommitAsync(cancel);
        return null;
    }
}
