using System.Security.Cryptography;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Shops;

/// <summary>One setting. <see cref="Value"/> has the setting's own JSON type.</summary>
public sealed record ConfigRow(string Key, object Value, string Unit, string Meaning);

public sealed record ConfigChange(JsonElement Value);

/// <summary>A shop's configuration as rows.</summary>
public static class ConfigEndpoints
{
    public static void MapConfig(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/config", List).WithName("config").WithSummary("The shop's settings, each with its unit and meaning.")
            .WithTags("Shops").WithMetadata(new NeedsPermission(Permission.ReadSettings));
        app.MapPut("/api/config/{key}", Change).WithName("change_config").WithSummary("Changes one setting; every process and device hears settings_changed.")
            .WithTags("Shops").WithMetadata(new NeedsPermission(Permission.EditSettings)).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Results<Ok<PageOf<ConfigRow>>, StatusCodeHttpResult>> List(HttpContext http, ShopDirectory shops, Here here, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var rows = SettingKeys.All.Select(k => Row(k, shop.StoredSettings.GetValueOrDefault(k.Key, k.Default))).ToList();
        var tag = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(rows, Json.Options)))[..20];
        return VersionTag.IsKnown(http, $"\"{tag}\"") ? TypedResults.StatusCode(304) : TypedResults.Ok(new PageOf<ConfigRow>(rows, null));
    }

    private static async Task<Results<Ok<ConfigRow>, ProblemHttpResult>> Change(
        string key, ConfigChange change, ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Here here, TimeProvider clock, CancellationToken cancel)
    {
        if (SettingKeys.Find(key) is not { } setting)
            return Refusal.NotFound("setting").ToProblem();
        var shop = await shops.Of(here, cancel);
        if (setting.Read(change.Value, shop.Currency) is not { } value)
            return Refusal.OfField("value", "must be " + setting.Takes).ToProblem();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (key == "currency" && await HasOrders(connection, here.ShopId, cancel))
            return Refusal.Conflict("currency_in_use", "The shop has orders in its currency; it can no longer change.").ToProblem();
        await Store(connection, here.ShopId, key, value, cancel);
        var happened = ShopEvent.Of(here, EventNames.SettingsChanged, clock.GetUtcNow(), new { key, value = setting.ToWire(value) });
        await happened.Write(connection, cancel);
        await transaction.CommitAsync(cancel);
        shops.Forget(here.ShopId);
        bell.Ring();
        return TypedResults.Ok(Row(setting, value));
    }

    /// <summary>Writes one setting's row in the caller's transaction.</summary>
    public static Task Store(NpgsqlConnection connection, long shopId, string key, string value, CancellationToken cancel) => connection.Execute(
        """
        insert into settings (shop_id, key, value) values ($1, $2, $3)
        on conflict (shop_id, key) do update set value = excluded.value, updated_at = now()
        """,
        cancel, shopId, key, value);

    private static async Task<bool> HasOrders(NpgsqlConnection connection, long shopId, CancellationToken cancel) =>
        await connection.Scalar("select exists (select 1 from orders where shop_id = $1)", cancel, shopId) is true;

    private static ConfigRow Row(SettingKey setting, string stored) => new(setting.Key, setting.ToWire(stored), setting.Unit, setting.Meaning);
}
