using System.Text.Json;
using Comanda.Data;
using Npgsql;

namespace Comanda.Shops;

/// <summary>Makes a shop: its row, its settings and the registers that every shop has.</summary>
public static class OpenShop
{
    /// <summary>Writes a new shop in the caller's transaction; answers its id.</summary>
    public static async Task<long> Write(
        NpgsqlConnection connection, string name, string address, IReadOnlyDictionary<string, string> settings, CancellationToken cancel)
    {
        var shop = (long)(await connection.Scalar(
            "insert into shops (name, address) values ($1, $2) returning id",
            cancel,
            name,
            address))!;
        foreach (var (key, value) in settings)
            await ChangeSettings.Store(connection, shop, key, value, cancel);
        await AddRegister(connection, shop, "C", "Counter", RegisterKind.Counter, cancel);
        await AddRegister(connection, shop, "W", "Online", RegisterKind.Online, cancel);
        return shop;
    }

    /// <summary>The settings that a shop may be opened with; what is wrong with them goes to the errors.</summary>
    public static Dictionary<string, string> FirstSettings(string? currency, string? timeZone, FieldErrors errors)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in new[] { ("currency", currency), ("time_zone", timeZone) })
        {
            if (value is null)
                continue;
            var setting = SettingKeys.Find(key)!;
            if (setting.Read(JsonSerializer.SerializeToElement(value), Currency.Of("EUR")) is { } stored)
                settings[key] = stored;
            else
                errors.Add(key, "must be " + setting.Takes);
        }

        return settings;
    }

    /// <summary>Adds a register to a shop; answers its id.</summary>
    public static async Task<long> AddRegister(
        NpgsqlConnection connection, long shop, string code, string name, RegisterKind kind, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            "insert into registers (shop_id, code, name, kind) values ($1, $2, $3, $4) returning id",
            cancel, shop, code, name, kind.ToWire()))!;

    /// <summary>Enrols a device; answers its id. Its token is kept as a hash only.</summary>
    public static async Task<long> AddDevice(NpgsqlConnection connection, long shop, NewDevice device, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            "insert into devices (shop_id, register_id, name, type, token_hash) values ($1, $2::bigint, $3, $4, $5) returning id",
            cancel, shop, device.Register, device.Name, device.Type.ToWire(), Convert.FromHexString(Shop.HashOf(device.Token))))!;
}

/// <summary>A device to enrol; a till has a register.</summary>
public sealed record NewDevice(string Name, DeviceType Type, long? Register, string Token);
