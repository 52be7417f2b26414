using Comanda.Data;
using Npgsql;

namespace Comanda.Shops;

/// <summary>A shop's business day where no server runs that has its shops in memory.</summary>
public static class ReadBusinessDay
{
    public static async Task<BusinessDay> Of(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        await using var command = database.Command("select key, value from settings where shop_id = $1", shop);
        var stored = await command.List(r => (Key: r.GetString(0), Value: r.GetString(1)), cancel);
        return ShopSettings.From(stored.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal)).BusinessDay;
    }
}
