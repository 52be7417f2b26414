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
        var shop = (long)(await connection.Scalar("insert into shops (name, address) values ($1, $2) returning id", cancel, name, address))!;
        foreach (var (key, value) in settings)
            await ConfigEndpoints.Store(connection, shop, key, value, cancel);
        await AddRegister(connection, shop, "C", "Counter", RegisterKind.Counter, cancel);
        await AddRegister(connection, shop, "W", "Online", RegisterKind.Online, cancel);
        return shop;
    }

    /// <summary>Adds a register to a shop; answers its id.</summary>
    public static async Task<long> AddRegister(
        NpgsqlConnection connection, long shop, string code, string name, RegisterKind kind, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            "insert into registers (shop_id, code, name, kind) values ($1, $2, $3, $4) returning id",
            cancel, shop, code, name, Kernel.WireName<RegisterKind>.Of(kind)))!;
}
