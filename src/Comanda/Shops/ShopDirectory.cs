using System.Collections.Frozen;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Shops;

/// <summary>
/// The shops in memory, loaded when first asked for. A change drops the shop's object at once in the process that made
/// it, and in the others when the event arrives.
/// </summary>
public sealed class ShopDirectory : IBusinessDays
{
    private readonly NpgsqlDataSource database;
    private readonly Remembered<Shop> shops;
    private readonly List<Action<long>> forgetters = [];
    private long firstShop;

    public ShopDirectory(NpgsqlDataSource database, EventFeed feed, RoomInMemory room)
    {
        this.database = database;
        shops = new(Load, room.Shops, shop => 1 + ((shop.DevicesByTokenHash.Count + shop.Registers.Count) / 10));
        feed.OnEvent(heard =>
        {
            if (heard.Name == EventNames.SettingsChanged)
                Forget(heard.ShopId);
        });
    }

    /// <summary>The shop with this id, or null.</summary>
    public ValueTask<Shop?> Find(long id, CancellationToken cancel) => shops.Get(id, cancel);

    /// <summary>The shop of a request that passed the gate; it exists, unless the database has no shop at all.</summary>
    public async ValueTask<Shop> Of(Here here, CancellationToken cancel) =>
        await Find(here.ShopId, cancel) ?? throw new NoShopException();

    async ValueTask<BusinessDay> IBusinessDays.Of(long shopId, CancellationToken cancel) =>
        (await Find(shopId, cancel) ?? throw new NoShopException()).Settings.BusinessDay;

    /// <summary>Drops what is remembered of a shop, and what others remember that was made from it.</summary>
    public void Forget(long id)
    {
        shops.Forget(id);
        foreach (var listener in forgetters)
            listener(id);
    }

    /// <summary>Whoever keeps something made from a shop's settings drops it when the shop is dropped. For start-up only.</summary>
    public void OnForget(Action<long> listener) => forgetters.Add(listener);

    /// <summary>The shop of requests that name none: the first one made. 0 where there is no shop yet.</summary>
    public async ValueTask<long> Default(CancellationToken cancel)
    {
        if (firstShop == 0)
        {
            firstShop = await database.Scalar("select min(id) from shops", cancel) as long? ?? 0;
        }

        return firstShop;
    }

    /// <summary>Stored permissions. One that a later version had and this one has not is no permission here.</summary>
    public static IReadOnlySet<Permission> Permissions(string[] stored) =>
        stored.SelectMany(p => WireName<Permission>.TryParse(p, out var known) ? [known] : Array.Empty<Permission>()).ToFrozenSet();

    private async Task<Shop?> Load(long id)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in (string[])
            [
                "select name, address, version, created_at, updated_at from shops where id = $1",
                "select key, value from settings where shop_id = $1",
                "select id, code, name, kind from registers where shop_id = $1 order by id",
                "select id, name, type, register_id, token_hash from devices where shop_id = $1 and revoked_at is null",
                "select role, permissions from role_permissions where shop_id = $1",
                "select version, content from tax_tables where shop_id = $1 order by version desc limit 1",
            ])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new() { Value = id } } });
        }

        await using var reader = await batch.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            return null;
        var (name, address, version) = (reader.GetString(0), reader.GetString(1), reader.GetInt64(2));
        var (created, updated) = (reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4));

        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            settings[reader.GetString(0)] = reader.GetString(1);

        var registers = new List<Register>();
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            registers.Add(new(
                reader.GetInt64(0),
                reader.GetString(1),
                reader.GetString(2),
                WireName<RegisterKind>.Parse(reader.GetString(3))));

        var devices = new Dictionary<string, Device>(StringComparer.Ordinal);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
        {
            devices[Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4))] = new(
                reader.GetInt64(0), reader.GetString(1), WireName<DeviceType>.Parse(reader.GetString(2)), reader.ValueOrNull<long>(3));
        }

        var roles = new Dictionary<string, IReadOnlySet<Permission>>(StringComparer.Ordinal);
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            roles[reader.GetString(0)] = Permissions(reader.GetFieldValue<string[]>(1));

        var read = ShopSettings.From(settings);
        await reader.NextResultAsync();
        var shop = new Shop
        {
            Id = id,
            Name = name,
            Address = address,
            Settings = read,
            StoredSettings = settings,
            Registers = registers,
            DevicesByTokenHash = devices,
            RolePermissions = roles,
            Version = version,
            CreatedAt = created,
            UpdatedAt = updated,
        };
        if (!await reader.ReadAsync())
            return shop;
        var taxes = JsonSerializer.Deserialize<TaxTableWire>(reader.GetString(1), Json.Options)!;
        return shop with
        {
            Settings = read with { Taxes = ReadTaxTable.From(taxes, read.Currency, new()) ?? read.Taxes },
            TaxesVersion = reader.GetInt64(0),
        };
    }
}
