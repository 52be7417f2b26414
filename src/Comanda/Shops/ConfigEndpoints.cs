using System.Text.Json;

namespace Comanda.Shops;

/// <summary>How <see cref="ConfigRow"/> comes about.</summary>
public static class ConfigRowViews
{
    extension(ConfigRow)
    {
        /// <summary>Every row, as GET /api/config answers them.</summary>
        public static PageOf<ConfigRow> All(IReadOnlyDictionary<string, string> stored) =>
            new([.. SettingKeys.Of(stored).SelectMany(k => Of(k, stored))], null);

        /// <summary>A setting's row, and one under each other name that a document has for it.</summary>
        private static IEnumerable<ConfigRow> Of(SettingKey setting, IReadOnlyDictionary<string, string> stored)
        {
            var row = Of(setting, stored.GetValueOrDefault(setting.Key, setting.Default));
            return SettingKeys.AlsoCalled(setting.Key).Select(name => row with { Key = name, Meaning = $"As {setting.Key}." }).Prepend(row);
        }

        public static ConfigRow Of(SettingKey setting, string stored) =>
            new(setting.Key, setting.ToWire(stored), setting.ToWire(setting.Default), setting.Unit, setting.Meaning, setting.Takes);
    }
}

/// <summary>A shop's configuration as rows.</summary>
public static class ConfigEndpoints
{
    public static void MapConfig(this IEndpointRouteBuilder app)
    {
        app.Chapter("Shops").Get("/api/config", List)
            .Called("config", "The shop's settings, each with its unit and meaning.")
            .Needs(Permission.ReadSettings);
        app.Chapter("Shops").Put("/api/config/{key}", (
                string key,
                ConfigChange change,
                ChangeSettings settings,
                CancellationToken cancel) =>
                settings.One(key, change, cancel))
            .Called("change_config", "Changes one setting; every process and device hears settings_changed.")
            .Needs(Permission.EditSettings)
            .Refuses(400, 404, 409, 412);
        app.MapTaxes();
        ShopEndpoints.Map(app);
    }

    private static async Task<Answer<PageOf<ConfigRow>>> List(
        ShopDirectory shops,
        Here here,
        CancellationToken cancel)
    {
        var rows = ConfigRow.All((await shops.Of(here, cancel)).StoredSettings);
        return Answer.ByContent(rows);
    }
}
