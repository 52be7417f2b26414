using System.Text.Json;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Comanda.Shops;

/// <summary>How <see cref="ConfigRow"/> comes about.</summary>
public static class ConfigRowViews
{
    extension(ConfigRow)
    {
        /// <summary>Every row, as GET /api/config answers them.</summary>
        public static PageOf<ConfigRow> All(IReadOnlyDictionary<string, string> stored) =>
            new([.. SettingKeys.Of(stored).Select(k => Of(k, stored.GetValueOrDefault(k.Key, k.Default)))], null);

        public static ConfigRow Of(SettingKey setting, string stored) =>
            new(setting.Key, setting.ToWire(stored), setting.ToWire(setting.Default), setting.Unit, setting.Meaning, setting.Takes);
    }
}

/// <summary>A shop's configuration as rows.</summary>
public static class ConfigEndpoints
{
    public static void MapConfig(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/config", List).WithName("config").WithSummary("The shop's settings, each with its unit and meaning.")
            .WithTags("Shops").WithMetadata(new NeedsPermission(Permission.ReadSettings));
        app.MapPut("/api/config/{key}", (
            string key,
            ConfigChange change,
            ChangeSettings settings,
            HttpContext http,
            CancellationToken cancel) => settings.One(key, change, http, cancel))
            .WithName("change_config")
            .WithSummary("Changes one setting; every process and device hears settings_changed.")
            .WithTags("Shops")
            .WithMetadata(new NeedsPermission(Permission.EditSettings))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        ShopEndpoints.Map(app);
    }

    private static async Task<Results<Ok<PageOf<ConfigRow>>, StatusCodeHttpResult>> List(
        HttpContext http,
        ShopDirectory shops,
        Here here,
        CancellationToken cancel)
    {
        var rows = ConfigRow.All((await shops.Of(here, cancel)).StoredSettings);
        return VersionTag.IsKnown(http, VersionTag.OfContent(rows)) ? TypedResults.StatusCode(304) : TypedResults.Ok(rows);
    }
}
