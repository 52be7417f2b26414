using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Shops;

/// <summary>How <see cref="ShopView"/> comes about.</summary>
public static class ShopViews
{
    extension(ShopView)
    {
        public static ShopView From(Shop shop) =>
            new(shop.Id, shop.Name, shop.Address, shop.Currency.Code, shop.Settings.BusinessDay.Zone.Id, shop.Version);
    }
}

/// <summary>A shop, and its whole configuration as one object.</summary>
public sealed class ShopEndpoints(
    ShopDirectory shops,
    ChangeSettings settings,
    NpgsqlDataSource database,
    EventBell bell,
    Here here,
    TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        // The gate reads shop_id from the path: what the caller is, they are in that shop.
        var group = app.MapGroup("/api/shops/{shop_id:long}").WithTags("Shops");
        group.MapGet("", (long shop_id, ShopEndpoints shop, HttpContext http, CancellationToken cancel) => shop.Read(http, cancel))
            .WithName("shop")
            .WithSummary("A shop that I belong to.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile))
            .ProducesProblem(404);
        group.MapPut("", (
            long shop_id,
            ShopChange change,
            ShopEndpoints shop,
            HttpContext http,
            CancellationToken cancel) => shop.Change(change, http, cancel))
            .WithName("change_shop").WithSummary("Changes a shop's name and address. If-Match refuses a stale change.")
            .WithMetadata(new NeedsPermission(Permission.ManageShop)).ProducesProblem(400).ProducesProblem(404).ProducesProblem(412);
        group.MapGet(
            "/settings",
            (long shop_id, ChangeSettings change, HttpContext http, CancellationToken cancel) => change.Read(http, cancel))
            .WithName("shop_settings")
            .WithSummary("The shop's whole configuration as one object; GET /api/config says what each key means.")
            .WithMetadata(new NeedsPermission(Permission.ReadSettings))
            .ProducesProblem(404);
        group.MapPut("/settings", (
            long shop_id,
            Dictionary<string, JsonElement> values,
            ChangeSettings change,
            HttpContext http,
            CancellationToken cancel) => change.Many(values, http, cancel))
            .WithName("change_shop_settings")
            .WithSummary("Changes the settings that the object names, all or none; the others stay. If-Match refuses a stale change.")
            .WithMetadata(new NeedsPermission(Permission.EditSettings))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
    }

    private async Task<Ok<ShopView>> Read(HttpContext http, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        http.Response.Headers.ETag = VersionTag.Of(shop.Version);
        return TypedResults.Ok(ShopView.From(shop));
    }

    private async Task<Results<Ok<ShopView>, ProblemHttpResult>> Change(ShopChange change, HttpContext http, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(change.Name is null || !string.IsNullOrWhiteSpace(change.Name), "name", "must not be empty");
        var shop = await shops.Of(here, cancel);
        var asked = settings.Read(change.Settings ?? [], shop, "settings.", errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        if (await Write(change, asked, http, cancel) is { } refusal)
            return refusal.ToProblem();
        shops.Forget(here.ShopId);
        bell.Ring();
        return await Read(http, cancel);
    }

    private async Task<Refusal?> Write(ShopChange change, IReadOnlyList<AskedSetting> asked, HttpContext http, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var current = connection.Command("select name, address, version from shops where id = $1 for update", here.ShopId);
        var (name, address, version) = (await current.List(r => (r.GetString(0), r.GetString(1), r.GetInt64(2)), cancel))[0];
        if (VersionTag.Check(http, version) is { } stale)
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
